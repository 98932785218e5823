"""When bootstrap is asked again: the memory of the last asking. Pure.

What belongs to no group is kept in one tag of the watcher's own function. A memory that is missing
or unreadable means asking at once: an invocation more does no harm, one that never comes does.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.watcher.asking import Wishes
from shared.instants import format_instant, parse_instant
from shared.regions import CATALOGUE

_SLACK: Final = timedelta(seconds=30)
"""A schedule is not punctual to the second, and an asking put off waits for a whole poll more."""
AGAIN: Final = timedelta(hours=1) - _SLACK
"""What was asked for once is asked for hourly while it keeps failing."""
AGAIN_WHEN_SHORT: Final = timedelta(minutes=5) - _SLACK
"""When to choose anew is told by the group's own tag; this is for a bootstrap that writes none."""

_TAG: Final = re.compile(r"([0-9a-f]{12}) (\S+) ([0-9a-f]{1,16})")
_SHA_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class LastAsked:
    """When bootstrap was asked last, under which commit (12 digits), to build which regions."""

    commit: str
    at: datetime
    builds: frozenset[str]

    @classmethod
    def parse(cls, value: str) -> LastAsked | None:
        """Read the tag's value, None where it is not what `str` of a record gives."""
        match = _TAG.fullmatch(value)
        if match is None:
            return None
        try:
            at = parse_instant(match[2])
        except ValueError:
            return None
        return cls(match[1], at, _regions_of(int(match[3], 16)))

    def __str__(self) -> str:
        """Return the tag's value: commit, instant, and a bit for each region of the catalogue."""
        return f"{self.commit} {format_instant(self.at)} {_mask_of(self.builds):x}"


def is_due(last: LastAsked | None, wishes: Wishes, now: datetime) -> bool:
    """Whether to ask now: at once for what is new, hourly for what was asked for before."""
    if last is None or not _is_fresh(last, wishes, now):
        return True
    if not last.builds.issuperset(wishes.builds):
        return True
    return bool(wishes.shortages) and now - last.at >= AGAIN_WHEN_SHORT


def after_asking(last: LastAsked | None, wishes: Wishes, now: datetime) -> LastAsked:
    """Return the new memory.

    A region asked for before stays in it while it is fresh, so that one that comes and goes, as
    one that cannot always be read does, is not new each time.
    """
    before = last.builds if last is not None and _is_fresh(last, wishes, now) else frozenset()
    return LastAsked(_commit(wishes), now, before.union(wishes.builds))


def _is_fresh(last: LastAsked, wishes: Wishes, now: datetime) -> bool:
    """Whether the memory is of this commit and of the last hour; the future is nobody's memory."""
    return last.commit == _commit(wishes) and timedelta() <= now - last.at < AGAIN


def _commit(wishes: Wishes) -> str:
    return wishes.intent.commit.sha[:_SHA_DIGITS]


def _mask_of(regions: Collection[str]) -> int:
    return sum(1 << bit for bit, one in enumerate(CATALOGUE) if one.region_id in regions)


def _regions_of(mask: int) -> frozenset[str]:
    return frozenset(one.region_id for bit, one in enumerate(CATALOGUE) if mask >> bit & 1)
