"""Setting an account up as bootstrap leaves it, at once, through the products' own actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sandbox.domain.faults import Faults
from sandbox.domain.instance_types import sold_disks
from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID
from sandbox.domain.timing import Timing
from sandbox.domain.world import World

FLEET_INSTANCE_TYPES: Final = ("ecs.e-c1m1.large", "ecs.t6-c1m1.large", "ecs.u1-c1m1.large")
"""The fleet's usual instance types, in order of preference."""

_DISKS: Final = ("cloud_essd_entry", "cloud_essd", "cloud_auto")
_MOST_ZONES: Final = 3
_IMAGE_FAMILY: Final = "acs:ubuntu_24_04_x64"
_PORTS: Final = "1024/65535"

Call = Callable[[str, str, str, Params], dict[str, Any]]
"""One API call: product, action, region, parameters."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a scaling group needs in its region before it can be created."""

    vpc_id: str
    vswitch_ids: tuple[str, ...]
    security_group_id: str
    template_id: str


class Setup:
    """Builds surroundings and groups while nothing is wrong and nothing takes time."""

    def __init__(self, world: World, call: Call) -> None:
        self._world = world
        self._call = call
        self._built: dict[tuple[str, str | None], Surroundings] = {}

    def add_group(self, region_id: str, name: str, fleet_tag: str | None) -> str:
        """Creates an Active, empty group in surroundings of its fleet; returns its id.

        Raises ApiError where a group of that name is there already.
        """
        there = self.add_surroundings(region_id, name, fleet_tag)
        with self._undisturbed():
            group = self._call(
                "ess",
                "CreateScalingGroup",
                region_id,
                {
                    "ScalingGroupName": name,
                    "MinSize": 0,
                    "MaxSize": 0,
                    "LaunchTemplateId": there.template_id,
                    "LaunchTemplateVersion": "Latest",
                    "LaunchTemplateOverrides": [
                        {"InstanceType": one} for one in FLEET_INSTANCE_TYPES
                    ],
                    "VSwitchIds": list(there.vswitch_ids),
                    "MultiAZPolicy": "PRIORITY",
                    "ScalingPolicy": "forcerelease",
                    "Tags": [{**tag, "Propagate": True} for tag in _tags(fleet_tag)],
                },
            )
            self._call("ess", "EnableScalingGroup", region_id, group)
        return str(group["ScalingGroupId"])

    def add_surroundings(self, region_id: str, name: str, fleet_tag: str | None) -> Surroundings:
        """VPC, vSwitches, security group and launch template, all of this name and fleet.

        Those that were built for the fleet before and are still there are used again.
        """
        kept = self._built.get((region_id, fleet_tag))
        if kept is None or not self._is_there(region_id, kept):
            with self._undisturbed():
                kept = self._build(region_id, name, _tags(fleet_tag))
            self._built[region_id, fleet_tag] = kept
        return kept

    def _build(self, region_id: str, name: str, tags: list[dict[str, str]]) -> Surroundings:
        disk, zones = _choose_zones(region_id)
        vpc_id = self._create("vpc", "CreateVpc", region_id, _vpc(name, tags))["VpcId"]
        vswitches = [
            self._create("vpc", "CreateVSwitch", region_id, _vswitch(name, vpc_id, *one, tags))
            for one in enumerate(zones)
        ]
        group = {"VpcId": vpc_id, "SecurityGroupName": name, "Tag": tags}
        created = self._create("ecs", "CreateSecurityGroup", region_id, group)
        security_group_id = created["SecurityGroupId"]
        for direction, rules in _RULES.items():
            rule = {"SecurityGroupId": security_group_id, "Permissions": rules}
            self._create("ecs", f"AuthorizeSecurityGroup{direction}", region_id, rule)
        wanted = {"ImageFamily": _IMAGE_FAMILY}
        image = self._call("ecs", "DescribeImageFromFamily", region_id, wanted)["Image"]
        template = _template(name, image["ImageId"], security_group_id, disk, tags)
        return Surroundings(
            vpc_id,
            tuple(one["VSwitchId"] for one in vswitches),
            security_group_id,
            self._create("ecs", "CreateLaunchTemplate", region_id, template)["LaunchTemplateId"],
        )

    def _create(self, product: str, action: str, region_id: str, params: Params) -> dict[str, Any]:
        answer = self._call(product, action, region_id, params)
        self._world.clock.advance_to(self._world.clock.now)  # what takes no time happens now
        return answer

    def _is_there(self, region_id: str, one: Surroundings) -> bool:
        vpc, ecs = self._world.neighbours.vpc, self._world.neighbours.ecs
        return (
            all(vpc.vswitch(region_id, vswitch_id) for vswitch_id in one.vswitch_ids)
            and one.security_group_id in ecs.security_groups_of(region_id, one.vpc_id)
            and ecs.template(region_id, one.template_id, "Default") is not None
        )

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Puts faults and durations aside for a moment."""
        world = self._world
        faults, timing = world.faults, world.timing
        world.faults, world.timing = Faults(), Timing.instant()
        try:
            yield
        finally:
            world.faults, world.timing = faults, timing


def _tags(fleet_tag: str | None) -> list[dict[str, str]]:
    return [] if fleet_tag is None else [{"Key": "p2p-fleet", "Value": fleet_tag}]


def _choose_zones(region_id: str) -> tuple[str, list[str]]:
    """The disk with which most zones sell the usual type, and up to three of these zones."""
    kind = FLEET_INSTANCE_TYPES[0]
    zones = {
        disk: [one for one in BY_ID[region_id].zones if disk in sold_disks(region_id, one, kind)]
        for disk in _DISKS
    }
    disk = max(_DISKS, key=lambda one: min(len(zones[one]), _MOST_ZONES))
    return disk, zones[disk][:_MOST_ZONES]


_RULES: Final[Mapping[str, list[dict[str, str]]]] = {
    "": [
        {"IpProtocol": protocol, "PortRange": _PORTS, "SourceCidrIp": "0.0.0.0/0"}
        for protocol in ("TCP", "UDP")
    ],
    "Egress": [{"IpProtocol": "ALL", "PortRange": "-1/-1", "DestCidrIp": "0.0.0.0/0"}],
}
"""What the actions on ingress and egress rules are given."""


def _vpc(name: str, tags: list[dict[str, str]]) -> Params:
    return {"CidrBlock": "10.20.30.0/24", "VpcName": name, "Tag": tags}


def _vswitch(name: str, vpc_id: str, number: int, zone: str, tags: list[dict[str, str]]) -> Params:
    return {
        "VpcId": vpc_id,
        "ZoneId": zone,
        "CidrBlock": f"10.20.30.{64 * number}/26",
        "VSwitchName": f"{name}-{zone}",
        "Tag": tags,
    }


def _template(
    name: str, image_id: str, security_group_id: str, disk: str, tags: list[dict[str, str]]
) -> Params:
    return {
        "LaunchTemplateName": name,
        "TemplateTag": tags,
        "Tag": tags,
        "ImageId": image_id,
        "InstanceType": FLEET_INSTANCE_TYPES[0],
        "SecurityGroupIds": [security_group_id],
        "SystemDisk": {"Category": disk, "Size": 20},
        "InternetChargeType": "PayByBandwidth",
        "InternetMaxBandwidthOut": 5,
        "HttpTokens": "required",
    }
