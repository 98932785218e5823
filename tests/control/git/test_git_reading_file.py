"""Reading a control file from a repository on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.git_host import ControlRepository, run_git
from tests.control.git.asking import DOCUMENT, ask, ask_in_vain


@pytest.mark.parametrize("packed", [False, True])
def test_refs_and_paths(repository: ControlRepository, *, packed: bool) -> None:
    """HEAD, branches, tags and commit ids are read from loose files and from packs alike."""
    first = repository.head
    repository.tag("v1", message="First")
    repository.commit_files({"ops/fleet.yaml": "capacity: 2\n"})
    if packed:
        run_git(["gc", "--quiet"], repository.path)
    url = f"file://{repository.path}"
    assert ask(url).commit.sha == repository.head
    assert ask(f"{url}#main:ops/fleet.yaml").text == b"capacity: 2\n"
    assert ask(f"{url}#v1").commit.sha == first
    assert ask(f"{url}#{first}").text == DOCUMENT.encode()
    assert ask_in_vain(f"{url}#v1:ops/fleet.yaml").code == "SourceFileMissing"
    assert ask_in_vain(f"{url}#nowhere").code == "SourceRefMissing"
    assert ask_in_vain(f"{url}#{'1' * 40}").code == "SourceRefMissing"


def test_repository_with_a_work_tree(tmp_path: Path) -> None:
    """Of a work tree what is committed counts, not what lies there."""
    work_tree = tmp_path / "work"
    run_git(["init", "--quiet", str(work_tree)])
    repository = ControlRepository(work_tree / ".git")
    repository.commit("capacity: 1\n")
    (work_tree / "control.yaml").write_text("capacity: 99\n")
    assert ask(f"file://{work_tree}").text == b"capacity: 1\n"


def test_its_configuration_is_not_read(repository: ControlRepository) -> None:
    """A broken configuration of the repository does not matter."""
    (repository.path / "config").write_text("[broken\n")
    assert ask(f"file://{repository.path}").text == DOCUMENT.encode()


def test_what_is_no_repository(tmp_path: Path) -> None:
    """A directory without a repository, or none at all, is not found."""
    for path in (tmp_path, tmp_path / "nowhere"):
        failure = ask_in_vain(f"file://{path}")
        assert failure.code == "SourceNotFound"
        assert failure.message == (
            f"Source file://{path} is not a Git repository, or does not exist."
        )


def test_empty_repository(tmp_path: Path) -> None:
    """A repository without commits is empty."""
    ControlRepository(tmp_path / "empty.git")
    assert ask_in_vain(f"file://{tmp_path}/empty.git").code == "SourceEmpty"


@pytest.mark.parametrize("damage", ["nonsense", "another object"])
def test_damaged_object(repository: ControlRepository, damage: str) -> None:
    """A commit that does not hash to its name is garbage."""
    sha = repository.head
    blob = repository.id_of("HEAD:control.yaml")
    loose = repository.path / "objects" / sha[:2] / sha[2:]
    other = repository.path / "objects" / blob[:2] / blob[2:]
    content = b"nonsense" if damage == "nonsense" else other.read_bytes()
    loose.chmod(0o644)
    loose.write_bytes(content)
    assert ask_in_vain(f"file://{repository.path}#{sha}").code == "SourceGarbage"
