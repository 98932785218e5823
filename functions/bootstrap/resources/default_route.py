"""Default route: everything that is not the VPC's own goes to the IPv4 gateway.

It stands in the system route table: attaching tables of one's own has proved intermittent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Wait,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Route

_EVERYWHERE: Final = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class RouteFound:
    """The system route table, and its default route to our gateway where there is one."""

    table_id: str | None
    route: Route | None

    def __bool__(self) -> bool:
        return self.route is not None


class DefaultRoute:
    """One entry of the system route table."""

    kind = "default route"

    def find(self, site: Site) -> RouteFound:
        """DescribeRouteTableList and DescribeRouteEntryList."""
        vpc, vpc_id, gateway_id = site.clouds.vpc, site.ground.vpc_id, site.ground.gateway_id
        table_id = vpc.system_route_table(site.region, vpc_id) if vpc_id else None
        routes = vpc.routes(site.region, table_id) if table_id else ()
        ours = (
            one
            for one in routes
            if one.destination == _EVERYWHERE and one.next_hop_id == gateway_id
        )
        return RouteFound(table_id, next(ours, None))

    def know(self, ground: Ground, found: RouteFound) -> Ground:
        """Nothing else needs it."""
        return replace(ground, route_table_id=found.table_id)

    def build(self, site: Site, found: RouteFound) -> BuildMove:
        """Create the entry straight after the gateway is enabled, and wait for it."""
        gateway_id = site.ground.gateway_id
        if found.route is not None:
            return Ready() if found.route.status == "Available" else Wait("the default route")
        if found.table_id is None and site.ground.vpc_id is not None:
            return Wait("the system route table")
        return Write(
            Deed("created", self.kind, site.name),
            lambda: site.clouds.vpc.create_route(
                site.region,
                table_id=found.table_id or "",
                destination=_EVERYWHERE,
                gateway_id=gateway_id or "",
                token=site.token(self.kind, gateway_id),
            ),
        )

    def destroy(self, site: Site, found: RouteFound) -> DestroyMove:
        """Delete the entry: the gateway cannot go before it."""
        table_id, route = found.table_id, found.route
        if table_id is None or route is None:
            return Gone()
        if route.status != "Available":
            return Wait("the default route to be gone")
        return Write(
            Deed("removed", self.kind, table_id),
            lambda: site.clouds.vpc.delete_route(
                site.region,
                table_id=table_id,
                destination=_EVERYWHERE,
                gateway_id=route.next_hop_id,
            ),
        )
