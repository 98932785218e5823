"""Choose the commit that counts among what the sources answered.

Newest means: a descendant of the others, whatever the clocks say; where ancestry cannot be told,
the committer time decides. Two that have forked are a hold, and so is anything older than what
was applied: a stale or captured mirror cannot bring back an old intent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.control.git import Answer, NoAnswer
from shared.instants import format_instant
from shared.memory import AppliedCommit
from shared.report import SourceReport

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""Commits further in the future are passed over, unless they descend from the applied one."""

Descends = Callable[[Answer, str], bool | None]
"""Whether an answer's commit descends from a commit id; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer that counts; `rewound`: it is older than what was applied, and allowed."""

    answer: Answer
    rewound: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What came of the sources: the chosen one, or a sentence why there is none."""

    chosen: Chosen | None
    reason: str
    sources: tuple[SourceReport, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One answer, and why it may not count (None: it may)."""

    answer: Answer
    against: str | None
    rewound: bool = False


def choose(
    answers: Sequence[Answer | NoAnswer],
    applied: AppliedCommit | None,
    descends: Descends,
    now: datetime,
    *,
    allow_rewind: bool,
) -> Choice:
    """Pick the newest acceptable answer; `applied`: the newest commit that any group remembers."""
    judged = [
        _judge(answer, applied, descends, now, allow_rewind=allow_rewind)
        for answer in answers
        if isinstance(answer, Answer)
    ]
    allowed = [one for one in judged if one.against is None]
    if not allowed:
        return Choice(None, _nothing_left(answers, judged), _sources(answers, judged, None))
    best = allowed[0]
    for other in allowed[1:]:
        newer = _newer(best, other, descends)
        if newer is None:
            return Choice(None, _forked(best.answer, other.answer), _sources(answers, judged, None))
        best = newer
    chosen = Chosen(best.answer, best.rewound)
    return Choice(chosen, "", _sources(answers, judged, best.answer))


def _judge(
    answer: Answer,
    applied: AppliedCommit | None,
    descends: Descends,
    now: datetime,
    *,
    allow_rewind: bool,
) -> _Judged:
    commit = answer.commit
    if applied is not None and commit.sha == applied.sha:
        return _Judged(answer, None)
    if applied is not None and descends(answer, applied.sha):
        return _Judged(answer, None)
    if commit.committed_at > now + CLOCK_TOLERANCE:
        at = format_instant(commit.committed_at)
        return _Judged(answer, f"commit {commit.sha[:12]} lies in the future ({at})")
    if applied is None or commit.committed_at > applied.committed_at:
        return _Judged(answer, None)
    if allow_rewind:
        return _Judged(answer, None, rewound=True)
    return _Judged(
        answer,
        f"commit {commit.sha[:12]} of {format_instant(commit.committed_at)} is behind the applied"
        f" commit {applied.sha[:12]} of {format_instant(applied.committed_at)}",
    )


def _newer(one: _Judged, other: _Judged, descends: Descends) -> _Judged | None:
    """Return the newer of two; None when they have forked."""
    if one.answer.commit.sha == other.answer.commit.sha:
        return one
    forward = descends(other.answer, one.answer.commit.sha)
    if forward:
        return other
    backward = descends(one.answer, other.answer.commit.sha)
    if backward:
        return one
    if forward is False and backward is False:
        return None
    times = one.answer.commit.committed_at, other.answer.commit.committed_at
    if times[0] == times[1]:
        return None
    return one if times[0] > times[1] else other


def _nothing_left(answers: Sequence[Answer | NoAnswer], judged: Sequence[_Judged]) -> str:
    told = [f"{one.answer.source.label}: {one.against}" for one in judged]
    told += [answer.failure.message for answer in answers if isinstance(answer, NoAnswer)]
    remedy = ""
    if any("behind the applied" in (one.against or "") for one in judged):
        remedy = "; to go back on purpose, commit the old content anew, or set CONTROL_ALLOW_REWIND"
    return "no source offers an acceptable commit: " + "; ".join(told) + remedy


def _forked(one: Answer, other: Answer) -> str:
    return (
        f"the sources have forked: {one.source.label} is at {one.commit.sha[:12]},"
        f" {other.source.label} at {other.commit.sha[:12]}, and neither contains the other;"
        " push the same history to both"
    )


def _sources(
    answers: Sequence[Answer | NoAnswer], judged: Sequence[_Judged], used: Answer | None
) -> tuple[SourceReport, ...]:
    against = {id(one.answer): one.against for one in judged}
    return tuple(
        _failed(answer)
        if isinstance(answer, NoAnswer)
        else _read(answer, against[id(answer)], used)
        for answer in answers
    )


def _failed(answer: NoAnswer) -> SourceReport:
    message = f"{answer.failure.message} {answer.failure.remedy}"
    return SourceReport(answer.source.label, "failed", None, message, answer.elapsed_ms)


def _read(answer: Answer, against: str | None, used: Answer | None) -> SourceReport:
    label, sha, spent = answer.source.label, answer.commit.sha, answer.elapsed_ms
    if against is not None:
        return SourceReport(label, "passed over", sha, against, spent)
    if used is None:
        return SourceReport(label, "passed over", sha, "the sources have forked", spent)
    host = f"host key {answer.host_key}" if answer.host_key else None
    if answer is used:
        return SourceReport(label, "used", sha, host, spent)
    if sha == used.commit.sha:
        return SourceReport(label, "same", sha, host, spent)
    return SourceReport(label, "behind", sha, f"behind {used.commit.sha[:12]}", spent)
