"""Readers of the keys that speak of time; see `written` for what a reader is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.control.tree import described
from shared.control.window import MIN_WINDOW
from shared.control.written import JsonSchema, WrongValueError
from shared.instants import Duration, parse_duration, parse_instant

POLL_CHOICES: Final = (
    *(Duration(count, "minute") for count in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)),
    *(Duration(count, "hour") for count in (1, 2, 3, 4, 6, 8, 12, 24)),
)
"""What one cron expression can say without a gap at the end of an hour or a day."""

_ZERO: Final = re.compile(r"0+ (minute|hour|day|week|month)s?", re.ASCII)

INSTANT_SCHEMA: Final[JsonSchema] = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
}
DURATION_SCHEMA: Final[JsonSchema] = {
    "type": "string",
    "pattern": r"^[1-9]\d* (minutes?|hours?|days?|weeks?|months?)$",
}
START_SCHEMA: Final[JsonSchema] = {"oneOf": [{"const": "now"}, INSTANT_SCHEMA]}
RUN_DURATION_SCHEMA: Final[JsonSchema] = {"oneOf": [{"const": "forever"}, DURATION_SCHEMA]}
POLL_SCHEMA: Final[JsonSchema] = {"enum": [str(choice) for choice in POLL_CHOICES]}


def read_instant(value: object) -> datetime:
    """Read an instant; a fraction of a second is rounded up, never early."""
    if not isinstance(value, str):
        raise WrongValueError(
            f"must be an instant such as `2026-12-01T18:00:00Z`, not {described(value)}"
        )
    instant = parse_instant(value)
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + timedelta(seconds=1)


def read_start(value: object) -> datetime | Literal["now"]:
    """Read `start`: an instant or `now`."""
    if isinstance(value, str) and value.strip().casefold() == "now":
        if value != "now":
            raise WrongValueError(f"{described(value)} is not an instant; did you mean `now`?")
        return "now"
    return read_instant(value)


def read_duration(value: object) -> Duration:
    """Read a duration such as `7 days`."""
    if not isinstance(value, str):
        raise WrongValueError(f"must be a duration such as `7 days`, not {described(value)}")
    if zero := _ZERO.fullmatch(value):
        raise WrongValueError(
            f"{described(value)} is zero, which is refused; write at least `1 {zero[1]}`"
        )
    return parse_duration(value)


def read_run_duration(value: object) -> Duration | Literal["forever"]:
    """Read `run_duration`: a duration that makes a window long enough, or `forever`."""
    if isinstance(value, str) and value.strip().casefold() == "forever":
        if value != "forever":
            raise WrongValueError(f"{described(value)} is not a duration; did you mean `forever`?")
        return "forever"
    duration = read_duration(value)
    if duration.minutes is not None and timedelta(minutes=duration.minutes) < MIN_WINDOW:
        raise WrongValueError(f"`{duration}` is too short; a run window has at least 10 minutes")
    return duration


def read_poll_every(value: object) -> Duration:
    """Read `poll_every`: one of `POLL_CHOICES`."""
    duration = read_duration(value)
    if duration in POLL_CHOICES:
        return duration
    minutes = duration.minutes
    if minutes is None:
        raise WrongValueError(f"`{duration}` is too rare; the most is `{POLL_CHOICES[-1]}`")
    near = min(POLL_CHOICES, key=lambda choice: abs((choice.minutes or 0) - minutes))
    raise WrongValueError(
        f"`{duration}` is not a cadence that cron can say; did you mean `{near}`?"
    )
