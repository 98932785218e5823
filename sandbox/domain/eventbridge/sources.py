"""The actions on event sources; only scheduled ones ever fire."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.eventbridge.cron import DEFAULT_TIME_ZONE, Schedule
from sandbox.domain.eventbridge.errors import (
    invalid_argument,
    source_exists,
    source_setting_invalid,
    too_many_sources,
)
from sandbox.domain.eventbridge.firing import cancel_firing, plan_firing
from sandbox.domain.eventbridge.names import check_source_name
from sandbox.domain.eventbridge.paging import page
from sandbox.domain.eventbridge.records import EventSource
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.eventbridge.views import show_source
from sandbox.domain.product import Params

_SCHEDULED: Final = "SourceScheduledEventParameters"

Json = dict[str, Any]


def create_event_source(region: EventBridgeRegion, params: Params) -> Json:
    """CreateEventSource: a scheduled one fires from its next instant on."""
    bus = region.bus(params)
    name = params["EventSourceName"]
    check_source_name(name)
    if name in bus.sources:
        raise source_exists(name, bus.name)
    count, quota = len(bus.sources), region.quota("eventbridge:event_sources")
    if count >= quota:
        raise too_many_sources(count, quota)
    source = EventSource(
        name=name,
        bus_name=bus.name,
        description=params.get("Description"),
        created_at=region.now,
        linked=params.get("LinkedExternalSource", False),
        kind=params.get("ExternalSourceType"),
        settings=_other_settings(params),
        schedule=_read_schedule(params),
    )
    bus.sources[name] = source
    plan_firing(region, source)
    return {"Data": {"EventSourceARN": region.arn("eventbus", bus.name, "eventsource", name)}}


def update_event_source(region: EventBridgeRegion, params: Params) -> Json:
    """UpdateEventSource: what is not given stays; a new schedule counts from now."""
    source = region.source(params)
    schedule = _read_schedule(params)
    source.description = params.get("Description", source.description)
    source.linked = params.get("LinkedExternalSource", source.linked)
    source.kind = params.get("ExternalSourceType", source.kind)
    source.settings = {**source.settings, **_other_settings(params)}
    if schedule is not None:
        source.schedule = schedule
        plan_firing(region, source)
    return {"Data": True}


def delete_event_source(region: EventBridgeRegion, params: Params) -> Json:
    """DeleteEventSource."""
    source = region.source(params)
    cancel_firing(source)
    del region.buses[source.bus_name].sources[source.name]
    return {}


def list_user_defined_event_sources(region: EventBridgeRegion, params: Params) -> Json:
    """ListUserDefinedEventSources: of one bus, or of all."""
    buses = [region.bus(params)] if params.get("EventBusName") else region.buses.values()
    sources = itertools.chain.from_iterable(bus.sources.values() for bus in buses)
    prefix = params.get("NamePrefix", "")
    found = [source for source in sources if source.name.startswith(prefix)]
    return {"Data": page(params, found, "EventSourceList", lambda one: show_source(region, one))}


def _read_schedule(params: Params) -> Schedule | None:
    """The schedule of a call, in either of the two forms that its description shows."""
    given: Mapping[str, Any] | None = params.get(_SCHEDULED)
    if given is None and "Schedule" in params.get("ExternalSourceConfig", {}):
        given = params["ExternalSourceConfig"]
    if given is None:
        return None
    if "Schedule" not in given:
        raise invalid_argument(f"{_SCHEDULED}.Schedule")
    user_data = given.get("UserData")
    if user_data is not None:
        _check_json("UserData", user_data)
    try:
        return Schedule(given["Schedule"], given.get("TimeZone") or DEFAULT_TIME_ZONE, user_data)
    except ValueError as error:
        raise source_setting_invalid(_SCHEDULED, str(error)) from None


def _check_json(name: str, text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        raise source_setting_invalid(name, "a JSON string") from None


def _other_settings(params: Params) -> Json:
    """What is kept and given back of sources of other kinds."""
    return {
        name: value
        for name, value in params.items()
        if name.startswith("Source") and name != _SCHEDULED
    }
