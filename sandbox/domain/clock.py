"""Virtual time: a heap of due events that run when somebody moves the clock."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True, eq=False)
class Event:
    """Something that is to happen at `due`; `cancel` prevents it. Made by `VirtualClock` only."""

    due: datetime
    callback: Callable[[], None] | None

    def cancel(self) -> None:
        """Prevents the event; has no effect once it has happened."""
        self.callback = None

    @property
    def pending(self) -> bool:
        """Whether the event is still to happen."""
        return self.callback is not None


class VirtualClock:
    """Shows `now` and runs what is due while it moves forward.

    Raises ValueError for a start without time zone: an instant must mean the same everywhere.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock needs a start with a time zone")
        self._now = start.astimezone(UTC)
        self._events: list[tuple[datetime, int, Event]] = []
        self._sequence = itertools.count()
        self._advancing = False

    @property
    def now(self) -> datetime:
        """The present, in UTC."""
        return self._now

    @property
    def next_due(self) -> datetime | None:
        """When the next event is due, None while nothing is planned."""
        self._drop_cancelled()
        return self._events[0][0] if self._events else None

    def at(self, instant: datetime, callback: Callable[[], None]) -> Event:
        """Plans `callback` for `instant`; one that is over is due at the next move of the clock."""
        event = Event(max(instant.astimezone(UTC), self._now), callback)
        heapq.heappush(self._events, (event.due, next(self._sequence), event))
        return event

    def after(self, seconds: float, callback: Callable[[], None]) -> Event:
        """Plans `callback` for so many seconds from now."""
        return self.at(self._now + timedelta(seconds=seconds), callback)

    def advance_to(self, instant: datetime) -> None:
        """Moves to `instant` and runs everything due until then, that instant included.

        Events run in order of time, those of one instant in the order they were planned; an event
        may plan others. The clock never goes back: an earlier instant is ignored. Raises
        RuntimeError when called by an event.
        """
        if self._advancing:
            raise RuntimeError("an event must not move the clock that runs it")
        self._advancing = True
        try:
            self._run_until(instant)
        finally:
            self._advancing = False
        self._now = max(self._now, instant.astimezone(UTC))

    def _run_until(self, instant: datetime) -> None:
        events = self._events
        while events and events[0][0] <= instant:
            due, _, event = heapq.heappop(events)
            callback = event.callback
            if callback is not None:
                self._now = due
                event.callback = None
                callback()

    def _drop_cancelled(self) -> None:
        while self._events and not self._events[0][2].pending:
            heapq.heappop(self._events)
