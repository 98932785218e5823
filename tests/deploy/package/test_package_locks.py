"""The locks: what they pin, for whom, and how they are made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.packaging.build import CACHE, ROOT, locked_wheels
from infra.packaging.contents import SOURCE_ONLY
from infra.packaging.errors import PackagingError
from infra.packaging.layer import unmet_requirements
from infra.packaging.locking import BUILD_REQUIREMENTS, write_locks
from infra.packaging.pins import BUILD_LOCK, LAYER_LOCK, read_lock
from infra.packaging.target import Target
from tests.deploy.package.built import Package
from tests.deploy.package.shelf import Shelf

pytestmark = pytest.mark.timeout(300)  # the first test of all processes builds the packages

TARGET: Final = Target((3, 12))
NEWEST_GLIBC: Final = (2, 28)
"""What the older of FC's two runtimes for Python has: Debian 10."""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return an empty package index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return Shelf(folder)


def versions_in(name: str) -> dict[str, str]:
    """Return what a requirements file of the repository pins."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    requirements = [Requirement(line) for line in lines if line]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in requirements
    }


def test_the_lock_has_the_versions_that_were_tested() -> None:
    """requirements.txt is in the lock, and every version is the one of constraints.txt."""
    locked = {pin.name: pin.version for pin in read_lock(LAYER_LOCK)}
    tested = versions_in("constraints.txt")
    assert locked == {name: tested[name] for name in locked}
    wanted = versions_in("requirements.txt")
    assert wanted == {name: locked[name] for name in wanted}


def test_the_build_tools_are_locked() -> None:
    """What builds wheels of sources is as pinned as the sources are."""
    pins = [f"{pin.name}=={pin.version}" for pin in read_lock(BUILD_LOCK)]
    assert pins == list(BUILD_REQUIREMENTS)


def test_every_library_can_be_loaded_where_the_functions_run(package: Package) -> None:
    """No compiled module asks for a newer C library than the runtime has, nor another Python."""
    compiled = list(package.libraries.rglob("*.so"))
    needs = {path.name: glibc_of(path) for path in compiled}
    assert len(compiled) > 10
    assert {name for name, glibc in needs.items() if glibc > NEWEST_GLIBC} == set()
    kinds = {name.split(".")[-2].removesuffix("-x86_64-linux-gnu") for name in needs}
    assert kinds == {"cpython-312", "abi3"}


def glibc_of(path: Path) -> tuple[int, int]:
    """Return the newest version of the C library whose symbols a compiled module names."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)", path.read_bytes())
    return max(((int(major), int(minor)) for major, minor in found), default=(0, 0))


def test_exactly_the_named_distributions_are_built_from_source(package: Package) -> None:
    """All else is used as it was published."""
    built = {one["name"] for one in package.manifest["included"] if one["built_from_source"]}
    assert built == set(SOURCE_ONLY)


def test_a_lock_that_lacks_something_is_noticed(package: Package) -> None:
    """The wheels' own metadata, judged for the target, decides whether the lock is complete."""
    del package  # its wheels are in the cache now
    wheels = locked_wheels(TARGET, CACHE / "wheels", {}, print)
    assert unmet_requirements(wheels, TARGET) == []
    without = [wheel for wheel in wheels if wheel.pin.name != "idna"]
    assert [line.partition(" ")[0] for line in unmet_requirements(without, TARGET)] == [
        "anyio",
        "requests",
        "yarl",
    ]


def test_locks_are_made_for_the_target(shelf: Shelf, tmp_path: Path) -> None:
    """Markers are judged for FC's Python and platform, versions are those of constraints.txt."""
    needs = (
        'old; python_version < "3.12"',
        'windows; sys_platform == "win32"',
        'linux; platform_machine == "x86_64" and sys_platform == "linux"',
    )
    alpha = shelf.wheel("alpha", "1.0", *needs)
    shelf.wheel("alpha", "2.0")
    linux = shelf.wheel("linux", "3.0", tag="cp312-cp312-manylinux_2_28_x86_64")
    shelf.wheel("linux", "4.0", tag="cp312-cp312-manylinux_2_34_x86_64")
    name, _, version = BUILD_REQUIREMENTS[0].partition("==")
    tool = shelf.wheel(name, version)
    (tmp_path / "requirements.txt").write_text("alpha\n")
    (tmp_path / "constraints.txt").write_text("alpha==1.0\nunheard==1.0\n")
    write_locks(tmp_path, TARGET, shelf.environment, tmp_path)
    assert read_lock(tmp_path / "layer.lock") == (alpha, linux)
    assert read_lock(tmp_path / "build.lock") == (tool,)


def test_a_failed_resolution_leaves_the_locks_as_they_were(shelf: Shelf, tmp_path: Path) -> None:
    """A lock is replaced by a whole new one or not at all."""
    (tmp_path / "requirements.txt").write_text("unheard-of\n")
    (tmp_path / "constraints.txt").touch()
    shutil.copy(LAYER_LOCK, tmp_path)
    with pytest.raises(PackagingError, match="unheard-of"):
        write_locks(tmp_path, TARGET, shelf.environment, tmp_path)
    assert (tmp_path / "layer.lock").read_text() == LAYER_LOCK.read_text()
    assert not (tmp_path / "build.lock").exists()


@pytest.mark.parametrize("line", ["six>=1.0", "six==1.17.0", "six==1.17.0 --hash=md5:00"])
def test_a_lock_without_hashes_is_refused(tmp_path: Path, line: str) -> None:
    """Nothing is downloaded whose bytes are not known beforehand."""
    lock = tmp_path / "layer.lock"
    lock.write_text(f"# a comment\n{line}\n")
    with pytest.raises(PackagingError) as refusal:
        read_lock(lock)
    assert str(refusal.value) == (
        f"layer.lock: not a version with its hashes: {line!r};"
        " make the lock anew with python -m infra.packaging lock"
    )
