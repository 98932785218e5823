"""The same inputs make the same bytes, and the manifest says what they are."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from infra.packaging.archive import Archive, describe, pack
from infra.packaging.build import CACHE, ROOT, build_packages
from infra.packaging.errors import PackagingError
from infra.packaging.limits import require_room
from sandbox.domain.fc.crc64 import crc64
from tests.deploy.package.built import Package

pytestmark = pytest.mark.timeout(300)  # the first test of all processes builds the packages

NAMES: Final = ("layer", "watcher", "bootstrap")
BUILD_ELSEWHERE: Final = """
import os, sys
from pathlib import Path
from infra.packaging.build import build_packages
os.umask(0o077)
build_packages(Path(sys.argv[1]), cache=Path(sys.argv[2]))
"""


def test_a_second_build_elsewhere_makes_the_same_bytes(package: Package, tmp_path: Path) -> None:
    """Neither folder, time zone, umask nor hash seed shows; the layer is made anew for this."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "wheels").symlink_to(CACHE / "wheels")
    out = tmp_path / "somewhere" / "else"
    subprocess.run(
        [sys.executable, "-c", BUILD_ELSEWHERE, out, cache],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        check=True,
    )
    names = [f"{name}.zip" for name in NAMES] + ["manifest.json"]
    sums = [{name: sha256(folder / name) for name in names} for folder in (package.out, out)]
    assert sums[0] == sums[1]
    assert modes(package.out) == modes(out)


def sha256(path: Path) -> str:
    """Return the sum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def modes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return mode and time of everything in a folder."""
    found = {path.relative_to(folder).as_posix(): path.stat() for path in folder.rglob("*")}
    return {name: (stat.st_mode, int(stat.st_mtime)) for name, stat in found.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_describes_each_archive(package: Package, name: str) -> None:
    """Sums and sizes are the archive's; the CRC-64 is the one that Function Compute computes."""
    path = package.out / f"{name}.zip"
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    stated = package.manifest["artefacts"][name]
    checked = stated.pop("crc64")
    assert stated == {
        "name": path.name,
        "sha256": sha256(path),
        "zip_bytes": len(content),
        "unpacked_bytes": sum(entry.file_size for entry in entries),
        "files": len(entries),
    }
    if name != "layer":  # the model's own way of computing it takes too long there
        assert checked == crc64(content)


def test_bytecode_is_for_the_runtime_and_for_nobody_else(package: Package) -> None:
    """Each file has the stated magic, needs no check, and names its source where FC has it."""
    made = package.manifest["bytecode"]
    if made is None:
        pytest.skip("no CPython 3.12 on PATH, in uv or in pyenv: no bytecode was made")
    places = {
        package.libraries: "/opt/python",
        package.code("watcher"): "/code",
        package.code("bootstrap"): "/code",
    }
    unchecked = bytes.fromhex(made["magic"]) + (1).to_bytes(4, "little")
    wrong = [
        file
        for folder, place in places.items()
        for file in folder.rglob("*.pyc")
        if not is_right(file, folder, place, unchecked)
    ]
    assert wrong == []


def is_right(file: Path, folder: Path, place: str, head: bytes) -> bool:
    """Whether a file of bytecode begins so, and names the path of its source in FC alone."""
    content = file.read_bytes()
    source = file.parent.parent / f"{file.name.partition('.')[0]}.py"
    named = f"{place}/{source.relative_to(folder).as_posix()}".encode()
    return content.startswith(head) and named in content and bytes(ROOT) not in content


def test_without_an_interpreter_of_the_runtime_there_is_no_bytecode(tmp_path: Path) -> None:
    """Packages are built all the same, and the manifest says that imports will cost more."""
    if sys.version_info[:2] == (3, 12):
        pytest.skip("this Python is the runtime's")
    manifest = build_packages(tmp_path / "package", environment={"PATH": ""})
    assert manifest.bytecode is None
    assert json.loads((tmp_path / "package" / "manifest.json").read_text())["bytecode"] is None
    assert list((tmp_path / "package").rglob("*.pyc")) == []


def test_an_archive_is_the_same_whatever_the_order_and_the_times(tmp_path: Path) -> None:
    """Names decide the order, and nothing of the file system is kept but the contents."""
    for folder, names in (("a", ("x/1.py", "x.py")), ("b", ("x.py", "x/1.py"))):
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
            path.chmod(0o600 if folder == "a" else 0o755)
        pack(tmp_path / folder, tmp_path / "packed.zip")
        (tmp_path / "packed.zip").rename(tmp_path / f"{folder}.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert describe(tmp_path / "a.zip").files == 2


@pytest.mark.parametrize(
    ("zip_mib", "unpacked_mib", "sentence"),
    [
        (101, 1, "layer.zip is 101.0 MiB, Function Compute takes 100 MiB"),
        (1, 501, "layer.zip is unpacked 501.0 MiB, Function Compute takes 500 MiB"),
    ],
)
def test_a_package_that_is_too_large_is_refused(
    zip_mib: int, unpacked_mib: int, sentence: str
) -> None:
    """The limits that hold in every region are checked before anything is deployed."""
    archive = Archive("layer.zip", "", "", zip_mib << 20, unpacked_mib << 20, 1)
    with pytest.raises(PackagingError) as refusal:
        require_room(archive)
    assert str(refusal.value) == (f"{sentence}: leave something out in infra/packaging/contents.py")


def test_every_archive_is_far_from_the_limits(package: Package) -> None:
    """There is room to grow: a third of each limit at most is used."""
    for stated in package.manifest["artefacts"].values():
        require_room(
            Archive(**stated | {name: 3 * stated[name] for name in ("zip_bytes", "unpacked_bytes")})
        )
