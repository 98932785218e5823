"""When bootstrap is asked again: the memory of the last asking. Pure.

What belongs to no group is kept in tags of the watcher's own function. A memory that is missing or
unreadable means asking at once: an invocation more does no harm, one that never comes does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.watcher.asking import Wishes
from shared.instants import format_instant, parse_instant
from shared.naming import ASKED_TAG, BUILDING_TAG, CLEARING_TAG
from shared.regions import CATALOGUE

_SLACK: Final = timedelta(seconds=30)
"""A schedule is not punctual to the second, and an asking put off waits for a whole poll more."""
AGAIN: Final = timedelta(hours=1) - _SLACK
"""What was asked for once is asked for hourly while it keeps failing."""
AGAIN_WHEN_SHORT: Final = timedelta(minutes=5) - _SLACK
"""When to choose anew is told by the group's own tag; this is for a bootstrap that writes none."""

_TAG: Final = re.compile(r"([0-9a-f]{12}) (\S+) ([0-9a-f]{1,16}) ([0-9a-f]{1,16})")
_SHA_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class LastAsked:
    """When bootstrap was asked last, under which commit (12 digits), and for which regions.

    `builds`: those to build; `shortages`: those to choose anew for.
    """

    commit: str
    at: datetime
    builds: frozenset[str]
    shortages: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: str) -> LastAsked | None:
        """Read the tag's value, None where it is not what `str` of a record gives."""
        match = _TAG.fullmatch(value)
        at = None if match is None else _instant(match[2])
        if match is None or at is None:
            return None
        return cls(match[1], at, _regions_of(match[3]), _regions_of(match[4]))

    def __str__(self) -> str:
        """Return the tag's value: commit, instant, and twice a bit for each region we know."""
        at = format_instant(self.at)
        return f"{self.commit} {at} {_mask_of(self.builds)} {_mask_of(self.shortages)}"


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on the watcher's function, by both functions' hands.

    `building_until`: the instant at which a run of bootstrap that has begun and not said that it
    ended is over, if it lives. `clearing_until`: before it nothing is asked for, because the fleet
    is being destroyed.
    """

    last: LastAsked | None = None
    building_until: datetime | None = None
    clearing_until: datetime | None = None

    @classmethod
    def read(cls, tags: Mapping[str, str]) -> Board:
        """Read the function's tags; what we did not write counts as not there."""
        return cls(
            LastAsked.parse(tags.get(ASKED_TAG, "")),
            _instant(tags.get(BUILDING_TAG, "")),
            _instant(tags.get(CLEARING_TAG, "")),
        )

    def is_clearing(self, now: datetime) -> bool:
        """Whether the fleet is being destroyed."""
        return self.clearing_until is not None and now < self.clearing_until

    def has_died(self, now: datetime) -> bool:
        """Whether bootstrap has begun since it was asked, and neither ended nor can be at work."""
        if self.last is None or self.building_until is None:
            return False
        return self.last.at < self.building_until <= now


def is_due(board: Board, wishes: Wishes, now: datetime) -> bool:
    """Whether to ask now.

    At once for what is new, and for what a run that died was asked for; hourly for what was asked
    for before.
    """
    last = board.last
    if last is None or not _is_fresh(last, wishes, now):
        return True
    if wishes.builds and (board.has_died(now) or not last.builds.issuperset(wishes.builds)):
        return True
    known = () if now - last.at >= AGAIN_WHEN_SHORT else last.shortages
    return not set(wishes.shortages).issubset(known)


def after_asking(last: LastAsked | None, wishes: Wishes, now: datetime) -> LastAsked:
    """Return the new memory.

    A region asked for before stays in it while it is fresh, so that one that comes and goes, as
    one that cannot always be read does, is not new each time.
    """
    if last is None or not _is_fresh(last, wishes, now):
        last = LastAsked(_commit(wishes), now, frozenset())
    builds, shortages = last.builds.union(wishes.builds), last.shortages.union(wishes.shortages)
    return LastAsked(_commit(wishes), now, builds, shortages)


def _is_fresh(last: LastAsked, wishes: Wishes, now: datetime) -> bool:
    """Whether the memory is of this commit and of the last hour; the future is nobody's memory."""
    return last.commit == _commit(wishes) and timedelta() <= now - last.at < AGAIN


def _commit(wishes: Wishes) -> str:
    return wishes.intent.commit.sha[:_SHA_DIGITS]


def _instant(text: str) -> datetime | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


def _mask_of(regions: Collection[str]) -> str:
    return f"{sum(1 << bit for bit, one in enumerate(CATALOGUE) if one.region_id in regions):x}"


def _regions_of(mask: str) -> frozenset[str]:
    bits = int(mask, 16)
    return frozenset(one.region_id for bit, one in enumerate(CATALOGUE) if bits >> bit & 1)
