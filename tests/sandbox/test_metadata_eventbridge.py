"""The sandbox speaks the published API of EventBridge: its parameters and answers.

Always against the request and response models of the vendor's SDK; and against the vendor's OpenAPI
metadata where the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from alibabacloud_eventbridge20200401 import models as eventbridge_models

from sandbox.domain.cloud import Cloud
from sandbox.domain.endpoints import resolve_host
from sandbox.domain.regions import CATALOGUE
from sandbox.wire.products import EVENTBRIDGE
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACTIONS: Final = EVENTBRIDGE.actions
BUS: Final = {"EventBusName": "p2p-agent"}
RULE: Final = {**BUS, "RuleName": "p2p-agent-poll"}
SOURCE: Final = {**BUS, "EventSourceName": "p2p-agent-poll"}
ROLE: Final = {"ProductName": "AliyunServiceRoleForEventBridgeSendToFC"}
PATTERN: Final = {"FilterPattern": json.dumps({"source": ["p2p-agent-poll"]})}
OTHER_KINDS: Final = {
    "SourceMNSParameters": {"RegionId": REGION, "QueueName": "q", "IsBase64Decode": True},
    "SourceRabbitMQParameters": {"RegionId": REGION, "InstanceId": "i", "QueueName": "q"},
}

Json = dict[str, Any]
Call = Callable[..., Json]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every action's answers over a schedule's whole life, refusals in both forms included."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        answer = cloud.call("eventbridge", action, REGION, params)
        seen.setdefault(action, []).append(answer)
        return answer

    _be_refused(call)
    _build(call, cloud.account.account_id)
    cloud.clock.advance_to(START + timedelta(hours=1))
    _look_around(call)
    _be_refused(call)
    _remove(call)
    return seen


def _be_refused(call: Call) -> None:
    """What there is none of, and what is wrong whatever there is."""
    nowhere = {"EventBusName": "nowhere"}
    for action in sorted(ACTIONS):
        required = {name: "nowhere" for name, param in ACTIONS[action].items() if param.required}
        if action == "PutTargets":
            required["Targets"] = []  # type: ignore[assignment]  # the one that is no text
        told = call(
            action, **{**required, **(nowhere if "EventBusName" in ACTIONS[action] else {})}
        )
        assert told["Success"] == (action in {"CreateEventBus", "ListEventBuses"}), action
        if action == "CreateEventBus":
            call("DeleteEventBus", **nowhere)
    call("CreateEventBus", EventBusName="default")
    call("ListEventBuses", Limit=0)


def _build(call: Call, account_id: str) -> None:
    target = {
        "Id": "watcher",
        "Type": "acs.fc.function",
        "Endpoint": f"acs:fc:{REGION}:{account_id}:functions/p2p-watcher",
        "PushRetryStrategy": "BACKOFF_RETRY",
        "ErrorsTolerance": "ALL",
        "DeadLetterQueue": {"Arn": "acs:mns:eu-central-1:1:/queues/q"},
        "ConcurrentConfig": {"Concurrency": 2},
        "ParamList": [
            {"ResourceKey": "functionName", "Form": "CONSTANT", "Value": "p2p-watcher"},
            {"ResourceKey": "Body", "Form": "ORIGINAL"},
        ],
    }
    schedule = {"Schedule": "0 */5 * * * *", "TimeZone": "GMT+0:00", "UserData": '{"a": "b"}'}
    call("CheckServiceLinkedRoleForProduct", **ROLE)
    call("CreateServiceLinkedRoleForProduct", **ROLE)
    call("CreateEventBus", **BUS, Description="of a fleet")
    call(
        "CreateEventSource",
        **SOURCE,
        LinkedExternalSource=True,
        SourceScheduledEventParameters=schedule,
    )
    call(
        "CreateEventSource",
        **BUS,
        EventSourceName="other",
        ExternalSourceType="MNS",
        **OTHER_KINDS,
    )
    call("CreateRule", **RULE, **PATTERN, Description="polls", EventTargets=[target])
    call("PutTargets", **RULE, Targets=[{**target, "Id": "second"}, {**target, "Endpoint": "x"}])


def _look_around(call: Call) -> None:
    for action in (
        "GetEventBus",
        "ListEventBuses",
        "ListUserDefinedEventSources",
        "ListRules",
        "GetRule",
        "ListTargets",
        "CheckServiceLinkedRoleForProduct",
    ):
        given = {**RULE, **ROLE}
        call(action, **{name: value for name, value in given.items() if name in ACTIONS[action]})
    call("ListEventBuses", Limit=1)
    call("UpdateEventSource", **SOURCE, Description="polls")
    call("UpdateRule", **RULE, **PATTERN, Status="DISABLE")
    call("EnableRule", **RULE)
    call("DisableRule", **RULE)


def _remove(call: Call) -> None:
    call("DeleteTargets", **RULE, TargetIds=["second", "nobody"])
    call("DeleteEventBus", **BUS)
    call("DeleteRule", **RULE)
    call("DeleteEventSource", **SOURCE)
    call("DeleteEventSource", EventSourceName="other")
    call("DeleteEventBus", **BUS)


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No action escapes the checks below, neither its success nor its refusal."""
    both = {
        action
        for action, told in answers.items()
        if {one["Success"] for one in told} == {True, False}
    }
    assert both == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type.

    One string has the format `byte` in the metadata of one action; the SDK makes bytes of it.
    """
    found = parameter_errors(action, ACTIONS[action], eventbridge_models)
    odd = "CreateEventSource.ExternalSourceType: bytes but 'x'"
    assert found == ([odd] if action == "CreateEventSource" else [])


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(action: str, answers: dict[str, list[Json]]) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers[action], eventbridge_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    found = published_parameter_errors(action, ACTIONS[action], metadata["eventbridge"])
    assert found == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata["eventbridge"]) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, answers[action], metadata["eventbridge"]) == []


def test_the_hosts_are_the_published_ones(metadata: Mapping[str, Json]) -> None:
    """EventBridge answers where its published endpoints are, and nowhere else."""
    published = {one["endpoint"] for one in metadata["eventbridge"]["endpoints"]}
    ours = {f"eventbridge-console.{region.region_id}.aliyuncs.com" for region in CATALOGUE}
    assert {host for host in ours if resolve_host(host)} == ours & published
