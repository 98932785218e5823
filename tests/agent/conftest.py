"""A node for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.git_host import start_git_host
from sandbox.git_host_repository import ControlRepository
from tests.agent.yard import TOOLS, Yard


def no_archive(folder: Path) -> Path:
    """Return a folder of programs for a machine whose archive is blocked and not needed.

    Nothing that a test does may install packages on the machine that it runs on.
    """
    folder.mkdir()
    for name, status in (("apt-get", 100), ("jq", 0), ("curl", 0)):
        program = folder / name
        program.write_text(f"#!/bin/sh\nexit {status}\n", "utf-8")
        program.chmod(0o755)
    return folder


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    """A node that has run nothing yet, with both repositories on one Git host."""
    monkeypatch.setenv("PATH", os.pathsep.join((str(no_archive(tmp_path / "bin")), TOOLS)))
    served = tmp_path / "served"
    served.mkdir()
    control, work = (ControlRepository(served / name) for name in ("control.git", "work.git"))
    work.commit_files({"README": "nothing yet\n"})
    for folder in ("var/log", "etc", "run"):
        (tmp_path / "root" / folder).mkdir(parents=True)
    with start_git_host(served) as host:
        yield Yard(tmp_path, host, control, work)
