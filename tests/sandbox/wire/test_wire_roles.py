"""Temporary keys of roles over the wire: every dialect knows them, and the journal says who."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
import requests
from alibabacloud_ess20220222 import models as ess_models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_fc20230330 import models as fc_models
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from aliyun.log import LogException

from sandbox.domain.account import TemporaryKey
from sandbox.server import RunningSandbox
from tests.sandbox.roles import Json, assume, make_role, statement
from tests.sandbox.wire.fc_deployment import FC_ENDPOINT, FcDeployer
from tests.sandbox.wire.log_client import log_client

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]

REGION: Final = "ap-southeast-7"
CALLS_ESS: Final = """
import json, os
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

def handler(event, context):
    client = Client(Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        security_token=os.environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
        protocol="http", http_proxy=os.environ["ENDPOINT"],
        endpoint="ess.ap-southeast-7.aliyuncs.com",
    ))
    codes = []
    for action in ("DescribeScalingGroups", "DescribeScheduledTasks"):
        params = Params(action=action, version="2022-02-22", protocol="HTTP", pathname="/",
            method="POST", auth_type="AK", style="RPC", req_body_type="formData",
            body_type="json")
        request = OpenApiRequest(query={"RegionId": "ap-southeast-7"})
        try:
            client.call_api(params, request, RuntimeOptions())
            codes.append("OK")
        except ClientException as error:
            codes.append(error.code)
    return codes
"""
SHOWS_KEYS: Final = """
import os

def handler(event, context):
    names = [name for name in os.environ if name.startswith("ALIBABA_CLOUD_")]
    key = getattr(context, "credentials", None)
    return [names, key and [key.access_key_id, key.access_key_secret, key.security_token]]
"""


@pytest.fixture
def key(sandbox: RunningSandbox) -> TemporaryKey:
    """A key of the role `runner`, which may read scaling groups, functions and log projects."""
    root = f"acs:ram::{sandbox.account_id}:root"
    reading = statement("ess:DescribeScalingGroups", "fc:ListFunctions", "log:ListProject")
    return assume(sandbox.cloud, make_role(sandbox.cloud, "runner", reading, trusts=root))


@pytest.fixture
def config(sandbox: RunningSandbox, config_for: ConfigFor, key: TemporaryKey) -> Config:
    """An SDK configuration with that key."""
    return config_for(
        sandbox,
        access_key_id=key.access_key_id,
        access_key_secret=key.access_key_secret,
        security_token=key.security_token,
    )


def journal(sandbox: RunningSandbox, admin: AdminCall) -> list[tuple[object, ...]]:
    """Who asked for what, and the code of a refusal."""
    entries: list[Json] = admin(sandbox, "GET", "requests")
    return [
        (one["caller"], one["action"], one["code"], *one["ram_actions"])
        for one in entries
        if one["product"] != "ram" and one["action"] != "AssumeRole"
    ]


def test_a_role_calls_an_rpc_api(sandbox: RunningSandbox, config: Config, admin: AdminCall) -> None:
    """What its policy allows, and nothing else; both are in the journal with the caller."""
    client = EssClient(config)
    allowed = ess_models.DescribeScalingGroupsRequest(region_id=REGION)
    assert client.describe_scaling_groups(allowed).body.total_count == 0
    with pytest.raises(ClientException) as caught:
        client.describe_limitation(ess_models.DescribeLimitationRequest())
    assert (caught.value.status_code, caught.value.code) == (403, "Forbidden.Unauthorized")
    assert journal(sandbox, admin) == [
        ("role/runner", "DescribeScalingGroups", None, "ess:DescribeScalingGroups"),
        ("role/runner", "DescribeLimitation", "Forbidden.Unauthorized", "ess:DescribeLimitation"),
    ]


def test_a_role_calls_function_compute(
    sandbox: RunningSandbox, config: Config, admin: AdminCall
) -> None:
    """A path of FC's carries key and token, too; the refusal is FC's own."""
    config.endpoint = FC_ENDPOINT
    client = FcClient(config)
    assert client.list_functions(fc_models.ListFunctionsRequest()).body.functions == []
    with pytest.raises(ClientException) as caught:
        client.get_function("f", fc_models.GetFunctionRequest())
    assert (caught.value.status_code, caught.value.code) == (403, "AccessDenied")
    assert journal(sandbox, admin) == [
        ("role/runner", "ListFunctions", None, "fc:ListFunctions"),
        ("role/runner", "GetFunction", "AccessDenied", "fc:GetFunction"),
    ]


def test_a_role_calls_the_log_service(
    sandbox: RunningSandbox, key: TemporaryKey, admin: AdminCall
) -> None:
    """In the log service's own signature, with the token in its own header."""
    signed_by = {
        "accessKeyId": key.access_key_id,
        "accessKey": key.access_key_secret,
        "securityToken": key.security_token,
    }
    with log_client(sandbox, **signed_by) as client:
        assert client.list_project().get_count() == 0
        with pytest.raises(LogException) as caught:
            client.create_project("p2p-logs", "")
    place = f"acs:log:cn-hangzhou:{sandbox.account_id}:project/p2p-logs"
    assert (caught.value.get_error_code(), caught.value.get_error_message()) == (
        "Unauthorized",
        f"denied by sts or ram, action: log:CreateProject, resource: {place}",
    )
    assert journal(sandbox, admin) == [
        ("role/runner", "ListProject", None, "log:ListProject"),
        ("role/runner", "CreateProject", "Unauthorized", "log:CreateProject"),
    ]


def test_whoever_is_not_authenticated_is_nobody(
    sandbox: RunningSandbox, config: Config, admin: AdminCall
) -> None:
    """A wrong token and a throttled request have no caller, and nothing has been judged."""
    config.security_token = f"{config.security_token}x"
    client = EssClient(config)
    request = ess_models.DescribeScalingGroupsRequest(region_id=REGION)
    with pytest.raises(ClientException):
        client.describe_scaling_groups(request)
    admin(sandbox, "POST", "faults", {"rules": [{"fault": "throttle"}]})
    with pytest.raises(ClientException):
        client.describe_scaling_groups(request)
    assert journal(sandbox, admin) == [
        (None, "DescribeScalingGroups", "InvalidSecurityToken.MismatchWithAccessKey"),
        (None, "DescribeScalingGroups", "Throttling.User"),
    ]


def test_a_request_that_times_out_afterwards_was_somebodys(
    sandbox: RunningSandbox, config: Config, admin: AdminCall
) -> None:
    """It was carried out, so that the journal has its caller and what it needed."""
    admin(sandbox, "POST", "faults", {"rules": [{"fault": "timeout_after", "times": 1}]})
    config.read_timeout = 300
    client = EssClient(config)
    with pytest.raises(Exception, match="timed out"):
        client.describe_scaling_groups(ess_models.DescribeScalingGroupsRequest(region_id=REGION))
    assert journal(sandbox, admin) == [
        ("role/runner", "DescribeScalingGroups", "timeout_after", "ess:DescribeScalingGroups")
    ]


def test_a_function_is_its_role(
    sandbox: RunningSandbox, config_for: ConfigFor, admin: AdminCall
) -> None:
    """With the key from its environment a function may do what its role's policy allows."""
    fc = FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))
    role = make_role(sandbox.cloud, "watcher", statement("ess:DescribeScalingGroups"))
    fc.create(
        CALLS_ESS, role=role, timeout=60, environment_variables={"ENDPOINT": sandbox.endpoint}
    )
    assert fc.result() == ["OK", "Forbidden.Unauthorized"]
    assert journal(sandbox, admin) == [
        ("user", "CreateFunction", None, "fc:CreateFunction", "ram:PassRole"),
        ("role/watcher", "DescribeScalingGroups", None, "ess:DescribeScalingGroups"),
        (
            "role/watcher",
            "DescribeScheduledTasks",
            "Forbidden.Unauthorized",
            "ess:DescribeScheduledTasks",
        ),
        ("user", "InvokeFunction", None, "fc:InvokeFunction"),
    ]


@pytest.mark.parametrize("runtime", ["python3.10", "python3.12"])
def test_a_function_without_a_role_has_no_credentials(
    sandbox: RunningSandbox, config_for: ConfigFor, runtime: str
) -> None:
    """Neither its environment nor its context has a key."""
    fc = FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))
    fc.create(SHOWS_KEYS, runtime=runtime)
    expected = [None, None, None] if runtime == "python3.10" else None
    assert fc.result() == [[], expected]


def test_no_secret_of_a_function_is_in_state_or_journal(
    sandbox: RunningSandbox, config_for: ConfigFor, admin: AdminCall
) -> None:
    """What a function was given is shown to it only."""
    fc = FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))
    fc.create(SHOWS_KEYS, role=make_role(sandbox.cloud), runtime="python3.10")
    _, (_, secret, token) = json.loads(fc.invoke().body.read())
    shown = admin(sandbox, "GET", "state")
    (invocation,) = shown["products"]["fc"][REGION].pop("invocations")
    assert invocation["status"] == "Succeeded"
    text = json.dumps([shown, admin(sandbox, "GET", "requests")])
    assert [part for part in (secret, token) if part in text] == []


def test_the_admin_interface_asks_nobody(sandbox: RunningSandbox) -> None:
    """It is the sandbox's own: no key, no policy."""
    response = requests.get(f"{sandbox.endpoint}/_sandbox/requests", timeout=5)
    assert (response.status_code, response.json()) == (200, [])
