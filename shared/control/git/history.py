"""Enough of the commit graph to tell whether one commit descends from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from shared.control.git.addresses import Resolve, system_resolve
from shared.control.git.faults import SourceFault
from shared.control.git.leash import Leash
from shared.control.git.reading import ask_all, no_answer
from shared.control.git.records import (
    Ancestor,
    Commit,
    Credentials,
    History,
    Limits,
    Means,
    NoAnswer,
)
from shared.control.git.source import Source

_FIRST_DEPTH: Final = 32
"""Most often the commit looked for is only a few behind."""
_CANNOT_TELL: Final = frozenset({"SourceTooLarge", "SourceRefused"})
"""Faults that leave a history incomplete instead of making it fail."""


def read_history(  # noqa: PLR0913 (source, head and four edges)
    source: Source,
    head: str,
    credentials: Credentials,
    limits: Limits,
    *,
    monotonic: Callable[[], float],
    resolve: Resolve = system_resolve,
    until: str | None = None,
) -> History | NoAnswer:
    """Read the commits that `head` descends from, without trees and files.

    At most `limits.max_history_commits` generations are read; only a few where the commit `until`
    is among them. Where even the commits exceed `limits.max_bytes`, or the host refuses to send
    them, the history stays what was read before, and is not complete. No request is needed where
    `until` is a parent of `head`: `Commit.parents` tells.
    """
    means = Means(credentials, limits, resolve)
    ask = partial(_read_history, source, head, means, until)
    [asking] = ask_all([ask], limits, monotonic)
    if isinstance(asking.outcome, SourceFault):
        return no_answer(source, asking.outcome, asking.elapsed_s)
    return asking.outcome


def _read_history(
    source: Source, head: str, means: Means, until: str | None, leash: Leash
) -> History:
    from shared.control.git.opening import opened  # noqa: PLC0415 (see shared.control.git.reading)

    most = means.limits.max_history_commits
    with opened(source, means, leash) as repository:
        history = History(head, {}, complete=False)
        for depth in (min(_FIRST_DEPTH, most), most):
            try:
                raw_commits = repository.history(head, depth)
            except SourceFault as fault:
                if fault.code not in _CANNOT_TELL:
                    raise
                break
            history = _history(head, raw_commits, leash.received_bytes)
            if history.complete or depth == most or (until and until in history.commits):
                break
        return history


def _history(head: str, raw_commits: Mapping[str, bytes], received_bytes: int) -> History:
    from shared.control.git.objects import parse_commit  # noqa: PLC0415 (as above)

    commits: dict[str, Ancestor] = {}
    for sha, raw in raw_commits.items():
        commit = parse_commit(sha, raw)
        commits[sha] = Ancestor(commit.parents, commit.committed_at)
    complete = head in commits and all(
        parent in commits for ancestor in commits.values() for parent in ancestor.parents
    )
    return History(head, commits, complete, received_bytes)


def is_descendant(history: History, ancestor: str) -> bool | None:
    """Tell whether the head of a history descends from a commit (or is it).

    None: it cannot be told, because the history is cut off before that commit was met.
    """
    seen = {history.head}
    to_visit = [history.head]
    while to_visit:
        sha = to_visit.pop()
        if sha == ancestor:
            return True
        known = history.commits.get(sha)
        new = set(known.parents) - seen if known else set()
        seen |= new
        to_visit.extend(new)
    return False if history.complete else None


def read_parent_files(  # noqa: PLR0913 (source, commit and four edges)
    source: Source,
    commit: Commit,
    credentials: Credentials,
    limits: Limits,
    *,
    monotonic: Callable[[], float],
    resolve: Resolve = system_resolve,
) -> tuple[tuple[Commit, str | None], ...] | NoAnswer:
    """Read the parents of a commit, each with the blob id of its control file (None: it has none).

    Equal blob ids are identical files, so that the parent of a merge that was made in a web page
    can vouch for the file.
    """
    ask = partial(_read_parent_files, source, commit, Means(credentials, limits, resolve))
    [asking] = ask_all([ask], limits, monotonic)
    if isinstance(asking.outcome, SourceFault):
        return no_answer(source, asking.outcome, asking.elapsed_s)
    return asking.outcome


def _read_parent_files(
    source: Source, commit: Commit, means: Means, leash: Leash
) -> tuple[tuple[Commit, str | None], ...]:
    if not commit.parents:
        return ()
    from shared.control.git.objects import parse_commit  # noqa: PLC0415 (as above)
    from shared.control.git.opening import opened  # noqa: PLC0415
    from shared.control.git.packs import COMMIT  # noqa: PLC0415
    from shared.control.git.snapshot import find_entry  # noqa: PLC0415

    with opened(source, means, leash) as repository:
        repository.prepare(commit.parents)
        parents = [parse_commit(sha, repository.get(sha, COMMIT)) for sha in commit.parents]
        entries = [find_entry(repository, parent, source.path) for parent in parents]
    return tuple(
        (parent, entry.sha if entry and entry.is_file else None)
        for parent, entry in zip(parents, entries, strict=True)
    )
