"""Getting what is to be run: the repository's newest commit, from the first address that has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .git import Access, GitError, run_git
from .journal import Journal
from .node import REPOSITORY_KEY, secret_file
from .places import Places

_LOCAL_S: Final = 300.0


class NoCheckoutError(Exception):
    """No address gave the repository, and there is none from before."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A working tree and the commit in it."""

    folder: Path
    sha: str


def check_out(
    places: Places, addresses: Sequence[str], journal: Journal, limit_s: float
) -> Checkout:
    """Bring the checkout up to date; the one from before serves where no address answers.

    Addresses are mirrors of one repository, the last one is its own; each is given `limit_s`.
    Local changes to its files are undone; files beside them stay, so that programs may keep what
    they have made.

    Raises:
        NoCheckoutError: there is nothing to run.
    """
    folder = places.repositories / folder_name(addresses[-1])
    access = Access(places.state / "known_hosts", secret_file(places, REPOSITORY_KEY))
    for address in addresses:
        try:
            sha = _bring(folder, address, access, limit_s)
        except GitError as error:
            journal.say(f"repository: {address}: {error}")
        except OSError as error:
            journal.say(f"repository: {folder}: {error.strerror}")
        else:
            journal.say(f"repository: {address}: commit {sha[:12]}")
            return Checkout(folder, sha)
    try:
        sha = _head(folder, access)
        run_git(["checkout", "--quiet", "--force"], limit_s=_LOCAL_S, access=access, folder=folder)
    except GitError as error:
        raise NoCheckoutError("no address gives the repository") from error
    journal.say(f"repository: no address answers; commit {sha[:12]} from before is used")
    return Checkout(folder, sha)


def folder_name(address: str) -> str:
    """Return what p2p-agent-infra calls the checkout of an address; its playbooks may rely on it.

    The first `//` goes, and each of `@ : . /` becomes a hyphen.
    """
    return re.sub(r"[@:./]", "-", address.replace("//", "", 1))


def _bring(folder: Path, address: str, access: Access, fetch_s: float) -> str:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    # A run that was killed leaves locks behind; as only one runs, nobody else holds them.
    for lock in (folder / ".git").glob("*.lock"):
        lock.unlink()

    def git(*command: str, limit_s: float = _LOCAL_S) -> bytes:
        return run_git(command, limit_s=limit_s, access=access, folder=folder)

    git("init", "--quiet")
    fetch = ("fetch", "--quiet", "--depth=1", "--no-tags", "--force", "--", address, "HEAD")
    git(*fetch, limit_s=fetch_s)
    git("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    if (folder / ".gitmodules").is_file():
        update = ("submodule", "update", "--quiet", "--init", "--recursive", "--force", "--depth=1")
        git("submodule", "sync", "--quiet", "--recursive")
        git(*update, limit_s=fetch_s)
    return _head(folder, access)


def _head(folder: Path, access: Access) -> str:
    if not (folder / ".git").is_dir():
        raise GitError("there is no checkout")
    head = run_git(["rev-parse", "HEAD"], limit_s=_LOCAL_S, access=access, folder=folder)
    return head.decode().strip()
