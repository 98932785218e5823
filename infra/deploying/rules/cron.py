"""Cron expressions as Function Compute's time triggers take them. Pure.

Six fields, seconds first, in UTC or after `CRON_TZ=<zone> `; or `@every <n>m|h`. Source: Function
Compute 3.0, "Configure a time trigger".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ZONE: Final = re.compile(r"CRON_TZ=[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)* (?P<rest>.+)")
_EVERY: Final = re.compile(r"@every (?:[1-9][0-9]*[mh])+")
_ITEM: Final = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[0-9]+))?")
_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class _Field:
    """What one field may hold."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()
    may_be_open: bool = False

    def value(self, text: str) -> int | None:
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.least
        if not text.isdecimal() or not self.least <= int(text) <= self.most:
            return None
        return int(text)

    def takes(self, item: str) -> bool:
        match = _ITEM.fullmatch(item)
        if match is None or (match["step"] is not None and int(match["step"]) == 0):
            return self.may_be_open and item == "?"
        if match["first"] == "*":
            return match["last"] is None
        first = self.value(match["first"])
        last = self.value(match["last"]) if match["last"] is not None else first
        return first is not None and last is not None and first <= last


_FIELDS: Final = (
    _Field("seconds", 0, 59),
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of the month", 1, 31, may_be_open=True),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS, may_be_open=True),
)


def cron_fault(expression: str) -> str | None:
    """Say in one clause what is wrong with a cron expression, None for nothing."""
    if expression.startswith("@"):
        return None if _EVERY.fullmatch(expression) else "after `@every ` must stand e.g. 15m or 1h"
    match = _ZONE.fullmatch(expression)
    fields = (match["rest"] if match else expression).split(" ")
    if len(fields) != len(_FIELDS):
        return f"it must have six fields, seconds first, such as `0 */5 * * * *`, not {len(fields)}"
    for field, text in zip(_FIELDS, fields, strict=True):
        if not all(field.takes(item) for item in text.split(",")):
            return f"{text!r} is none for the {field.name}"
    return None
