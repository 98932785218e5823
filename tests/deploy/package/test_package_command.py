"""The command: what it says, and that a failure leaves everything as it was."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from infra.packaging.build import CACHE, ROOT, build_packages
from infra.packaging.errors import PackagingError
from infra.packaging.interpreters import find_interpreter
from infra.packaging.target import Target
from tests.deploy.package.built import Package

pytestmark = pytest.mark.timeout(300)  # the first test of all processes builds the packages

NO_INDEX: Final = {
    "PATH": os.environ["PATH"],
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_RETRIES": "1",
}
"""Nobody listens there."""
SMALL_FILE_BYTES: Final = 1 << 20


def command(
    *arguments: str | Path, prepare: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "infra.packaging", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        preexec_fn=prepare,
    )


def older_build(out: Path) -> Mapping[str, str]:
    """Make what looks like an older build; return what is in its folder."""
    out.mkdir()
    (out / "manifest.json").write_text("old")
    (out / "layer.zip").write_text("old")
    return contents(out.parent)


def contents(folder: Path) -> Mapping[str, str]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_command_builds_and_says_what_it_built(package: Package, tmp_path: Path) -> None:
    """Sizes, what was left out and who compiled can be read; the older build is replaced."""
    older_build(tmp_path / "package")
    done = command("--out", tmp_path / "package")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    manifest = package.manifest
    assert [line.split()[0] for line in lines if "MiB zip" in line] == [
        "layer",
        "watcher",
        "bootstrap",
    ]
    made = manifest["bytecode"]
    said = f"bytecode by CPython {made['python']}" if made else "no bytecode: no CPython 3.12 was"
    assert any(line.startswith(said) for line in lines)
    assert lines[-1] == f"for python3.12 on manylinux_2_28_x86_64, in {tmp_path / 'package'}"
    built = (tmp_path / "package" / "manifest.json").read_bytes()
    assert built == (package.out / "manifest.json").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_a_full_disk_leaves_the_older_build(package: Package, tmp_path: Path) -> None:
    """A file that cannot be written whole is one sentence, and nothing half-made stays."""
    del package  # everything is in the cache now: what fails is writing the result
    before = older_build(tmp_path / "package")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE_BYTES, SMALL_FILE_BYTES))

    done = command("--out", tmp_path / "package", prepare=small_files)
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("package: File too large (")
    assert contents(tmp_path) == before


def test_no_network_leaves_the_older_build(tmp_path: Path) -> None:
    """With nothing in the cache and no index there is one sentence, and nothing half-made."""
    before = older_build(tmp_path / "package")
    with pytest.raises(PackagingError) as refusal:
        build_packages(tmp_path / "package", cache=tmp_path / "cache", environment=NO_INDEX)
    assert str(refusal.value) == (
        "pip: the package index cannot be reached: check network, proxy and PIP_INDEX_URL"
    )
    assert contents(tmp_path) == before


def test_a_folder_with_other_things_is_not_replaced(tmp_path: Path) -> None:
    """A mistaken --out destroys nothing."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PackagingError) as refusal:
        build_packages(tmp_path, cache=CACHE)
    assert str(refusal.value) == (
        f"--out {tmp_path}: holds other things than a build; name another folder"
    )
    assert contents(tmp_path) == {"thesis.txt": "years of work"}


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("3.10", "--python 3.10: the functions need Python 3.11 or newer"),
        ("three", "--python three: neither a version like 3.12 nor an interpreter"),
        ("/dev/null", "--python /dev/null: no CPython runs there"),
        ("/bin/cat", "--python /bin/cat: no CPython runs there"),
    ],
)
def test_a_wrong_python_is_refused(tmp_path: Path, python: str, sentence: str) -> None:
    """The functions' own needs are checked before anything is downloaded."""
    done = command("--out", tmp_path / "package", "--python", python)
    assert (done.returncode, done.stderr) == (1, f"package: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_interpreter_that_only_looks_right_is_passed_over(tmp_path: Path) -> None:
    """A shim of a version that is not installed fails when it runs, and the next one is taken."""
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    environment = {"PATH": str(tmp_path)}
    here = Target(sys.version_info[:2])
    assert find_interpreter(Target((3, 99)), environment) is None
    found = find_interpreter(here, environment)
    assert found is not None
    assert found.version == sys.version_info[:3]
