"""When a schedule is due: six fields, seconds first, in a time zone with a fixed offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from cronsim import CronSim, CronSimError

DEFAULT_TIME_ZONE: Final = "GMT+0:00"

_ZONE: Final = re.compile(r"GMT([+-])(\d{1,2}):(\d{2})", re.ASCII)
_FIELDS: Final = 6
_WIDEST: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression and its zone, both as they were given; `user_data` is JSON text.

    Raises ValueError for an expression without six fields, and for a zone unlike `GMT+8:00`.
    """

    expression: str
    time_zone: str
    user_data: str | None = None

    def __post_init__(self) -> None:
        _zone(self.time_zone)
        if len(self.expression.split()) != _FIELDS:
            raise ValueError(f"{self.expression!r} has not the six fields of a cron expression")
        try:
            self._cron(datetime.min)  # noqa: DTZ901  (only parsed, never iterated)
        except CronSimError as error:
            raise ValueError(f"{self.expression!r} is no cron expression: {error}") from None

    def next_after(self, instant: datetime) -> datetime | None:
        """The first instant later than `instant`, in UTC; None where there will be none."""
        found = next(self._cron(instant.astimezone(_zone(self.time_zone))), None)
        return None if found is None else found.astimezone(UTC)

    def _cron(self, after: datetime) -> CronSim:
        return CronSim(self.expression.replace("?", "*"), after)


def _zone(name: str) -> timezone:
    match = _ZONE.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a time zone such as GMT+8:00")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset > _WIDEST or int(match[3]) > 59:  # noqa: PLR2004  (minutes of an hour)
        raise ValueError(f"{name!r} is not a time zone on earth")
    return timezone(-offset if match[1] == "-" else offset)
