"""Real Git hosts for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.git_host import ControlRepository, RunningGitHost, start_git_host
from tests.control.git.asking import DOCUMENT
from tests.control.git.ssh_host import SshHost


@pytest.fixture
def host(tmp_path: Path) -> Iterator[RunningGitHost]:
    """Serve the test's directory over HTTP."""
    with start_git_host(tmp_path) as running:
        yield running


@pytest.fixture
def ssh_host(tmp_path: Path) -> Iterator[SshHost]:
    """Serve the test's directory over SSH."""
    running = SshHost(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def repository(tmp_path: Path) -> ControlRepository:
    """Return `fleet.git` in the test's directory, with one commit."""
    made = ControlRepository(tmp_path / "fleet.git")
    made.commit(DOCUMENT, message="First intent")
    return made
