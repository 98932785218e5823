"""Buses, sources, rules and targets as EventBridge's answers show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.domain.eventbridge.cron import Schedule
from sandbox.domain.eventbridge.records import EventBus, EventSource, Rule, Target
from sandbox.domain.eventbridge.region import EventBridgeRegion

Json = dict[str, Any]


def show_bus(region: EventBridgeRegion, bus: EventBus) -> Json:
    """A bus as GetEventBus and ListEventBuses show it."""
    return {
        "EventBusARN": region.arn("eventbus", bus.name),
        "EventBusName": bus.name,
        "CreateTimestamp": _milliseconds(bus.created_at),
        **_described(bus.description),
    }


def show_source(region: EventBridgeRegion, source: EventSource) -> Json:
    """A source as ListUserDefinedEventSources shows it."""
    shown: Json = {
        "Name": source.name,
        "Arn": region.arn("eventbus", source.bus_name, "eventsource", source.name),
        "Status": "Activated",
        "Type": "UserDefined",
        "Ctime": _milliseconds(source.created_at),
        "EventBusName": source.bus_name,
        **source.settings,
    }
    if source.kind is not None:
        shown["ExternalSourceType"] = source.kind
    if source.schedule is not None:
        shown["SourceScheduledEventParameters"] = show_schedule(source.schedule)
    return shown


def show_schedule(schedule: Schedule) -> Json:
    """A schedule as it was given."""
    shown = {"Schedule": schedule.expression, "TimeZone": schedule.time_zone}
    return shown if schedule.user_data is None else shown | {"UserData": schedule.user_data}


def show_rule(region: EventBridgeRegion, bus: EventBus, rule: Rule) -> Json:
    """A rule as GetRule shows it."""
    return _rule_head(region, bus, rule) | {
        "Targets": [
            show_target(target) | {"PushSelector": "PARAM_TRANSFORMER"}
            for target in rule.targets.values()
        ]
    }


def show_listed_rule(region: EventBridgeRegion, bus: EventBus, rule: Rule) -> Json:
    """A rule as ListRules shows it: with less of its targets."""
    return _rule_head(region, bus, rule) | {
        "Targets": [
            {
                "Id": target.target_id,
                "Type": target.kind,
                "Endpoint": target.endpoint,
                "PushSelector": "PARAM_TRANSFORMER",
                "ErrorsTolerance": target.settings.get("ErrorsTolerance", "ALL"),
            }
            for target in rule.targets.values()
        ]
    }


def show_target(target: Target) -> Json:
    """A target with how its arguments are made."""
    return {
        "Id": target.target_id,
        "Type": target.kind,
        "Endpoint": target.endpoint,
        "ParamList": [
            {
                "ResourceKey": param.key,
                "Form": param.form,
                **({"Value": param.value} if param.value is not None else {}),
                **({"Template": param.template} if param.template is not None else {}),
            }
            for param in target.params
        ],
        "PushRetryStrategy": "BACKOFF_RETRY",
        "ErrorsTolerance": "ALL",
        **target.settings,
    }


def show_listed_target(bus: EventBus, rule: Rule, target: Target) -> Json:
    """A target as ListTargets shows it: with its rule, without how failures are retried."""
    shown = show_target(target)
    hidden = ("PushRetryStrategy", "DeadLetterQueue")
    kept = {name: value for name, value in shown.items() if name not in hidden}
    return kept | {"EventBusName": bus.name, "RuleName": rule.name}


def _rule_head(region: EventBridgeRegion, bus: EventBus, rule: Rule) -> Json:
    return {
        "RuleName": rule.name,
        "RuleARN": region.arn("eventbus", bus.name, "rule", rule.name),
        "EventBusName": bus.name,
        "Status": "ENABLE" if rule.enabled else "DISABLE",
        "FilterPattern": rule.pattern.text,
        "CreatedTimestamp": _milliseconds(rule.created_at),
        **_described(rule.description),
    }


def _described(description: str | None) -> Json:
    return {} if description is None else {"Description": description}


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
