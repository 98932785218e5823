"""Where new instances go: zones, types and disks by preference, as far as they can be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.domain.ess.addresses import free_addresses
from sandbox.domain.ess.launch_source import wanted_template
from sandbox.domain.ess.records import (
    InstanceState,
    Placement,
    ScalingGroup,
    Shortage,
    WeightedType,
)
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.instance_types import DISK_CATEGORIES, TYPES_BY_NAME
from sandbox.domain.neighbours import TemplateFacts, VSwitchFacts
from sandbox.domain.stock import in_stock, obstacle_to_any

MAX_INSTANCES_PER_ACTIVITY: Final = 500

_NO_TEMPLATE: Final = Shortage(
    "LaunchTemplateSet.NotFound", "The specified launch template set is not found."
)
_NO_IMAGE: Final = Shortage("InvalidImageId.NotFound", "The specified image does not exist.")
_NO_SECURITY_GROUP: Final = Shortage(
    "InvalidSecurityGroupId.NotFound", "The specified security group does not exist."
)
_NO_ROLE: Final = Shortage("InvalidRamRole.NotFound", "The specified RamRoleName does not exist.")
_NOT_AUTHORIZED: Final = Shortage(
    "InvalidInstanceType.NotAuthorized", "Instance types are not authorized."
)
_NO_TYPE_IN_STOCK: Final = Shortage(
    "RecommendEmpty.InstanceTypeNoStock", "The instanceTypes are out of usage."
)
_NO_DISK_IN_STOCK: Final = Shortage(
    "RecommendEmpty.DiskTypeNoStock", "The diskTypes are out of usage."
)
_NO_ADDRESS: Final = Shortage(
    "QuotaExceeded.PrivateIpAddress", "Don't have enough private IPs in this switch."
)
_NO_QUOTA: Final = Shortage(
    "QuotaExceed.ElasticQuota",
    "No additional quota is available for the specified ECS instance type.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The instances that can be had, after which template, and why there are no more if so."""

    placements: tuple[Placement, ...]
    template: TemplateFacts | None = None
    shortage: Shortage | None = None


@dataclass(frozen=True, slots=True)
class _Offer:
    """The best that the zone of a vSwitch has to give."""

    vswitch: VSwitchFacts
    kind: WeightedType
    disk: str


def plan_placements(region: EssRegion, group: ScalingGroup, capacity: int) -> Plan:
    """Places new instances worth `capacity`, as many as stock, account and quota allow."""
    obstacle = obstacle_to_any(region.world.faults.account, region.region_id)
    if obstacle is not None:
        return Plan((), shortage=Shortage(obstacle.code, obstacle.message))
    template = wanted_template(region, group.launch)
    if template is None:
        return Plan((), shortage=_NO_TEMPLATE)
    missing = _missing(region, group, template)
    if missing is not None:
        return Plan((), template, missing)
    types = group.launch.overrides or [WeightedType(name) for name in template.instance_types]
    account = region.world.faults.account
    permitted = [kind for kind in types if account.may_use(kind.instance_type)]
    if not permitted:
        return Plan((), template, _NOT_AUTHORIZED)
    offers = _offers(region, group, permitted, (template.disk,))
    if not offers:
        elsewhere = _offers(region, group, permitted, DISK_CATEGORIES)
        return Plan((), template, _NO_DISK_IN_STOCK if elsewhere else _NO_TYPE_IN_STOCK)
    placements, shortage = _place(region, group, offers, capacity)
    return Plan(placements, template, shortage)


def _missing(region: EssRegion, group: ScalingGroup, template: TemplateFacts) -> Shortage | None:
    """What the template names and is not there any more."""
    neighbours = region.world.neighbours
    image_id, role_name = template.image_id, template.role_name
    if not image_id or not neighbours.ecs.image_is_available(region.region_id, image_id):
        return _NO_IMAGE
    known = neighbours.ecs.security_groups_of(region.region_id, group.vswitches[0].vpc_id)
    if not set(template.security_group_ids) <= set(known):
        return _NO_SECURITY_GROUP
    if role_name and not neighbours.ram.role_exists(role_name):
        return _NO_ROLE
    return None


def _offers(
    region: EssRegion, group: ScalingGroup, types: Sequence[WeightedType], disks: Sequence[str]
) -> list[_Offer]:
    """For each vSwitch whose zone has any, the most preferred instance in stock."""
    faults = region.world.faults
    found = (
        next(
            (
                _Offer(vswitch, kind, disk)
                for kind in types
                for disk in disks
                if in_stock(faults, region.region_id, vswitch.zone, kind.instance_type, disk)
            ),
            None,
        )
        for vswitch in group.vswitches
    )
    return [offer for offer in found if offer is not None]


def _place(
    region: EssRegion, group: ScalingGroup, offers: Sequence[_Offer], capacity: int
) -> tuple[tuple[Placement, ...], Shortage | None]:
    """Fills the most preferred vSwitch, or all zones evenly where the group wants balance.

    As far as addresses and quotas go; what is missing then is the reason for having no more.
    """
    instances_left, vcpus_left = _room(region)
    addresses = {offer.vswitch: free_addresses(region, offer.vswitch) for offer in offers}
    used = _used_zones(group)
    placements: list[Placement] = []
    left = list(offers)
    while capacity > 0 and len(placements) < MAX_INSTANCES_PER_ACTIVITY:
        if not left:
            return tuple(placements), _NO_ADDRESS
        offer = min(left, key=lambda one: used[one.vswitch.zone]) if _balanced(group) else left[0]
        address = next(addresses[offer.vswitch], None)
        if address is None:
            left.remove(offer)
            continue
        instances_left -= 1
        vcpus_left -= TYPES_BY_NAME[offer.kind.instance_type].vcpus
        if instances_left < 0 or vcpus_left < 0:
            return tuple(placements), _NO_QUOTA
        kind = offer.kind
        placements.append(
            Placement(offer.vswitch, address, kind.instance_type, offer.disk, kind.weight)
        )
        used[offer.vswitch.zone] += 1
        capacity -= kind.weight
    return tuple(placements), None


def _balanced(group: ScalingGroup) -> bool:
    policy = group.settings["MultiAZPolicy"]
    return policy == "BALANCE" or (policy == "COMPOSABLE" and bool(group.settings["AzBalance"]))


def _used_zones(group: ScalingGroup) -> Counter[str]:
    """How many of the group's instances are in which zone."""
    return Counter(
        instance.placement.zone
        for instance in group.instances.values()
        if instance.state is not InstanceState.REMOVING
    )


def _room(region: EssRegion) -> tuple[int, int]:
    """How many more instances, and vCPUs in them, the quotas leave."""
    present = [one for group in region.groups.values() for one in group.instances.values()]
    vcpus = sum(TYPES_BY_NAME[one.placement.instance_type].vcpus for one in present)
    return region.quota("ecs:instances") - len(present), region.quota("ecs:vcpus") - vcpus
