"""Every action of Function Compute through the vendor's own client."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from sandbox.server import RunningSandbox
from tests.sandbox.fc_packages import encoded
from tests.sandbox.wire.fc_deployment import FC_ENDPOINT, FcDeployer

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]

REGION = "ap-southeast-7"
SOURCE = "def handler(event, context):\n    return event\n"


@pytest.fixture
def fc(sandbox: RunningSandbox, config_for: ConfigFor) -> FcDeployer:
    """The official FC client for the empty sandbox."""
    return FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT))


@pytest.fixture
def send(sandbox: RunningSandbox, config_for: ConfigFor) -> Callable[..., Any]:
    """Sends any body to any path with a right signature: `send("POST", "functions", {…})`."""
    client = OpenApiClient(config_for(sandbox, endpoint=FC_ENDPOINT))

    def call(
        method: str,
        path: str,
        body: object = None,
        stream: BytesIO | None = None,
        **query: str,
    ) -> Any:  # noqa: ANN401 (the SDK's own types, untyped)
        params = Params(
            action="Any",
            version="2023-03-30",
            protocol="HTTP",
            pathname=f"/2023-03-30/{path}",
            method=method,
            auth_type="AK",
            style="ROA",
            req_body_type="json",
            body_type="json",
        )
        request = OpenApiRequest(body=body, stream=stream, query=query)
        return client.call_api(params, request, RuntimeOptions())

    return call


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message of a call that must be refused."""
    with pytest.raises(ClientException) as refused:
        call()
    data = refused.value.data
    assert set(data) == {"statusCode", "Code", "Message", "RequestId"}
    return data["statusCode"], data["Code"], data["Message"]


def test_the_life_of_a_function(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """Create, get, list, update, look at its code, and delete."""
    created = fc.create(SOURCE, environment_variables={"A": "ü"}, cpu=0.5, memory_size=512)
    client = fc.client
    assert (created.function_arn, created.environment_variables, created.cpu) == (
        f"acs:fc:{REGION}:{sandbox.account_id}:functions/f",
        {"A": "ü"},
        0.5,
    )
    shown = client.get_function("f", models.GetFunctionRequest(qualifier="LATEST")).body
    assert shown.to_map() == created.to_map()
    filters = models.ListFunctionsRequest(
        prefix="f", limit=5, fc_version="v3", tags=[models.Tag(key="none")]
    )
    assert client.list_functions(filters).body.functions == []
    listed = client.list_functions(models.ListFunctionsRequest(limit=5)).body
    assert [one.to_map() for one in listed.functions] == [created.to_map()]
    body = models.UpdateFunctionInput(description="changed", timeout=7)
    updated = client.update_function("f", models.UpdateFunctionRequest(body=body)).body
    assert (updated.description, updated.timeout, updated.cpu) == ("changed", 7, 0.5)
    code = client.get_function_code("f", models.GetFunctionCodeRequest()).body
    assert code.checksum == created.code_checksum
    deleted = client.delete_function("f")
    assert (deleted.status_code, deleted.headers["content-length"]) == (204, "0")
    assert refusal(lambda: client.delete_function("f")) == (
        404,
        "FunctionNotFound",
        "function 'f' does not exist",
    )


def test_triggers(fc: FcDeployer) -> None:
    """Create, get, list, update and delete; the configuration is a string of JSON."""
    fc.create(SOURCE)
    config = '{"cronExpression": "0 */10 * * * *", "enable": true}'
    body = models.CreateTriggerInput(
        trigger_name="tick", trigger_type="timer", trigger_config=config, qualifier="LATEST"
    )
    client = fc.client
    created = client.create_trigger("f", models.CreateTriggerRequest(body=body)).body
    assert (created.trigger_config, created.status) == (config, "OK")
    assert client.get_trigger("f", "tick").body.to_map() == created.to_map()
    changed = '{"cronExpression": "@every 5m", "enable": false}'
    update = models.UpdateTriggerRequest(body=models.UpdateTriggerInput(trigger_config=changed))
    assert client.update_trigger("f", "tick", update).body.trigger_config == changed
    listed = client.list_triggers("f", models.ListTriggersRequest(prefix="t")).body.triggers
    assert [one.trigger_config for one in listed] == [changed]
    assert client.delete_trigger("f", "tick").status_code == 204
    assert refusal(lambda: client.get_trigger("f", "tick"))[:2] == (404, "TriggerNotFound")


def test_configurations_of_invocations(fc: FcDeployer) -> None:
    """Put, get and delete both; and what a function without more says of the others."""
    fc.create(SOURCE)
    client = fc.client
    put = models.PutAsyncInvokeConfigRequest(
        qualifier="LATEST",
        body=models.PutAsyncInvokeConfigInput(
            max_async_retry_attempts=0, max_async_event_age_in_seconds=3600
        ),
    )
    config = client.put_async_invoke_config("f", put).body
    get = models.GetAsyncInvokeConfigRequest(qualifier="LATEST")
    assert client.get_async_invoke_config("f", get).body.to_map() == config.to_map()
    assert (config.max_async_retry_attempts, config.max_async_event_age_in_seconds) == (0, 3600)
    delete = models.DeleteAsyncInvokeConfigRequest()
    assert client.delete_async_invoke_config("f", delete).status_code == 204
    assert refusal(lambda: client.get_async_invoke_config("f", get))[1] == "AsyncConfigNotExists"
    reserve = models.PutConcurrencyConfigRequest(
        body=models.PutConcurrencyInput(reserved_concurrency=3)
    )
    assert client.put_concurrency_config("f", reserve).body.reserved_concurrency == 3
    assert client.get_concurrency_config("f").body.reserved_concurrency == 3
    assert client.delete_concurrency_config("f").status_code == 204
    assert refusal(lambda: client.get_concurrency_config("f"))[0] == 404
    assert client.list_vpc_bindings("f").body.vpc_ids == []
    scaling = models.GetScalingConfigRequest()
    assert refusal(lambda: client.get_scaling_config("f", scaling))[0] == 404


def test_layers(fc: FcDeployer) -> None:
    """Publish, look, list and delete versions."""
    code = models.InputCodeLocation(zip_file=encoded({"python/x.py": ""}))
    body = models.CreateLayerVersionInput(code=code, compatible_runtime=["python3.12"])
    client = fc.client
    request = models.CreateLayerVersionRequest(body=body)
    versions = [client.create_layer_version("sdk", request).body for _ in range(2)]
    assert [one.version for one in versions] == [1, 2]
    assert client.get_layer_version("sdk", "2").body.to_map() == versions[1].to_map()
    listed = client.list_layer_versions("sdk", models.ListLayerVersionsRequest(limit=1)).body
    assert ([one.version for one in listed.layers], listed.next_version) == ([1], 2)
    assert client.delete_layer_version("sdk", "2").status_code == 204
    assert refusal(lambda: client.get_layer_version("sdk", "2"))[1] == "LayerVersionNotFound"


def test_tags(fc: FcDeployer) -> None:
    """Tag, list and untag functions by ARN."""
    arn = fc.create(SOURCE, tags=[models.Tag(key="born", value="with")]).function_arn
    client = fc.client
    body = models.TagResourcesInput(
        resource_type="function",
        resource_id=[arn],
        tag=[models.Tag(key="p2p-fleet-memory", value='{"a": "ü & ="}')],
    )
    assert client.tag_resources(models.TagResourcesRequest(body=body)).status_code == 200
    listing = models.ListTagResourcesRequest(resource_type="function", resource_id=[arn])

    def tags() -> list[tuple[str, str, str, str]]:
        answer = client.list_tag_resources(listing).body
        assert answer.request_id
        return [
            (one.resource_id, one.resource_type, one.tag_key, one.tag_value)
            for one in answer.tag_resources
        ]

    kind = "ALIYUN::FC::FUNCTION"
    both = [(arn, kind, "born", "with"), (arn, kind, "p2p-fleet-memory", '{"a": "ü & ="}')]
    assert tags() == both
    wanted = models.ListTagResourcesRequestTag(key="born", value="with")
    by_tag = models.ListTagResourcesRequest(resource_type="function", tag=[wanted], limit=10)
    assert len(client.list_tag_resources(by_tag).body.tag_resources) == 1
    untag = models.UntagResourcesRequest(
        resource_type="function", resource_id=[arn], tag_key=["p2p-fleet-memory"]
    )
    assert client.untag_resources(untag).status_code == 200
    assert tags() == both[:1]
    every = models.UntagResourcesRequest(resource_type="function", resource_id=[arn], all=True)
    client.untag_resources(every)
    assert tags() == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"nonsense": 1}, 'The specified parameter "nonsense" is not known to this action.'),
        ({"code": {"zip": ""}}, 'The specified parameter "code.zip" is not known to this action.'),
        ({"timeout": "5"}, 'The specified value of parameter "timeout" is not valid.'),
        ({"timeout": True}, 'The specified value of parameter "timeout" is not valid.'),
        ({"cpu": "1"}, 'The specified value of parameter "cpu" is not valid.'),
        ({"layers": [1]}, 'The specified value of parameter "layers.1" is not valid.'),
        ({"handler": "x" * 129}, 'The specified value of parameter "handler" is not valid.'),
        ({"environmentVariables": []}, 'The specified value of parameter "environmentVariables"'),
        ({"functionName": None}, 'The specified value of parameter "functionName" is not valid.'),
    ],
)
def test_bodies_that_do_not_fit(send: Callable[..., Any], body: Any, said: str) -> None:  # noqa: ANN401
    """Unknown members and wrong types are InvalidArgument, which names the member."""
    whole = {
        "functionName": "f",
        "handler": "index.handler",
        "runtime": "python3.12",
        "code": {"zipFile": encoded({"index.py": SOURCE})},
        **body,
    }
    status, code, message = refusal(lambda: send("POST", "functions", whole))
    assert (status, code) == (400, "InvalidArgument")
    assert message.startswith(said)


def test_what_is_required_must_be_there(send: Callable[..., Any]) -> None:
    """A body, and the members that the metadata requires."""
    assert refusal(lambda: send("POST", "functions", {"functionName": "f"})) == (
        400,
        "InvalidArgument",
        "handler is mandatory for this action.",
    )
    assert refusal(lambda: send("POST", "functions"))[:2] == (400, "InvalidArgument")
    assert refusal(lambda: send("GET", "tags-v2"))[:2] == (400, "InvalidArgument")


def test_a_query_that_does_not_fit(send: Callable[..., Any]) -> None:
    """Query parameters are checked as bodies are."""
    assert refusal(lambda: send("GET", "functions", limit="x"))[1] == "InvalidArgument"
    assert refusal(lambda: send("GET", "functions", nonsense="x"))[1] == "InvalidArgument"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "functions/f"), ("GET", "services"), ("PUT", "tags-v2")]
)
def test_paths_and_methods_that_are_not_served(
    send: Callable[..., Any], method: str, path: str
) -> None:
    """Neither a path nor a method is guessed."""
    assert refusal(lambda: send(method, path))[:2] == (404, "InvalidAction.NotFound")


def test_a_body_that_is_no_text(send: Callable[..., Any]) -> None:
    """Bytes that are not UTF-8 are told as such."""
    assert refusal(lambda: send("POST", "functions", stream=BytesIO(b"\xff"))) == (
        400,
        "InvalidArgument",
        "the body of the request is not UTF-8",
    )


def test_a_permission_that_is_missing(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """FC calls it AccessDenied."""
    faults = {"account": {"denied_actions": ["fc:CreateFunction"]}}
    admin(sandbox, "POST", "faults", faults)
    assert refusal(lambda: fc.create(SOURCE))[:2] == (403, "AccessDenied")


def test_both_hosts_of_a_region_serve_the_same_functions(
    fc: FcDeployer, sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """The account's own host is the older name; the sandbox's address knows the function, too."""
    fc.create(SOURCE)
    for endpoint in (
        f"{sandbox.account_id}.{REGION}.fc.aliyuncs.com",
        sandbox.endpoint.removeprefix("http://"),
    ):
        other = FcDeployer(config_for(sandbox, endpoint=endpoint))
        assert other.invoke("hello").body.read() == b"hello"


def test_the_journal_keeps_no_bodies(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """Code and environment are long and secret: requests are told of without their bodies."""
    fc.create(SOURCE, environment_variables={"TOKEN": "s3cret"})
    fc.invoke_async("{}")
    entries = admin(sandbox, "GET", "requests")
    assert [(one["action"], one["params"]) for one in entries] == [
        ("CreateFunction", {}),
        ("InvokeFunction", {"functionName": "f", "x-fc-invocation-type": "Async"}),
    ]
