"""Instants and durations as operators write them, and their arithmetic; no clock inside.

Instants are RFC 3339, any zone in, UTC out. Durations are a number and a unit; months follow the
calendar in UTC (January 31 plus one month is the last day of February).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal

Unit = Literal["minute", "hour", "day", "week", "month"]

_YEARS: Final = range(2000, 2200)
"""Years an instant may lie in: wide enough for any launch, and far from where dates overflow."""

_MOST: Final[dict[Unit, int]] = {
    "minute": 5_256_000,
    "hour": 87_600,
    "day": 3_650,
    "week": 520,
    "month": 120,
}
"""The longest duration of each unit: ten years."""

_MINUTES: Final[dict[Unit, int]] = {"minute": 1, "hour": 60, "day": 1_440, "week": 10_080}

_INSTANT: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}:\d{2})(?:\.(?P<fraction>\d+))?"
    r"(?P<zone>[Zz]|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_DURATION: Final = re.compile(r"([1-9]\d{0,9}) ([a-z]+)", re.ASCII)
_NEAR_DURATION: Final = re.compile(r"0*(\d{1,9})\s*([a-z]+)\.?", re.ASCII | re.IGNORECASE)

_SPELLINGS: Final[dict[Unit, tuple[str, ...]]] = {
    "minute": ("minute", "minutes", "m", "min", "mins"),
    "hour": ("hour", "hours", "h", "hr", "hrs"),
    "day": ("day", "days", "d"),
    "week": ("week", "weeks", "w", "wk", "wks"),
    "month": ("month", "months", "mo", "mon", "mth"),
}
"""What people write for a unit; only the first two of each are accepted."""


def parse_instant(text: str) -> datetime:
    """Return the instant that RFC 3339 text names, in UTC.

    Accepted are `T`, `t` or a space between date and time, `Z`, `z` or an offset, and a fraction
    of a second (beyond microseconds it is cut off).

    Raises:
        ValueError: the text is not such an instant; the message is one sentence for the operator.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"`{text}` is not an instant; write date, time and zone such as `2026-12-01T18:00:00Z`"
        )
    date, time, fraction, zone = match.group("date", "time", "fraction", "zone")
    if time is None:
        raise ValueError(
            f"`{text}` has neither time nor zone; write for example `{date}T00:00:00Z`"
        )
    if zone is None:
        raise ValueError(f"`{text}` has no zone; for UTC write `{date}T{time}Z`")
    if time.endswith(":60"):
        raise ValueError(f"`{text}` is a leap second, which no clock here can show; write :59")
    try:
        local = datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:0<6}")
        return _in_utc(local, zone, text)
    except OverflowError:
        raise ValueError(_outside_years(text)) from None
    except ValueError as error:
        if str(error).startswith("`"):
            raise
        raise ValueError(
            f"`{text}` is not an instant: the calendar or the clock has none"
        ) from None


def _in_utc(local: datetime, zone: str, text: str) -> datetime:
    """Read `zone` and move `local` to UTC; ValueError where zone or year is out of bounds."""
    offset = timedelta()
    if zone not in {"Z", "z"}:
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:  # noqa: PLR2004 -- the clock's own bounds
            raise ValueError(f"`{text}` has an impossible zone; offsets go up to 23:59")
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    instant = local.replace(tzinfo=timezone(offset)).astimezone(UTC)
    if instant.year not in _YEARS:
        raise ValueError(_outside_years(text))
    return instant


def _outside_years(text: str) -> str:
    return f"`{text}` is too far away; the year must be {_YEARS[0]} to {_YEARS[-1]}"


def format_instant(instant: datetime) -> str:
    """Return `instant` as RFC 3339 in UTC to the second, e.g. `2026-12-01T18:00:00Z`.

    Raises:
        ValueError: `instant` carries no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be written")
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def ceil_minute(instant: datetime) -> datetime:
    """Return the first whole minute at or after `instant`, in UTC."""
    instant = instant.astimezone(UTC)
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in one unit; `str` gives `7 days` or `1 hour`."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def minutes(self) -> int | None:
        """The length in minutes; None for months, which have no fixed length."""
        return None if self.unit == "month" else self.count * _MINUTES[self.unit]

    def after(self, instant: datetime) -> datetime:
        """Return the instant this long after `instant`, in UTC.

        A month later is the same day and time of the next month, or that month's last day where
        it is shorter.
        """
        instant = instant.astimezone(UTC)
        if self.minutes is not None:
            return instant + timedelta(minutes=self.minutes)
        years, month0 = divmod(instant.month - 1 + self.count, 12)
        year, month = instant.year + years, month0 + 1
        day = min(instant.day, calendar.monthrange(year, month)[1])
        return instant.replace(year=year, month=month, day=day)


def parse_duration(text: str) -> Duration:
    """Return the duration that `<n> minutes|hours|days|weeks|months` names (singular too).

    Raises:
        ValueError: the text is no such duration, or over ten years; the message is one sentence
            for the operator, with the nearest right spelling where there is one.
    """
    match = _DURATION.fullmatch(text)
    unit = _unit(match[2], accepted=2) if match else None
    if match is None or unit is None:
        raise ValueError(f"`{text}` is not a duration; {_duration_hint(text)}")
    count = int(match[1])
    if count > _MOST[unit]:
        raise ValueError(f"`{text}` is too long; at most `{Duration(_MOST[unit], unit)}`")
    return Duration(count, unit)


def _unit(word: str, accepted: int | None = None) -> Unit | None:
    """Return the unit that `word` means, by the first `accepted` spellings of each (None: all)."""
    return next((unit for unit, words in _SPELLINGS.items() if word in words[:accepted]), None)


def _duration_hint(text: str) -> str:
    """Return what to write instead of `text`."""
    match = _NEAR_DURATION.fullmatch(text.strip())
    unit = _unit(match[2].lower()) if match else None
    if match is None or unit is None or not 1 <= int(match[1]) <= _MOST[unit]:
        return "write a number and a unit such as `15 minutes`, `12 hours` or `7 days`"
    return f"did you mean `{Duration(int(match[1]), unit)}`?"


def format_countdown(delta: timedelta) -> str:
    """Return `in 3 h 12 min`, `2 d 4 h ago`, `in 40 s` or `now`: two units at most, cut off."""
    seconds = int(abs(delta).total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        parts = (f"{days} d", f"{hours % 24} h" if hours % 24 else "")
    elif hours:
        parts = (f"{hours} h", f"{minutes % 60} min" if minutes % 60 else "")
    elif minutes:
        parts = (f"{minutes} min", "")
    elif seconds:
        parts = (f"{seconds} s", "")
    else:
        return "now"
    length = " ".join(part for part in parts if part)
    return f"{length} ago" if delta < timedelta() else f"in {length}"
