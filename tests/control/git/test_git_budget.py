"""What a poll may cost: bytes, requests and imports."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.git_host import ControlRepository, RunningGitHost, run_git
from shared.control.git import History, Limits, is_descendant, read_history
from tests.control.git.asking import NOBODY, ask, source

FILES = 3_000
COMMITS = 2_000

PROBE = """
import json, sys, time
from shared.control.git import Credentials, Limits, parse_sources, read_sources
before = sorted(sys.modules)
sources = parse_sources(sys.argv[1])
[answer] = read_sources(sources, Credentials(), Limits(), monotonic=time.monotonic)
after = sorted(sys.modules)
print(json.dumps({"text": answer.text.decode(), "before": before, "after": after}))
"""


@pytest.fixture
def large(tmp_path: Path) -> ControlRepository:
    """Make a repository of 3,000 files in 100 directories and 2,000 commits."""
    repository = ControlRepository(tmp_path / "large.git")
    stream = []
    for number in range(1, COMMITS + 1):
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@example.com> {1_700_000_000 + number} +0000\n"
            f"data 2\nx\nM 100644 inline control.yaml\ndata 16\ncapacity: {number:06}\n"
        )
        if number == 1:
            stream += [
                f"M 100644 inline dir{i % 100}/file{i}\ndata 1000\n{str(i) * 1000:.1000}\n"
                for i in range(FILES)
            ]
    run_git(["fast-import", "--quiet"], repository.path, stdin="".join(stream).encode())
    return repository


def test_cost_does_not_grow_with_the_repository(
    host: RunningGitHost, large: ControlRepository
) -> None:
    """Of 3,000 files and 2,000 commits a few KB are received; the history stays bounded."""
    answer = ask(host.url_of("large.git"))
    assert answer.text == f"capacity: {COMMITS:06}".encode()
    assert answer.received_bytes < 6_000
    url = source(host.url_of("large.git"))
    limits = Limits(max_history_commits=500)
    history = read_history(url, large.head, NOBODY, limits, monotonic=time.monotonic)
    assert isinstance(history, History)
    assert (len(history.commits), history.complete) == (500, False)
    assert history.received_bytes < 120_000
    assert is_descendant(history, large.id_of("HEAD~499")) is True
    assert is_descendant(history, large.id_of("HEAD~600")) is None


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_nothing_is_imported_that_the_source_does_not_use(
    host: RunningGitHost, repository: ControlRepository, scheme: str
) -> None:
    """Parsing sources imports no Git at all, and reading one only its own transport."""
    url = host.url_of("fleet.git") if scheme == "http" else f"file://{repository.path}"
    finished = subprocess.run(
        [sys.executable, "-c", PROBE, url], capture_output=True, check=True, text=True
    )
    found = json.loads(finished.stdout)
    assert found["text"] == "capacity: 1\n"
    heavy = ("dulwich", "paramiko", "http.client", "requests", "urllib3", "cryptography")
    assert [m for m in found["before"] if m.startswith(heavy)] == []
    unused = {
        "http": ("paramiko", "cryptography", "dulwich.client", "dulwich.repo", "dulwich.config"),
        "file": ("paramiko", "cryptography", "dulwich.client", "dulwich.repo", "http.client"),
    }
    assert [m for m in found["after"] if m.startswith(unused[scheme])] == []
