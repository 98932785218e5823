"""Where new instances go: zones, types and disks by preference, as far as there is stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.domain.ess.records import (
    InstanceState,
    LaunchSource,
    Placement,
    ScalingGroup,
    Shortage,
    WeightedType,
)
from sandbox.domain.ess.region import EssRegion

DEFAULT_DISK: Final = "cloud_essd_entry"

_DISKS: Final = (DEFAULT_DISK, "cloud_essd", "cloud_auto", "cloud_ssd", "cloud_efficiency")

MAX_INSTANCES_PER_ACTIVITY: Final = 500

_RISK_CONTROL: Final = Shortage(
    "Forbidden.RiskControl", "This operation is forbidden by Aliyun RiskControl system."
)
_NO_TEMPLATE: Final = Shortage(
    "LaunchTemplateSet.NotFound", "The specified launch template set is not found."
)
_NOT_AUTHORIZED: Final = Shortage(
    "InvalidInstanceType.NotAuthorized", "Instance types are not authorized."
)
_NO_TYPE_IN_STOCK: Final = Shortage(
    "RecommendEmpty.InstanceTypeNoStock", "The instanceTypes are out of usage."
)
_NO_DISK_IN_STOCK: Final = Shortage(
    "RecommendEmpty.DiskTypeNoStock", "The diskTypes are out of usage."
)
_NO_QUOTA: Final = Shortage(
    "QuotaExceed.ElasticQuota",
    "No additional quota is available for the specified ECS instance type.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The instances that can be had, and why there are no more where that is so."""

    placements: tuple[Placement, ...]
    shortage: Shortage | None = None


def plan_placements(region: EssRegion, group: ScalingGroup, capacity: int) -> Plan:
    """Places new instances worth `capacity`, as many as stock, account and quota allow."""
    account = region.world.faults.account
    if account.risk_control:
        return Plan((), _RISK_CONTROL)
    wanted = _wanted(region, group.launch)
    if wanted is None:
        return Plan((), _NO_TEMPLATE)
    types, disk = wanted
    permitted = [kind for kind in types if account.may_use(kind.instance_type)]
    if not permitted:
        return Plan((), _NOT_AUTHORIZED)
    offers = dict(_offers(region, group.zones, permitted, (disk,)))
    if not offers:
        elsewhere = next(_offers(region, group.zones, permitted, _DISKS), None)
        return Plan((), _NO_TYPE_IN_STOCK if elsewhere is None else _NO_DISK_IN_STOCK)
    room = region.quota("ecs:instances") - sum(len(one.instances) for one in region.groups.values())
    placements = tuple(_spread(group, offers, capacity, min(room, MAX_INSTANCES_PER_ACTIVITY)))
    placed = sum(placement.weight for placement in placements)
    short = placed < capacity and len(placements) < MAX_INSTANCES_PER_ACTIVITY
    return Plan(placements, _NO_QUOTA if short else None)


def _wanted(region: EssRegion, launch: LaunchSource) -> tuple[Sequence[WeightedType], str] | None:
    """Instance types in order of preference, and the system disk's category.

    None where the launch template is gone.
    """
    if launch.template_id is None:
        return [WeightedType(name) for name in launch.configured_types], DEFAULT_DISK
    version = launch.template_version or "Default"
    template = region.surroundings.template(region.region_id, launch.template_id, version)
    if template is None:
        return None
    types = launch.overrides or [WeightedType(name) for name in template.instance_types]
    return types, template.disk


def _offers(
    region: EssRegion, zones: Sequence[str], types: Sequence[WeightedType], disks: Sequence[str]
) -> Iterator[tuple[str, Placement]]:
    """For each zone that has any, the most preferred instance in stock."""
    in_stock = region.world.faults.in_stock
    for zone in zones:
        found = next(
            (
                Placement(zone, kind.instance_type, disk, kind.weight)
                for kind in types
                for disk in disks
                if in_stock(region.region_id, zone, kind.instance_type, disk)
            ),
            None,
        )
        if found is not None:
            yield zone, found


def _spread(
    group: ScalingGroup, offers: dict[str, Placement], capacity: int, room: int
) -> Iterator[Placement]:
    """Fills the most preferred zone, or all evenly where the group wants balance."""
    policy = group.settings["MultiAZPolicy"]
    balanced = policy == "BALANCE" or (policy == "COMPOSABLE" and group.settings["AzBalance"])
    used = Counter(
        instance.placement.zone
        for instance in group.instances.values()
        if instance.state is not InstanceState.REMOVING
    )
    first = next(iter(offers))
    while capacity > 0 and room > 0:
        zone = min(offers, key=lambda name: used[name]) if balanced else first
        placement = offers[zone]
        used[zone] += 1
        capacity -= placement.weight
        room -= 1
        yield placement
