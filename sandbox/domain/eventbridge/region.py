"""Everything that EventBridge keeps in one region."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from sandbox.domain.eventbridge.errors import bus_not_found, rule_not_found, source_not_found
from sandbox.domain.eventbridge.names import DEFAULT_BUS
from sandbox.domain.eventbridge.records import EventBus, EventSource, Rule, Tally
from sandbox.domain.faults import QuotaName
from sandbox.domain.product import Params
from sandbox.domain.world import World

_DEFAULT_QUOTAS: Final[dict[QuotaName, int]] = {
    "eventbridge:event_buses": 50,
    "eventbridge:event_sources": 50,
    "eventbridge:rules": 50,
    "eventbridge:targets": 5,
}
"""The "Limits" page, March 2026; how many sources a bus may have is not documented."""


@dataclass(slots=True, eq=False)
class EventBridgeRegion:
    """One region's custom buses by name, and the one system bus that every region has."""

    region_id: str
    world: World
    random: Random
    system_bus: EventBus
    custom_buses: dict[str, EventBus] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    @property
    def buses(self) -> dict[str, EventBus]:
        """Every bus, the system's first."""
        return {DEFAULT_BUS: self.system_bus, **self.custom_buses}

    def mint_event_id(self) -> str:
        """A new event id."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def quota(self, name: QuotaName) -> int:
        """How many of these there may be: buses per region, rules per bus, targets per rule."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def arn(self, *path: str) -> str:
        """The ARN of something of EventBridge's in this region."""
        account_id = self.world.account.account_id
        return f"acs:eventbridge:{self.region_id}:{account_id}:{'/'.join(path)}"

    def bus(self, params: Params) -> EventBus:
        """The bus that a call is about; raises ApiError."""
        name = params["EventBusName"]
        bus = self.buses.get(name)
        if bus is None:
            raise bus_not_found(name)
        return bus

    def source(self, params: Params) -> EventSource:
        """The source that a call is about, on whatever bus where it names none; raises ApiError."""
        buses = [self.bus(params)] if params.get("EventBusName") else self.buses.values()
        for bus in buses:
            source = bus.sources.get(params["EventSourceName"])
            if source is not None:
                return source
        raise source_not_found()

    def rule(self, params: Params) -> Rule:
        """The rule that a call is about; raises ApiError."""
        rule = self.bus(params).rules.get(params["RuleName"])
        if rule is None:
            raise rule_not_found()
        return rule
