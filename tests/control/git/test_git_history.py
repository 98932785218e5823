"""Ancestry: whether a commit descends from another, by commits alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.git_host import ControlRepository, Hang, RunningGitHost, Stage
from shared.control.git import (
    Commit,
    Credentials,
    History,
    Limits,
    NoAnswer,
    is_descendant,
    read_history,
    read_parent_files,
)
from shared.control.git.records import Ancestor
from tests.control.git.asking import HASTY, NOBODY, ask, source

NOWHERE = "0" * 40
AT = datetime(2026, 1, 1, tzinfo=UTC)


def history_of(url: str, head: str, limits: Limits, until: str | None = None) -> History:
    """Read a history, which must succeed."""
    found = read_history(source(url), head, NOBODY, limits, monotonic=time.monotonic, until=until)
    assert isinstance(found, History), found
    return found


@pytest.mark.parametrize("transport", ["http", "http v0", "file"])
def test_complete_history(
    host: RunningGitHost, repository: ControlRepository, transport: str
) -> None:
    """Of a short history every commit is known, with its parents and its time."""
    first = repository.head
    second = repository.commit("capacity: 2\n", at=AT)
    host.speaks_v2 = transport == "http"
    url = f"file://{repository.path}" if transport == "file" else host.url_of("fleet.git")
    history = history_of(url, second, Limits())
    assert (history.head, history.complete) == (second, True)
    assert set(history.commits) == {first, second}
    assert history.commits[second] == Ancestor((first,), AT)
    assert is_descendant(history, first) is True
    assert is_descendant(history, second) is True
    assert is_descendant(history, NOWHERE) is False


@pytest.mark.parametrize("transport", ["http", "file"])
def test_bounded_history(
    host: RunningGitHost, repository: ControlRepository, transport: str
) -> None:
    """Beyond the bound it cannot be told, and that is said."""
    commits = [repository.head, *(repository.commit(f"capacity: {i}\n") for i in range(6))]
    url = f"file://{repository.path}" if transport == "file" else host.url_of("fleet.git")
    history = history_of(url, commits[-1], Limits(max_history_commits=3))
    assert (set(history.commits), history.complete) == (set(commits[-3:]), False)
    answers = [is_descendant(history, sha) for sha in commits]
    # the parent of the last commit within the bound is known by name
    assert answers == [None, None, None, True, True, True, True]


def test_fork_is_no_descendant(host: RunningGitHost, repository: ControlRepository) -> None:
    """Two branches from one commit do not descend from each other; a merge does from both."""
    repository.branch("other")
    ours = repository.commit("capacity: 2\n")
    theirs = repository.commit("capacity: 3\n", branch="other")
    url = host.url_of("fleet.git")
    assert is_descendant(history_of(url, ours, Limits()), theirs) is False
    merge = repository.commit_files({}, merges=theirs)
    assert is_descendant(history_of(url, merge, Limits()), theirs) is True
    assert is_descendant(history_of(url, merge, Limits()), ours) is True


def test_rewound_branch(host: RunningGitHost, repository: ControlRepository) -> None:
    """After a forced push back, the head no longer descends from what was applied."""
    first = repository.head
    second = repository.commit("capacity: 2\n")
    repository.rewind(first)
    head = ask(host.url_of("fleet.git")).commit.sha
    assert head == first
    assert is_descendant(history_of(host.url_of("fleet.git"), head, Limits()), second) is False


def test_commit_looked_for_ends_the_reading(
    host: RunningGitHost, repository: ControlRepository
) -> None:
    """A few generations are read first, and that is all if the commit is among them."""
    commits = [repository.commit(f"capacity: {i}\n") for i in range(40)]
    url = host.url_of("fleet.git")
    near = history_of(url, commits[-1], Limits(), until=commits[20])
    assert (len(near.commits), near.complete, len(host.requests)) == (32, False, 2)
    assert is_descendant(near, commits[20]) is True
    host.requests.clear()
    far = history_of(url, commits[-1], Limits(), until=commits[0])
    assert (len(far.commits), far.complete, len(host.requests)) == (41, True, 3)


def test_history_beyond_the_byte_limit(host: RunningGitHost, repository: ControlRepository) -> None:
    """Where even commits are too many bytes, nothing can be told."""
    history = history_of(host.url_of("fleet.git"), repository.head, Limits(max_bytes=300))
    assert (dict(history.commits), history.complete) == ({}, False)
    assert is_descendant(history, NOWHERE) is None


def test_history_that_a_host_refuses(host: RunningGitHost, repository: ControlRepository) -> None:
    """A host that does not send commits alone leaves ancestry untold, and that is no failure."""
    repository.configure("uploadpackfilter.tree.allow", "false")
    history = history_of(host.url_of("fleet.git"), repository.head, Limits())
    assert (dict(history.commits), history.complete) == ({}, False)
    assert ask(host.url_of("fleet.git")).commit.sha == repository.head


def test_history_of_a_hanging_host(host: RunningGitHost, repository: ControlRepository) -> None:
    """A fault of the source is an answer here too."""
    host.misbehave("fleet.git", Hang(), on=Stage.FETCH)
    failed = read_history(
        source(host.url_of("fleet.git")), repository.head, NOBODY, HASTY, monotonic=time.monotonic
    )
    assert isinstance(failed, NoAnswer)
    assert failed.failure.code == "SourceTimeout"


def test_shallow_clone_on_this_machine(repository: ControlRepository, tmp_path: Path) -> None:
    """Of a shallow clone only what is there is known."""
    first = repository.head
    second = repository.commit("capacity: 2\n")
    shallow = repository.clone_shallow(tmp_path / "shallow.git")
    history = history_of(f"file://{shallow}", second, Limits())
    assert (set(history.commits), history.complete) == ({second}, False)
    assert is_descendant(history, first) is True
    assert is_descendant(history, NOWHERE) is None


def parents_of(url: str, commit: Commit) -> tuple[tuple[str, str | None], ...]:
    """Read ids of parents and of their control files."""
    found = read_parent_files(
        source(url), commit, Credentials(), Limits(), monotonic=time.monotonic
    )
    assert not isinstance(found, NoAnswer), found
    return tuple((parent.sha, blob) for parent, blob in found)


def test_parents_of_a_merge(host: RunningGitHost, repository: ControlRepository) -> None:
    """A merge's parents come with the ids of their control files."""
    repository.branch("change")
    ours = repository.commit_files({"README": "hello", "control.yaml": None})
    theirs = repository.commit("capacity: 2\n", branch="change")
    repository.commit_files({"control.yaml": "capacity: 2\n"}, merges=theirs)
    url = host.url_of("fleet.git")
    answer = ask(url)
    host.requests.clear()
    assert parents_of(url, answer.commit) == ((ours, None), (theirs, answer.text_sha))
    assert [r.stage for r in host.requests] == [Stage.GREETING, *[Stage.FETCH] * 3]


def test_first_commit_has_no_parents(host: RunningGitHost, repository: ControlRepository) -> None:
    """Without parents nobody is asked."""
    answer = ask(host.url_of("fleet.git"))
    host.requests.clear()
    assert parents_of(host.url_of("fleet.git"), answer.commit) == ()
    assert (host.requests, repository.head) == ([], answer.commit.sha)
