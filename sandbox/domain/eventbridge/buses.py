"""The actions on event buses."""

from __future__ import annotations

from typing import Any

from sandbox.domain.eventbridge.errors import (
    bus_exists,
    bus_has_rules,
    bus_has_sources,
    bus_name_invalid,
    too_many_buses,
)
from sandbox.domain.eventbridge.names import check_bus_name
from sandbox.domain.eventbridge.paging import page
from sandbox.domain.eventbridge.records import EventBus
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.eventbridge.views import show_bus
from sandbox.domain.product import Params

Json = dict[str, Any]


def create_event_bus(region: EventBridgeRegion, params: Params) -> Json:
    """CreateEventBus."""
    name = params["EventBusName"]
    check_bus_name(name)
    if name in region.custom_buses:
        raise bus_exists(name)
    count, quota = len(region.custom_buses), region.quota("eventbridge:event_buses")
    if count >= quota:
        raise too_many_buses(count, quota)
    region.custom_buses[name] = EventBus(name, params.get("Description"), region.now)
    return {"Data": {"EventBusARN": region.arn("eventbus", name)}}


def get_event_bus(region: EventBridgeRegion, params: Params) -> Json:
    """GetEventBus."""
    return {"Data": show_bus(region, region.bus(params))}


def list_event_buses(region: EventBridgeRegion, params: Params) -> Json:
    """ListEventBuses: those whose name begins with NamePrefix, the system's included."""
    prefix = params.get("NamePrefix", "")
    found = [bus for name, bus in region.buses.items() if name.startswith(prefix)]
    return {"Data": page(params, found, "EventBuses", lambda bus: show_bus(region, bus))}


def delete_event_bus(region: EventBridgeRegion, params: Params) -> Json:
    """DeleteEventBus: only a custom bus, and only an empty one."""
    bus = region.bus(params)
    if bus is region.system_bus:
        raise bus_name_invalid(bus.name)
    if bus.rules:
        raise bus_has_rules(bus.name)
    if bus.sources:
        raise bus_has_sources(bus.name)
    del region.custom_buses[bus.name]
    return {"Data": True}
