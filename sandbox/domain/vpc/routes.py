"""The actions that create and delete custom route entries."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.vpc.cidrs import SERVICES, parse_destination
from sandbox.domain.vpc.errors import missing_parameter, vswitch_unsettled, wrong_vpc_status
from sandbox.domain.vpc.names import read_label
from sandbox.domain.vpc.records import GatewayStatus, Label, Network, RouteEntry, Status
from sandbox.domain.vpc.region import Change, VpcRegion
from sandbox.domain.vpc.route_errors import (
    destination_exists,
    gateway_not_found,
    gateway_of_other_vpc,
    next_hop_missing,
    next_hop_not_found,
    next_hop_to_delete_missing,
    next_hop_to_delete_twice,
    next_hop_twice,
    route_entry_id_not_found,
    route_entry_named_twice,
    route_entry_not_found,
    route_quota_exceeded,
    route_unsettled,
    system_entry_undeletable,
    table_not_found,
    unknown_next_hop_type,
    wrong_gateway_status,
)

_LABEL_CODES: Final = ("InvalidRouteEntryName.Malformed", "InvalidDescription.Malformed")
_NEXT_HOP_TYPES: Final = frozenset(
    {
        "Instance",
        "HaVip",
        "RouterInterface",
        "NetworkInterface",
        "VpnGateway",
        "IPv6Gateway",
        "NatGateway",
        "Attachment",
        "VpcPeer",
        "Ipv4Gateway",
        "GatewayEndpoint",
        "GatewayLoadBalancerEndpoint",
        "Ecr",
    }
)


def create_route_entry(region: VpcRegion, params: Params) -> Change:
    """CreateRouteEntry to an IPv4 gateway; Pending for a while, and one at a time in a VPC."""
    found = region.table(params["RouteTableId"])
    if found is None:
        raise table_not_found()
    network, table = found
    label = read_label(params, "RouteEntryName", "Description", _LABEL_CODES)
    vswitches = [one.cidr for one in network.vswitches.values()]
    destination = parse_destination(params["DestinationCidrBlock"], vswitches)
    gateway_id = _next_hop(region, network, params)
    if any(entry.destination == destination for entry in table.entries.values()):
        raise destination_exists()
    _check_settled(network)
    if len(table.entries) >= region.quota("vpc:route_entries"):
        raise route_quota_exceeded()

    def change() -> dict[str, Any]:
        entry = add_entry(region, network, destination, gateway_id, label)
        return {"RouteEntryId": entry.entry_id}

    return change


def add_entry(
    region: VpcRegion, network: Network, destination: IPv4Network, gateway_id: str, label: Label
) -> RouteEntry:
    """Adds a checked entry to a network's route table; it is Pending for a while."""
    entry = RouteEntry(region.mint("rte"), destination, gateway_id, label, region.now)
    network.table.entries[entry.entry_id] = entry

    def settle() -> None:
        entry.status = Status.AVAILABLE

    region.later(region.world.timing.route_entry_s, settle)
    return entry


def _next_hop(region: VpcRegion, network: Network, params: Params) -> str:
    """The gateway that the new entry shall lead to; the account has no other next hops."""
    gateway_id, hops = params.get("NextHopId"), params.get("NextHopList")
    if not gateway_id and not hops:
        raise next_hop_missing()
    if gateway_id and hops:
        raise next_hop_twice()
    hop_type = params.get("NextHopType") or "Instance"
    if hop_type not in _NEXT_HOP_TYPES:
        raise unknown_next_hop_type()
    if not gateway_id or hop_type != "Ipv4Gateway":
        raise next_hop_not_found()
    found = region.gateway(gateway_id)
    if found is None:
        raise gateway_not_found()
    if found[0] is not network:
        raise gateway_of_other_vpc()
    if found[1].status is not GatewayStatus.CREATED:
        raise wrong_gateway_status(gateway_id)
    return str(gateway_id)


def delete_route_entry(region: VpcRegion, params: Params) -> Change:
    """DeleteRouteEntry by id, or by table, destination and next hop; Deleting for a while."""
    network, entry = _find_entry(region, params)
    if entry.status is not Status.AVAILABLE:
        raise route_unsettled()
    _check_settled(network)

    def forget() -> None:
        del network.table.entries[entry.entry_id]

    def change() -> dict[str, Any]:
        entry.status, entry.modified_at = Status.DELETING, region.now
        region.later(region.world.timing.route_entry_s, forget)
        return {}

    return change


def _find_entry(region: VpcRegion, params: Params) -> tuple[Network, RouteEntry]:
    entry_id, table_id = params.get("RouteEntryId"), params.get("RouteTableId")
    destination = params.get("DestinationCidrBlock")
    if params.get("NextHopId") and params.get("NextHopList"):
        raise next_hop_to_delete_twice()
    if entry_id:
        if table_id or destination:
            raise route_entry_named_twice()
        found = region.entry(entry_id)
        if found is None:
            raise route_entry_id_not_found()
        return found
    if not table_id or not destination:
        raise missing_parameter()
    return _find_entry_by_destination(region, table_id, destination, params)


def _find_entry_by_destination(
    region: VpcRegion, table_id: str, destination: str, params: Params
) -> tuple[Network, RouteEntry]:
    found = region.table(table_id)
    if found is None:
        raise table_not_found()
    network, table = found
    systems = (SERVICES, *(one.cidr for one in network.vswitches.values()))
    if destination in map(str, systems):
        raise system_entry_undeletable()
    if not params.get("NextHopId") and not params.get("NextHopList"):
        raise next_hop_to_delete_missing()
    for entry in table.entries.values():
        if (str(entry.destination), entry.gateway_id) == (destination, params.get("NextHopId")):
            return network, entry
    raise route_entry_not_found()


def _check_settled(network: Network) -> None:
    """Raises ApiError unless the VPC, its vSwitches and its routes are at rest."""
    if network.status is not Status.AVAILABLE:
        raise wrong_vpc_status()
    if network.unsettled:
        raise vswitch_unsettled()
    if network.table.unsettled:
        raise route_unsettled()
