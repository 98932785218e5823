"""IPv4 gateway of the VPC: what lets nodes reach the internet, and be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Wait,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Gateway as Ipv4Gateway
from shared.failure import Failure, Reaction

_SETTLED = "Created"


@dataclass(frozen=True, slots=True)
class GatewayFound:
    """The VPC's one gateway: ours, or one that somebody else has put there."""

    ours: Ipv4Gateway | None = None
    foreign: Ipv4Gateway | None = None

    def __bool__(self) -> bool:
        return self.ours is not None


class Gateway:
    """The one IPv4 gateway that a VPC may have, created and enabled."""

    kind = "IPv4 gateway"

    def find(self, site: Site) -> GatewayFound:
        """ListIpv4Gateways."""
        vpc_id = site.ground.vpc_id
        found = site.clouds.vpc.gateways(site.region, vpc_id) if vpc_id else ()
        ours = next((one for one in found if site.is_ours(one.tags)), None)
        return GatewayFound(ours, next((one for one in found if one is not ours), None))

    def know(self, ground: Ground, found: GatewayFound) -> Ground:
        """The default route leads to it."""
        return replace(ground, gateway_id=found.ours.gateway_id if found.ours else None)

    def build(self, site: Site, found: GatewayFound) -> BuildMove:
        """Create it, enable it, wait for both."""
        vpc, vpc_id, gateway = site.clouds.vpc, site.ground.vpc_id, found.ours
        if found.foreign is not None:
            return Stuck(_not_ours(site, found.foreign))
        if gateway is None:
            return Write(
                Deed("created", self.kind, site.name),
                lambda: vpc.create_gateway(
                    site.region,
                    vpc_id=vpc_id or "",
                    name=site.name,
                    resource_group_id=site.ground.resource_group_id or "",
                    tags=site.tags,
                    token=site.token(self.kind, vpc_id),
                ),
                then=(self._enabled(site),),
            )
        if gateway.status != _SETTLED:
            return Wait("the IPv4 gateway")
        if not gateway.enabled:
            token = site.token("enable", gateway.gateway_id)
            return Write(
                self._enabled(site),
                lambda: vpc.enable_gateway(site.region, gateway.gateway_id, token),
            )
        return Ready()

    def _enabled(self, site: Site) -> Deed:
        return Deed("changed", self.kind, f"{site.name} enabled")

    def destroy(self, site: Site, found: GatewayFound) -> DestroyMove:
        """Delete it and wait until it is gone."""
        gateway = found.ours
        if gateway is None:
            return Gone()
        if gateway.status != _SETTLED:
            return Wait("the IPv4 gateway to be gone")
        # A token of its own each time: a refusal must not be what a repetition is answered with.
        token = site.token("delete", gateway.gateway_id, site.now().isoformat())
        return Write(
            Deed("removed", self.kind, gateway.gateway_id),
            lambda: site.clouds.vpc.delete_gateway(site.region, gateway.gateway_id, token),
        )


def _not_ours(site: Site, gateway: Ipv4Gateway) -> Failure:
    return Failure(
        "GatewayNotOurs",
        f"The fleet's VPC in {site.region} has the IPv4 gateway {gateway.gateway_id} without the"
        f" tag p2p-fleet={site.fleet}.",
        Reaction.HUMAN,
        "Delete that gateway (a VPC can have only one), or add that tag to it.",
    )
