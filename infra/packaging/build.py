"""Build the packages: wheels → layer, sources → code of each function, all into one folder."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from infra.packaging.archive import Archive, describe, pack, settle
from infra.packaging.bytecode import compile_tree
from infra.packaging.commands import Tool
from infra.packaging.contents import DISTRIBUTIONS, SOURCE_ONLY
from infra.packaging.errors import PackagingError
from infra.packaging.functions import FUNCTIONS, function_files
from infra.packaging.interpreters import Interpreter, find_interpreter, require_interpreter
from infra.packaging.layer import sizes, spread, unmet_requirements
from infra.packaging.layer_cache import layer_archive
from infra.packaging.limits import require_room
from infra.packaging.manifest import Bytecode, Excluded, Included, Manifest
from infra.packaging.pins import BUILD_LOCK, LAYER_LOCK, read_lock
from infra.packaging.target import RUNTIME_PYTHON, Target, parse_target
from infra.packaging.wheels import Builder, Wheel, WheelCache

ROOT: Final = Path(__file__).parents[2]
OUT: Final = ROOT / "build" / "package"
CACHE: Final = ROOT / "build" / "cache"
LAYER_FOLDER: Final = "/opt/python"
"""Where FC puts the layer's `python` folder, which its Python runtimes have on sys.path."""
CODE_FOLDER: Final = "/code"
"""Where FC puts the code of a function."""
MANIFEST: Final = "manifest.json"
_REASONS: Final = {omission.what: omission.reason for omission in DISTRIBUTIONS}


def build_packages(
    out: Path = OUT,
    *,
    python: str = RUNTIME_PYTHON,
    cache: Path = CACHE,
    environment: Mapping[str, str] = os.environ,
    say: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Build everything into `out`, which is replaced as a whole when all is done.

    `python`: version of the target, or path of an interpreter (its version is the target then).
    `environment`: for pip and for finding interpreters. `say`: is told what takes a while.

    Raises:
        PackagingError: one sentence on what is wrong; `out` is as it was.
        OSError: a file cannot be read or written; `out` is as it was.
    """
    _require_ours(out)
    target, interpreter = choose_target(python, environment)
    wheels = locked_wheels(target, cache / "wheels", environment, say)
    kept, left_out = _sorted_out(wheels)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=out.parent) as scratch:
        stage = Path(scratch) / "package"
        stage.mkdir()
        archive = layer_archive(
            cache / "layers", kept, interpreter, lambda tree: _make_layer(kept, interpreter, tree)
        )
        shutil.copyfile(archive, stage / "layer.zip")
        shutil.unpack_archive(stage / "layer.zip", stage / "layer")
        for function in FUNCTIONS:
            _make_function(function, interpreter, stage / function)
            pack(stage / function, stage / f"{function}.zip")
        manifest = Manifest(
            runtime=target.runtime,
            python=target.python_version,
            platform=target.platform,
            bytecode=_bytecode(interpreter),
            artefacts=_artefacts(stage),
            included=tuple(_included(wheel) for wheel in kept),
            excluded=tuple(_excluded(wheel) for wheel in left_out),
        )
        (stage / MANIFEST).write_text(manifest.as_json(), "utf-8")
        settle(stage)
        _replace(out, stage, Path(scratch) / "old")
    return manifest


def choose_target(python: str, environment: Mapping[str, str]) -> tuple[Target, Interpreter | None]:
    """Return the target that `python` names, and an interpreter that can compile for it.

    Raises:
        PackagingError: it names none.
    """
    if "/" in python:
        interpreter = require_interpreter(Path(python), environment)
        version = ".".join(map(str, interpreter.version[:2]))
        return parse_target(version), interpreter
    target = parse_target(python)
    return target, find_interpreter(target, environment)


def locked_wheels(
    target: Target,
    cache: Path,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> list[Wheel]:
    """Return every wheel of the layer's lock, those included that the layer leaves out.

    Raises:
        PackagingError: one cannot be had, or the lock is not complete for the target.
    """
    pins = read_lock(LAYER_LOCK)
    pip = Tool("pip", (sys.executable, "-m", "pip"), environment)
    wheel_cache = WheelCache(cache, target, pip, say)
    version = ".".join(platform.python_version_tuple()[:2])
    wheels = [
        *wheel_cache.downloaded([pin for pin in pins if pin.name not in SOURCE_ONLY]),
        *wheel_cache.built(
            [pin for pin in pins if pin.name in SOURCE_ONLY],
            Builder(read_lock(BUILD_LOCK), version),
        ),
    ]
    unmet = unmet_requirements(wheels, target)
    if unmet:
        raise PackagingError(
            f"{LAYER_LOCK.name} is not complete for {target.runtime}: {unmet[0]};"
            " make it anew with python -m infra.packaging lock"
        )
    return sorted(wheels, key=lambda wheel: wheel.pin.name)


def _sorted_out(wheels: Sequence[Wheel]) -> tuple[list[Wheel], list[Wheel]]:
    """Return what the layer has and what it has not.

    Raises:
        PackagingError: the table leaves out what is not locked (any more).
    """
    unknown = sorted(_REASONS.keys() - {wheel.pin.name for wheel in wheels})
    if unknown:
        raise PackagingError(
            f"infra/packaging/contents.py leaves out {unknown[0]}, which {LAYER_LOCK.name} does"
            " not have: remove it there"
        )
    return (
        [wheel for wheel in wheels if wheel.pin.name not in _REASONS],
        [wheel for wheel in wheels if wheel.pin.name in _REASONS],
    )


def _make_layer(wheels: Sequence[Wheel], interpreter: Interpreter | None, tree: Path) -> None:
    libraries = tree / "python"
    for wheel in wheels:
        spread(wheel, libraries)
    if interpreter is not None:
        compile_tree(interpreter, libraries, LAYER_FOLDER)


def _make_function(function: str, interpreter: Interpreter | None, tree: Path) -> None:
    for file in function_files(ROOT, function):
        path = tree / file
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, path)
    if interpreter is not None:
        compile_tree(interpreter, tree, CODE_FOLDER)


def _artefacts(stage: Path) -> dict[str, Archive]:
    archives = {name: describe(stage / f"{name}.zip") for name in ("layer", *FUNCTIONS)}
    for archive in archives.values():
        require_room(archive)
    return archives


def _included(wheel: Wheel) -> Included:
    before, after = sizes(wheel)
    return Included(
        name=wheel.pin.name,
        version=wheel.pin.version,
        wheel=wheel.path.name,
        built_from_source=wheel.built,
        bytes=after,
        bytes_before=before,
    )


def _excluded(wheel: Wheel) -> Excluded:
    return Excluded(
        name=wheel.pin.name,
        version=wheel.pin.version,
        reason=_REASONS[wheel.pin.name],
        bytes_before=sizes(wheel)[0],
    )


def _bytecode(interpreter: Interpreter | None) -> Bytecode | None:
    if interpreter is None:
        return None
    return Bytecode(".".join(map(str, interpreter.version)), interpreter.magic)


def _require_ours(out: Path) -> None:
    """Make sure that replacing `out` destroys nothing but an older build."""
    if out.exists() and not (out / MANIFEST).is_file() and any(out.iterdir()):
        raise PackagingError(f"--out {out}: holds other things than a build; name another folder")


def _replace(out: Path, stage: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    try:
        stage.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
