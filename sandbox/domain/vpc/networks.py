"""The actions that create, change and delete VPCs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from ipaddress import IPv4Network
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.vpc.cidrs import DEFAULT_VPC_CIDR, parse_changed_vpc_cidr, parse_vpc_cidr
from sandbox.domain.vpc.errors import (
    cidr_leaves_vswitches_out,
    depended_on,
    not_modelled,
    resource_group_not_found,
    vpc_not_found,
    vpc_quota_exceeded,
    wrong_vpc_status,
)
from sandbox.domain.vpc.names import read_label, read_tags
from sandbox.domain.vpc.records import GatewayStatus, Label, Network, RouteTable, Status, Tags
from sandbox.domain.vpc.region import Change, VpcRegion

_LABEL_CODES: Final = ("InvalidVpcName.Malformed", "InvalidVpcDiscription.Malformed")
_UNMODELLED: Final = {
    "EnableIpv6": "IPv6",
    "EnableIPv6": "IPv6",
    "Ipv6CidrBlock": "IPv6",
    "Ipv6Isp": "IPv6",
    "Ipv6IpamPoolId": "IPv6",
    "Ipv6CidrMask": "IPv6",
    "Ipv4IpamPoolId": "address pools",
    "Ipv4CidrMask": "address pools",
    "UserCidr": "user CIDR blocks",
    "EnableDnsHostname": "DNS host names",
}


def create_vpc(region: VpcRegion, params: Params) -> Change:
    """CreateVpc: the VPC is Pending for a while; vRouter and system route table come with it."""
    _refuse_unmodelled(params)
    cidr = parse_vpc_cidr(params.get("CidrBlock") or DEFAULT_VPC_CIDR)
    label = read_label(params, "VpcName", "Description", _LABEL_CODES)
    tags = read_tags(params.get("Tag", ()))
    group_id = params.get("ResourceGroupId") or None
    if group_id and not region.world.neighbours.resource_groups.resource_group_exists(group_id):
        raise resource_group_not_found()
    if len(region.networks) >= region.quota("vpc:vpcs"):
        raise vpc_quota_exceeded()
    return partial(_create, region, cidr, label, tags, group_id)


def _create(
    region: VpcRegion, cidr: IPv4Network, label: Label, tags: Tags, group_id: str | None
) -> dict[str, Any]:
    network = Network(
        vpc_id=region.mint("vpc"),
        router_id=region.mint("vrt"),
        table=RouteTable(region.mint("vtb")),
        cidr=cidr,
        label=label,
        resource_group_id=group_id,
        tags=tags,
        created_at=region.now,
    )
    region.networks[network.vpc_id] = network

    def settle() -> None:
        network.status = Status.AVAILABLE

    region.later(region.world.timing.vpc_s, settle)
    answer = {
        "VpcId": network.vpc_id,
        "VRouterId": network.router_id,
        "RouteTableId": network.table.table_id,
    }
    return answer | ({"ResourceGroupId": group_id} if group_id else {})


def modify_vpc_attribute(region: VpcRegion, params: Params) -> Change:
    """ModifyVpcAttribute: name, description and address block."""
    network = _available(region, params)
    _refuse_unmodelled(params)
    changed = read_label(params, "VpcName", "Description", _LABEL_CODES)
    label = Label(
        changed.name or network.label.name, changed.description or network.label.description
    )
    wanted = params.get("CidrBlock")
    cidr = parse_changed_vpc_cidr(wanted) if wanted else network.cidr
    if not _all_inside(cidr, (one.cidr for one in network.vswitches.values())):
        raise cidr_leaves_vswitches_out()

    def change() -> dict[str, Any]:
        network.label, network.cidr = label, cidr
        return {}

    return change


def delete_vpc(region: VpcRegion, params: Params) -> Change:
    """DeleteVpc: only an empty VPC, which is Deleting for a while.

    ForceDelete takes an IPv4 gateway and the routes to it along, nothing else.
    """
    network = _available(region, params)
    _check_dependencies(region, network, force=params.get("ForceDelete", False))

    def forget() -> None:
        del region.networks[network.vpc_id]

    def change() -> dict[str, Any]:
        network.status = Status.DELETING
        region.later(region.world.timing.vpc_s, forget)
        return {}

    return change


def _check_dependencies(region: VpcRegion, network: Network, *, force: bool) -> None:
    if network.vswitches:
        raise depended_on("VSwitch")
    if region.world.neighbours.ecs.security_groups_of(region.region_id, network.vpc_id):
        raise depended_on("SecurityGroup")
    if network.table.entries and (network.table.unsettled or not force):
        raise depended_on("RouteEntry")
    gateway = network.gateway
    if gateway is not None and (gateway.status is not GatewayStatus.CREATED or not force):
        raise depended_on("Ipv4Gateway")


def _available(region: VpcRegion, params: Params) -> Network:
    network = region.network(params["VpcId"])
    if network is None:
        raise vpc_not_found()
    if network.status is not Status.AVAILABLE:
        raise wrong_vpc_status()
    return network


def _refuse_unmodelled(params: Params) -> None:
    for name, what in _UNMODELLED.items():
        if params.get(name):
            raise not_modelled(what)


def _all_inside(outer: IPv4Network, inner: Iterable[IPv4Network]) -> bool:
    return all(one.subnet_of(outer) for one in inner)
