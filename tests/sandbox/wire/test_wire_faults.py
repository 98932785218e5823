"""Faults, as the vendor's SDK sees them and as the account feels them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ess20220222 import models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_tea_openapi.exceptions import (
    ClientException,
    ServerException,
    ThrottlingException,
)
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from sandbox.server import RunningSandbox, start_sandbox

REGION = "ap-southeast-7"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


@pytest.fixture
def inflict(fleet_sandbox: RunningSandbox, admin: AdminCall) -> Callable[..., None]:
    """Puts one rule in force, for ModifyScalingGroup unless it says otherwise."""

    def put(**rule: object) -> None:
        rules = [{"product": "ess", "action": "ModifyScalingGroup", **rule}]
        admin(fleet_sandbox, "POST", "faults", {"rules": rules})

    return put


def group(ess: EssClient, region: str = REGION) -> Any:  # noqa: ANN401 (the SDK is untyped)
    """The fleet's group in a region."""
    request = models.DescribeScalingGroupsRequest(region_id=region)
    return ess.describe_scaling_groups(request).body.scaling_groups[0]


def set_max(ess: EssClient, maximum: int, region: str = REGION) -> None:
    """One write."""
    ess.modify_scaling_group(
        models.ModifyScalingGroupRequest(
            scaling_group_id=group(ess, region).scaling_group_id, max_size=maximum
        )
    )


def last_request(admin: AdminCall, sandbox: RunningSandbox, action: str) -> dict[str, Any]:
    """The journal's newest entry of an action."""
    entries: list[dict[str, Any]] = admin(sandbox, "GET", "requests")
    return next(entry for entry in reversed(entries) if entry["action"] == action)


def test_throttling_with_and_without_advice(
    fleet_ess: EssClient, inflict: Callable[..., None]
) -> None:
    """`throttle` is 400 Throttling.User; with retry_after_ms the SDK raises its own exception."""
    inflict(fault="throttle")
    with pytest.raises(ClientException) as plain:
        set_max(fleet_ess, 3)
    assert (plain.value.status_code, plain.value.code) == (400, "Throttling.User")
    assert plain.value.data["Message"] == "Request was denied due to user flow control."
    inflict(fault="throttle", retry_after_ms=1500)
    with pytest.raises(ThrottlingException) as advised:
        set_max(fleet_ess, 3)
    assert (advised.value.code, advised.value.retry_after) == ("Throttling.User", 1500)


def test_internal_error(fleet_ess: EssClient, inflict: Callable[..., None]) -> None:
    """`http_500` is a server's InternalError."""
    inflict(fault="http_500")
    with pytest.raises(ServerException) as caught:
        set_max(fleet_ess, 3)
    assert (caught.value.status_code, caught.value.code) == (500, "InternalError")


def test_faults_of_the_service_can_have_another_code(
    fleet_ess: EssClient, inflict: Callable[..., None]
) -> None:
    """`throttle` and `http_500` keep their kind and say what they are told to say."""
    inflict(fault="throttle", code="Throttling.Api", message="Slow down.", retry_after_ms=7)
    with pytest.raises(ThrottlingException) as throttled:
        set_max(fleet_ess, 3)
    inflict(fault="http_500", code="ServiceUnavailable")
    with pytest.raises(ServerException) as failed:
        set_max(fleet_ess, 3)

    assert (throttled.value.code, throttled.value.data["Message"]) == (
        "Throttling.Api",
        "Slow down.",
    )
    assert (failed.value.status_code, failed.value.code) == (500, "ServiceUnavailable")


def test_given_error(fleet_ess: EssClient, inflict: Callable[..., None]) -> None:
    """`error` is 400 with the given code and message."""
    inflict(fault="error", code="OperationDenied.NoStock", message="Sold out.")
    with pytest.raises(ClientException) as caught:
        set_max(fleet_ess, 3)
    assert (caught.value.status_code, caught.value.code, caught.value.data["Message"]) == (
        400,
        "OperationDenied.NoStock",
        "Sold out.",
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("html", "Failed to parse the value as json format"),
        ("reset", "Connection reset by peer"),
        ("dns", "Remote end closed connection without response"),
    ],
)
def test_network_faults(
    fleet_ess: EssClient, inflict: Callable[..., None], fault: str, message: str
) -> None:
    """A foreign page, a reset and a dead name are errors without a code; nothing is written."""
    inflict(fault=fault)
    with pytest.raises(UnretryableException, match=message):
        set_max(fleet_ess, 3)
    assert group(fleet_ess).max_size == 0


@pytest.mark.parametrize(("fault", "written"), [("timeout_before", 0), ("timeout_after", 3)])
def test_timeouts(
    fleet_ess: EssClient, inflict: Callable[..., None], fault: str, written: int
) -> None:
    """The client times out either way; only `timeout_after` has carried the write out."""
    inflict(fault=fault, times=1)
    request = models.ModifyScalingGroupRequest(
        scaling_group_id=group(fleet_ess).scaling_group_id, max_size=3
    )
    with pytest.raises(UnretryableException, match="Read timed out"):
        fleet_ess.modify_scaling_group_with_options(request, RuntimeOptions(read_timeout=300))
    assert group(fleet_ess).max_size == written


def test_delay_and_times(fleet_ess: EssClient, inflict: Callable[..., None]) -> None:
    """A rule may only delay; `times` is how often it hits."""
    inflict(delay_ms=500, times=1)
    group_id = group(fleet_ess).scaling_group_id
    request = models.ModifyScalingGroupRequest(scaling_group_id=group_id, max_size=4)
    spent = []
    for _ in range(2):
        began = time.monotonic()
        fleet_ess.modify_scaling_group(request)
        spent.append(time.monotonic() - began)
    assert spent[0] >= 0.5 > spent[1]


def test_rule_for_a_region_behind_the_central_host(
    fleet_sandbox: RunningSandbox, config_for: ConfigFor, inflict: Callable[..., None]
) -> None:
    """A rule names a region even for actions that carry none, by the resource that they name."""
    inflict(region="cn-hangzhou", fault="http_500")
    near, far = (
        EssClient(config_for(fleet_sandbox)),
        EssClient(config_for(fleet_sandbox, "cn-hangzhou")),
    )
    set_max(near, 5)
    with pytest.raises(ServerException):
        set_max(far, 5, "cn-hangzhou")
    assert (group(near).max_size, group(far, "cn-hangzhou").max_size) == (5, 0)


def test_faults_of_one_action_leave_others_alone(
    fleet_ess: EssClient, inflict: Callable[..., None]
) -> None:
    """While a write is refused, reads go on."""
    inflict(action="Modify*", fault="reset")
    assert group(fleet_ess).scaling_group_name == f"p2p-agent-{REGION}"


def test_journal_names_the_fault(
    fleet_sandbox: RunningSandbox,
    fleet_ess: EssClient,
    admin: AdminCall,
    inflict: Callable[..., None],
) -> None:
    """A request without an answer is in the journal without a status, under its fault's name."""
    inflict(fault="dns")
    with pytest.raises(UnretryableException):
        set_max(fleet_ess, 3)
    entry = last_request(admin, fleet_sandbox, "ModifyScalingGroup")
    assert (entry["status"], entry["code"], entry["region"]) == (None, "dns", REGION)


def test_held_requests_do_not_delay_the_stop(config_for: ConfigFor, admin: AdminCall) -> None:
    """A sandbox with a request that it never answers, and a slow one, still stops at once."""
    rules = [{"fault": "timeout_before", "times": 1}, {"delay_ms": 30_000}]
    with start_sandbox() as sandbox:
        admin(sandbox, "POST", "faults", {"rules": rules})
        client = EssClient(config_for(sandbox, read_timeout=200))
        for _ in rules:
            with pytest.raises(UnretryableException, match="Read timed out"):
                client.describe_scaling_groups(
                    models.DescribeScalingGroupsRequest(region_id=REGION)
                )
        began = time.monotonic()
    assert time.monotonic() - began < 1


def test_latency_is_spent_on_every_answer(config_for: ConfigFor) -> None:
    """With latency, each API call takes at least so long, refused ones too."""
    with start_sandbox(latency_ms=150) as sandbox:
        client = EssClient(config_for(sandbox))
        request = models.DescribeScalingGroupsRequest(region_id=REGION)
        began = time.monotonic()
        client.describe_scaling_groups(request)
        answered = time.monotonic()
        request.region_id = "cn-hangzhou"
        with pytest.raises(ClientException, match="region does not exist"):
            client.describe_scaling_groups(request)
        refused = time.monotonic()
    assert answered - began >= 0.15
    assert refused - answered >= 0.15
