"""Making the locks: uv resolves for the target, whatever machine and Python this is.

The versions are those of constraints.txt, which the tests run with.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.packaging.commands import Tool
from infra.packaging.contents import SOURCE_ONLY
from infra.packaging.pins import BUILD_LOCK, LAYER_LOCK, LOCKS
from infra.packaging.target import Target

BUILD_REQUIREMENTS: Final = ("setuptools==84.2.1",)
"""What the distributions of SOURCE_ONLY are built with: none of them names anything else."""

_HEAD: Final = "# {title}\n# Made by `python -m infra.packaging lock`; do not edit.\n"
_OPTIONS: Final = ("--generate-hashes", "--no-config", "--no-header", "--annotation-style=line")


def write_locks(
    root: Path, target: Target, environment: Mapping[str, str], folder: Path = LOCKS
) -> None:
    """Resolve requirements.txt and the build's own requirements, and write both locks.

    `root`: the repository. `folder`: where the locks are.

    Raises:
        PackagingError: no resolution, no network, no uv; the locks are as they were.
        OSError: a lock cannot be written.
    """
    uv = Tool("uv", (sys.executable, "-m", "uv"), environment)
    options = (
        *_OPTIONS,
        f"--python-version={target.python_version}",
        f"--python-platform=x86_64-{target.platform.removesuffix('_x86_64')}",
    )
    layer = uv.run(
        "pip",
        "compile",
        *options,
        "--only-binary=:all:",
        *(f"--no-binary={name}" for name in SOURCE_ONLY),
        "--constraints=constraints.txt",
        "requirements.txt",
        folder=root,
    )
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "build.in"
        wanted.write_text("\n".join(BUILD_REQUIREMENTS), "utf-8")
        build = uv.run("pip", "compile", *options, "--no-annotate", str(wanted))
    title = f"requirements.txt for {target.runtime}, {target.platform}."
    _write(folder / LAYER_LOCK.name, _HEAD.format(title=title) + layer)
    _write(folder / BUILD_LOCK.name, _HEAD.format(title="What builds wheels of sources.") + build)


def _write(path: Path, text: str) -> None:
    """Replace a file at once."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)
