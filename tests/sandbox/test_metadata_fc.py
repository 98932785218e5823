"""The sandbox speaks the published API of Function Compute: its parameters and answers.

Always against the request and response models of the vendor's SDK; and against the vendor's OpenAPI
metadata where the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from alibabacloud_fc20230330 import models

from sandbox.domain.cloud import Cloud
from sandbox.wire.fc_function_parameters import NEWER
from sandbox.wire.parameters import Param
from sandbox.wire.products import FC
from tests.sandbox.domain.fc_user import REGION, START, FcUser
from tests.sandbox.fc_packages import encoded
from tests.sandbox.roles import make_role
from tests.sandbox.witness import (
    model_errors,
    nested_model,
    parameter_errors,
    published_parameter_errors,
    resolved,
    sample,
    schema_errors,
    undescribed_choices,
)

ACTIONS: Final = FC.actions
PATH_PARAMETERS: Final = frozenset({"functionName", "triggerName", "layerName", "version"})
NOT_JSON: Final = frozenset({"InvokeFunction", "TagResources", "UntagResources"})
"""Actions whose answers have no JSON object as their body, beside those that delete."""

UNPUBLISHED_BODIES: Final = frozenset({"PutScalingConfig"})
"""Actions of whose bodies the metadata gives the schema's name and not the schema."""

UNPUBLISHED_ANSWERS: Final = frozenset(
    {"PutScalingConfig", "GetScalingConfig", "ListScalingConfigs"}
)
"""The same for answers."""

Json = dict[str, Any]
Answers = dict[str, list[Json]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """Every action's answers over the life of a function with all that it can have."""
    fc = FcUser(Cloud(seed=7, start=START, regions=[REGION]))
    seen: Answers = {}

    def call(action: str, **params: object) -> Json:
        answer = fc.call(action, **params)
        seen.setdefault(action, []).append(answer)
        return answer

    layer = _publish(call)
    whole = sample(ACTIONS["CreateFunction"]["body"])
    assert isinstance(whole, dict)
    newer = {param.name for param in NEWER}
    settings = {name: value for name, value in whole.items() if name not in newer}
    role = {"role": make_role(fc.cloud)}
    body = settings | fc.body("poll") | _legal(layer) | role
    arn = call("CreateFunction", body=body)["functionArn"]
    call("CreateFunction", body=fc.body("plain"))
    poll: Json = {"functionName": "poll"}
    call("GetFunction", **poll)
    call("ListFunctions", limit=1)
    call("ListFunctions")
    call("GetFunctionCode", **poll)
    call("ListVpcBindings", **poll)
    call("ListFunctionVersions", **poll)
    call("ListAliases", **poll)
    _configure(call, poll)
    _scale(call, poll)
    _trigger(call, poll)
    _tag(call, arn)
    fc.invoke()
    seen["InvokeFunction"] = []
    call("UpdateFunction", **poll, body={"timeout": 9})
    call("DeleteFunction", **poll)
    call("DeleteLayerVersion", layerName="sdk", version=1)
    return seen


def _legal(layer: str) -> Json:
    """Values within their ranges, where a sample's are not."""
    return {
        "cpu": 0.5,
        "memorySize": 512,
        "diskSize": 512,
        "timeout": 60,
        "instanceConcurrency": 1,
        "environmentVariables": {"A": "1"},
        "tracingConfig": {"type": "Jaeger", "params": {"endpoint": "x"}},
        "layers": [layer],
        "tags": [{"Key": "k", "Value": "v"}],
        "logConfig": {"project": "", "logstore": "", "enableInstanceMetrics": False},
    }


def _publish(call: Any) -> str:  # noqa: ANN401 (a local function with free keywords)
    body = {
        "code": {"zipFile": encoded({"python/x.py": ""})},
        "compatibleRuntime": ["python3.12"],
        "description": "SDKs",
        "license": "Apache-2.0",
    }
    published = [call("CreateLayerVersion", layerName="sdk", body=body) for _ in range(2)]
    call("GetLayerVersion", layerName="sdk", version=1)
    call("ListLayerVersions", layerName="sdk", limit=1)
    call("ListLayers", limit=1)
    return str(published[0]["layerVersionArn"])


def _configure(call: Any, poll: Json) -> None:  # noqa: ANN401 (as above)
    whole = sample(ACTIONS["PutAsyncInvokeConfig"]["body"])
    assert isinstance(whole, dict)
    call("PutAsyncInvokeConfig", **poll, body={**whole, "maxAsyncEventAgeInSeconds": 60})
    call("GetAsyncInvokeConfig", **poll)
    call("ListAsyncInvokeConfigs", **poll)
    call("DeleteAsyncInvokeConfig", **poll)
    call("PutConcurrencyConfig", **poll, body={"reservedConcurrency": 1})
    call("GetConcurrencyConfig", **poll)
    call("ListConcurrencyConfigs")
    call("DeleteConcurrencyConfig", **poll)


def _scale(call: Any, poll: Json) -> None:  # noqa: ANN401 (as above)
    for name in ("Provision", "Scaling"):
        call(f"Put{name}Config", **poll, body=sample(ACTIONS[f"Put{name}Config"]["body"]))
        call(f"Get{name}Config", **poll)
        call(f"List{name}Configs", limit=1)
        call(f"Delete{name}Config", **poll)
    call("GetProvisionConfig", **poll)


def _trigger(call: Any, poll: Json) -> None:  # noqa: ANN401 (as above)
    whole = sample(ACTIONS["CreateTrigger"]["body"])
    assert isinstance(whole, dict)
    whole |= {"qualifier": "LATEST", "triggerConfig": "{}"}
    for kind in ("http", "eventbridge"):
        body = {**whole, "triggerName": kind, "triggerType": kind}
        call("CreateTrigger", **poll, body=body)
    one = {**poll, "triggerName": "http"}
    call("GetTrigger", **one)
    call("UpdateTrigger", **one, body={"triggerConfig": '{"authType": "anonymous"}'})
    call("ListTriggers", **poll, limit=1)
    call("DeleteTrigger", **one)


def _tag(call: Any, arn: str) -> None:  # noqa: ANN401 (as above)
    function = {"ResourceType": "ALIYUN::FC::FUNCTION", "ResourceId": [arn]}
    call("TagResources", body={**function, "Tag": [{"Key": "a", "Value": "b"}]})
    call("ListTagResources", **function, Limit=1)
    call("UntagResources", **function, TagKey=["a"])


@pytest.fixture(scope="session")
def published(metadata: Mapping[str, Json]) -> Json:
    """FC's metadata without references; a body that is an object has the style json."""
    document = metadata["fc"]
    apis: Json = resolved(document["apis"], document["components"]["schemas"])
    for api in apis.values():
        for entry in api["parameters"]:
            if entry["in"] == "body" and entry["schema"]["type"] == "object":
                entry["style"] = "json"
    return {"apis": apis}


def without_newer(param: Param) -> Param:
    """A body without the members that only the SDK knows."""
    newer = {member.name for member in NEWER}
    kept = tuple(member for member in param.members if member.name not in newer)
    return replace(param, members=kept)


def test_the_scenario_covers_every_action(answers: Answers) -> None:
    """No action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter beside path and headers is in the SDK's request model, newer ones included.

    The SDK hands what is in the path over on its own, and headers in a model of their own.
    """
    params = {
        name: param
        for name, param in ACTIONS[action].items()
        if name not in PATH_PARAMETERS and not name.startswith("x-fc-")
    }
    if action == "InvokeFunction":  # its body is a stream, which the SDK annotates as such
        del params["body"]
    assert parameter_errors(action, params, models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, published: Json) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    params = {name: without_newer(param) for name, param in ACTIONS[action].items()}
    if action in UNPUBLISHED_BODIES:
        params["body"] = replace(params["body"], members=())
    assert published_parameter_errors(action, params, published) == []


def test_newer_settings_are_not_published_yet(published: Json) -> None:
    """What is listed as newer than the metadata is so."""
    (entry,) = published["apis"]["CreateFunction"]["parameters"]
    assert {param.name for param in NEWER}.isdisjoint(entry["schema"]["properties"])


def test_choices_are_described(published: Json) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, published) == []


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - NOT_JSON))
def test_answers_parse_into_the_sdks_models(action: str, answers: Answers) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    if action.startswith("Delete"):
        assert answers[action] == [{}]
        return
    response = getattr(models, f"{action}Response")
    annotation = str(inspect.signature(response.__init__).parameters["body"].annotation)
    model = nested_model(annotation, models)
    errors = [
        error for answer in answers[action] for error in model_errors(model, answer, action, models)
    ]
    assert errors == []


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - NOT_JSON - UNPUBLISHED_ANSWERS))
def test_answers_fit_the_published_schema(action: str, answers: Answers, published: Json) -> None:
    """Every answer has published keys of the published types only; what deletes has none."""
    responses = published["apis"][action]["responses"]
    if "204" in responses:
        assert answers[action] == [{}]
        return
    schema = responses["200"]["schema"]
    errors = [error for one in answers[action] for error in schema_errors(schema, one, action)]
    assert errors == []
