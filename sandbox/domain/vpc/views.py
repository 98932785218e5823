"""How networks, vSwitches, gateways and routes look in answers: the shapes of the metadata."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from sandbox.domain.instants import utc_second
from sandbox.domain.regions import BY_ID
from sandbox.domain.vpc.cidrs import usable_addresses
from sandbox.domain.vpc.records import Ipv4Gateway, Network, RouteEntry, Status, Tags, VSwitch
from sandbox.domain.vpc.region import VpcRegion

Shown = dict[str, Any]


def show_network(region: VpcRegion, network: Network) -> Shown:
    """A VPC as DescribeVpcs answers it."""
    return {
        **_show_common(region, network),
        "NatGatewayIds": {"NatGatewayIds": []},
        "RouterTableIds": {"RouterTableIds": [network.table.table_id]},
    }


def show_network_detail(region: VpcRegion, network: Network) -> Shown:
    """A VPC as DescribeVpcAttribute answers it."""
    counts = {"VRouter": 1, "RouteTable": 1, "VSwitch": len(network.vswitches)}
    shown = {
        **_show_common(region, network),
        "ClassicLinkEnabled": False,
        "SupportIpv4Gateway": region.region_id not in region.variants.ipv4_gateway_missing_in,
        "AssociatedCens": {"AssociatedCen": []},
        "AssociatedPropagationSources": {"AssociatedPropagationSources": []},
        "CloudResources": {
            "CloudResourceSetType": [
                {"ResourceType": kind, "ResourceCount": count}
                for kind, count in counts.items()
                if count
            ]
        },
    }
    if network.gateway is not None:
        shown["Ipv4GatewayId"] = network.gateway.gateway_id
    return shown


def _show_common(region: VpcRegion, network: Network) -> Shown:
    return {
        "VpcId": network.vpc_id,
        "VpcName": network.label.name,
        "Description": network.label.description,
        "Status": network.status.value,
        "CidrBlock": str(network.cidr),
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
        "UserCidrs": {"UserCidr": []},
        "Ipv6CidrBlock": "",
        "Ipv6CidrBlocks": {"Ipv6CidrBlock": []},
        "EnabledIpv6": False,
        "DnsHostnameStatus": "DISABLED",
        "IsDefault": False,
        "VRouterId": network.router_id,
        "VSwitchIds": {"VSwitchId": list(network.vswitches)},
        "Tags": wrap_tags(network.tags),
        "RegionId": region.region_id,
        "OwnerId": int(region.world.account.account_id),
        "CreationTime": utc_second(network.created_at),
        **_show_group(network.resource_group_id),
    }


def show_vswitch(region: VpcRegion, network: Network, vswitch: VSwitch) -> Shown:
    """A vSwitch as DescribeVSwitches and DescribeVSwitchAttributes answer it."""
    instances = region.world.neighbours.ess.instances(region.region_id)
    taken = sum(instance.vswitch_id == vswitch.vswitch_id for instance in instances)
    return {
        "VSwitchId": vswitch.vswitch_id,
        "VSwitchName": vswitch.label.name,
        "Description": vswitch.label.description,
        "VpcId": network.vpc_id,
        "ZoneId": vswitch.zone,
        "Status": vswitch.status.value,
        "CidrBlock": str(vswitch.cidr),
        "AvailableIpAddressCount": usable_addresses(vswitch.cidr) - taken,
        "Ipv6CidrBlock": "",
        "EnabledIpv6": False,
        "IsDefault": False,
        "NetworkAclId": "",
        "RouteTable": {"RouteTableId": network.table.table_id, "RouteTableType": "System"},
        "Tags": wrap_tags(vswitch.tags),
        "OwnerId": int(region.world.account.account_id),
        "CreationTime": utc_second(vswitch.created_at),
        **_show_group(network.resource_group_id),
    }


def show_gateway(network: Network, gateway: Ipv4Gateway, created: str) -> Shown:
    """An IPv4 gateway; List and Get call the time of its creation, `created`, differently."""
    return {
        "Ipv4GatewayId": gateway.gateway_id,
        "Ipv4GatewayName": gateway.label.name,
        "Ipv4GatewayDescription": gateway.label.description,
        "VpcId": network.vpc_id,
        "Status": gateway.status.value,
        "Enabled": gateway.enabled,
        "Ipv4GatewayRouteTableId": "",
        "Tags": _show_tags(gateway.tags),
        created: utc_second(gateway.created_at),
        **_show_group(gateway.resource_group_id),
    }


def show_table(region: VpcRegion, network: Network) -> Shown:
    """A VPC's system route table as DescribeRouteTableList answers it."""
    return {
        "RouteTableId": network.table.table_id,
        "RouteTableName": "",
        "RouteTableType": "System",
        "RouterId": network.router_id,
        "RouterType": "VRouter",
        "VpcId": network.vpc_id,
        "Status": network.status.value,
        "Description": "",
        "AssociateType": "VSwitch",
        "VSwitchIds": {"VSwitchId": list(network.vswitches)},
        "GatewayIds": {"GatewayIds": []},
        "RoutePropagationEnable": True,
        "Tags": wrap_tags(network.table.tags),
        "OwnerId": int(region.world.account.account_id),
        "CreationTime": utc_second(network.created_at),
        **_show_group(network.resource_group_id),
    }


def show_entry(table_id: str, entry: RouteEntry) -> Shown:
    """A custom route entry as DescribeRouteEntryList answers it."""
    return {
        "RouteEntryId": entry.entry_id,
        "RouteEntryName": entry.label.name,
        "Description": entry.label.description,
        "RouteTableId": table_id,
        "DestinationCidrBlock": str(entry.destination),
        "IpVersion": "ipv4",
        "Type": "Custom",
        "Origin": "CustomCreate",
        "Status": entry.status.value,
        "GmtModified": utc_second(entry.modified_at),
        "NextHops": {"NextHop": [{"NextHopType": "Ipv4Gateway", "NextHopId": entry.gateway_id}]},
    }


def show_system_entry(
    table_id: str, destination: IPv4Network, next_hop_type: str, status: Status
) -> Shown:
    """A route that the system keeps; it has neither id nor next hop."""
    return {
        "RouteEntryId": "",
        "RouteEntryName": "",
        "Description": "",
        "RouteTableId": table_id,
        "DestinationCidrBlock": str(destination),
        "IpVersion": "ipv4",
        "Type": "System",
        "Origin": "SystemCreate",
        "Status": status.value,
        "NextHops": {"NextHop": [{"NextHopType": next_hop_type, "NextHopId": ""}]},
    }


def show_zone(region_id: str, zone_id: str, language: str) -> Shown:
    """A zone, named in Chinese or else in English."""
    region, letter = BY_ID[region_id], zone_id[-1].upper()
    name = (
        f"{region.chinese_name} 可用区{letter}"
        if language == "zh-cn"
        else f"{region.english_name} Zone {letter}"
    )
    return {"ZoneId": zone_id, "LocalName": name, "ZoneType": "AvailabilityZone"}


def wrap_tags(tags: Tags) -> Shown:
    """Tags as the answers of this product wrap their lists."""
    return {"Tag": _show_tags(tags)}


def _show_tags(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _show_group(group_id: str | None) -> dict[str, str]:
    """The resource group, left out where the resource is in none of the account's own."""
    return {} if group_id is None else {"ResourceGroupId": group_id}
