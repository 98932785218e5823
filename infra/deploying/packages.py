"""The packages that are deployed: built where they are missing, and what is in them."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.deploying.rules.code import Archives
from infra.deploying.world import World
from infra.packaging.build import build_packages

FOLDER: Final = Path("build") / "package"
_MANIFEST: Final = "manifest.json"
_CODE_AS_NAMED: Final = "../build/package/"
"""How s.yaml, which lies in infra/, names the folder."""


@dataclass(frozen=True, slots=True)
class LayerPackage:
    """The layer's archive; `checksum` is its CRC-64, as Function Compute counts it."""

    path: Path
    checksum: str
    sha256: str
    runtime: str


class PackageMissingError(Exception):
    """A package is missing or cannot be read; the message is one sentence."""


def ensure_packages(world: World) -> None:
    """Build the packages if there are none.

    Raises:
        PackagingError: they cannot be built.
        OSError: a file cannot be read or written.
    """
    if not (world.root / FOLDER / _MANIFEST).is_file():
        world.say("building the packages (make package does it too) …")
        build_packages(world.root / FOLDER, environment=world.environment, say=world.say)


def layer_package(root: Path) -> LayerPackage:
    """Return the layer that is to be published.

    Raises:
        PackageMissingError: there is none.
    """
    folder = root / FOLDER
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        layer = manifest["artefacts"]["layer"]
        package = LayerPackage(
            folder / layer["name"], layer["crc64"], layer["sha256"], manifest["runtime"]
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PackageMissingError(_missing(folder / _MANIFEST)) from error
    if not package.path.is_file():
        raise PackageMissingError(_missing(package.path))
    return package


def archives(root: Path) -> Archives:
    """Return the files in each package, by the name that s.yaml has for it."""
    found = {}
    for path in sorted((root / FOLDER).glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                found[f"{_CODE_AS_NAMED}{path.name}"] = frozenset(archive.namelist())
        except zipfile.BadZipFile:
            continue  # as good as none, and told so
    return found


def _missing(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.parent.name}/{path.name} is missing: run make package."
