"""What a scaling group remembers in its tags: the only database of the fleet.

Bootstrap writes these tags inside CreateScalingGroup, the watcher with TagResources; both read
them here. A tag that cannot be understood is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.control.window import NowKey, Window
from shared.instants import format_instant
from shared.naming import Tag

_FOREVER: Final = "forever"
_NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class AppliedCommit:
    """The commit that last changed something for a group, with its committer time."""

    sha: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class ResolvedNow:
    """The instant that `start: now` stands for; `key` says of which `now` of the document."""

    key: NowKey
    instant: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything one group remembers; None where nothing has been remembered yet.

    `earlier_stop` is the stop of a window that is replaced by a later one while its nodes still
    run: it stays in force.
    """

    commit: AppliedCommit | None = None
    window: Window | None = None
    earlier_stop: datetime | None = None
    resolved_now: ResolvedNow | None = None


class MemoryUnreadableError(ValueError):
    """A tag of ours holds something that we did not write; the message names tag and value."""


def memory_of(tags: Mapping[str, str]) -> Memory:
    """Read a group's memory.

    Raises:
        MemoryUnreadableError: a tag of ours cannot be understood.
    """
    return Memory(
        commit=_commit(tags),
        window=_window(tags),
        earlier_stop=_instant(tags, Tag.EARLIER_STOP),
        resolved_now=_resolved_now(tags),
    )


def tags_of(memory: Memory) -> dict[str, str]:
    """Return the tags that hold `memory`; what is not remembered overwrites an older value."""
    window, now = memory.window, memory.resolved_now
    tags = {
        Tag.EARLIER_STOP: format_instant(memory.earlier_stop) if memory.earlier_stop else _NOTHING,
        Tag.NOW: f"{now.key}@{format_instant(now.instant)}" if now else _NOTHING,
    }
    if memory.commit is not None:
        tags[Tag.COMMIT] = memory.commit.sha
        tags[Tag.COMMIT_TIME] = format_instant(memory.commit.committed_at)
    if window is not None:
        tags[Tag.START] = format_instant(window.start)
        tags[Tag.STOP] = format_instant(window.stop) if window.stop else _FOREVER
    return {str(key): value for key, value in tags.items()}


def _commit(tags: Mapping[str, str]) -> AppliedCommit | None:
    sha, at = _value(tags, Tag.COMMIT), _instant(tags, Tag.COMMIT_TIME)
    if sha is None or at is None:
        return None
    return AppliedCommit(sha, at)


def _window(tags: Mapping[str, str]) -> Window | None:
    start = _instant(tags, Tag.START)
    if start is None or _value(tags, Tag.STOP) is None:
        return None
    if tags[Tag.STOP] == _FOREVER:
        return Window(start, None)
    return Window(start, _instant(tags, Tag.STOP))


def _resolved_now(tags: Mapping[str, str]) -> ResolvedNow | None:
    value = _value(tags, Tag.NOW)
    if value is None:
        return None
    key, _, instant = value.rpartition("@")
    try:
        return ResolvedNow(NowKey.parse(key), read_instant(instant))
    except ValueError as error:
        raise MemoryUnreadableError(_sentence(Tag.NOW, value)) from error


def _instant(tags: Mapping[str, str], tag: Tag) -> datetime | None:
    value = _value(tags, tag)
    if value is None:
        return None
    try:
        return read_instant(value)
    except ValueError as error:
        raise MemoryUnreadableError(_sentence(tag, value)) from error


def read_instant(text: str) -> datetime:
    """Read what `format_instant` wrote; any year, for commits may carry any time.

    Raises:
        ValueError: it is not that.
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _value(tags: Mapping[str, str], tag: Tag) -> str | None:
    value = tags.get(tag)
    return None if value in (None, _NOTHING) else value


def _sentence(tag: Tag, value: str) -> str:
    return f"tag {tag} holds {value[:60]!r}, which the fleet did not write"
