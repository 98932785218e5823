"""Wheels of the locked distributions: downloaded or built once, and checked at every use.

The cache is addressed by content: a folder is named after everything that decides what lies in it
(pin with its hashes, target, what builds), so that another input never finds it; and the file in it
still has to have its hash, else it is had anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra.packaging.commands import Tool
from infra.packaging.errors import PackagingError
from infra.packaging.pins import Pin, as_requirements
from infra.packaging.target import Target

_QUIET: Final = ("--quiet", "--no-input", "--disable-pip-version-check")
_EXACTLY: Final = ("--no-deps", "--require-hashes")
_SUM: Final = "sha256"
_SOURCE_DATE: Final = {"SOURCE_DATE_EPOCH": "315532800"}
"""1980: the earliest date that a ZIP archive can say."""
_PURE: Final = frozenset({Tag("py3", "none", "any")})


@dataclass(frozen=True, slots=True)
class Wheel:
    """One distribution as a wheel; `built` here from its source, else downloaded."""

    pin: Pin
    path: Path
    built: bool


@dataclass(frozen=True, slots=True)
class Builder:
    """What makes wheels of sources: locked tools, and the Python (`3.12`) that they run in."""

    pins: Sequence[Pin]
    python_version: str


@dataclass(frozen=True, slots=True)
class WheelCache:
    """Wheels for one target in a folder; `pip` gets them, `say` tells a person what is done."""

    folder: Path
    target: Target
    pip: Tool
    say: Callable[[str], None]

    def downloaded(self, pins: Sequence[Pin]) -> list[Wheel]:
        """Return the wheels of these pins, each with one of the hashes that its pin has.

        Raises:
            PackagingError: one cannot be had, has another hash, or is not for the target.
        """
        facts = {"abis": self.target.abis, "platforms": self.target.platforms}
        places = {pin: self._place(pin, facts) for pin in pins}
        missing = [pin for pin, place in places.items() if not _holds(place, pin.hashes)]
        if missing:
            self.say(f"downloading {len(missing)} wheels for {self.target.platform} …")
            with self._scratch() as scratch:
                self._keep(missing, places, self._download(missing, Path(scratch)))
        return [Wheel(pin, _wheel_in(place), built=False) for pin, place in places.items()]

    def built(self, pins: Sequence[Pin], builder: Builder) -> list[Wheel]:
        """Return wheels of pins that are published as source, built with the builder's tools.

        Raises:
            PackagingError: a source cannot be had, has another hash, cannot be built, or makes
                a wheel that is not pure Python (it would be this machine's, not the target's).
        """
        facts = {"tools": as_requirements(builder.pins), "python": builder.python_version}
        places = {pin: self._place(pin, facts) for pin in pins}
        missing = [pin for pin, place in places.items() if not _holds(place, _noted(place))]
        if missing:
            self.say(f"building {', '.join(pin.name for pin in missing)} from source …")
            with self._scratch() as scratch:
                wheels = _build(self.pip, missing, builder, Path(scratch))
                for pin, wheel in wheels.items():
                    _require_pure(pin, wheel)
                self._keep(missing, places, wheels)
        return [Wheel(pin, _wheel_in(place), built=True) for pin, place in places.items()]

    def _place(self, pin: Pin, facts: Mapping[str, object]) -> Path:
        text = json.dumps([pin.as_requirement(), facts], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        return self.folder / f"{pin.name}-{pin.version}-{key[:20]}"

    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".unfinished-", dir=self.folder)

    def _download(self, pins: Sequence[Pin], scratch: Path) -> dict[Pin, Path]:
        got = scratch / "got"
        self.pip.run(
            "download",
            *_QUIET,
            *_EXACTLY,
            "--only-binary=:all:",
            f"--python-version={self.target.python_version}",
            "--implementation=cp",
            *(f"--abi={abi}" for abi in self.target.abis),
            *(f"--platform={platform}" for platform in self.target.platforms),
            f"--requirement={_written(scratch / 'wanted.txt', pins)}",
            f"--dest={got}",
        )
        wheels = _paired(pins, got)
        for wheel in wheels.values():
            if self.target.tags().isdisjoint(parse_wheel_filename(wheel.name)[3]):
                raise PackagingError(f"{wheel.name} cannot be loaded on {self.target.platform}")
        return wheels

    def _keep(
        self, pins: Sequence[Pin], places: Mapping[Pin, Path], wheels: Mapping[Pin, Path]
    ) -> None:
        """Move what was got to its places, each at once: a half-made place never exists."""
        for pin in pins:
            made = wheels[pin].parent.with_name(f"made-{pin.name}")
            made.mkdir()
            (made / _SUM).write_text(sum_of(wheels[pin]), "ascii")
            wheels[pin].rename(made / wheels[pin].name)
            shutil.rmtree(places[pin], ignore_errors=True)
            try:
                made.rename(places[pin])
            except OSError:
                # Another process was faster; what it has put there must be as good.
                if not _holds(places[pin], _noted(places[pin])):
                    raise


def _build(pip: Tool, pins: Sequence[Pin], builder: Builder, scratch: Path) -> dict[Pin, Path]:
    tools, got = scratch / "tools", scratch / "got"
    pip.run(
        "install",
        *_QUIET,
        *_EXACTLY,
        "--only-binary=:all:",
        f"--requirement={_written(scratch / 'tools.txt', builder.pins)}",
        f"--target={tools}",
    )
    pip.run(
        "wheel",
        *_QUIET,
        *_EXACTLY,
        "--no-binary=:all:",
        "--no-build-isolation",  # the locked tools build, not the newest ones
        "--no-cache-dir",  # pip's own cache may hold a wheel that other tools have built
        f"--requirement={_written(scratch / 'wanted.txt', pins)}",
        f"--wheel-dir={got}",
        extra={**_SOURCE_DATE, "PYTHONPATH": str(tools)},
    )
    return _paired(pins, got)


def _require_pure(pin: Pin, wheel: Path) -> None:
    if _PURE.isdisjoint(parse_wheel_filename(wheel.name)[3]):
        raise PackagingError(
            f"{pin.name} {pin.version} is built from source and is not pure Python ({wheel.name}):"
            " choose a version that is published as a wheel for the target"
        )


def _written(path: Path, pins: Sequence[Pin]) -> Path:
    path.write_text(as_requirements(pins), "utf-8")
    return path


def _paired(pins: Sequence[Pin], folder: Path) -> dict[Pin, Path]:
    """Which wheel is whose."""
    wheels = {parse_wheel_filename(path.name)[0]: path for path in folder.glob("*.whl")}
    return {pin: wheels[canonicalize_name(pin.name)] for pin in pins}


def _holds(place: Path, sums: Collection[str]) -> bool:
    """Whether a place holds one wheel that has one of these sums."""
    wheels = list(place.glob("*.whl"))
    return len(wheels) == 1 and sum_of(wheels[0]) in sums


def _noted(place: Path) -> frozenset[str]:
    """The sum that was noted when the wheel was built; empty where there is none."""
    note = place / _SUM
    return frozenset({note.read_text("ascii")}) if note.exists() else frozenset()


def _wheel_in(place: Path) -> Path:
    [wheel] = place.glob("*.whl")
    return wheel


def sum_of(path: Path) -> str:
    """Return the SHA-256 sum of a file, hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, _SUM).hexdigest()
