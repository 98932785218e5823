"""Triggers, which this project needs none of: bootstrap makes the schedule. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from infra.deploying.rules.cron import cron_fault
from infra.deploying.rules.template import Function
from shared.schedule import poll_name


def trigger_faults(place: str, function: Function, fleet: str) -> Iterator[str]:
    """Say what is wrong with triggers that somebody has added."""
    for number, trigger in enumerate(function.triggers):
        where = f"{place}.triggers.{number}"
        if trigger.trigger_name == poll_name(fleet):
            yield (
                f"{where}.triggerName {trigger.trigger_name} is the schedule's own, which bootstrap"
                " keeps: every deployment would set its cadence back."
            )
        fault = cron_fault(trigger.trigger_config.cron_expression)
        if fault is not None:
            yield f"{where}.triggerConfig.cronExpression: {fault}."
        if not _is_event(trigger.trigger_config.payload):
            yield f"{where}.triggerConfig.payload must be an event, such as {{}}, or nothing."


def _is_event(payload: str) -> bool:
    if not payload:
        return True
    try:
        return isinstance(json.loads(payload), dict)
    except ValueError:
        return False
