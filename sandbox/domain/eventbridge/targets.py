"""The actions on a rule's targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.domain.eventbridge.errors import (
    invalid_argument,
    target_id_duplicate,
    target_not_found,
    too_many_targets,
)
from sandbox.domain.eventbridge.functions import check_function_target
from sandbox.domain.eventbridge.paging import page
from sandbox.domain.eventbridge.records import EventBus, Rule, Target, TargetParam
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.eventbridge.views import show_listed_target
from sandbox.domain.product import Params

_KEPT: Final = ("PushRetryStrategy", "DeadLetterQueue", "ErrorsTolerance", "ConcurrentConfig")

Json = dict[str, Any]


def put_targets(region: EventBridgeRegion, params: Params) -> Json:
    """PutTargets: creates or replaces by id; a target that is wrong leaves the others alone."""
    rule = region.rule(params)
    targets = read_targets(params["Targets"])
    ids = rule.targets.keys() | {target.target_id for target in targets}
    _check_count(region, len(ids))
    wrong = []
    seen: set[str] = set()
    for target in targets:
        try:
            if target.target_id in seen:
                raise target_id_duplicate()
            check_function_target(region, target)
        except ApiError as error:
            wrong.append(_entry(target.target_id, error))
        else:
            rule.targets[target.target_id] = target
        seen.add(target.target_id)
    return _entries(wrong)


def list_targets(region: EventBridgeRegion, params: Params) -> Json:
    """ListTargets: of one rule, or whoever sends to the endpoint Arn."""
    if not params.get("EventBusName") and not params.get("Arn"):
        raise invalid_argument("EventBusName")
    found = [
        (bus, rule, target)
        for bus, rule in _rules(region, params)
        for target in rule.targets.values()
        if params.get("Arn", target.endpoint) == target.endpoint
    ]
    return {"Data": page(params, found, "Targets", lambda one: show_listed_target(*one))}


def delete_targets(region: EventBridgeRegion, params: Params) -> Json:
    """DeleteTargets: an id that is not there is told, and hinders nothing."""
    rule = region.rule(params)
    ids = params.get("TargetIds", [])
    unknown = [target_id for target_id in ids if rule.targets.pop(target_id, None) is None]
    return _entries([_entry(target_id, target_not_found()) for target_id in unknown])


def read_targets(given: Sequence[Mapping[str, Any]]) -> list[Target]:
    """The targets of a call; raises ApiError where one has no id or type."""
    for name in ("Id", "Type"):
        if any(not one.get(name) for one in given):
            raise invalid_argument(f"Targets.{name}")
    return [
        Target(
            target_id=one["Id"],
            kind=one["Type"],
            endpoint=one.get("Endpoint", ""),
            params=tuple(
                TargetParam(
                    param.get("ResourceKey", ""),
                    param.get("Form", ""),
                    param.get("Value"),
                    param.get("Template"),
                )
                for param in one.get("ParamList", [])
            ),
            settings={name: one[name] for name in _KEPT if name in one},
        )
        for one in given
    ]


def check_targets(region: EventBridgeRegion, targets: Sequence[Target]) -> None:
    """Raises ApiError where a new rule cannot have these targets."""
    if len({target.target_id for target in targets}) < len(targets):
        raise target_id_duplicate()
    _check_count(region, len(targets))
    for target in targets:
        check_function_target(region, target)


def _check_count(region: EventBridgeRegion, count: int) -> None:
    quota = region.quota("eventbridge:targets")
    if count > quota:
        raise too_many_targets(count, quota)


def _rules(region: EventBridgeRegion, params: Params) -> list[tuple[EventBus, Rule]]:
    buses = [region.bus(params)] if params.get("EventBusName") else list(region.buses.values())
    if params.get("EventBusName") and params.get("RuleName"):
        return [(buses[0], region.rule(params))]
    return [(bus, rule) for bus in buses for rule in bus.rules.values()]


def _entry(target_id: str, error: ApiError) -> Json:
    return {"EntryId": target_id, "ErrorCode": error.code, "ErrorMessage": error.message}


def _entries(wrong: Sequence[Json]) -> Json:
    return {"Data": {"ErrorEntriesCount": len(wrong), "ErrorEntries": list(wrong)}}
