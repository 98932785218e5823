"""When a time trigger is due: pure calendar arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_EVERY: Final = re.compile(r"@every ([1-9][0-9]{0,5})m")
_ZONED: Final = re.compile(r"CRON_TZ=(\S+)\s+(.+)")
_SECOND: Final = re.compile(r"[0-5]?[0-9]")
_FIELDS: Final = 6


@dataclass(frozen=True, slots=True)
class Timer:
    """A time trigger's `cronExpression`.

    Either `@every 15m`, or six fields (second, minute, hour, day of month, month, day of week) in
    UTC, or in the zone of a leading `CRON_TZ=<zone>`. `expression` is the text without the zone.
    """

    expression: str
    zone: str | None = None

    def next_after(self, start: datetime, after: datetime) -> datetime | None:
        """The first time later than `after`, None when there is none.

        `start` is when the timer was set: from there `@every` counts.
        """
        every = _EVERY.fullmatch(self.expression)
        if every is not None:
            period = timedelta(minutes=int(every[1]))
            return start + ((after - start) // period + 1) * period
        local = after.astimezone(UTC if self.zone is None else ZoneInfo(self.zone))
        due = next(_cron(self.expression, local), None)
        return None if due is None else due.astimezone(UTC)


def parse_timer(text: str, *, zones: bool) -> Timer:
    """Reads a `cronExpression`; `zones` says whether `CRON_TZ=` is known.

    Raises ValueError, one sentence, for an expression that is wrong or due more than once a minute.
    """
    zoned = _ZONED.fullmatch(text)
    if zoned is None or not zones:
        return Timer(_checked(text))
    try:
        ZoneInfo(zoned[1])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zoned[1]!r} is not a time zone") from None
    return Timer(_checked(zoned[2]), zoned[1])


def _checked(text: str) -> str:
    if _EVERY.fullmatch(text):
        return text
    fields = text.split()
    if len(fields) != _FIELDS:
        raise ValueError(f"{text!r} is neither @every <minutes>m nor a cron of six fields")
    if not _SECOND.fullmatch(fields[0]):  # a list or a step would be more often than each minute
        raise ValueError(f"the seconds of {text!r} must be one number from 0 to 59")
    try:
        _cron(text, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{text!r} is not a cron expression: {error}") from None
    return text


def _cron(text: str, after: datetime) -> CronSim:
    return CronSim(text.replace("?", "*"), after)
