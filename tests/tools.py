"""Tools of the machine that some tests need, and the command that installs each."""

from __future__ import annotations

import os
import shutil
from typing import Final

import pytest

_INSTALL: Final = {
    "cloud-init": "apt-get install cloud-init",
    "shellcheck": "apt-get install shellcheck",
    "node": "apt-get install nodejs",
    "npm": "apt-get install npm",
    "systemd-analyze": "apt-get install systemd",
    "debootstrap": "apt-get install debootstrap",
    "ssh-keygen": "apt-get install openssh-client",
}


def tool(name: str) -> str:
    """Return the path of a tool; without it CI fails, and elsewhere the test is skipped."""
    path = shutil.which(name)
    if path is not None:
        return path
    said = f"{name} is not installed: {_INSTALL[name]}"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)
