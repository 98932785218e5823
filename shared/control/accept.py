"""Accept a document: parse it, keep it inside the rails, resolve its window. Pure.

The result is the intent for the whole fleet, or the reason to hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.control.capacity import capacity_of
from shared.control.choose import Chosen
from shared.control.document import ControlDocument
from shared.control.git import Answer
from shared.control.intent import Hold, Intent
from shared.control.parse import parse_document
from shared.control.window import NowKey, Phase, Window, phase, window_of, window_refusal
from shared.instants import format_instant
from shared.memory import AppliedCommit, Memory, ResolvedNow
from shared.price import price_of
from shared.rails import Rails, rail_breach
from shared.stack import stack_fingerprint

_COMPLAINTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Recollection:
    """What the fleet's groups remember, and the regions whose memory cannot be read."""

    memories: tuple[Memory, ...] = ()
    unreadable: frozenset[str] = frozenset()

    @property
    def newest_applied(self) -> AppliedCommit | None:
        """The newest commit that any readable group remembers."""
        commits = (memory.commit for memory in self.memories if memory.commit is not None)
        return max(commits, key=lambda commit: commit.committed_at, default=None)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The verdict on one answer; the document is None when it cannot be parsed."""

    verdict: Intent | Hold
    document: ControlDocument | None
    nodes: Mapping[str, int | None]


def accept(chosen: Chosen, recollection: Recollection, rails: Rails, now: datetime) -> Acceptance:
    """Turn the chosen answer into the intent of the fleet, or into the reason to hold it."""
    answer = chosen.answer
    document = parse_document(answer.text)
    if isinstance(document, tuple):
        return Acceptance(Hold(_complaints(answer, document)), None, {})
    regions = document.configured_regions
    nodes = {region: capacity_of(document, region) for region in regions}
    managed = {region: count for region, count in nodes.items() if count is not None}
    breach = rail_breach(rails, managed, price_of(document))
    if breach is not None:
        return Acceptance(Hold(f"over a rail: {breach}", regions), document, nodes)
    commit = AppliedCommit(answer.commit.sha, answer.commit.committed_at)
    start = _resolve_start(document, commit, recollection)
    if isinstance(start, str):
        return Acceptance(Hold(start, regions), document, nodes)
    window = _whole_seconds(window_of(document, start.now.instant if start.now else None))
    refusal = window_refusal(window)
    if refusal is not None:
        return Acceptance(Hold(refusal, regions), document, nodes)
    if start.first_seen and phase(window, now) is Phase.AFTER:
        return Acceptance(Hold(_over_when_first_seen(window), regions), document, nodes)
    intent = Intent(
        commit,
        window,
        start.now,
        nodes,
        document.suspend,
        chosen.rewound,
        stacks={region: stack_fingerprint(document, region) for region in regions},
        adopting=frozenset(one for one in regions if document.regions[one].adopt),
    )
    return Acceptance(intent, document, nodes)


@dataclass(frozen=True, slots=True)
class _Start:
    """What `start` stands for; `now` is None for an explicit instant."""

    now: ResolvedNow | None
    first_seen: bool = False


def _resolve_start(
    document: ControlDocument, commit: AppliedCommit, recollection: Recollection
) -> _Start | str:
    """Resolve `start: now` for the whole fleet; a sentence when it must not be resolved yet.

    The earliest instant that any readable group remembers for this very `now` wins. If none does
    while a configured region is unknown, that region may be the one that remembers.
    """
    if document.start != "now":
        return _Start(None)
    key = NowKey(document.start_version, document.start_offset)
    remembered = _instants_of(key, recollection.memories)
    if remembered:
        return _Start(ResolvedNow(key, min(remembered)))
    unknown = [one for one in document.configured_regions if one in recollection.unreadable]
    if unknown:
        return (
            f"start: now is not resolved yet, and {', '.join(unknown)} cannot be read, which may"
            " remember when the fleet started; to go on without, exclude it or give an explicit"
            " start"
        )
    return _Start(ResolvedNow(key, commit.committed_at), first_seen=True)


def _instants_of(key: NowKey, memories: Iterable[Memory]) -> list[datetime]:
    return [
        memory.resolved_now.instant
        for memory in memories
        if memory.resolved_now is not None and memory.resolved_now.key == key
    ]


def _whole_seconds(window: Window) -> Window:
    """Round a window up to what tags can hold: never early, and equal when read back."""
    stop = window.stop
    return Window(_whole_second(window.start), _whole_second(stop) if stop else None)


def _whole_second(instant: datetime) -> datetime:
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + timedelta(seconds=1)


def _over_when_first_seen(window: Window) -> str:
    stop = format_instant(window.stop) if window.stop else "never"
    return (
        f"start: now of this commit means {format_instant(window.start)} to {stop}, which was over"
        " when it was first seen; bump start_version to start anew"
    )


def _complaints(answer: Answer, complaints: Sequence[object]) -> str:
    path = answer.source.path
    shown = "; ".join(f"{path}:{one}" for one in complaints[:_COMPLAINTS_SHOWN])
    more = len(complaints) - _COMPLAINTS_SHOWN
    return shown + (f"; and {more} more" if more > 0 else "")
