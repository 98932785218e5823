"""How often a schedule fires, read from its expression however that is written. Pure.

EventBridge takes a cron of six fields, seconds first. FC's time triggers take the same, with
`CRON_TZ=<zone>` before it or not, and `@every 5m`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

_LONGEST: Final = 200
"""Characters; what is longer nobody wrote by hand, and it would fill every report."""
_EVERY: Final = re.compile(r"@every ([1-9][0-9]{0,5})m")
_ZONE: Final = re.compile(r"CRON_TZ=\S+\s+")
_TERM: Final = re.compile(r"(?:[*?]|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([1-9][0-9]?))?")
_DAYS: Final = re.compile(r"[0-9A-Z*?,/#-]+")
_ALWAYS: Final = frozenset({"*", "?", "*/1", "1/1"})
_FIELDS: Final = 6
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Cadence:
    """A schedule's expression as it stands, and the distance between its instants.

    `period` is None where that is not always the same, as with working hours.
    """

    text: str
    period: timedelta | None


def read_cadence(text: object) -> Cadence | None:
    """Read a schedule's expression; None for anything else, such as a timer's free payload.

    The zone does not count: its offset moves the instants and not the distances between them, but
    for the two days of the year on which some countries turn their clocks.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    if every := _EVERY.fullmatch(text.strip()):
        return Cadence(text, timedelta(minutes=int(every[1])))
    fields = _ZONE.sub("", text.strip(), count=1).split()
    if len(fields) != _FIELDS or not all(_DAYS.fullmatch(field) for field in fields[3:]):
        return None
    seconds, minutes, hours = (
        _values(field, most) for field, most in zip(fields, (59, 59, 23), strict=False)
    )
    if seconds is None or minutes is None or hours is None:
        return None
    is_daily = all(field in _ALWAYS for field in fields[3:])
    if not is_daily or len(seconds) > 1:
        return Cadence(text, None)
    return Cadence(
        text, _distance(sorted(60 * hour + minute for hour in hours for minute in minutes))
    )


def _distance(minutes: list[int]) -> timedelta | None:
    """Return the distance between minutes of a day that is the same for all, if there is one."""
    around = [*minutes, minutes[0] + _DAY_MINUTES]
    distances = {later - earlier for earlier, later in pairwise(around)}
    return timedelta(minutes=distances.pop()) if len(distances) == 1 else None


def _values(field: str, most: int) -> frozenset[int] | None:
    """Return the values from 0 to `most` that a field lists, None where it is no such field."""
    values: set[int] = set()
    for term in field.split(","):
        match = _TERM.fullmatch(term)
        if match is None:
            return None
        first, last, step = match.groups()
        low = int(first or 0)
        # `7` is one value; `7/5` goes on to the end, as `*/5` does from 0.
        high = int(last) if last else low if first and not step else most
        if not low <= high <= most:
            return None
        values.update(range(low, high + 1, int(step or 1)))
    return frozenset(values)
