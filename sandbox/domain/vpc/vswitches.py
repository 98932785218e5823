"""The actions that create and delete vSwitches."""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID
from sandbox.domain.vpc.cidrs import parse_vswitch_cidr
from sandbox.domain.vpc.errors import (
    cidr_is_routed,
    not_modelled,
    other_vswitch_creating,
    other_vswitch_unsettled,
    vpc_not_found,
    vswitch_in_use,
    vswitch_not_found,
    vswitch_quota_exceeded,
    vswitch_unsettled,
    wrong_vpc_status,
    zone_not_found,
)
from sandbox.domain.vpc.names import read_label, read_tags
from sandbox.domain.vpc.records import Network, Status, VSwitch
from sandbox.domain.vpc.region import Change, VpcRegion
from sandbox.domain.vpc.route_errors import route_unsettled

_LABEL_CODES: Final = ("InvalidVSwitchName.Malformed", "InvalidVSwitchDiscription.Malformed")


def create_vswitch(region: VpcRegion, params: Params) -> Change:
    """CreateVSwitch: one at a time in a VPC (a variant), Pending for a while."""
    network = region.network(params["VpcId"])
    if network is None:
        raise vpc_not_found()
    if params.get("Ipv6CidrBlock") is not None or params.get("VpcIpv6CidrBlock"):
        raise not_modelled("IPv6")
    zone = params["ZoneId"]
    if zone not in BY_ID[region.region_id].zones:
        raise zone_not_found()
    label = read_label(params, "VSwitchName", "Description", _LABEL_CODES)
    tags = read_tags(params.get("Tag", ()))
    others = [one.cidr for one in network.vswitches.values()]
    cidr = parse_vswitch_cidr(params["CidrBlock"], network.cidr, others)
    _check_may_create(region, network)
    if any(entry.destination == cidr for entry in network.table.entries.values()):
        raise cidr_is_routed()

    def change() -> dict[str, Any]:
        vswitch = VSwitch(region.mint("vsw"), zone, cidr, label, tags, region.now)
        network.vswitches[vswitch.vswitch_id] = vswitch

        def settle() -> None:
            vswitch.status = Status.AVAILABLE

        region.later(region.world.timing.vswitch_s, settle)
        return {"VSwitchId": vswitch.vswitch_id}

    return change


def _check_may_create(region: VpcRegion, network: Network) -> None:
    """Raises ApiError while the VPC can take no vSwitch."""
    if network.status is not Status.AVAILABLE:
        raise wrong_vpc_status()
    if network.unsettled and not region.variants.vswitches_in_parallel:
        raise other_vswitch_creating(region.variants.vswitch_conflict_error)
    if network.table.unsettled:
        raise route_unsettled()
    if len(network.vswitches) >= region.quota("vpc:vswitches"):
        raise vswitch_quota_exceeded()


def delete_vswitch(region: VpcRegion, params: Params) -> Change:
    """DeleteVSwitch: only an unused one; it is Pending again for a while, then gone."""
    found = region.vswitch(params["VSwitchId"])
    if found is None:
        raise vswitch_not_found()
    network, vswitch = found
    if vswitch.status is not Status.AVAILABLE:
        raise vswitch_unsettled()
    if network.unsettled:
        raise other_vswitch_unsettled()
    if network.table.unsettled:
        raise route_unsettled()
    if _is_used(region, vswitch.vswitch_id):
        raise vswitch_in_use()

    def forget() -> None:
        del network.vswitches[vswitch.vswitch_id]

    def change() -> dict[str, Any]:
        vswitch.status = Status.PENDING
        region.later(region.world.timing.vswitch_s, forget)
        return {}

    return change


def _is_used(region: VpcRegion, vswitch_id: str) -> bool:
    """Whether an instance, which brings its network interface, or a scaling group needs it."""
    ess = region.world.neighbours.ess
    return vswitch_id in ess.vswitches_in_use(region.region_id) or any(
        instance.vswitch_id == vswitch_id for instance in ess.instances(region.region_id)
    )
