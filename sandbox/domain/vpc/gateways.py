"""The actions that create, enable and delete IPv4 gateways."""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.vpc.cidrs import EVERYWHERE
from sandbox.domain.vpc.errors import invalid_parameter
from sandbox.domain.vpc.names import read_label, read_tags
from sandbox.domain.vpc.records import GatewayStatus, Ipv4Gateway, Label, Network, Status
from sandbox.domain.vpc.region import Change, VpcRegion
from sandbox.domain.vpc.route_errors import (
    default_route_exists,
    gateway_already_active,
    gateway_exists,
    gateway_is_routed_to,
    gateway_not_found,
    gateway_of_other_vpc,
    gateways_missing_here,
    resource_group_of_gateway_not_found,
    table_not_found,
    vpc_of_gateway_not_found,
    wrong_gateway_status,
    wrong_vpc_status_for_gateway,
)
from sandbox.domain.vpc.routes import add_entry

_LABEL_CODES: Final = ("InvalidParameter", "InvalidParameter")
_MOST_TABLES: Final = 10


def create_ipv4_gateway(region: VpcRegion, params: Params) -> Change:
    """CreateIpv4Gateway: one per VPC, Creating for a while; not every region has them."""
    if region.region_id in region.variants.ipv4_gateway_missing_in:
        raise gateways_missing_here()
    network = _network_for_gateway(region, params["VpcId"])
    label = read_label(params, "Ipv4GatewayName", "Ipv4GatewayDescription", _LABEL_CODES)
    tags = read_tags(params.get("Tag", ()))
    group_id = params.get("ResourceGroupId") or None
    if group_id and not region.world.neighbours.resource_groups.resource_group_exists(group_id):
        raise resource_group_of_gateway_not_found()

    def change() -> dict[str, Any]:
        gateway = Ipv4Gateway(region.mint("ipv4gw"), label, group_id, tags, region.now)
        network.gateway = gateway

        def settle() -> None:
            gateway.status = GatewayStatus.CREATED

        region.later(region.world.timing.ipv4_gateway_s, settle)
        answer = {"Ipv4GatewayId": gateway.gateway_id}
        return answer | ({"ResourceGroupId": group_id} if group_id else {})

    return change


def _network_for_gateway(region: VpcRegion, vpc_id: str) -> Network:
    network = region.network(vpc_id)
    if network is None:
        raise vpc_of_gateway_not_found()
    if network.status is not Status.AVAILABLE:
        raise wrong_vpc_status_for_gateway(vpc_id)
    if network.gateway is not None:
        raise gateway_exists()
    return network


def enable_vpc_ipv4_gateway(region: VpcRegion, params: Params) -> Change:
    """EnableVpcIpv4Gateway: Activating for a while; adds default routes to the tables named."""
    network, gateway = _created(region, params)
    if gateway.enabled:
        raise gateway_already_active(region.variants.ipv4_gateway_already_active_error)
    wants_route = _wants_default_route(region, network, params)

    def change() -> dict[str, Any]:
        gateway.status = GatewayStatus.ACTIVATING
        if wants_route:
            add_entry(region, network, EVERYWHERE, gateway.gateway_id, Label())

        def settle() -> None:
            gateway.status, gateway.enabled = GatewayStatus.CREATED, True

        region.later(region.world.timing.ipv4_gateway_enable_s, settle)
        return {}

    return change


def _wants_default_route(region: VpcRegion, network: Network, params: Params) -> bool:
    """Whether the VPC's one route table is among those that shall get a default route."""
    table_ids = params.get("RouteTableList", ())
    if len(table_ids) > _MOST_TABLES:
        raise invalid_parameter("RouteTableList")
    for table_id in table_ids:
        found = region.table(table_id)
        if found is None:
            raise table_not_found()
        if found[0] is not network:
            raise gateway_of_other_vpc()
        if any(entry.destination == EVERYWHERE for entry in network.table.entries.values()):
            raise default_route_exists(table_id)
    return bool(table_ids)


def delete_ipv4_gateway(region: VpcRegion, params: Params) -> Change:
    """DeleteIpv4Gateway: only one that no route leads to; Deleting for a while."""
    network, gateway = _created(region, params)
    entries = network.table.entries.values()
    if any(entry.gateway_id == gateway.gateway_id for entry in entries):
        raise gateway_is_routed_to()

    def forget() -> None:
        network.gateway = None

    def change() -> dict[str, Any]:
        gateway.status = GatewayStatus.DELETING
        region.later(region.world.timing.ipv4_gateway_s, forget)
        return {}

    return change


def _created(region: VpcRegion, params: Params) -> tuple[Network, Ipv4Gateway]:
    found = region.gateway(params["Ipv4GatewayId"])
    if found is None:
        raise gateway_not_found()
    if found[1].status is not GatewayStatus.CREATED:
        raise wrong_gateway_status(found[1].gateway_id)
    return found
