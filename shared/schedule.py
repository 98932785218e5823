"""The watcher's schedule: what its parts are called, and its cadence as a cron expression. Pure.

EventBridge and FC's time triggers speak the same cron here: six fields, seconds first, in UTC.
"""

from __future__ import annotations

from typing import Final

from shared.control.timing import POLL_CHOICES
from shared.instants import Duration

UTC_ZONE: Final = "GMT+0:00"
"""UTC as EventBridge writes it; FC's timers use UTC where nothing else is said."""

_MINUTES_IN_HOUR: Final = 60
_HOURS_IN_DAY: Final = 24


def bus_name(fleet: str) -> str:
    """Name of the fleet's event bus."""
    return fleet


def poll_name(fleet: str) -> str:
    """Name of what makes the watcher poll: the scheduled source, the rule, or the timer."""
    return f"{fleet}-poll"


def cron_of(every: Duration) -> str:
    """Return the cron expression of a cadence, one of `POLL_CHOICES`.

    Raises:
        ValueError: no cron expression says this cadence without a gap.
    """
    if every not in POLL_CHOICES:
        raise ValueError(f"{every} is not a cadence that cron can say")
    if every.unit == "minute":
        return f"0 {_step(every.count, _MINUTES_IN_HOUR)} * * * *"
    return f"0 0 {_step(every.count, _HOURS_IN_DAY)} * * *"


def is_our_cron(cron: str) -> bool:
    """Whether a cron expression is one that `cron_of` gives."""
    return cron in _OURS


def _step(count: int, whole: int) -> str:
    if count == 1:
        return "*"
    return "0" if count == whole else f"*/{count}"


_OURS: Final = frozenset(cron_of(every) for every in POLL_CHOICES)
