"""What the packages are made for: a CPython and a platform of Function Compute.

FC's python3.12 runtime is a Debian 11 (glibc 2.31) and its python3.10 a Debian 10 (glibc 2.28),
both x86_64, as FC's page on runtimes says. Wheels are taken up to manylinux_2_28: either runtime
can load them, and an older tag (manylinux2014) would leave out libraries that no longer build for
it (cryptography).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.markers import default_environment
from packaging.tags import Tag, compatible_tags, cpython_tags

from infra.packaging.errors import PackagingError

RUNTIME_PYTHON: Final = "3.12"
"""FC offers 3.10 and 3.12; the functions need 3.11 or newer."""
OLDEST_PYTHON: Final = (3, 11)

_ARCHITECTURE: Final = "x86_64"
_NEWEST_GLIBC_MINOR: Final = 28
_OLDEST_GLIBC_MINOR: Final = 5  # what manylinux1 stands for
_OLD_NAMES: Final = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


@dataclass(frozen=True, slots=True)
class Target:
    """One minor version of CPython on FC's platform."""

    python: tuple[int, int]

    @property
    def python_version(self) -> str:
        """Minor version as it is written: `3.12`."""
        return f"{self.python[0]}.{self.python[1]}"

    @property
    def runtime(self) -> str:
        """What FC calls the runtime; it has none for versions that only serve tests."""
        return f"python{self.python_version}"

    @property
    def abis(self) -> tuple[str, str, str]:
        """Binary interfaces that this CPython loads, best first."""
        return (f"cp{self.python[0]}{self.python[1]}", "abi3", "none")

    @property
    def platform(self) -> str:
        """Newest platform tag that the runtime can load."""
        return self.platforms[0]

    @property
    def platforms(self) -> tuple[str, ...]:
        """Every platform tag that the runtime can load, newest first."""
        return tuple(_platforms())

    def tags(self) -> frozenset[Tag]:
        """Every wheel tag that the runtime can load."""
        platforms = self.platforms
        interpreter = self.abis[0]
        return frozenset(
            (
                *cpython_tags(self.python, [interpreter], platforms),
                *compatible_tags(self.python, interpreter, platforms),
            )
        )

    def marker_environment(self) -> dict[str, str]:
        """What environment markers in metadata are to be judged by, instead of this machine."""
        return {
            **{name: str(value) for name, value in default_environment().items()},
            "implementation_name": "cpython",
            "implementation_version": f"{self.python_version}.0",
            "os_name": "posix",
            "platform_machine": _ARCHITECTURE,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python_version}.0",
            "python_version": self.python_version,
            "sys_platform": "linux",
        }


def parse_target(version: str) -> Target:
    """Return the target of a version like `3.12`.

    Raises:
        PackagingError: it is no such version, or too old for the functions.
    """
    major, _, minor = version.partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        raise PackagingError(f"--python {version}: neither a version like 3.12 nor an interpreter")
    python = (int(major), int(minor))
    if python < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        raise PackagingError(f"--python {version}: the functions need Python {oldest} or newer")
    return Target(python)


def _platforms() -> Iterator[str]:
    for minor in range(_NEWEST_GLIBC_MINOR, _OLDEST_GLIBC_MINOR - 1, -1):
        yield f"manylinux_2_{minor}_{_ARCHITECTURE}"
        if minor in _OLD_NAMES:
            yield f"{_OLD_NAMES[minor]}_{_ARCHITECTURE}"
