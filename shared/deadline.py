"""The time that one poll may take, handed to everything that waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on a monotonic clock (seconds) after which nothing new is begun."""

    monotonic: Callable[[], float]
    at_s: float

    @classmethod
    def after(cls, seconds: float, monotonic: Callable[[], float]) -> Deadline:
        """Return the deadline `seconds` from now."""
        return cls(monotonic, monotonic() + seconds)

    def share(self, fraction: float) -> Deadline:
        """Return an earlier deadline, after `fraction` of the time that is left."""
        return Deadline(self.monotonic, self.at_s - (1 - fraction) * self.remaining_s())

    def remaining_s(self) -> float:
        """Seconds left; zero or less once it has passed."""
        return self.at_s - self.monotonic()

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return self.remaining_s() <= 0
