"""Reading the control document: the first source that has an acceptable one counts.

A node asks the sources in the order in which the watcher has them, one after the other: it needs
an answer, not the newest of all. What is older than what it has followed already is passed over,
since a mirror that lags must not bring back old settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .git import Access, GitError, is_web, run_git
from .journal import Journal
from .node import CONTROL_KEY, CONTROL_TOKEN, ControlSource, Node, secret_file
from .places import Places
from .remembered import recall, remember
from .settings import (
    MAX_DOCUMENT_BYTES,
    Settings,
    SettingsError,
    as_facts,
    from_facts,
    settings_of,
)

_LOCAL_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Commit:
    """What a source has; `time_s` is the committer's time, in Unix seconds."""

    sha: str
    time_s: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator wants run, and the commit that says so; None for what is built in."""

    settings: Settings
    commit: Commit | None


def last_wish(places: Places) -> Wish:
    """Return what was read last, or the settings that everything begins with."""
    facts = recall(_memory(places))
    settings = from_facts(facts.get("settings", {}))
    commit = facts.get("commit")
    if settings is None or not isinstance(commit, dict):
        return Wish(Settings(), None)
    return Wish(settings, Commit(commit["sha"], commit["time_s"]))


def read_wish(places: Places, node: Node, journal: Journal, limit_s: float) -> Wish:
    """Ask the sources, each for `limit_s`; what was read last counts where none has anything."""
    last = last_wish(places)
    for source in node.sources:
        try:
            wish = _ask(places, node, source, limit_s)
        except (GitError, SettingsError) as error:
            journal.say(f"control: {source.url}: {error}")
            continue
        if last.commit is not None and wish.commit.time_s < last.commit.time_s:
            journal.say(f"control: {source.url}: is behind what was followed before")
            continue
        journal.say(f"control: {source.url}: commit {wish.commit.sha[:12]}")
        _keep(places, wish, journal)
        return wish
    settings = "the built-in settings" if last.commit is None else "the last known good settings"
    journal.say(f"control: no source has an acceptable document; {settings} stay in force")
    return last


def _ask(places: Places, node: Node, source: ControlSource, limit_s: float) -> _Read:
    """Fetch the one commit that the source's branch points to, and read the document in it."""
    folder = places.state / "control.git"
    access = _access(places, source)
    run_git(["init", "--quiet", "--bare", str(folder)], limit_s=_LOCAL_S, access=access)
    fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--", source.url, source.ref]
    run_git(fetch, limit_s=limit_s, access=access, folder=folder)
    at = ["log", "-1", "--format=%H %ct", "FETCH_HEAD"]
    sha, time_s = run_git(at, limit_s=_LOCAL_S, access=access, folder=folder).split()
    blob = f"{sha.decode()}:{source.path}"
    size = run_git(["cat-file", "-s", blob], limit_s=_LOCAL_S, access=access, folder=folder)
    if int(size) > MAX_DOCUMENT_BYTES:
        raise SettingsError(f"the control document is longer than {MAX_DOCUMENT_BYTES} bytes")
    document = run_git(["cat-file", "blob", blob], limit_s=_LOCAL_S, access=access, folder=folder)
    return _Read(settings_of(document, node.region), Commit(sha.decode(), int(time_s)))


@dataclass(frozen=True, slots=True)
class _Read(Wish):
    """A wish that a source has just told, so with its commit."""

    commit: Commit


def _keep(places: Places, wish: _Read, journal: Journal) -> None:
    commit = {"sha": wish.commit.sha, "time_s": wish.commit.time_s}
    try:
        remember(_memory(places), {"settings": dict(as_facts(wish.settings)), "commit": commit})
    except OSError as error:
        journal.say(f"control: the settings cannot be kept: {error.strerror}")


def _access(places: Places, source: ControlSource) -> Access:
    token = source.takes_token and is_web(source.url)
    return Access(
        known_hosts=places.state / "known_hosts",
        ssh_key=secret_file(places, CONTROL_KEY),
        token=secret_file(places, CONTROL_TOKEN) if token else None,
    )


def _memory(places: Places) -> Path:
    return places.state / "control.json"
