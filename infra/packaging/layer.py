"""The layer: what wheels hold, spread out as it is to lie in FC's /opt/python."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from infra.packaging.contents import FILES, KEPT_FILES
from infra.packaging.errors import PackagingError
from infra.packaging.target import Target
from infra.packaging.wheels import Wheel

_LIBRARIES = ("purelib", "platlib")


def spread(wheel: Wheel, folder: Path) -> None:
    """Lay out the files of a wheel that a function may need.

    Raises:
        PackagingError: the wheel is damaged, or leads out of the folder, or holds a file that
            another one has laid out with other content.
    """
    with _opened(wheel) as archive:
        for name, entry in _kept(archive):
            path = folder / name
            content = archive.read(entry)
            if path.exists() and path.read_bytes() != content:
                raise PackagingError(f"{wheel.path.name}: another distribution has a {name} too")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def sizes(wheel: Wheel) -> tuple[int, int]:
    """Return how many bytes the files of a wheel have, and those of them that may be needed."""
    with _opened(wheel) as archive:
        everything = sum(entry.file_size for entry in archive.infolist())
        return everything, sum(entry.file_size for _, entry in _kept(archive))


def layer_path(name: str) -> str | None:
    """Return where a file of a wheel belongs, None where it is no library (scripts, headers).

    Raises:
        PackagingError: it leads out of the layer.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise PackagingError(f"a wheel holds a file that would lie outside of the layer: {name}")
    if not path.parts[0].endswith(".data"):
        return name
    kind, *rest = path.parts[1:]
    return "/".join(rest) if kind in _LIBRARIES else None


def is_left_out(name: str) -> bool:
    """Whether the patterns leave a file of the layer out."""
    if any(fnmatchcase(name, pattern) for pattern in KEPT_FILES):
        return False
    return any(fnmatchcase(name, omission.what) for omission in FILES)


@contextmanager
def _opened(wheel: Wheel) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(wheel.path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise PackagingError(f"{wheel.path.name} cannot be unpacked: {error}") from error


def _kept(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Files that the layer has of a wheel, with their paths in the layer."""
    for entry in archive.infolist():
        name = None if entry.is_dir() else layer_path(entry.filename)
        if name is not None and not is_left_out(name):
            yield name, entry


def unmet_requirements(wheels: Sequence[Wheel], target: Target) -> list[str]:
    """Return what the wheels' metadata asks for on the target and the lock does not have.

    A lock is made for one target; this tells whether it is complete and consistent for another.
    """
    versions = {wheel.pin.name: Version(wheel.pin.version) for wheel in wheels}
    environment = {**target.marker_environment(), "extra": ""}
    unmet = []
    for wheel in wheels:
        for requirement in _requirements(wheel):
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
            have = versions.get(canonicalize_name(requirement.name))
            if have is None or not requirement.specifier.contains(have, prereleases=True):
                unmet.append(f"{wheel.pin.name} {wheel.pin.version} needs {requirement}")
    return unmet


def _requirements(wheel: Wheel) -> list[Requirement]:
    with _opened(wheel) as archive:
        [name] = (n for n in archive.namelist() if fnmatchcase(n, "*.dist-info/METADATA"))
        # Not every published METADATA is valid in all its fields; these are all that counts here.
        metadata = Metadata.from_email(archive.read(name), validate=False)
    return list(metadata.requires_dist or ())
