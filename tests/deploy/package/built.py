"""Packages that are built once for all tests, and what runs them."""

from __future__ import annotations

import fcntl
import json
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.packaging.build import build_packages
from infra.packaging.interpreters import Interpreter

Json = dict[str, Any]

_BARE: Final = Path(__file__).with_name("bare.py")
_MOST_S: Final = 60


@dataclass(frozen=True, slots=True)
class Package:
    """One build, with its archives unpacked as FC unpacks them: `code/<function>` and `opt`."""

    out: Path
    unpacked: Path

    @property
    def manifest(self) -> Json:
        """Read the manifest."""
        manifest: Json = json.loads((self.out / "manifest.json").read_text())
        return manifest

    @property
    def libraries(self) -> Path:
        """Return what FC calls /opt/python."""
        return self.unpacked / "opt" / "python"

    def code(self, function: str) -> Path:
        """Return what FC calls /code."""
        return self.unpacked / "code" / function


def package_for(python: str, folder: Path) -> Package:
    """Build for a target in a folder, or find what another process has built there."""
    folder.mkdir(parents=True, exist_ok=True)
    package = Package(folder / "package", folder / "unpacked")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not package.unpacked.exists():
            build_packages(package.out, python=python)
            unfinished = folder / "unfinished"
            _unpack(package.out / "layer.zip", unfinished / "opt")
            for function in ("watcher", "bootstrap"):
                _unpack(package.out / f"{function}.zip", unfinished / "code" / function)
            unfinished.rename(package.unpacked)
    return package


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def run_bare(
    package: Package,
    interpreter: Interpreter,
    function: str,
    action: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
) -> Json:
    """Run an action of bare.py with a function's code and the layer, and return its answer."""
    folders = [str(package.code(function)), str(package.libraries)]
    done = subprocess.run(
        [interpreter.path, "-I", "-S", "-B", _BARE],
        input=json.dumps({"folders": folders, "action": action, "arguments": arguments}),
        env=dict(environment or {}),
        cwd=package.code(function),
        capture_output=True,
        text=True,
        timeout=_MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: Json = json.loads(done.stdout.splitlines()[-1])
    return answer
