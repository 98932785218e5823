"""EventBridge as a product: its table of actions, its manner of answering, its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.domain.eventbridge import buses, roles, rules, sources, targets
from sandbox.domain.eventbridge.names import DEFAULT_BUS
from sandbox.domain.eventbridge.records import EventBus
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.eventbridge.views import show_bus, show_rule, show_source
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World

RegionHandler = Callable[[EventBridgeRegion, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, RegionHandler]] = {
    "CreateEventBus": buses.create_event_bus,
    "GetEventBus": buses.get_event_bus,
    "ListEventBuses": buses.list_event_buses,
    "DeleteEventBus": buses.delete_event_bus,
    "CreateEventSource": sources.create_event_source,
    "UpdateEventSource": sources.update_event_source,
    "DeleteEventSource": sources.delete_event_source,
    "ListUserDefinedEventSources": sources.list_user_defined_event_sources,
    "CreateRule": rules.create_rule,
    "GetRule": rules.get_rule,
    "ListRules": rules.list_rules,
    "UpdateRule": rules.update_rule,
    "EnableRule": rules.enable_rule,
    "DisableRule": rules.disable_rule,
    "DeleteRule": rules.delete_rule,
    "PutTargets": targets.put_targets,
    "ListTargets": targets.list_targets,
    "DeleteTargets": targets.delete_targets,
    "CheckServiceLinkedRoleForProduct": roles.check_role,
}


class EventBridge:
    """EventBridge in every region of the cloud; `linked_roles` are RAM's actions on such roles."""

    def __init__(self, world: World, linked_roles: Mapping[str, Handler]) -> None:
        self._regions = {
            region_id: EventBridgeRegion(
                region_id=region_id,
                world=world,
                random=world.random(f"eventbridge/{region_id}"),
                system_bus=EventBus(DEFAULT_BUS, None, world.clock.now),
            )
            for region_id in world.region_ids
        }
        handlers: Mapping[str, RegionHandler] = {
            **_ACTIONS,
            "CreateServiceLinkedRoleForProduct": partial(
                roles.create_role, linked_roles["CreateServiceLinkedRole"]
            ),
        }
        self._actions: Mapping[str, Handler] = {
            name: partial(self._carry_out, handler) for name, handler in handlers.items()
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    @property
    def expects_time(self) -> bool:
        """Whether some source is going to fire."""
        return any(
            source.firing is not None
            for region in self._regions.values()
            for bus in region.buses.values()
            for source in bus.sources.values()
        )

    def region_of(self, params: Params) -> str:
        """The region that has the bus which a call names; without one, the first."""
        name = params.get("EventBusName")
        found = (one.region_id for one in self._regions.values() if name in one.custom_buses)
        return next(found, next(iter(self._regions)))

    def state(self) -> dict[str, Any]:
        """Buses, sources, rules with their targets, and deliveries of every region with any."""
        return {
            region_id: _show_region(region)
            for region_id, region in self._regions.items()
            if _buses_in_use(region) or region.tally.published
        }

    def _carry_out(self, handler: RegionHandler, region_id: str, params: Params) -> dict[str, Any]:
        """EventBridge puts a result, and perhaps a refusal too, into an envelope of its own."""
        region = self._regions[region_id]
        try:
            result = handler(region, params)
        except ApiError as error:
            refusal = region.world.faults.variants.eventbridge_refusal
            if refusal == "status" or error.http_status == HTTPStatus.NOT_IMPLEMENTED:
                raise
            return {"Success": False, "Code": error.code, "Message": error.message}
        return {"Success": True, "Code": "Success", "Message": "success", **result}


def _show_region(region: EventBridgeRegion) -> dict[str, Any]:
    kept = _buses_in_use(region)
    tally = region.tally
    return {
        "event_buses": [show_bus(region, bus) for bus in kept],
        "event_sources": [
            show_source(region, source) for bus in kept for source in bus.sources.values()
        ],
        "rules": [show_rule(region, bus, rule) for bus in kept for rule in bus.rules.values()],
        "deliveries": {
            "published": tally.published,
            "delivered": tally.delivered,
            "misfired": tally.misfired,
            "last_misfire": tally.last_misfire,
        },
    }


def _buses_in_use(region: EventBridgeRegion) -> list[EventBus]:
    """The custom buses, and the system's where anything is on it."""
    system = region.system_bus
    return [bus for bus in region.buses.values() if bus is not system or bus.rules or bus.sources]
