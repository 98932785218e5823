"""Hash-pinned locks in the format of pip's requirements files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from infra.packaging.errors import PackagingError

LOCKS: Final = Path(__file__).parent
LAYER_LOCK: Final = LOCKS / "layer.lock"
"""Every distribution that requirements.txt leads to on the runtime."""
BUILD_LOCK: Final = LOCKS / "build.lock"
"""What builds a wheel of a distribution that is published as source only."""

_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<rest>.*)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")


@dataclass(frozen=True, slots=True)
class Pin:
    """One distribution at one version, in files with these SHA-256 sums (hexadecimal)."""

    name: str
    version: str
    hashes: frozenset[str]

    def as_requirement(self) -> str:
        """Return the pin as a line of a requirements file."""
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in sorted(self.hashes))
        return f"{self.name}=={self.version} {hashes}"


def read_lock(path: Path) -> tuple[Pin, ...]:
    """Read a lock, sorted by name.

    Raises:
        PackagingError: a line pins no version, or no hash.
        OSError: it cannot be read.
    """
    lines = path.read_text("utf-8").replace("\\\n", " ").splitlines()
    wanted = (line.partition(" #")[0].strip() for line in lines)
    pins = (_parse(line, path) for line in wanted if line and not line.startswith("#"))
    return tuple(sorted(pins, key=lambda pin: pin.name))


def as_requirements(pins: Iterable[Pin]) -> str:
    """Return pins as a requirements file."""
    return "".join(f"{pin.as_requirement()}\n" for pin in pins)


def _parse(line: str, path: Path) -> Pin:
    found = _PIN.fullmatch(line)
    hashes = frozenset(_HASH.findall(found["rest"])) if found else frozenset()
    if not found or not hashes:
        raise PackagingError(
            f"{path.name}: not a version with its hashes: {line!r};"
            " make the lock anew with python -m infra.packaging lock"
        )
    return Pin(canonicalize_name(found["name"]), found["version"], hashes)
