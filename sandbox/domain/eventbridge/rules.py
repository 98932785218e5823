"""The actions on event rules."""

from __future__ import annotations

from typing import Any

from sandbox.domain.eventbridge.errors import (
    not_modelled,
    pattern_invalid,
    rule_exists,
    too_many_rules,
)
from sandbox.domain.eventbridge.names import check_rule_name
from sandbox.domain.eventbridge.paging import page
from sandbox.domain.eventbridge.patterns import Pattern, UnknownExpressionError, read_pattern
from sandbox.domain.eventbridge.records import Rule
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.eventbridge.targets import check_targets, read_targets
from sandbox.domain.eventbridge.views import show_listed_rule, show_rule
from sandbox.domain.product import Params

Json = dict[str, Any]


def create_rule(region: EventBridgeRegion, params: Params) -> Json:
    """CreateRule: with targets, or none yet; one target that is wrong refuses the rule."""
    bus = region.bus(params)
    name = params["RuleName"]
    check_rule_name(name)
    if name in bus.rules:
        raise rule_exists(name, bus.name)
    count, quota = len(bus.rules), region.quota("eventbridge:rules")
    if count >= quota:
        raise too_many_rules(count, quota)
    targets = read_targets(params.get("EventTargets", []))
    check_targets(region, targets)
    bus.rules[name] = Rule(
        name=name,
        description=params.get("Description"),
        pattern=_read_pattern(params["FilterPattern"]),
        enabled=params.get("Status", "ENABLE") == "ENABLE",
        created_at=region.now,
        targets={target.target_id: target for target in targets},
    )
    return {"Data": {"RuleARN": region.arn("eventbus", bus.name, "rule", name)}}


def get_rule(region: EventBridgeRegion, params: Params) -> Json:
    """GetRule."""
    return {"Data": show_rule(region, region.bus(params), region.rule(params))}


def list_rules(region: EventBridgeRegion, params: Params) -> Json:
    """ListRules."""
    bus = region.bus(params)
    prefix = params.get("RuleNamePrefix", "")
    found = [rule for name, rule in bus.rules.items() if name.startswith(prefix)]
    return {"Data": page(params, found, "Rules", lambda rule: show_listed_rule(region, bus, rule))}


def update_rule(region: EventBridgeRegion, params: Params) -> Json:
    """UpdateRule: targets stay; so do description and status where they are not given."""
    rule = region.rule(params)
    rule.pattern = _read_pattern(params["FilterPattern"])
    rule.description = params.get("Description", rule.description)
    if "Status" in params:
        rule.enabled = params["Status"] == "ENABLE"
    return {"Data": True}


def enable_rule(region: EventBridgeRegion, params: Params) -> Json:
    """EnableRule."""
    region.rule(params).enabled = True
    return {}


def disable_rule(region: EventBridgeRegion, params: Params) -> Json:
    """DisableRule."""
    region.rule(params).enabled = False
    return {}


def delete_rule(region: EventBridgeRegion, params: Params) -> Json:
    """DeleteRule: its targets go with it."""
    rule = region.rule(params)
    del region.bus(params).rules[rule.name]
    return {}


def _read_pattern(text: str) -> Pattern:
    try:
        return read_pattern(text)
    except UnknownExpressionError as error:
        raise not_modelled(f"the pattern {error}") from None
    except ValueError as error:
        raise pattern_invalid(str(error)) from None
