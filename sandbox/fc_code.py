"""Code packages on disk: each one unpacked once."""

from __future__ import annotations

import threading
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from sandbox.domain.fc.packages import Package

_PERMISSIONS: Final = 0o777
_OWNER: Final = 0o600
_UNIX_SHIFT: Final = 16  # where a ZIP archive made on Unix keeps an entry's mode


_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""Damaged, encrypted (RuntimeError) or packed in a way that Python does not know (its subclass)."""


class CodeStore:
    """Unpacked packages in `code` and `opt` under `root`; safe to use by many threads.

    Raises OSError where a package cannot be unpacked.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where everything is, for who wants it to stay as it is."""
        return (self.root / "code", self.root / "opt")

    def code(self, package: Package) -> Path:
        """The folder of a function's code, what FC calls /code."""
        return self._folder("code", (package,))

    def layers(self, packages: Sequence[Package]) -> Path:
        """The folder of all layers together, what FC calls /opt; the first one's files win."""
        return self._folder("opt", packages)

    def _folder(self, kind: str, packages: Sequence[Package]) -> Path:
        names = [f"{package.checksum}-{package.size}" for package in packages]
        folder = self.root.joinpath(kind, *names, "files")
        with self._lock:
            if not folder.exists():
                unfinished = folder.with_name("unfinished")
                unfinished.mkdir(parents=True, exist_ok=True)
                for package in reversed(packages):
                    _unpack(package, unfinished)
                unfinished.rename(folder)
        return folder


def _unpack(package: Package, folder: Path) -> None:
    """Extracts what the model has checked; no entry's name leads out of `folder`."""
    try:
        with zipfile.ZipFile(BytesIO(package.content)) as archive:
            for entry in archive.infolist():
                _extract(archive, entry, folder)
    except _UNREADABLE as error:
        raise OSError(f"its code package cannot be unpacked: {error}") from error


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    extracted = Path(archive.extract(entry, folder))
    mode = entry.external_attr >> _UNIX_SHIFT & _PERMISSIONS
    if mode and extracted.is_file():
        extracted.chmod(mode | _OWNER)
