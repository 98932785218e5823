"""Getting wheels: what is kept, what is had anew, and what is refused; pip itself does the work."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from infra.packaging.commands import Tool, explain
from infra.packaging.errors import PackagingError
from infra.packaging.layer import spread
from infra.packaging.layer_cache import layer_archive
from infra.packaging.pins import Pin
from infra.packaging.target import Target
from infra.packaging.wheels import Builder, Wheel, WheelCache
from tests.deploy.package.shelf import Shelf

TARGET: Final = Target((3, 12))
BACKEND: Final = """
import pathlib, zipfile

METADATA = "Metadata-Version: 2.1\\nName: beta\\nVersion: 1.0\\n"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    tag = pathlib.Path("tag").read_text()
    name = f"beta-1.0-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        archive.writestr("beta.py", "")
        archive.writestr("beta-1.0.dist-info/METADATA", METADATA)
        archive.writestr("beta-1.0.dist-info/WHEEL", f"Wheel-Version: 1.0\\nTag: {tag}\\n")
        archive.writestr("beta-1.0.dist-info/RECORD", "")
    return name
"""
"""A build backend: it makes a wheel with the tag that the source names."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A package index, and a cache that is filled from it; `said` is what a person was told."""

    shelf: Shelf
    cache: WheelCache
    said: list[str]

    def left_behind(self) -> list[str]:
        """Return what lies in the cache half-made."""
        return [path.name for path in self.cache.folder.glob(".*")]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return an empty index and an empty cache."""
    shelf = Shelf(tmp_path / "shelf")
    shelf.folder.mkdir()
    said: list[str] = []
    pip = Tool("pip", (sys.executable, "-m", "pip"), shelf.environment)
    return Shop(shelf, WheelCache(tmp_path / "cache", TARGET, pip, said.append), said)


def test_a_wheel_is_downloaded_once(shop: Shop) -> None:
    """The second time it is found in the cache, whole and checked."""
    pin = shop.shelf.wheel("alpha", "1.0", tag="cp312-cp312-manylinux_2_28_x86_64")
    [first] = shop.cache.downloaded([pin])
    [second] = shop.cache.downloaded([pin])
    assert first == second
    assert first.path.name == "alpha-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    assert shop.said == ["downloading 1 wheels for manylinux_2_28_x86_64 …"]
    assert shop.left_behind() == []


def test_a_damaged_wheel_in_the_cache_is_had_anew(shop: Shop) -> None:
    """What has not its hash any more is never used."""
    pin = shop.shelf.wheel("alpha", "1.0")
    [wheel] = shop.cache.downloaded([pin])
    good = wheel.path.read_bytes()
    wheel.path.write_bytes(good[:-1])
    [again] = shop.cache.downloaded([pin])
    assert (again.path.read_bytes(), len(shop.said)) == (good, 2)


def test_another_lock_finds_nothing_of_the_old_one(shop: Shop) -> None:
    """Where a version was published anew with other bytes, the old file is not taken for it."""
    old = shop.shelf.wheel("alpha", "1.0")
    [before] = shop.cache.downloaded([old])
    new = shop.shelf.wheel("alpha", "1.0", files={"alpha.py": "VERSION = 'changed'\n"})
    [after] = shop.cache.downloaded([new])
    assert before.path.read_bytes() != after.path.read_bytes()


@pytest.mark.parametrize(
    "tag",
    ["cp312-cp312-manylinux_2_34_x86_64", "cp311-cp311-manylinux_2_28_x86_64", "py3-none-win32"],
)
def test_a_wheel_that_the_runtime_cannot_load_is_not_taken(shop: Shop, tag: str) -> None:
    """A newer C library, another Python or system: the sentence says what to do."""
    pin = shop.shelf.wheel("alpha", "1.0", tag=tag)
    with pytest.raises(PackagingError) as refusal:
        shop.cache.downloaded([pin])
    assert str(refusal.value) == (
        "pip: alpha==1.0 has no wheel for the target: if it is pure Python, name it in SOURCE_ONLY"
        " (infra/packaging/contents.py); if not, choose another version"
    )


def test_a_wheel_with_another_hash_is_refused(shop: Shop) -> None:
    """Nothing of it reaches the cache."""
    pin = replace(shop.shelf.wheel("alpha", "1.0"), hashes=frozenset({"0" * 64}))
    with pytest.raises(PackagingError) as refusal:
        shop.cache.downloaded([pin])
    assert str(refusal.value) == (
        "pip: alpha==1.0 is not the file that was locked (wrong hash): nothing of it was used;"
        " try again, and where it stays so, find out who serves it"
    )
    assert list(shop.cache.folder.iterdir()) == []


def test_a_python_without_pip_is_told_apart(shop: Shop) -> None:
    """The sentence says how to get pip."""
    bare = Tool("pip", (sys.executable, "-I", "-S", "-m", "pip"), {})
    with pytest.raises(PackagingError) as refusal:
        replace(shop.cache, pip=bare).downloaded([shop.shelf.wheel("alpha", "1.0")])
    assert str(refusal.value) == (
        "pip: pip is missing in this Python: run make setup, or python -m ensurepip"
    )


@pytest.fixture
def builder(shop: Shop) -> Builder:
    """Return tools of builds: a small backend, so that no network is needed."""
    pin = shop.shelf.wheel("smallest", "1.0", files={"smallest.py": BACKEND})
    return Builder([pin], "3.11")


def source(shop: Shop, tag: str) -> Pin:
    """Put a source there that builds a wheel with this tag."""
    project = '[build-system]\nrequires = ["smallest"]\nbuild-backend = "smallest"\n'
    return shop.shelf.source("beta", "1.0", {"pyproject.toml": project, "tag": tag, "PKG-INFO": ""})


def test_a_source_is_built_once_with_the_locked_tools(shop: Shop, builder: Builder) -> None:
    """Other tools build it anew."""
    pin = source(shop, "py3-none-any")
    [first] = shop.cache.built([pin], builder)
    [second] = shop.cache.built([pin], builder)
    [other] = shop.cache.built([pin], replace(builder, python_version="3.13"))
    assert first == second
    assert (first.built, first.path.name) == (True, "beta-1.0-py3-none-any.whl")
    assert other.path != first.path
    assert shop.said == ["building beta from source …"] * 2
    assert shop.left_behind() == []


def test_a_source_that_is_not_pure_python_is_refused(shop: Shop, builder: Builder) -> None:
    """What was compiled here would not be the target's."""
    with pytest.raises(PackagingError) as refusal:
        shop.cache.built([source(shop, "py3-none-linux_x86_64")], builder)
    assert str(refusal.value) == (
        "beta 1.0 is built from source and is not pure Python (beta-1.0-py3-none-linux_x86_64.whl):"
        " choose a version that is published as a wheel for the target"
    )
    assert list(shop.cache.folder.iterdir()) == []


def test_no_distribution_overwrites_a_file_of_another(shop: Shop, tmp_path: Path) -> None:
    """Two libraries that both have a module of one name cannot be in one layer."""
    pins = [
        shop.shelf.wheel("alpha", "1.0", files={"common.py": "a"}),
        shop.shelf.wheel("beta", "1.0", files={"common.py": "b"}),
    ]
    first, second = shop.cache.downloaded(pins)
    spread(first, tmp_path / "layer")
    with pytest.raises(PackagingError) as refusal:
        spread(second, tmp_path / "layer")
    assert str(refusal.value) == (
        "beta-1.0-py3-none-any.whl: another distribution has a common.py too"
    )


@pytest.mark.parametrize("name", ["../alpha.py", "/alpha.py"])
def test_a_wheel_does_not_reach_out_of_the_layer(shop: Shop, tmp_path: Path, name: str) -> None:
    """A file that would lie elsewhere is refused before it is written."""
    pin = shop.shelf.wheel("alpha", "1.0", files={name: "x"})
    wheel = Wheel(pin, shop.shelf.folder / "alpha-1.0-py3-none-any.whl", built=False)
    with pytest.raises(PackagingError) as refusal:
        spread(wheel, tmp_path / "layer")
    assert str(refusal.value) == (
        f"a wheel holds a file that would lie outside of the layer: {name}"
    )


def test_the_kinds_of_files_of_a_wheel(shop: Shop, tmp_path: Path) -> None:
    """Libraries and METADATA are laid out; scripts, headers, tests and stubs are not."""
    files = {
        "alpha/__init__.py": "",
        "alpha/__init__.pyi": "",
        "alpha/tests/test_it.py": "",
        "alpha-1.0.data/purelib/extra.py": "",
        "alpha-1.0.data/scripts/alpha": "",
        "alpha-1.0.data/headers/alpha.h": "",
    }
    pin = shop.shelf.wheel("alpha", "1.0", files=files)
    wheel = Wheel(pin, shop.shelf.folder / "alpha-1.0-py3-none-any.whl", built=False)
    spread(wheel, tmp_path)
    laid = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    laid = {name for name in laid if not name.startswith("shelf/")}
    assert laid == {"alpha/__init__.py", "extra.py", "alpha-1.0.dist-info/METADATA"}


def test_a_finished_layer_is_used_again_while_nothing_changed(shop: Shop, tmp_path: Path) -> None:
    """Another wheel makes another layer, and a damaged one is made anew."""
    made: list[str] = []

    def make(tree: Path) -> None:
        made.append("made")
        (tree / "python").mkdir(parents=True)
        (tree / "python" / "alpha.py").write_text("1")

    def layer(version: str) -> Path:
        wheels = shop.cache.downloaded([shop.shelf.wheel("alpha", version)])
        return layer_archive(tmp_path / "layers", wheels, None, make)

    first = layer("1.0")
    good = first.read_bytes()
    assert (layer("1.0"), len(made)) == (first, 1)
    assert layer("2.0") != first
    first.write_bytes(good[:-1])
    assert (layer("1.0").read_bytes(), len(made)) == (good, 3)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on"
            " device",
            "pip: the disk is full: make room and run it again",
        ),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by"
            " 'NewConnectionError(…)'\nERROR: Could not find a version that satisfies the"
            " requirement six==1.17.0\nERROR: No matching distribution found for six==1.17.0",
            "pip: the package index cannot be reached: check network, proxy and PIP_INDEX_URL",
        ),
        ("one\n\ntwo\nthree\nfour\n", "pip failed: two | three | four"),
        ("", "pip failed: it said nothing"),
    ],
)
def test_what_a_tool_says_becomes_one_sentence(output: str, sentence: str) -> None:
    """Known causes are told with what to do, unknown ones with the tool's last words."""
    assert explain("pip", output) == sentence
