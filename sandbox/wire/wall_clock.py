"""The instant that the account lives in: real time, moved forward on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class WallClock:
    """Runs with real time from `start` on and can be moved forward, never back.

    `elapsed_s` is a monotonic stopwatch in seconds, so that a correction of the machine's clock
    does not disturb the account.
    """

    def __init__(self, start: datetime, elapsed_s: Callable[[], float]) -> None:
        self._elapsed_s = elapsed_s
        self._origin = start - timedelta(seconds=elapsed_s())

    def now(self) -> datetime:
        """The account's present."""
        return self._origin + timedelta(seconds=self._elapsed_s())

    def advance(self, span: timedelta) -> None:
        """Moves the present forward by `span`; raises ValueError where that is backwards."""
        if span < timedelta(0):
            raise ValueError("time cannot be moved backwards")
        self._origin += span
