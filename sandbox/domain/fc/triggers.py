"""The actions on triggers, and time triggers that fire."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sandbox.domain.fc.errors import invalid_argument, trigger_already_exists, trigger_not_found
from sandbox.domain.fc.paging import page
from sandbox.domain.fc.records import Function, Trigger
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.timer import Timer, parse_timer
from sandbox.domain.fc.views import show_trigger
from sandbox.domain.instants import utc_second
from sandbox.domain.product import Params

Fire = Callable[[FcRegion, Function, bytes], None]
"""Takes the event of a trigger that has fired."""

KINDS: Final = frozenset(
    {"oss", "log", "timer", "http", "tablestore", "cdn_events", "mns_topic", "eventbridge"}
)

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
_TIMER_MEMBERS: Final = {"cronExpression": str, "enable": bool, "payload": str}


def create_trigger(region: FcRegion, fire: Fire, params: Params) -> dict[str, Any]:
    """CreateTrigger: of the kinds that there are, only time triggers ever fire here."""
    function = region.function(params)
    body = params["body"]
    name = body["triggerName"]
    if not _NAME.fullmatch(name):
        raise invalid_argument(
            f"triggerName '{name}' must have 1 to 128 letters, digits, underscores and hyphens, "
            "and not begin with a digit or a hyphen"
        )
    if name in function.triggers:
        raise trigger_already_exists(name, function.name)
    if body["triggerType"] not in KINDS:
        raise invalid_argument(f"triggerType '{body['triggerType']}' is not supported")
    trigger = Trigger(
        trigger_id=region.mint_uuid(),
        name=name,
        kind=body["triggerType"],
        config=body["triggerConfig"],
        qualifier=_read_qualifier(region, function, body, "LATEST"),
        created_at=region.now,
        modified_at=region.now,
        description=body.get("description"),
        invocation_role=body.get("invocationRole"),
        source_arn=body.get("sourceArn"),
        timer=_read_timer(region, body["triggerType"], body["triggerConfig"]),
    )
    function.triggers[name] = trigger
    _plan(region, fire, function, trigger)
    return show_trigger(region, function, trigger)


def get_trigger(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetTrigger."""
    function, trigger = _find(region, params)
    return show_trigger(region, function, trigger)


def update_trigger(region: FcRegion, fire: Fire, params: Params) -> dict[str, Any]:
    """UpdateTrigger: what is not sent stays, but a triggerConfig is replaced as a whole.

    A new triggerConfig starts `@every` anew.
    """
    function, trigger = _find(region, params)
    body = params["body"]
    config = body.get("triggerConfig", trigger.config)
    timer = _read_timer(region, trigger.kind, config)
    qualifier = _read_qualifier(region, function, body, trigger.qualifier)
    trigger.config = config
    trigger.timer = timer
    trigger.qualifier = qualifier
    trigger.description = body.get("description", trigger.description)
    trigger.invocation_role = body.get("invocationRole", trigger.invocation_role)
    trigger.modified_at = region.now
    if "triggerConfig" in body:
        _plan(region, fire, function, trigger)
    return show_trigger(region, function, trigger)


def list_triggers(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListTriggers, by name."""
    function = region.function(params)
    render = partial(show_trigger, region, function)
    return page(params, function.triggers.values(), "triggers", lambda one: one.name, render)


def delete_trigger(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteTrigger."""
    function, trigger = _find(region, params)
    stop_firing(trigger)
    del function.triggers[trigger.name]
    return {}


def stop_firing(trigger: Trigger) -> None:
    """Makes sure that a trigger does not fire any more."""
    if trigger.firing is not None:
        trigger.firing.cancel()
        trigger.firing = None


def _find(region: FcRegion, params: Params) -> tuple[Function, Trigger]:
    function = region.function(params)
    trigger = function.triggers.get(params["triggerName"])
    if trigger is None:
        raise trigger_not_found(params["triggerName"], function.name)
    return function, trigger


def _read_qualifier(region: FcRegion, function: Function, body: Params, usual: str) -> str:
    qualifier: str = body.get("qualifier") or usual
    region.function({"functionName": function.name, "qualifier": qualifier})
    return qualifier


def _read_timer(region: FcRegion, kind: str, config: str) -> Timer | None:
    """The timer of a `triggerConfig`, None where it is not enabled or no time trigger's."""
    try:
        members = json.loads(config)
    except (ValueError, RecursionError):
        raise invalid_argument("triggerConfig is not JSON") from None
    if not isinstance(members, dict):
        raise invalid_argument("triggerConfig is not a JSON object")
    if kind != "timer":
        return None
    for name, value in members.items():
        if not isinstance(value, _TIMER_MEMBERS.get(name, ())):
            raise invalid_argument(f"triggerConfig.{name} is unknown or not of its type")
    if "cronExpression" not in members:
        raise invalid_argument("triggerConfig.cronExpression is required")
    zones = region.world.faults.variants.timer_time_zones == "accept"
    try:
        timer = parse_timer(members["cronExpression"], zones=zones)
    except ValueError as error:
        raise invalid_argument(f"triggerConfig.cronExpression: {error}") from None
    return timer if members.get("enable", False) else None


def _plan(region: FcRegion, fire: Fire, function: Function, trigger: Trigger) -> None:
    """Plans the next firing of a trigger, if there is one."""
    stop_firing(trigger)
    if trigger.timer is None:
        return
    due = trigger.timer.next_after(trigger.modified_at, region.now)
    if due is not None:
        happens = partial(_happen, region, fire, function, trigger)
        trigger.firing = region.world.clock.at(due, happens)


def _happen(region: FcRegion, fire: Fire, function: Function, trigger: Trigger) -> None:
    event = {
        "triggerTime": utc_second(region.now),
        "triggerName": trigger.name,
        "payload": json.loads(trigger.config).get("payload", ""),
    }
    fire(region, function, json.dumps(event).encode())
    _plan(region, fire, function, trigger)
