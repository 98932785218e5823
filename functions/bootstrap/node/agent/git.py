"""Git, as the agent uses it: with time limits, keys in files, and the token in no command line."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from .processes import end_group, process_of
from .program import path_of_programs

_SLOW_BYTES_PER_S: Final = 1_000
_SLOW_FOR_S: Final = 30
_CONNECT_S: Final = 15
_MOST_SAID: Final = 300


class GitError(Exception):
    """Git did not do it; the message says what it said, in one line."""


@dataclass(frozen=True, slots=True)
class Access:
    """What opens private repositories; `known_hosts` remembers the hosts met, by their keys."""

    known_hosts: Path
    ssh_key: Path | None = None
    token: Path | None = None


def run_git(
    command: Sequence[str], *, limit_s: float, access: Access, folder: Path | None = None
) -> bytes:
    """Run one Git command and return what it writes.

    Raises:
        GitError: it failed, cannot be started, or took longer than `limit_s`.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 (no shell; addresses never begin with a hyphen)
            ["git", *command],  # noqa: S607 (wherever the system has it)
            cwd=folder,
            env=_environment(access),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise GitError(f"git cannot be started: {error.strerror}") from error
    leader = process_of(process.pid)
    try:
        written, said = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired as error:
        raise GitError(f"no answer within {limit_s:.0f} s") from error
    finally:
        if process.returncode is None and leader is not None:
            end_group(leader)
            process.communicate()
    if process.returncode != 0:
        raise GitError(_reason(said, process.returncode))
    return written


def is_web(url: str) -> bool:
    """Whether an address is one that a token can be shown to."""
    return urlsplit(url).scheme in {"http", "https"}


def _environment(access: Access) -> Mapping[str, str]:
    settings = {
        "http.lowSpeedLimit": str(_SLOW_BYTES_PER_S),
        "http.lowSpeedTime": str(_SLOW_FOR_S),
        "gc.auto": "0",
        "safe.directory": "*",
    }
    if access.token is not None:
        shown = b"x-access-token:" + access.token.read_bytes().strip()
        settings["http.extraHeader"] = f"Authorization: Basic {base64.b64encode(shown).decode()}"
        # A header is sent along wherever a redirect leads; a token must stay where it belongs.
        settings["http.followRedirects"] = "false"
    numbered = enumerate(settings.items())
    return {
        "PATH": path_of_programs(),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_SSH_COMMAND": _ssh(access),
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{
            f"GIT_CONFIG_{part}_{number}": text
            for number, pair in numbered
            for part, text in zip(("KEY", "VALUE"), pair, strict=True)
        },
    }


def _ssh(access: Access) -> str:
    options = [
        "BatchMode=yes",
        f"ConnectTimeout={_CONNECT_S}",
        "StrictHostKeyChecking=accept-new",
        f"UserKnownHostsFile={access.known_hosts}",
        "IdentitiesOnly=yes",
        "ServerAliveInterval=15",
    ]
    key = ["-i", str(access.ssh_key)] if access.ssh_key is not None else []
    return " ".join(["ssh", "-F", "none", *key, *(f"-o {option}" for option in options)])


def _reason(said: bytes, status: int) -> str:
    """Return the line that says most: Git's own last `fatal` or `error`, else ssh's last word."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (telling or lines or [f"status {status}"])[-1][:_MOST_SAID]
