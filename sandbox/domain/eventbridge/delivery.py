"""From a published event to the targets of the rules that take it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.domain.eventbridge.functions import SEND_ROLE, function_of
from sandbox.domain.eventbridge.records import EventBus, Target
from sandbox.domain.eventbridge.region import EventBridgeRegion


def publish(region: EventBridgeRegion, bus: EventBus, event: Mapping[str, Any]) -> None:
    """Sends an event to every target of every enabled rule of the bus that takes it.

    A delivery that fails is counted and not tried again: what EventBridge would repeat within a
    minute, the next event of a schedule repeats anyway.
    """
    region.tally.published += 1
    for rule in bus.rules.values():
        if rule.enabled and rule.pattern.matches(event):
            for target in rule.targets.values():
                _deliver(region, target, event)


def _deliver(region: EventBridgeRegion, target: Target, event: Mapping[str, Any]) -> None:
    obstacle = _invoke(region, target, event)
    if obstacle is None:
        region.tally.delivered += 1
    else:
        region.tally.misfired += 1
        region.tally.last_misfire = obstacle


def _invoke(region: EventBridgeRegion, target: Target, event: Mapping[str, Any]) -> str | None:
    """Has Function Compute run the target; returns why it does not."""
    neighbours = region.world.neighbours
    if not neighbours.ram.role_exists(SEND_ROLE):
        return f"The role {SEND_ROLE} does not exist."
    function = function_of(target)
    if not neighbours.fc.invoke_async(region.region_id, function, _payload(target, event)):
        return f"The function {function} does not exist."
    return None


def _payload(target: Target, event: Mapping[str, Any]) -> bytes:
    body = next(param for param in target.params if param.key == "Body")
    if body.form == "CONSTANT":
        return (body.value or "").encode()
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
