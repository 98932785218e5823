"""The sandbox speaks the published API of the Simple Log Service: its parameters and answers.

Against the vendor's OpenAPI metadata where the environment variable P2P_FLEET_META names the folder
that holds it; the vendor's SDK, which has no models to compare with, is the witness of the tests on
the wire.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.wire.log_parameters import NOT_REQUIRED, UNPUBLISHED
from sandbox.wire.parameters import Param
from sandbox.wire.products import LOG
from tests.sandbox.witness import (
    published_parameter_errors,
    schema_errors,
    undescribed_choices,
)

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACTIONS: Final = LOG.actions

PUBLISHED_NAMES: Final = {"PostLogStoreLogs": "PutLogs", "GetLogs": "GetLogsV2"}
"""Where the metadata calls an action differently."""

SILENT: Final = frozenset(
    {
        "ApplyConfigToMachineGroup",
        "CreateConfig",
        "CreateIndex",
        "CreateLogStore",
        "CreateMachineGroup",
        "CreateProject",
        "DeleteConfig",
        "DeleteIndex",
        "DeleteLogStore",
        "DeleteMachineGroup",
        "DeleteProject",
        "PostLogStoreLogs",
        "RemoveConfigFromMachineGroup",
        "TagResources",
        "UntagResources",
        "UpdateConfig",
        "UpdateIndex",
        "UpdateLogStore",
        "UpdateMachineGroup",
        "UpdateProject",
    }
)
"""Actions whose success has no body."""

Json = dict[str, Any]
Call = Callable[..., Json]


def resolved(schema: Any, schemas: Json) -> Any:  # noqa: ANN401 (any part of a JSON document)
    """A published schema with every reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [resolved(item, schemas) for item in schema]
    if not isinstance(schema, dict):
        return schema
    own = {name: resolved(value, schemas) for name, value in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return own
    return {**resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas), **own}


@pytest.fixture(scope="session")
def published(metadata: Mapping[str, Json]) -> Json:
    """The metadata of the actions served, under the names that they have here.

    References are resolved, headers left out (they belong to the protocol), and bodies have the
    style of JSON even where the metadata forgets to say it.
    """
    document = metadata["log"]
    schemas = document["components"]["schemas"]
    apis = {}
    for action in ACTIONS:
        api = copy.deepcopy(document["apis"][PUBLISHED_NAMES.get(action, action)])
        api["parameters"] = [
            {
                **entry,
                "schema": resolved(entry["schema"], schemas),
                "style": "json" if entry["in"] == "body" else entry.get("style", ""),
            }
            for entry in api["parameters"]
            if entry["in"] != "header"
        ]
        api["responses"] = resolved(api["responses"], schemas)
        apis[action] = api
    return {"apis": apis}


def as_published(param: Param, path: str) -> Param:
    """A parameter without what only the SDK sends, requiring what only the metadata requires."""
    return replace(
        param,
        required=param.required or path in NOT_REQUIRED,
        members=tuple(
            as_published(member, f"{path}.{member.name}")
            for member in param.members
            if f"{path}.{member.name}" not in UNPUBLISHED
        ),
    )


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, published: Json) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's.

    Apart from what the vendor's own SDK sends or leaves out in spite of it.
    """
    params = {
        name: as_published(param, f"{action}.{name}")
        for name, param in ACTIONS[action].items()
        if f"{action}.{name}" not in UNPUBLISHED
    }
    assert published_parameter_errors(action, params, published) == []


def test_deviations_from_the_metadata_are_real(published: Json) -> None:
    """Nothing is listed as unpublished or as not required that is not so."""
    known = set()
    required = set()

    def walk(param: Param, path: str) -> None:
        known.add(path)
        if param.required:
            required.add(path)
        for member in param.members:
            walk(member, f"{path}.{member.name}")

    for action, params in ACTIONS.items():
        for param in params.values():
            walk(param, f"{action}.{param.name}")
    assert known >= UNPUBLISHED
    assert known - required >= NOT_REQUIRED
    names = {
        f"{action}.{entry['name']}"
        for action, api in published["apis"].items()
        for entry in api["parameters"]
    }
    assert not names & UNPUBLISHED


def test_choices_are_described(published: Json) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    ours = {
        action: {name: param for name, param in params.items() if name != "nextToken"}
        for action, params in ACTIONS.items()
        if action != "ListProject"
    }
    assert undescribed_choices(ours, published) == []


def test_version_1_of_get_logs_has_the_members_of_version_2(metadata: Mapping[str, Json]) -> None:
    """What version 1 takes in the query is what GetLogs takes in its body."""
    first = {
        entry["name"]
        for entry in metadata["log"]["apis"]["GetLogs"]["parameters"]
        if entry["in"] == "query"
    }
    assert first <= {member.name for member in ACTIONS["GetLogs"]["body"].members}


@pytest.fixture(scope="session")
def answers() -> dict[str, list[Json]]:
    """Every action's answers over the whole life of a project."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        answer = cloud.call("log", action, REGION, params)
        seen.setdefault(action, []).append(answer)
        return answer

    call("CreateProject", body={"projectName": "p2p", "description": "logs"})
    cloud.clock.advance_to(START + timedelta(seconds=10))
    _use_project(call)
    _collect(call)
    _use_logstore(call)
    call("DeleteProject", project="p2p")
    call("ListProject")
    return seen


def _use_project(call: Call) -> None:
    call("GetProject", project="p2p")
    call("ListProject")
    call("UpdateProject", project="p2p", body={"description": "new"})
    target = {"resourceType": "project", "resourceId": ["p2p"]}
    call("TagResources", body={**target, "tags": [{"key": "k", "value": "v"}]})
    call("ListTagResources", **target)
    call("UntagResources", body={**target, "tags": ["k"]})


def _collect(call: Call) -> None:
    group = {"groupName": "nodes", "machineIdentifyType": "userdefined", "machineList": ["p2p"]}
    call("CreateMachineGroup", project="p2p", body=group)
    call("UpdateMachineGroup", project="p2p", groupName="nodes", body=group)
    call("GetMachineGroup", project="p2p", machineGroup="nodes")
    call("ListMachineGroup", project="p2p")
    config = {
        "configName": "agent",
        "inputType": "file",
        "inputDetail": {"logPath": "/var/log"},
        "outputType": "LogService",
        "outputDetail": {"logstoreName": "agents"},
    }
    call("CreateConfig", project="p2p", body=config)
    call("UpdateConfig", project="p2p", configName="agent", body=config)
    call("GetConfig", project="p2p", configName="agent")
    call("ListConfig", project="p2p", offset=0, size=10)
    both = {"project": "p2p", "machineGroup": "nodes", "configName": "agent"}
    call("ApplyConfigToMachineGroup", **both)
    call("GetAppliedConfigs", project="p2p", machineGroup="nodes")
    call("GetAppliedMachineGroups", project="p2p", configName="agent")
    call("RemoveConfigFromMachineGroup", **both)
    call("DeleteConfig", project="p2p", configName="agent")
    call("DeleteMachineGroup", project="p2p", machineGroup="nodes")


def _use_logstore(call: Call) -> None:
    body = {
        "logstoreName": "agents",
        "ttl": 7,
        "shardCount": 2,
        "autoSplit": True,
        "encrypt_conf": {"enable": True, "encrypt_type": "default"},
    }
    place = {"project": "p2p", "logstore": "agents"}
    call("CreateLogStore", project="p2p", body=body)
    call("UpdateLogStore", **place, body=body)
    call("GetLogStore", **place)
    call("ListLogStores", project="p2p")
    call("ListShards", **place)
    index = {"line": {"token": [","]}, "keys": {"a": {"type": "text", "token": [","]}}}
    call("CreateIndex", **place, body=index)
    call("UpdateIndex", **place, body=index)
    call("GetIndex", **place)
    log = {"Time": 1, "Contents": [{"Key": "a", "Value": "x"}]}
    call("PostLogStoreLogs", **place, body={"Topic": "t", "LogItems": [log]})
    call("GetLogs", **place, body={"from": 0, "to": 2, "query": "a: x"})
    cursor = call("GetCursor", **place, shardId=0, **{"from": "begin"})["cursor"]
    call("GetCursorTime", **place, shardId=0, cursor=cursor)
    call("PullLogs", project="p2p", logStore="agents", shardId=0, cursor=cursor, count=10)
    call("DeleteIndex", **place)
    call("DeleteLogStore", **place)


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


def test_silent_actions_answer_nothing(answers: dict[str, list[Json]], published: Json) -> None:
    """What the metadata gives no answer to has an empty one, and only that."""
    quiet = {
        action
        for action, api in published["apis"].items()
        if "schema" not in api["responses"]["200"]
    }
    assert quiet == SILENT
    empty = {action for action, seen in answers.items() if not any(seen)}
    assert empty == SILENT


def body_of(action: str, answer: Json) -> Any:  # noqa: ANN401 (any JSON document)
    """What of an answer is the body: shards as a bare list, without the cursor of a pull."""
    if action == "ListShards":
        return answer["shards"]
    return {"LogGroupList": answer["LogGroupList"]} if action == "PullLogs" else answer


def described(schema: Json, value: Any) -> tuple[Json, Any]:  # noqa: ANN401 (any JSON document)
    """A schema and a value in which the user's own names have become published ones, or are gone.

    Objects whose names are free have the same published schema for every member, or none at all.
    """
    if isinstance(value, list) and schema.get("type") == "array":
        pairs = [described(schema["items"], item) for item in value]
        return {"type": "array", "items": pairs[0][0] if pairs else {}}, [one for _, one in pairs]
    if not isinstance(value, dict) or schema.get("type") != "object":
        return schema, value
    free = schema.get("additionalProperties")
    known: Json = schema.get("properties", {})
    if not known and free is None:
        return {"type": "object"}, {}
    known = known or dict.fromkeys(value, free)
    pairs_by_name = {
        name: described(known[name], member) for name, member in value.items() if name in known
    }
    return (
        {"type": "object", "properties": {name: pair[0] for name, pair in pairs_by_name.items()}},
        value | {name: pair[1] for name, pair in pairs_by_name.items()},
    )


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - SILENT))
def test_answers_fit_the_published_schema(
    action: str, published: Json, answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    published_schema = published["apis"][action]["responses"]["200"]["schema"]
    errors: list[str] = []
    for answer in answers[action]:
        schema, value = described(published_schema, body_of(action, answer))
        errors += schema_errors(schema, value, action)
    assert errors == []
