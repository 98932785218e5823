"""Firing of scheduled sources, exactly at their instants."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sandbox.domain.eventbridge.cron import Schedule
from sandbox.domain.eventbridge.delivery import publish
from sandbox.domain.eventbridge.records import EventSource
from sandbox.domain.eventbridge.region import EventBridgeRegion

_CONTENT_TYPE: Final = "application/json;charset=utf-8"
_TYPE: Final = "eventbridge:Events:ScheduledEvent"
_LONGEST_PUBLISHING_MS: Final = 200


def plan_firing(region: EventBridgeRegion, source: EventSource) -> None:
    """Plans the source's next firing, if it has one; replaces an earlier plan."""
    cancel_firing(source)
    if source.schedule is None:
        return
    due = source.schedule.next_after(region.now)
    if due is not None:
        fire = partial(_fire, region, source, source.schedule, due)
        source.firing = region.world.clock.at(due, fire)


def cancel_firing(source: EventSource) -> None:
    """Takes back the next firing."""
    if source.firing is not None:
        source.firing.cancel()
    source.firing = None


def _fire(
    region: EventBridgeRegion, source: EventSource, schedule: Schedule, due: datetime
) -> None:
    plan_firing(region, source)
    publish(region, region.buses[source.bus_name], _event(region, source, schedule, due))


def _event(
    region: EventBridgeRegion, source: EventSource, schedule: Schedule, due: datetime
) -> dict[str, Any]:
    """The envelope, in the order in which the documentation's example has it."""
    published_at = due + timedelta(milliseconds=region.random.randint(1, _LONGEST_PUBLISHING_MS))
    return {
        "datacontenttype": _CONTENT_TYPE,
        "aliyunaccountid": region.world.account.account_id,
        "aliyunpublishtime": _utc(published_at, "milliseconds"),
        "data": _data(region, schedule),
        "specversion": "1.0",
        "aliyuneventbusname": source.bus_name,
        "id": region.mint_event_id(),
        "source": source.name,
        "time": _utc(due, "seconds"),
        "aliyunregionid": region.region_id,
        "type": _TYPE,
    }


def _data(region: EventBridgeRegion, schedule: Schedule) -> dict[str, Any]:
    data: dict[str, Any] = {"TimeZone": schedule.time_zone, "Schedule": schedule.expression}
    where = region.world.faults.variants.scheduled_user_data
    if schedule.user_data is not None and where == "data":
        data["UserData"] = json.loads(schedule.user_data)
    return data


def _utc(instant: datetime, precision: str) -> str:
    return instant.isoformat(timespec=precision).replace("+00:00", "Z")
