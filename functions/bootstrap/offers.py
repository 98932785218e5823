"""Choose what to run where: the best that the cloud has, in the document's order of preference.

Pure: stock is asked for through a function, so that nothing is asked that is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from functions.bootstrap.records import Offer
from shared.control.fleet import FleetTemplate

Stock = Callable[[str, str], Collection[str]]
"""Zones in which an instance type can be had with a category of system disk."""

_RETRY_AFTER: Final = timedelta(hours=1)
_AUTHORISE_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Avoidance:
    """What has failed, instance types and disk categories, each with the end of its ban."""

    until: Mapping[str, datetime] = field(default_factory=dict)

    def bars(self, name: str, now: datetime) -> bool:
        """Whether an instance type or disk category is not to be tried yet."""
        return name in self.active(now)

    def active(self, now: datetime) -> frozenset[str]:
        """What is not to be tried now."""
        return frozenset(name for name, end in self.until.items() if now < end)

    def after(self, code: str, offer: Offer, now: datetime) -> Avoidance:
        """Return what is to be avoided once `offer` has failed with the code of a shortage."""
        if "NotAuthorized" in code:
            banned, until = offer.instance_types, now + _AUTHORISE_AFTER
        elif "Disk" in code:
            banned, until = (offer.disk_category,), now + _RETRY_AFTER
        else:
            banned, until = offer.instance_types, now + _RETRY_AFTER
        kept = {name: self.until[name] for name in self.active(now)}
        return Avoidance(dict.fromkeys(banned, until) | kept)


def choose_offer(
    template: FleetTemplate,
    stock: Stock,
    *,
    avoid: Avoidance,
    now: datetime,
    present_zones: Collection[str] = (),
) -> Offer | None:
    """Return the best offer, or None where nothing that the document lists can be had.

    The first instance type that can be had with some disk decides the disk, and comes first with
    its zones; every further type that can be had with this disk is a substitute, in zones of its
    own only where the first leaves room. Zones in which the fleet has a vSwitch already are
    preferred to others.
    """
    types = [one for one in template.instance_types if not avoid.bars(one, now)]
    disks = [one for one in template.disk_categories if not avoid.bars(one, now)]
    for position, first in enumerate(types):
        for disk in disks:
            zones = _in_order(stock(first, disk), present_zones)
            if zones:
                return _with_substitutes(
                    Offer((first,), disk, zones[: template.zones]),
                    {one: stock(one, disk) for one in types[position + 1 :]},
                    present_zones,
                    template.zones,
                )
    return None


def _with_substitutes(
    offer: Offer,
    others: Mapping[str, Collection[str]],
    present_zones: Collection[str],
    most_zones: int,
) -> Offer:
    types, zones = list(offer.instance_types), list(offer.zones)
    for instance_type, offered in others.items():
        more = [one for one in _in_order(offered, present_zones) if one not in zones]
        zones.extend(more[: most_zones - len(zones)])
        if any(zone in zones for zone in offered):
            types.append(instance_type)
    return Offer(tuple(types), offer.disk_category, tuple(zones))


def _in_order(zones: Collection[str], present: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(zones, key=lambda zone: (zone not in present, zone)))
