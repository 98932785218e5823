"""The run window: the half-open UTC interval in which agents run, one for the whole fleet."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from shared.instants import Duration, format_instant, parse_duration

if TYPE_CHECKING:
    from shared.control.document import ControlDocument

MIN_WINDOW: Final = timedelta(minutes=10)
"""A window under this is refused: nodes would be told to stop before they had booted."""

_NOW_KEY: Final = re.compile(r"v([1-9]\d{0,8})\+(\d+)([a-z]+)", re.ASCII)


class Phase(enum.StrEnum):
    """Where an instant lies as seen from a window."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Window:
    """`[start, stop)` in UTC; a `stop` of None means forever."""

    start: datetime
    stop: datetime | None


@dataclass(frozen=True, slots=True)
class NowKey:
    """Which `start: now` of the document is meant; a change of it resolves `now` anew.

    `str` gives a form that fits a tag value, such as `v1+15minutes`; `parse` reads it back.
    """

    start_version: int
    start_offset: Duration

    def __post_init__(self) -> None:
        # `1 hour` and `60 minutes` are one offset: rewriting one as the other must not move a
        # launch, so every offset of fixed length is kept in minutes.
        minutes = self.start_offset.minutes
        if minutes is not None:
            object.__setattr__(self, "start_offset", Duration(minutes, "minute"))

    def __str__(self) -> str:
        return f"v{self.start_version}+{str(self.start_offset).replace(' ', '')}"

    @classmethod
    def parse(cls, text: str) -> NowKey:
        """Read what `str` of a key gave.

        Raises:
            ValueError: `text` is no such key.
        """
        match = _NOW_KEY.fullmatch(text)
        if match is None:
            raise ValueError(f"`{text}` is not the key of a `start: now`, such as `v1+15minutes`")
        return cls(int(match[1]), parse_duration(f"{match[2]} {match[3]}"))


def phase(window: Window, now: datetime) -> Phase:
    """Say whether `now` is before, inside or after `window`.

    A window whose stop is not after its start holds no instant; it counts as over, so that
    nothing is ever started for it.
    """
    if window.stop is not None and (now >= window.stop or window.stop <= window.start):
        return Phase.AFTER
    return Phase.BEFORE if now < window.start else Phase.INSIDE


def window_of(document: ControlDocument, resolved_now: datetime | None) -> Window:
    """Return the window that `document` means.

    `resolved_now` is what its `start: now` stands for: the committer time of the commit in which
    this `now` was first seen; it plays no part when `start` is an instant.

    Raises:
        ValueError: `start` is `now` and `resolved_now` is None.
    """
    start = document.start
    if start == "now":
        if resolved_now is None:
            raise ValueError("the window of a `start: now` needs the instant that `now` stands for")
        start = document.start_offset.after(resolved_now)
    if document.stop is not None:
        return Window(start, document.stop)
    if document.run_duration == "forever":
        return Window(start, None)
    return Window(start, document.run_duration.after(start))


def window_refusal(window: Window) -> str | None:
    """Say why `window` is refused, or None where it is not.

    A document with two instants is checked when it is read; one with `start: now` and an explicit
    `stop` can only be checked with this, once `now` is resolved.
    """
    if window.stop is None or window.stop - window.start >= MIN_WINDOW:
        return None
    between = f"from {format_instant(window.start)} to {format_instant(window.stop)}"
    if window.stop <= window.start:
        return f"the run window {between} ends before it begins; to stop the fleet set capacity: 0"
    return f"the run window {between} is under 10 minutes; move `stop`, or set capacity: 0"
