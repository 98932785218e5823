"""VPC as a product: its tables of actions, client tokens, dry runs, and its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.neighbours import Member, VSwitchFacts
from sandbox.domain.product import Handler, Params
from sandbox.domain.vpc import gateways, networks, queries, routes, tags, vswitches
from sandbox.domain.vpc.errors import dry_run_passed
from sandbox.domain.vpc.records import Network, Status
from sandbox.domain.vpc.region import Change, VpcRegion
from sandbox.domain.vpc.views import show_entry, show_gateway, show_network, show_vswitch
from sandbox.domain.world import World

_READING: Final[Mapping[str, Callable[[VpcRegion, Params], dict[str, Any]]]] = {
    "DescribeVpcs": queries.describe_vpcs,
    "DescribeVpcAttribute": queries.describe_vpc_attribute,
    "DescribeVSwitches": queries.describe_vswitches,
    "DescribeVSwitchAttributes": queries.describe_vswitch_attributes,
    "GetIpv4GatewayAttribute": queries.get_ipv4_gateway_attribute,
    "ListIpv4Gateways": queries.list_ipv4_gateways,
    "DescribeRouteTableList": queries.describe_route_table_list,
    "DescribeRouteEntryList": queries.describe_route_entry_list,
    "DescribeZones": queries.describe_zones,
    "ListTagResources": tags.list_tag_resources,
}

_WRITING: Final[Mapping[str, Callable[[VpcRegion, Params], Change]]] = {
    "CreateVpc": networks.create_vpc,
    "ModifyVpcAttribute": networks.modify_vpc_attribute,
    "DeleteVpc": networks.delete_vpc,
    "CreateVSwitch": vswitches.create_vswitch,
    "DeleteVSwitch": vswitches.delete_vswitch,
    "CreateIpv4Gateway": gateways.create_ipv4_gateway,
    "EnableVpcIpv4Gateway": gateways.enable_vpc_ipv4_gateway,
    "DeleteIpv4Gateway": gateways.delete_ipv4_gateway,
    "CreateRouteEntry": routes.create_route_entry,
    "DeleteRouteEntry": routes.delete_route_entry,
    "TagResources": tags.tag_resources,
    "UnTagResources": tags.un_tag_resources,
}


class Vpc:
    """VPC in every region of the cloud."""

    def __init__(self, world: World) -> None:
        self._regions = {
            region_id: VpcRegion(region_id, world, world.random(f"vpc/{region_id}"))
            for region_id in world.region_ids
        }
        self._actions: Mapping[str, Handler] = {
            **{name: partial(self._look, read) for name, read in _READING.items()},
            **{name: partial(self._act, name, check) for name, check in _WRITING.items()},
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, params: Params) -> str:
        """The region of the resource that a call names; without one, the cloud's first."""
        holders = (one.region_id for one in self._regions.values() if one.holds(params))
        return next(holders, next(iter(self._regions)))

    def state(self) -> dict[str, Any]:
        """VPCs, vSwitches, IPv4 gateways and custom routes of every region that has any."""
        return {
            region_id: _show_region(region)
            for region_id, region in self._regions.items()
            if region.networks
        }

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The VPCs and IPv4 gateways in a resource group."""
        return [
            Member("vpc", kind, resource_id, region.region_id)
            for region in self._regions.values()
            for network in region.networks.values()
            for kind, resource_id in _members(network, group_id)
        ]

    def vpc_exists(self, region_id: str, vpc_id: str) -> bool:
        """Whether there is such a VPC, in whatever state."""
        return self._regions[region_id].network(vpc_id) is not None

    def vswitch(self, region_id: str, vswitch_id: str) -> VSwitchFacts | None:
        """A vSwitch, None where it does not exist."""
        found = self._regions[region_id].vswitch(vswitch_id)
        if found is None:
            return None
        network, vswitch = found
        available = vswitch.status is Status.AVAILABLE
        return VSwitchFacts(vswitch_id, network.vpc_id, vswitch.zone, vswitch.cidr, available)

    def _look(
        self,
        read: Callable[[VpcRegion, Params], dict[str, Any]],
        region_id: str,
        params: Params,
    ) -> dict[str, Any]:
        answer = read(self._regions[region_id], params)
        if params.get("DryRun"):
            raise dry_run_passed()
        return answer

    def _act(
        self,
        action: str,
        check: Callable[[VpcRegion, Params], Change],
        region_id: str,
        params: Params,
    ) -> dict[str, Any]:
        region = self._regions[region_id]

        def carry_out() -> dict[str, Any]:
            change = check(region, params)
            if params.get("DryRun"):
                raise dry_run_passed()
            return change()

        return region.tokens.once(action, params, carry_out)


def _members(network: Network, group_id: str) -> list[tuple[str, str]]:
    members = []
    if network.resource_group_id == group_id:
        members.append(("vpc", network.vpc_id))
    gateway = network.gateway
    if gateway is not None and gateway.resource_group_id == group_id:
        members.append(("ipv4gateway", gateway.gateway_id))
    return members


def _show_region(region: VpcRegion) -> dict[str, Any]:
    kept = list(region.networks.values())
    return {
        "vpcs": [show_network(region, network) for network in kept],
        "vswitches": [
            show_vswitch(region, network, vswitch)
            for network in kept
            for vswitch in network.vswitches.values()
        ],
        "ipv4_gateways": [
            show_gateway(network, network.gateway, created="GmtCreate")
            for network in kept
            if network.gateway is not None
        ],
        "route_entries": [
            show_entry(network.table.table_id, entry)
            for network in kept
            for entry in network.table.entries.values()
        ],
    }
