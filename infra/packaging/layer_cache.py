"""Finished layers: making one takes ten seconds, finding one that is the same takes none.

As with wheels, the name says everything that decides the content; this program is part of it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from infra.packaging.archive import pack
from infra.packaging.interpreters import Interpreter
from infra.packaging.wheels import Wheel, sum_of

_PROGRAM = Path(__file__).parent


def layer_archive(
    folder: Path,
    wheels: Sequence[Wheel],
    interpreter: Interpreter | None,
    make: Callable[[Path], None],
) -> Path:
    """Return the ZIP archive of a layer in the cache's folder.

    `make` fills a folder with the layer where the cache has none, or none that is whole.

    Raises:
        OSError: a file cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = _key(wheels, interpreter)
    for archive in folder.glob(f"{key}-*.zip"):
        if archive.name == f"{key}-{sum_of(archive)}.zip":
            return archive
        archive.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as scratch:
        tree, packed = Path(scratch, "layer"), Path(scratch, "layer.zip")
        make(tree)
        pack(tree, packed)
        return packed.rename(folder / f"{key}-{sum_of(packed)}.zip")


def _key(wheels: Sequence[Wheel], interpreter: Interpreter | None) -> str:
    facts = {
        "wheels": sorted((wheel.path.name, sum_of(wheel.path)) for wheel in wheels),
        "program": sorted((path.name, sum_of(path)) for path in _PROGRAM.glob("*.py")),
        "compiler": interpreter and (interpreter.version, interpreter.magic),
        "packer": (sys.version, zlib.ZLIB_RUNTIME_VERSION),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
