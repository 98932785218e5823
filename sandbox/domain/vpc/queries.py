"""The actions that only look: VPCs, vSwitches, gateways, routes, zones."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID
from sandbox.domain.vpc.cidrs import SERVICES
from sandbox.domain.vpc.errors import (
    resource_group_of_filter_not_found,
    too_many_ids,
    vpc_not_found,
    vpc_not_found_by_filter,
    vswitch_not_found,
)
from sandbox.domain.vpc.names import carries
from sandbox.domain.vpc.paging import numbered_page, token_page
from sandbox.domain.vpc.records import Ipv4Gateway, Network, Status, VSwitch
from sandbox.domain.vpc.region import VpcRegion
from sandbox.domain.vpc.route_errors import (
    filter_needs_custom_routes,
    gateway_not_found,
    illegal_filter,
    listed_table_not_found,
)
from sandbox.domain.vpc.views import (
    Shown,
    show_entry,
    show_gateway,
    show_network,
    show_network_detail,
    show_system_entry,
    show_table,
    show_vswitch,
    show_zone,
)

_MOST_IDS: Final = 20
_ROUTE_ENTRY_TYPES: Final = frozenset({"Custom", "System", "BGP", "CEN", "ECR"})


def describe_vpcs(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeVpcs; unknown ids and names are dropped silently."""
    group_id = params.get("ResourceGroupId")
    if group_id and not region.world.neighbours.resource_groups.resource_group_exists(group_id):
        raise resource_group_of_filter_not_found()
    ids = _ids(params)
    found = [
        one
        for one in region.visible
        if (not ids or one.vpc_id in ids)
        and (params.get("VpcName") or one.label.name) == one.label.name
        and group_id in {None, "", one.resource_group_id}
        and _is_ours(region, params, "VpcOwnerId")
        and carries(one.tags, params.get("Tag", ()))
    ]
    totals, shown = numbered_page(params, found, partial(show_network, region))
    return {**totals, "Vpcs": {"Vpc": shown}}


def _ids(params: Params) -> list[str]:
    ids = [one for one in (params.get("VpcId") or "").split(",") if one]
    if len(ids) > _MOST_IDS:
        raise too_many_ids()
    return ids


def _is_ours(region: VpcRegion, params: Params, owner: str) -> bool:
    """Whether filters that every VPC and vSwitch here answers alike let them through.

    They belong to the account, are no defaults, and have neither IPv6 nor DHCP options.
    """
    account_id = int(region.world.account.account_id)
    return (
        params.get(owner, account_id) == account_id
        and not params.get("IsDefault")
        and not params.get("EnableIpv6")
        and not params.get("DhcpOptionsSetId")
    )


def describe_vpc_attribute(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeVpcAttribute."""
    network = region.network(params["VpcId"])
    if network is None:
        raise vpc_not_found()
    return show_network_detail(region, network)


def describe_vswitches(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeVSwitches; what a filter does not know is an empty list (of VPCs: a variant)."""
    vpc_id = params.get("VpcId")
    if vpc_id and region.network(vpc_id) is None and region.variants.unknown_vpc_filter_refused:
        raise vpc_not_found_by_filter()
    found = [
        (network, vswitch)
        for network in region.visible
        for vswitch in network.vswitches.values()
        if _vswitch_matches(network, vswitch, params) and _is_ours(region, params, "VSwitchOwnerId")
    ]
    totals, shown = numbered_page(params, found, lambda pair: show_vswitch(region, *pair))
    return {**totals, "VSwitches": {"VSwitch": shown}}


def _vswitch_matches(network: Network, vswitch: VSwitch, params: Params) -> bool:
    known = {
        "VpcId": network.vpc_id,
        "VSwitchId": vswitch.vswitch_id,
        "VSwitchName": vswitch.label.name,
        "ZoneId": vswitch.zone,
        "RouteTableId": network.table.table_id,
        "ResourceGroupId": network.resource_group_id,
    }
    return _agrees(params, known) and carries(vswitch.tags, params.get("Tag", ()))


def _agrees(params: Params, known: dict[str, str | None]) -> bool:
    """Whether every filter that is given, and not empty, names what is known."""
    return all(params.get(name) in {None, "", value} for name, value in known.items())


def describe_vswitch_attributes(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeVSwitchAttributes."""
    found = region.vswitch(params["VSwitchId"])
    if found is None:
        raise vswitch_not_found(HTTPStatus.BAD_REQUEST)
    return show_vswitch(region, *found)


def get_ipv4_gateway_attribute(region: VpcRegion, params: Params) -> dict[str, Any]:
    """GetIpv4GatewayAttribute."""
    found = region.gateway(params["Ipv4GatewayId"])
    if found is None:
        raise gateway_not_found()
    return show_gateway(*found, created="CreateTime")


def list_ipv4_gateways(region: VpcRegion, params: Params) -> dict[str, Any]:
    """ListIpv4Gateways."""
    found = [pair for pair in region.gateways() if _gateway_matches(*pair, params)]
    following, page = token_page(params, found, size_name="MaxResults", size=10, largest=100)
    return {
        "Ipv4GatewayModels": [show_gateway(*pair, created="GmtCreate") for pair in page],
        "TotalCount": str(len(found)),
        **following,
    }


def _gateway_matches(network: Network, gateway: Ipv4Gateway, params: Params) -> bool:
    known = {
        "VpcId": network.vpc_id,
        "Ipv4GatewayId": gateway.gateway_id,
        "Ipv4GatewayName": gateway.label.name,
        "ResourceGroupId": gateway.resource_group_id,
    }
    return _agrees(params, known) and carries(gateway.tags, params.get("Tags", ()))


def describe_route_table_list(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeRouteTableList: there are system route tables only."""
    found = [
        network
        for network in region.visible
        if _agrees(
            params,
            {
                "VpcId": network.vpc_id,
                "RouterId": network.router_id,
                "RouterType": "VRouter",
                "RouteTableId": network.table.table_id,
                "RouteTableName": "",
                "RouteTableType": "System",
                "ResourceGroupId": network.resource_group_id,
            },
        )
        and carries(network.table.tags, params.get("Tag", ()))
    ]
    totals, shown = numbered_page(params, found, partial(show_table, region))
    return {**totals, "RouterTableList": {"RouterTableListType": shown}}


def describe_route_entry_list(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeRouteEntryList: the custom entries, then those of the system.

    The schema's largest and usual page sizes contradict the description; the smaller usual one is
    taken, so that clients have to turn pages.
    """
    found = region.table(params["RouteTableId"])
    if found is None:
        raise listed_table_not_found()
    _check_entry_filters(params)
    by_entry = params.get("RouteEntryId") or params.get("RouteEntryName")
    if by_entry and params.get("RouteEntryType", "Custom") != "Custom":
        raise filter_needs_custom_routes()
    network, table = found
    custom = [show_entry(table.table_id, entry) for entry in table.entries.values()]
    shown = [one for one in (*custom, *_system_entries(network)) if _entry_matches(one, params)]
    following, page = token_page(params, shown, size_name="MaxResult", size=10, largest=500)
    return {"RouteEntrys": {"RouteEntry": list(page)}, **following}


def _check_entry_filters(params: Params) -> None:
    if (params.get("IpVersion") or "IPv4").lower() not in {"ipv4", "ipv6"}:
        raise illegal_filter("IpVersion")
    if (params.get("RouteEntryType") or "Custom") not in _ROUTE_ENTRY_TYPES:
        raise illegal_filter("RouteEntryType")


def _system_entries(network: Network) -> list[Shown]:
    table_id = network.table.table_id
    local = [
        show_system_entry(table_id, one.cidr, "local", one.status)
        for one in network.vswitches.values()
    ]
    return [*local, show_system_entry(table_id, SERVICES, "service", Status.AVAILABLE)]


def _entry_matches(shown: Shown, params: Params) -> bool:
    hop = shown["NextHops"]["NextHop"][0]
    destinations = params.get("DestCidrBlockList")
    return (
        _agrees(
            params,
            {
                "RouteEntryId": shown["RouteEntryId"],
                "RouteEntryName": shown["RouteEntryName"],
                "DestinationCidrBlock": shown["DestinationCidrBlock"],
                "RouteEntryType": shown["Type"],
                "NextHopId": hop["NextHopId"],
                "NextHopType": hop["NextHopType"],
                "ServiceType": None,
            },
        )
        and (params.get("IpVersion") or "IPv4").lower() == "ipv4"
        and (not destinations or shown["DestinationCidrBlock"] in destinations)
    )


def describe_zones(region: VpcRegion, params: Params) -> dict[str, Any]:
    """DescribeZones, in Chinese unless asked otherwise."""
    language = params.get("AcceptLanguage", "zh-cn").lower()
    zones = BY_ID[region.region_id].zones
    if params.get("ZoneType", "AvailabilityZone") != "AvailabilityZone":
        zones = ()
    return {"Zones": {"Zone": [show_zone(region.region_id, one, language) for one in zones]}}
