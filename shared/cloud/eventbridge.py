"""EventBridge (version 2020-04-01): a bus, a source that fires on a schedule, a rule, its targets.

Facts are from the API reference and its OpenAPI metadata. Sources are created and updated in the
form body, everything else travels in the URL. A refusal may come with an error status, or as an
answer of status 200 that says `Success: false`; both become `CallFailedError` here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.cloud.answers import (
    Item,
    chained_pages,
    flag,
    items_at,
    optional_items,
    read_all,
    text,
    text_or,
    understood,
)
from shared.cloud.endpoints import eventbridge_host
from shared.cloud.errors import failure_of
from shared.cloud.session import Call, CallFailedError, Effect, Session
from shared.failure import Failure, Reaction
from shared.schedule import UTC_ZONE

SEND_ROLE: Final = "AliyunServiceRoleForEventBridgeSendToFC"
"""The service-linked role with which EventBridge invokes functions, one for the whole account."""
NOT_OFFERED: Final = "EventBridgeNotOffered"
"""Our code for a region without EventBridge."""

_VERSION: Final = "2020-04-01"
_PAGE: Final = 100
_FUNCTION_TARGET: Final = "acs.fc.function"
_NO_BUS: Final = frozenset({"EventBusNotExist"})
_ROLE_EXISTS: Final = "EntityAlreadyExists.Role"
_NO_RULE: Final = frozenset({"EventRuleNotExisted", "EventRuleNotExist"})


@dataclass(frozen=True, slots=True)
class EventSource:
    """A source of a bus; `cron` and `zone` are None where it is not a scheduled one.

    `user_data` is JSON text that somebody gave a scheduled one.
    """

    name: str
    cron: str | None
    zone: str | None
    user_data: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionTarget:
    """A function that a rule invokes with the whole event; `endpoint` is its ARN."""

    target_id: str
    endpoint: str
    function: str


@dataclass(frozen=True, slots=True)
class EventRule:
    """Which events of a bus go where; `sources` are the names whose events it takes, all of them.

    `sources` is None where the rule's pattern says anything else. `targets` are the functions that
    it invokes in our manner; what else it does is not ours and not listed.
    """

    name: str
    enabled: bool
    sources: tuple[str, ...] | None
    targets: tuple[FunctionTarget, ...]


class EventBridge:
    """EventBridge in every region, behind a session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`); the former,
    too, with the code `EventBridgeNotOffered` in a region that has no EventBridge.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def bus_exists(self, region: str, bus: str) -> bool:
        """Whether there is such a bus (GetEventBus)."""
        return self._find(region, "GetEventBus", {"EventBusName": bus}, _NO_BUS) is not None

    def create_bus(self, region: str, bus: str, description: str) -> None:
        """Create a bus (CreateEventBus)."""
        params = {"EventBusName": bus, "Description": description}
        self._write(region, "CreateEventBus", params)

    def delete_bus(self, region: str, bus: str) -> None:
        """Delete a bus that has neither rules nor sources (DeleteEventBus)."""
        self._write(region, "DeleteEventBus", {"EventBusName": bus})

    def sources(self, region: str, bus: str) -> tuple[EventSource, ...]:
        """List the sources of a bus (ListUserDefinedEventSources)."""
        action = "ListUserDefinedEventSources"
        items = self._pages(region, action, {"EventBusName": bus}, "EventSourceList")
        return read_all(region, action, _source, items)

    def source(self, region: str, bus: str, source: str) -> EventSource | None:
        """Return one source, None where it or its bus does not exist.

        EventBridge has no action for one: this is ListUserDefinedEventSources with a prefix.
        """
        action = "ListUserDefinedEventSources"
        only = {"EventBusName": bus, "NamePrefix": source}
        try:
            items = self._pages(region, action, only, "EventSourceList")
        except CallFailedError as error:
            if error.failure.code in _NO_BUS:
                return None
            raise
        found = read_all(region, action, _source, items)
        return next((one for one in found if one.name == source), None)

    def create_source(self, region: str, bus: str, source: str, cron: str) -> None:
        """Create a source that fires on a schedule in UTC (CreateEventSource)."""
        source_in_utc = EventSource(source, cron, UTC_ZONE)
        self._write(region, "CreateEventSource", {}, body=_scheduled(bus, source_in_utc))

    def update_source(self, region: str, bus: str, source: EventSource) -> None:
        """Give the source of this name this schedule, all of it (UpdateEventSource)."""
        self._write(region, "UpdateEventSource", {}, body=_scheduled(bus, source))

    def delete_source(self, region: str, bus: str, source: str) -> None:
        """Delete a source; it fires no more (DeleteEventSource)."""
        params = {"EventBusName": bus, "EventSourceName": source}
        self._write(region, "DeleteEventSource", {}, body=params)

    def rule_names(self, region: str, bus: str) -> tuple[str, ...]:
        """List the names of a bus's rules (ListRules)."""
        items = self._pages(region, "ListRules", {"EventBusName": bus}, "Rules")
        return read_all(region, "ListRules", lambda one: text(one, "RuleName"), items)

    def rule(self, region: str, bus: str, rule: str) -> EventRule | None:
        """Return a rule with its targets, None where there is none (GetRule)."""
        params = {"EventBusName": bus, "RuleName": rule}
        answer = self._find(region, "GetRule", params, _NO_BUS | _NO_RULE)
        return None if answer is None else understood(region, "GetRule", _rule, answer)

    def create_rule(
        self, region: str, bus: str, rule: str, source: str, target: FunctionTarget
    ) -> None:
        """Create a rule that invokes a function with every event of a source (CreateRule)."""
        params = {
            "EventBusName": bus,
            "RuleName": rule,
            "FilterPattern": _pattern(source),
            "Status": "ENABLE",
            "EventTargets": json.dumps([_target_params(target)]),
        }
        self._write(region, "CreateRule", params)

    def update_rule(self, region: str, bus: str, rule: str, source: str) -> None:
        """Enable a rule, and have it take every event of a source and no other (UpdateRule)."""
        params = {
            "EventBusName": bus,
            "RuleName": rule,
            "FilterPattern": _pattern(source),
            "Status": "ENABLE",
        }
        self._write(region, "UpdateRule", params)

    def put_target(self, region: str, bus: str, rule: str, target: FunctionTarget) -> None:
        """Create a target of a rule, or replace the one of the same id (PutTargets)."""
        params = {
            "EventBusName": bus,
            "RuleName": rule,
            "Targets": json.dumps([_target_params(target)]),
        }
        answer = self._write(region, "PutTargets", params)
        refusals = understood(
            region, "PutTargets", lambda one: optional_items(one, "Data", "ErrorEntries"), answer
        )
        for refusal in refusals:  # the call as a whole has succeeded all the same
            code = text_or(refusal, "ErrorCode", "TargetRefused")
            raise _refused(region, "PutTargets", code, text_or(refusal, "ErrorMessage", ""), answer)

    def delete_rule(self, region: str, bus: str, rule: str) -> None:
        """Delete a rule with its targets (DeleteRule)."""
        self._write(region, "DeleteRule", {"EventBusName": bus, "RuleName": rule})

    def send_role_exists(self, region: str) -> bool:
        """Whether EventBridge may invoke functions (CheckServiceLinkedRoleForProduct)."""
        action = "CheckServiceLinkedRoleForProduct"
        answer = self._ask(region, action, {"ProductName": SEND_ROLE}, Effect.READ)
        return understood(region, action, lambda one: flag(one["Data"], "CheckPass"), answer)

    def create_send_role(self, region: str) -> None:
        """Let EventBridge invoke functions (CreateServiceLinkedRoleForProduct)."""
        try:
            self._write(region, "CreateServiceLinkedRoleForProduct", {"ProductName": SEND_ROLE})
        except CallFailedError as error:
            if error.failure.code != _ROLE_EXISTS:  # made just now, and not known everywhere yet
                raise

    def _find(
        self, region: str, action: str, params: Mapping[str, object], missing: frozenset[str]
    ) -> Item | None:
        """Ask for one thing; return None where a code of `missing` says that there is none."""
        try:
            answer = self._ask(region, action, params, Effect.READ)
        except CallFailedError as error:
            if error.failure.code in missing:
                return None
            raise
        return understood(region, action, _data, answer)

    def _pages(
        self, region: str, action: str, params: Mapping[str, object], name: str
    ) -> Sequence[Item]:
        def ask(page: Mapping[str, object]) -> Item:
            answer = self._ask(region, action, {**params, **page}, Effect.READ)
            return understood(region, action, _data, answer)

        return chained_pages(region, action, ask, (name,), size={"Limit": _PAGE})

    def _write(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        *,
        body: Mapping[str, object] | None = None,
    ) -> Item:
        return self._ask(region, action, params, Effect.WRITE, body or {})

    def _ask(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        effect: Effect,
        body: Mapping[str, object] | None = None,
    ) -> Item:
        host = eventbridge_host(region)
        if host is None:
            raise CallFailedError(_not_offered(region), perhaps_applied=False)
        answer = self._session.call(
            Call(_VERSION, action, region, host, params, effect, body or {})
        )
        if answer.get("Success") is not True:
            code, said = str(answer.get("Code")), str(answer.get("Message") or "")
            raise _refused(region, action, code, said, answer)
        return answer


def _refused(region: str, action: str, code: str, said: str, answer: Item) -> CallFailedError:
    failure = failure_of(
        code,
        said,
        region=region,
        http_status=200,
        action=f"eventbridge:{action}",
        request_id=answer.get("RequestId"),
    )
    return CallFailedError(failure, perhaps_applied=False)


def _not_offered(region: str) -> Failure:
    return Failure(
        NOT_OFFERED,
        f"EventBridge is not offered in {region}, so it cannot invoke the watcher there.",
        Reaction.HUMAN,
        "Set SCHEDULER=timer, which has Function Compute itself invoke the watcher.",
    )


def _scheduled(bus: str, source: EventSource) -> dict[str, object]:
    schedule = {"Schedule": source.cron, "TimeZone": source.zone}
    if source.user_data is not None:
        schedule["UserData"] = source.user_data
    return {
        "EventBusName": bus,
        "EventSourceName": source.name,
        "LinkedExternalSource": True,
        "SourceScheduledEventParameters": json.dumps(schedule),
    }


def _pattern(source: str) -> str:
    return json.dumps({"source": [source]})


def _target_params(target: FunctionTarget) -> dict[str, Any]:
    """Return a target that hands the function the event unchanged."""
    return {
        "Id": target.target_id,
        "Type": _FUNCTION_TARGET,
        "Endpoint": target.endpoint,
        # The next poll is soon enough: a failed event is not to be repeated for a whole day.
        "PushRetryStrategy": "BACKOFF_RETRY",
        "ErrorsTolerance": "ALL",
        "ParamList": [
            {"ResourceKey": "functionName", "Form": "CONSTANT", "Value": target.function},
            {"ResourceKey": "Body", "Form": "ORIGINAL"},
        ],
    }


def _data(answer: Item) -> Item:
    data = answer["Data"]
    if not isinstance(data, dict):
        raise TypeError("Data is not an object")
    return data


def _source(item: Item) -> EventSource:
    schedule = item.get("SourceScheduledEventParameters") or {}
    if not schedule.get("Schedule"):
        return EventSource(text(item, "Name"), None, None)
    zone = text_or(schedule, "TimeZone", UTC_ZONE)
    user_data = text_or(schedule, "UserData", "") or None
    return EventSource(text(item, "Name"), text(schedule, "Schedule"), zone, user_data)


def _rule(item: Item) -> EventRule:
    targets = (_function_target(one) for one in optional_items(item, "Targets"))
    return EventRule(
        name=text(item, "RuleName"),
        enabled=text(item, "Status") == "ENABLE",
        sources=_sources_of(text(item, "FilterPattern")),
        targets=tuple(target for target in targets if target is not None),
    )


def _sources_of(pattern: str) -> tuple[str, ...] | None:
    """Return the sources that a pattern of our kind takes, None for any other pattern."""
    try:
        fields = json.loads(pattern)
    except ValueError:
        return None
    if not isinstance(fields, dict) or fields.keys() != {"source"}:
        return None
    names = fields["source"]
    is_plain = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if is_plain else None


def _function_target(item: Item) -> FunctionTarget | None:
    """Return a target of the form that `_target_params` gives, None for any other."""
    if item.get("Type") != _FUNCTION_TARGET:
        return None
    params = {text(one, "ResourceKey"): one for one in items_at(item, "ParamList")}
    if params.keys() != {"functionName", "Body"} or params["Body"].get("Form") != "ORIGINAL":
        return None
    return FunctionTarget(
        text(item, "Id"), text(item, "Endpoint"), text_or(params["functionName"], "Value", "")
    )
