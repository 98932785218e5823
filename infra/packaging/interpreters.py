"""Finding a CPython of the target's version, to compile bytecode with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.packaging.errors import PackagingError
from infra.packaging.target import Target

_QUESTION: Final = """
import importlib.util, json, platform, sys
print(json.dumps({
    "implementation": platform.python_implementation(),
    "version": list(sys.version_info[:3]),
    "final": sys.version_info.releaselevel == "final",
    "magic": importlib.util.MAGIC_NUMBER.hex(),
}))
"""
_PATIENCE_S: Final = 20


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython: where it is, its full version, and the magic number of its bytecode (hex)."""

    path: Path
    version: tuple[int, int, int]
    magic: str

    @property
    def target(self) -> Target:
        """What it can compile for: bytecode stays the same within a minor version."""
        return Target(self.version[:2])


def ask_interpreter(path: Path, environment: Mapping[str, str]) -> Interpreter | None:
    """Run a candidate; None where it is no finished CPython that runs (a shim may not)."""
    try:
        answer = subprocess.run(  # noqa: S603 (candidates from known places, or the user's own)
            [str(path), "-I", "-S", "-c", _QUESTION],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        ).stdout
        facts = json.loads(answer)
        major, minor, micro = facts["version"]
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if facts["implementation"] != "CPython" or not facts["final"]:
        return None
    return Interpreter(path, (major, minor, micro), facts["magic"])


def find_interpreter(target: Target, environment: Mapping[str, str]) -> Interpreter | None:
    """Return the first CPython of the target's version on PATH, in uv or in pyenv."""
    for path in _candidates(target.python_version, environment):
        found = ask_interpreter(path, environment)
        if found is not None and found.target == target:
            return found
    return None


def require_interpreter(path: Path, environment: Mapping[str, str]) -> Interpreter:
    """Return the interpreter at a path that the user named.

    Raises:
        PackagingError: there is no CPython.
    """
    found = ask_interpreter(path, environment)
    if found is None:
        raise PackagingError(f"--python {path}: no CPython runs there")
    return found


def _candidates(version: str, environment: Mapping[str, str]) -> Iterator[Path]:
    yield Path(sys.executable)
    search = environment.get("PATH")
    for name in (f"python{version}", "python3", "python"):
        found = shutil.which(name, path=search)
        if found:
            yield Path(found)
    for line in _output(("uv", "python", "find", "--no-python-downloads", version), environment):
        yield Path(line)
    for root in _output(("pyenv", "root"), environment):
        yield from sorted(Path(root, "versions").glob(f"{version}.*/bin/python{version}"))


def _output(command: tuple[str, ...], environment: Mapping[str, str]) -> list[str]:
    """What a tool prints, in lines; nothing where it is missing or does not know."""
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        return []
    try:
        text = subprocess.run(  # noqa: S603 (uv and pyenv, found on PATH)
            [program, *command[1:]],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]
