"""Virtual private cloud (VPC, version 2016-04-28): networks, vSwitches, gateways, routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from shared.cloud.answers import Item, flag, items_at, tags_at, text, text_or
from shared.cloud.api import Api, Rows, tag_list
from shared.cloud.endpoints import vpc_host
from shared.cloud.session import Session
from shared.cloud.stack_records import Gateway, Network, Route, VSwitch

_VERSION: Final = "2016-04-28"
_CHAIN: Final = {"MaxResults": 100}
VpcKind = Literal["VPC", "VSWITCH", "IPV4GATEWAY"]
"""What can be tagged, as TagResources names it."""
GATEWAY_HOP: Final = "Ipv4Gateway"
"""Next-hop type of a route that leads to an IPv4 gateway."""


class Vpc:
    """VPC of every region, behind one session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`). What is
    created is usable once its status says so: `Available`, or `Created` for a gateway. Tokens are
    at most 64 ASCII characters; the same token again answers with what was made the first time.
    """

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, vpc_host)

    def networks(self, region: str) -> tuple[Network, ...]:
        """All VPCs of a region (DescribeVpcs)."""
        return self._api.numbered(region, "DescribeVpcs", {}, _NETWORKS)

    def create_network(  # noqa: PLR0913 (what a VPC consists of)
        self,
        region: str,
        *,
        name: str,
        cidr_block: str,
        resource_group_id: str,
        tags: Mapping[str, str],
        token: str,
    ) -> str:
        """Make a VPC and return its id (CreateVpc)."""
        params = {
            "VpcName": name,
            "CidrBlock": cidr_block,
            "ResourceGroupId": resource_group_id,
            "Tag": tag_list(tags),
            "ClientToken": token,
        }
        return self._api.made(region, "CreateVpc", params, lambda it: text(it, "VpcId"))

    def delete_network(self, region: str, vpc_id: str) -> None:
        """Delete an empty VPC (DeleteVpc, not forced); one that is gone is fine."""
        settled = ["InvalidVpcId.NotFound", "InvalidVpcID.NotFound", "Forbidden.VpcNotFound"]
        self._api.write(region, "DeleteVpc", {"VpcId": vpc_id}, settled=settled)

    def vswitches(self, region: str, vpc_id: str) -> tuple[VSwitch, ...]:
        """All vSwitches of a VPC (DescribeVSwitches)."""
        return self._api.numbered(region, "DescribeVSwitches", {"VpcId": vpc_id}, _VSWITCHES)

    def create_vswitch(  # noqa: PLR0913 (what a vSwitch consists of)
        self,
        region: str,
        *,
        vpc_id: str,
        zone: str,
        cidr_block: str,
        name: str,
        tags: Mapping[str, str],
        token: str,
    ) -> str:
        """Make a vSwitch and return its id (CreateVSwitch).

        One at a time per VPC: while one is pending, others are refused.
        """
        params = {
            "VpcId": vpc_id,
            "ZoneId": zone,
            "CidrBlock": cidr_block,
            "VSwitchName": name,
            "Tag": tag_list(tags),
            "ClientToken": token,
        }
        return self._api.made(region, "CreateVSwitch", params, lambda it: text(it, "VSwitchId"))

    def delete_vswitch(self, region: str, vswitch_id: str) -> None:
        """Delete a vSwitch with nothing in it (DeleteVSwitch); one that is gone is fine."""
        settled = ["InvalidVSwitchId.NotFound", "InvalidVswitchID.NotFound"]
        self._api.write(region, "DeleteVSwitch", {"VSwitchId": vswitch_id}, settled=settled)

    def gateways(self, region: str, vpc_id: str) -> tuple[Gateway, ...]:
        """The IPv4 gateway of a VPC, which has at most one (ListIpv4Gateways)."""
        where = {"VpcId": vpc_id}
        return self._api.chained(region, "ListIpv4Gateways", where, _GATEWAYS, size=_CHAIN)

    def create_gateway(  # noqa: PLR0913 (what a gateway consists of)
        self,
        region: str,
        *,
        vpc_id: str,
        name: str,
        resource_group_id: str,
        tags: Mapping[str, str],
        token: str,
    ) -> str:
        """Make a VPC's IPv4 gateway, not yet enabled, and return its id (CreateIpv4Gateway)."""
        params = {
            "VpcId": vpc_id,
            "Ipv4GatewayName": name,
            "ResourceGroupId": resource_group_id,
            "Tag": tag_list(tags),
            "ClientToken": token,
        }
        action = "CreateIpv4Gateway"
        return self._api.made(region, action, params, lambda it: text(it, "Ipv4GatewayId"))

    def enable_gateway(self, region: str, gateway_id: str, token: str) -> None:
        """Let a gateway steer its VPC's public traffic (EnableVpcIpv4Gateway).

        From then on a public address works only through a route to the gateway.
        """
        params = {"Ipv4GatewayId": gateway_id, "ClientToken": token}
        self._api.write(region, "EnableVpcIpv4Gateway", params)

    def delete_gateway(self, region: str, gateway_id: str, token: str) -> None:
        """Delete a gateway that no route leads to (DeleteIpv4Gateway); one gone is fine.

        A new token for every attempt: a refusal is remembered with its token.
        """
        params = {"Ipv4GatewayId": gateway_id, "ClientToken": token}
        settled = ["ResourceNotFound.Ipv4Gateway"]
        self._api.write(region, "DeleteIpv4Gateway", params, settled=settled)

    def system_route_table(self, region: str, vpc_id: str) -> str | None:
        """Id of the route table that a VPC was born with (DescribeRouteTableList)."""
        where = {"VpcId": vpc_id, "RouteTableType": "System"}
        found = self._api.numbered(region, "DescribeRouteTableList", where, _ROUTE_TABLES)
        return next((table_id for table_id, kind in found if kind == "System"), None)

    def routes(self, region: str, table_id: str) -> tuple[Route, ...]:
        """All custom routes of a table (DescribeRouteEntryList)."""
        where = {"RouteTableId": table_id, "RouteEntryType": "Custom"}
        size = {"MaxResult": 100}  # without the `s` that it has elsewhere
        return self._api.chained(region, "DescribeRouteEntryList", where, _ROUTES, size=size)

    def create_route(
        self, region: str, *, table_id: str, destination: str, gateway_id: str, token: str
    ) -> None:
        """Lead a destination block to an IPv4 gateway (CreateRouteEntry)."""
        params = {
            "RouteTableId": table_id,
            "DestinationCidrBlock": destination,
            "NextHopType": GATEWAY_HOP,
            "NextHopId": gateway_id,
            "ClientToken": token,
        }
        self._api.write(region, "CreateRouteEntry", params)

    def delete_route(
        self, region: str, *, table_id: str, destination: str, gateway_id: str
    ) -> None:
        """Delete a route (DeleteRouteEntry); one that is gone is fine."""
        params = {
            "RouteTableId": table_id,
            "DestinationCidrBlock": destination,
            "NextHopId": gateway_id,
        }
        settled = ["InvalidRouteEntry.NotFound", "InvalidRouteEntryId.NotFound"]
        self._api.write(region, "DeleteRouteEntry", params, settled=settled)

    def tag(self, region: str, kind: VpcKind, resource_id: str, tags: Mapping[str, str]) -> None:
        """Write tags on a resource, replacing equal keys (TagResources)."""
        params = {"ResourceType": kind, "ResourceId": [resource_id], "Tag": tag_list(tags)}
        self._api.write(region, "TagResources", params)


def _network(item: Item) -> Network:
    return Network(
        vpc_id=text(item, "VpcId"),
        name=text_or(item, "VpcName", ""),
        status=text(item, "Status"),
        cidr_block=text(item, "CidrBlock"),
        tags=tags_at(item, "Tags", "Tag"),
        resource_group_id=text_or(item, "ResourceGroupId", ""),
    )


def _vswitch(item: Item) -> VSwitch:
    return VSwitch(
        vswitch_id=text(item, "VSwitchId"),
        name=text_or(item, "VSwitchName", ""),
        vpc_id=text(item, "VpcId"),
        zone=text(item, "ZoneId"),
        cidr_block=text(item, "CidrBlock"),
        status=text(item, "Status"),
        tags=tags_at(item, "Tags", "Tag"),
    )


def _gateway(item: Item) -> Gateway:
    return Gateway(
        gateway_id=text(item, "Ipv4GatewayId"),
        name=text_or(item, "Ipv4GatewayName", ""),
        vpc_id=text(item, "VpcId"),
        status=text(item, "Status"),
        enabled=flag(item, "Enabled"),
        tags=tags_at(item, "Tags"),
    )


def _route_table(item: Item) -> tuple[str, str]:
    return text(item, "RouteTableId"), text(item, "RouteTableType")


def _route(item: Item) -> Route:
    hops = items_at(item, "NextHops", "NextHop")
    hop: Item = hops[0] if hops else {}
    return Route(
        destination=text(item, "DestinationCidrBlock"),
        next_hop_id=text_or(hop, "NextHopId", ""),
        next_hop_type=text_or(hop, "NextHopType", ""),
        status=text(item, "Status"),
    )


_NETWORKS: Final = Rows(("Vpcs", "Vpc"), _network)
_VSWITCHES: Final = Rows(("VSwitches", "VSwitch"), _vswitch)
_GATEWAYS: Final = Rows(("Ipv4GatewayModels",), _gateway)
_ROUTE_TABLES: Final = Rows(("RouterTableList", "RouterTableListType"), _route_table)
_ROUTES: Final = Rows(("RouteEntrys", "RouteEntry"), _route)
