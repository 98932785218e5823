"""A package index in a folder, with small distributions that tests make: pip and uv offline."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.packaging.pins import Pin

_EVERYWHERE = "py3-none-any"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder; everything else is out of reach of pip and uv."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """Return an environment in which this is the only index."""
        return {
            "PATH": os.environ["PATH"],
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.folder),
            "UV_OFFLINE": "1",
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": str(self.folder),
            "UV_NO_CACHE": "1",
        }

    def wheel(
        self,
        name: str,
        version: str,
        *requires: str,
        files: Mapping[str, str] | None = None,
        tag: str = _EVERYWHERE,
    ) -> Pin:
        """Put a wheel there and return a pin of it; without `files` it holds one module."""
        info = f"{name}-{version}.dist-info"
        metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
        metadata += [f"Requires-Dist: {requirement}\n" for requirement in requires]
        members = {
            **(files or {f"{name}.py": f"VERSION = {version!r}\n"}),
            f"{info}/METADATA": "".join(metadata),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
            f"{info}/RECORD": "",
        }
        path = self.folder / f"{name}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in members.items():
                archive.writestr(zipfile.ZipInfo(member), text)
        return pin_of(name, version, path)

    def source(self, name: str, version: str, files: Mapping[str, str]) -> Pin:
        """Put a source distribution there and return a pin of it."""
        path = self.folder / f"{name}-{version}.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for member, text in files.items():
                entry = tarfile.TarInfo(f"{name}-{version}/{member}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        return pin_of(name, version, path)


def pin_of(name: str, version: str, path: Path) -> Pin:
    """Return a pin of a distribution that is one file."""
    return Pin(name, version, frozenset({hashlib.sha256(path.read_bytes()).hexdigest()}))
