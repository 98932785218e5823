"""The instant that the account lives in: real time, moved forward on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class WallClock:
    """Runs with real time from `start` on and can be moved forward, never back.

    `elapsed_s` is a monotonic stopwatch in seconds, so that a correction of the machine's clock
    does not disturb the account. `speed` is how many of the account's seconds a real one lasts.
    """

    def __init__(
        self, start: datetime, elapsed_s: Callable[[], float], *, speed: float = 1.0
    ) -> None:
        self._elapsed_s = elapsed_s
        self._speed = speed
        self._origin = start - timedelta(seconds=elapsed_s() * speed)

    def now(self) -> datetime:
        """The account's present."""
        return self._origin + timedelta(seconds=self._elapsed_s() * self._speed)

    def advance(self, span: timedelta) -> None:
        """Moves the present forward by `span`; raises ValueError where that is backwards."""
        if span < timedelta(0):
            raise ValueError("time cannot be moved backwards")
        self._origin += span
