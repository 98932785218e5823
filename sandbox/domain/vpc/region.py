"""Everything that VPC keeps in one region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sandbox.domain.faults import QuotaName
from sandbox.domain.product import Params
from sandbox.domain.tokens import ClientTokens
from sandbox.domain.variants import Variants
from sandbox.domain.vpc.records import Ipv4Gateway, Network, RouteEntry, RouteTable, VSwitch
from sandbox.domain.world import World, mint

_DEFAULT_QUOTAS: Final[dict[QuotaName, int]] = {
    "vpc:vpcs": 10,
    "vpc:vswitches": 150,
    "vpc:route_entries": 200,
}
"""VPCs of a region, vSwitches of a VPC (CreateVSwitch), custom entries of a route table."""


Change = Callable[[], dict[str, Any]]
"""A request that has been checked: calling it carries it out and returns the answer.

Every action that writes checks first and returns its change; whoever serves the call makes it,
unless it was a dry run.
"""


@dataclass(slots=True, eq=False)
class VpcRegion:
    """One region's networks, in order of creation, and its own stream of chance."""

    region_id: str
    world: World
    random: Random
    networks: dict[str, Network] = field(default_factory=dict)
    tokens: ClientTokens = field(default_factory=ClientTokens)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    @property
    def variants(self) -> Variants:
        """The unverified facts in force."""
        return self.world.faults.variants

    @property
    def visible(self) -> list[Network]:
        """The networks that every action sees: a new one may take a while (a variant)."""
        born_by = self.now - timedelta(seconds=self.variants.vpc_visible_after_s)
        return [one for one in self.networks.values() if one.created_at <= born_by]

    def mint(self, prefix: str) -> str:
        """A new resource id."""
        return mint(self.random, prefix)

    def quota(self, name: QuotaName) -> int:
        """How many of these there may be."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def later(self, seconds: float, happen: Callable[[], None]) -> None:
        """Lets something happen in so many virtual seconds."""
        self.world.clock.after(seconds, happen)

    def network(self, vpc_id: str) -> Network | None:
        """The visible network of this id."""
        return next((one for one in self.visible if one.vpc_id == vpc_id), None)

    def vswitch(self, vswitch_id: str) -> tuple[Network, VSwitch] | None:
        """The vSwitch of this id and its network."""
        return next(
            (
                (network, network.vswitches[vswitch_id])
                for network in self.visible
                if vswitch_id in network.vswitches
            ),
            None,
        )

    def gateways(self) -> list[tuple[Network, Ipv4Gateway]]:
        """Every IPv4 gateway with its network."""
        return [(one, one.gateway) for one in self.visible if one.gateway is not None]

    def gateway(self, gateway_id: str) -> tuple[Network, Ipv4Gateway] | None:
        """The IPv4 gateway of this id and its network."""
        return next((pair for pair in self.gateways() if pair[1].gateway_id == gateway_id), None)

    def table(self, table_id: str) -> tuple[Network, RouteTable] | None:
        """The route table of this id and its network."""
        return next(
            ((one, one.table) for one in self.visible if one.table.table_id == table_id), None
        )

    def entry(self, entry_id: str) -> tuple[Network, RouteEntry] | None:
        """The custom route entry of this id and its network."""
        return next(
            (
                (network, network.table.entries[entry_id])
                for network in self.visible
                if entry_id in network.table.entries
            ),
            None,
        )

    def holds(self, params: Params) -> bool:
        """Whether something that a call names by its id is in this region."""
        return any(
            find(params[name]) is not None
            for name, find in (
                ("VpcId", self.network),
                ("VSwitchId", self.vswitch),
                ("Ipv4GatewayId", self.gateway),
                ("RouteTableId", self.table),
                ("RouteEntryId", self.entry),
            )
            if name in params
        )
