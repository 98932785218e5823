"""Function Compute's configurations beside the function itself: put, shown, listed, taken away."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.fc import packages
from tests.sandbox.domain.fc_user import CODE, REGION, START, FcUser

Json = dict[str, Any]

POLL: Final = {"functionName": "poll"}


@pytest.fixture
def fc() -> FcUser:
    """A user with three functions."""
    user = FcUser(Cloud(seed=1, start=START, regions=[REGION]))
    for name in ("poll", "other", "third"):
        user.create(name)
    return user


def arn(fc: FcUser, name: str) -> str:
    """The ARN of a function."""
    return f"acs:fc:{REGION}:{fc.cloud.account.account_id}:functions/{name}"


def test_provisioned_instances(fc: FcUser) -> None:
    """A function without has none and no ARN; with a target they count as there at once."""
    nothing = {"current": 0, "functionArn": "", "target": 0}
    assert fc.call("GetProvisionConfig", **POLL) == nothing
    put = fc.call("PutProvisionConfig", **POLL, body={"target": 2, "alwaysAllocateCPU": True})
    assert put == {
        "functionArn": arn(fc, "poll"),
        "current": 2,
        "target": 2,
        "defaultTarget": 2,
        "alwaysAllocateCPU": True,
    }
    assert fc.call("GetProvisionConfig", **POLL, qualifier="LATEST") == put
    fewer = fc.call("PutProvisionConfig", **POLL, body={"target": 2, "defaultTarget": 1})
    assert (fewer["current"], "alwaysAllocateCPU" in fewer) == (1, False)
    assert fc.call("ListProvisionConfigs") == {"provisionConfigs": [fewer]}
    assert fc.call("DeleteProvisionConfig", **POLL) == {}
    assert fc.call("DeleteProvisionConfig", **POLL) == {}
    assert fc.call("GetProvisionConfig", **POLL) == nothing


def test_scaling_settings(fc: FcUser) -> None:
    """A function without has none to show; minInstances count as there at once."""
    assert fc.refusal("GetScalingConfig", **POLL)[:2] == ("ScalingConfigNotFound", 404)
    policies = [{"name": "n", "minInstances": 1, "maxInstances": 2}]
    put = fc.call(
        "PutScalingConfig",
        **POLL,
        body={"minInstances": 3, "horizontalScalingPolicies": policies},
    )
    assert put == {
        "functionArn": arn(fc, "poll"),
        "minInstances": 3,
        "currentInstances": 3,
        "targetInstances": 3,
        "horizontalScalingPolicies": policies,
    }
    assert fc.call("GetScalingConfig", **POLL) == put
    assert fc.call("ListScalingConfigs", **POLL) == {"scalingConfigs": [put]}
    assert fc.call("ListScalingConfigs", functionName="other") == {"scalingConfigs": []}
    assert fc.call("DeleteScalingConfig", **POLL) == {}
    assert fc.refusal("GetScalingConfig", **POLL)[:2] == ("ScalingConfigNotFound", 404)


@pytest.mark.parametrize(
    ("action", "body", "said"),
    [
        ("PutProvisionConfig", {"target": -1}, "target -1 must be from 0 to 100"),
        ("PutProvisionConfig", {"target": 101}, "target 101 must be from 0 to 100"),
        ("PutScalingConfig", {"minInstances": 101}, "minInstances 101 must be from 0 to 100"),
    ],
)
def test_more_instances_than_there_are(fc: FcUser, action: str, body: Json, said: str) -> None:
    """Nobody gets more instances than the account has."""
    assert fc.refusal(action, **POLL, body=body) == ("InvalidArgument", 400, said)


def test_ready_instances_change_nothing_about_running(fc: FcUser) -> None:
    """An invocation starts as it would without them."""
    fc.call("PutScalingConfig", **POLL, body={"minInstances": 1})
    fc.invoke()
    launch = fc.start()
    assert launch is not None
    assert launch.function_name == "poll"


@pytest.mark.parametrize(
    ("put", "body", "listing", "key"),
    [
        ("PutAsyncInvokeConfig", {"maxAsyncRetryAttempts": 0}, "ListAsyncInvokeConfigs", "configs"),
        ("PutConcurrencyConfig", {"reservedConcurrency": 1}, "ListConcurrencyConfigs", "configs"),
        ("PutProvisionConfig", {"target": 1}, "ListProvisionConfigs", "provisionConfigs"),
        ("PutScalingConfig", {"minInstances": 1}, "ListScalingConfigs", "scalingConfigs"),
    ],
)
def test_lists_of_configurations(fc: FcUser, put: str, body: Json, listing: str, key: str) -> None:
    """Those of all functions, by name and in pages, or that of one; each as it was put."""
    first = fc.call(put, functionName="third", body=body)
    second = fc.call(put, **POLL, body=body)
    assert fc.call(listing) == {key: [second, first]}
    assert fc.call(listing, limit=1) == {key: [second], "nextToken": "third"}
    assert fc.call(listing, limit=1, nextToken="third") == {key: [first]}
    assert fc.call(listing, functionName="third") == {key: [first]}
    assert fc.call(listing, functionName="nobody") == {key: []}
    assert fc.refusal(listing, limit=101)[0] == "InvalidArgument"


def test_there_are_no_versions_and_no_aliases(fc: FcUser) -> None:
    """Both lists are empty for a function that exists."""
    assert fc.call("ListFunctionVersions", **POLL) == {"direction": "BACKWARD", "versions": []}
    assert fc.call("ListAliases", **POLL) == {"aliases": []}
    for action in ("ListFunctionVersions", "ListAliases"):
        assert fc.refusal(action, functionName="nobody")[:2] == ("FunctionNotFound", 404)


def test_a_list_of_layers_has_the_newest_versions(fc: FcUser) -> None:
    """One of each layer, by name; of public and official ones there are none."""
    newest = {}
    for name in ("b", "a", "b"):
        body = {"code": {"zipFile": CODE}}
        newest[name] = fc.call("CreateLayerVersion", layerName=name, body=body)
    assert fc.call("ListLayers") == {"layers": [newest["a"], newest["b"]]}
    assert fc.call("ListLayers", prefix="b") == {"layers": [newest["b"]]}
    assert fc.call("ListLayers", official="true") == {"layers": []}
    assert fc.call("ListLayers", public="true") == {"layers": []}


def test_a_package_that_is_too_large(fc: FcUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the request has a limit of its own."""
    monkeypatch.setattr(packages, "MAX_SENT_BYTES", 100)
    assert fc.refusal("CreateFunction", body=fc.body("big")) == (
        "InvalidArgument",
        400,
        "the code package is over 100 bytes",
    )
