"""When a scheduled task is due: pure calendar arithmetic in UTC."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError


class RecurrenceType(enum.StrEnum):
    """How a task repeats."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    MONTHLY = "Monthly"
    CRON = "Cron"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A repetition: `value` as the API writes it, `end` the last instant it may fire.

    Daily: every so many days (1-31). Weekly: days of the week, `0,3` (0 is Sunday). Monthly: days
    of the month from A to B, `1-15`. Cron: five fields in UTC, at most once an hour. Raises
    ValueError for a value that its type does not take.
    """

    kind: RecurrenceType
    value: str
    end: datetime | None = None

    def __post_init__(self) -> None:
        _CHECKS[self.kind](self.value)

    def next_after(self, launch: datetime, after: datetime) -> datetime | None:
        """The first time later than `after`, not before `launch`; None when there is none."""
        found = self._search(launch, after)
        if found is None or (self.end is not None and found > self.end):
            return None
        return found

    def _search(self, launch: datetime, after: datetime) -> datetime | None:
        match self.kind:
            case RecurrenceType.DAILY:
                period = timedelta(days=int(self.value))
                periods = 0 if after < launch else (after - launch) // period + 1
                return launch + periods * period
            case RecurrenceType.WEEKLY:
                weekdays = _numbers(self.value, 0, 6)
                return _first_day(launch, after, lambda day: day.isoweekday() % 7 in weekdays)
            case RecurrenceType.MONTHLY:
                first, last = _month_days(self.value)
                return _first_day(launch, after, lambda day: first <= day.day <= last)
            case RecurrenceType.CRON:
                before_launch = launch - timedelta(seconds=1)
                return next(_cron(self.value, max(after, before_launch)), None)


def next_launch(
    launch: datetime, recurrence: Recurrence | None, after: datetime
) -> datetime | None:
    """When a task launched at `launch` is due next, later than `after`; None when never again."""
    if recurrence is not None:
        return recurrence.next_after(launch, after)
    return launch if launch > after else None


def _first_day(launch: datetime, after: datetime, wanted: Callable[[datetime], bool]) -> datetime:
    """The first wanted day; every weekly and monthly value has one at least every two months."""
    days_gone = max(0, (after - launch).days)
    days = (launch + timedelta(days=number) for number in itertools.count(days_gone))
    return next(day for day in days if day > after and wanted(day))


def _numbers(text: str, lowest: int, highest: int) -> frozenset[int]:
    return frozenset(_number(part, lowest, highest) for part in text.split(","))


def _number(text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit()) or not lowest <= int(text) <= highest:
        raise ValueError(f"{text!r} is not a number from {lowest} to {highest}")
    return int(text)


def _month_days(text: str) -> tuple[int, int]:
    first, hyphen, last = text.partition("-")
    days = _number(first, 1, 31), _number(last, 1, 31)
    if not hyphen or days[0] > days[1]:
        raise ValueError(f"{text!r} is not a range A-B of days of the month")
    return days


def _cron(text: str, after: datetime) -> CronSim:
    return CronSim(text.replace("?", "*"), after)


def _check_cron(text: str) -> None:
    fields = text.split()
    if len(fields) != 5:  # noqa: PLR2004  (minute, hour, day, month, weekday)
        raise ValueError(f"{text!r} does not have the five fields of a cron expression")
    _number(fields[0], 0, 59)  # a list or a step would be more often than hourly
    try:
        _cron(text, datetime.min)  # noqa: DTZ901  (only parsed, never iterated)
    except CronSimError as error:
        raise ValueError(f"{text!r} is not a cron expression: {error}") from None


_CHECKS: Final[dict[RecurrenceType, Callable[[str], object]]] = {
    RecurrenceType.DAILY: lambda value: _number(value, 1, 31),
    RecurrenceType.WEEKLY: lambda value: _numbers(value, 0, 6),
    RecurrenceType.MONTHLY: _month_days,
    RecurrenceType.CRON: _check_cron,
}
