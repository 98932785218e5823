"""Functions of Function Compute: how they are made, changed, listed and refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.fc.crc64 import crc64
from tests.sandbox.domain.fc_user import CODE, REGION, START, FcUser
from tests.sandbox.fc_packages import archive, encoded
from tests.sandbox.roles import make_role

Json = dict[str, Any]


@pytest.fixture
def fc() -> FcUser:
    """A user of Function Compute in an empty account with two regions."""
    return FcUser(Cloud(seed=1, start=START, regions=[REGION, "cn-hangzhou"]))


def complaint(fc: FcUser, settings: Json) -> str:
    """The message with which a new function of such settings is refused as InvalidArgument."""
    code, status, message = fc.refusal("CreateFunction", body=fc.body("poll", **settings))
    assert (code, status) == ("InvalidArgument", 400)
    return message


def test_a_function_is_shown_whole(fc: FcUser) -> None:
    """What was sent and the documented defaults come back, with ids, times, size and checksum."""
    role = make_role(fc.cloud)
    created = fc.create(environmentVariables={"A": "1"}, role=role, timeout=60)
    account = fc.cloud.account.account_id
    code = base64.b64decode(CODE)
    assert created == {
        "codeChecksum": crc64(code),
        "codeSize": len(code),
        "cpu": 0.15,
        "createdTime": "2026-11-23T08:00:00Z",
        "description": "",
        "diskSize": 512,
        "environmentVariables": {"A": "1"},
        "functionArn": f"acs:fc:{REGION}:{account}:functions/poll",
        "functionId": created["functionId"],
        "functionName": "poll",
        "handler": "index.handler",
        "instanceConcurrency": 1,
        "internetAccess": True,
        "lastModifiedTime": "2026-11-23T08:00:00Z",
        "lastUpdateStatus": "Successful",
        "layers": [],
        "memorySize": 512,
        "role": role,
        "runtime": "python3.12",
        "state": "Active",
        "tags": [],
        "timeout": 60,
    }
    assert fc.call("GetFunction", functionName="poll", qualifier="LATEST") == created


def test_the_checksum_is_that_of_ecma_182() -> None:
    """The check value of the algorithm's catalogue, and that of nothing."""
    assert (crc64(b"123456789"), crc64(b"")) == (str(0x995DC9BBDF1939FA), "0")


@pytest.mark.parametrize("name", ["a", "_a-1", "A" * 64])
def test_names_that_are_taken(fc: FcUser, name: str) -> None:
    """Letters, digits, underscores and hyphens, up to 64 of them."""
    assert fc.create(name)["functionName"] == name


@pytest.mark.parametrize("name", ["1a", "-a", "a.b", "A" * 65, "ü"])
def test_names_that_are_refused(fc: FcUser, name: str) -> None:
    """No digit or hyphen first, no other characters, not more than 64."""
    code, status, _ = fc.refusal("CreateFunction", body=fc.body(name))
    assert (code, status) == ("InvalidArgument", 400)


@pytest.mark.parametrize(
    ("cpu", "memory_mb"),
    [(0.05, 128), (0.05, 192), (0.35, 512), (0.5, 512), (16, 16384), (16, 32768), (1, 4096)],
)
def test_sizes_that_go_together(fc: FcUser, cpu: float, memory_mb: int) -> None:
    """Between 1:1 and 1:4 in GB, in steps of 0.05 vCPU and 64 MB."""
    created = fc.create(cpu=cpu, memorySize=memory_mb)
    assert (created["cpu"], created["memorySize"]) == (cpu, memory_mb)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"cpu": 0.05, "memorySize": 256}, "the ratio of cpu 0.05 to memorySize 256 MB must be"),
        ({"cpu": 1, "memorySize": 512}, "the ratio of cpu 1 to memorySize 512 MB must be"),
        ({"cpu": 0.07}, "cpu 0.07 must be a multiple of 0.05"),
        ({"cpu": 0}, "cpu 0 must be a multiple of 0.05"),
        ({"cpu": 16.05, "memorySize": 32768}, "cpu 16.05 must be a multiple of 0.05"),
        ({"memorySize": 500}, "memorySize 500 must be a multiple of 64"),
        ({"memorySize": 64}, "memorySize 64 must be from 128 to 32768"),
        ({"timeout": 0}, "timeout 0 must be from 1 to 86400"),
        ({"timeout": 86401}, "timeout 86401 must be from 1 to 86400"),
        ({"diskSize": 1024}, "diskSize 1024 must be 512 or 10240"),
        ({"instanceConcurrency": 201}, "instanceConcurrency 201 must be from 1 to 200"),
        ({"runtime": "python3.11"}, "runtime 'python3.11' is not supported"),
        ({"handler": ""}, "handler must have 1 to 128 characters"),
        ({"environmentVariables": {"FC_X": "1"}}, "environment variable 'FC_X' is reserved"),
        ({"environmentVariables": {"1X": "1"}}, "environment variable '1X' must begin with a"),
        ({"environmentVariables": {"X": 1}}, "environment variable 'X' must have a string"),
        (
            {"environmentVariables": {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "1"}},
            "environment variable 'ALIBABA_CLOUD_ACCESS_KEY_SECRET' is reserved",
        ),
        (
            {"environmentVariables": {"X": "é" * 2048}},
            "environmentVariables have 4097 bytes, over the limit of 4096",
        ),
        ({"layers": ["x"] * 6}, "a function has at most 5 layers, not 6"),
        ({"layers": ["acs:fc:x"]}, "layer 'acs:fc:x' is not of the form acs:fc:eu-central-1:"),
        ({"resourceGroupId": "rg-nobody"}, "resource group 'rg-nobody' does not exist"),
        ({"tags": [{"Key": "acs:x"}]}, "tag key 'acs:x' must have 1 to 64 characters"),
        ({"tags": [{"Key": "x", "Value": "https://x"}]}, "tag 'x' must not contain http://"),
        ({"tags": [{"Key": f"k{n}"} for n in range(21)]}, "a function has at most 20 tags"),
    ],
)
def test_settings_that_are_refused(fc: FcUser, settings: Json, said: str) -> None:
    """Whatever is out of range, or does not go together, is InvalidArgument with the reason."""
    assert complaint(fc, settings).startswith(said)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ({}, "either code.zipFile or code.ossBucketName must be specified"),
        ({"zipFile": "%%%"}, "code.zipFile is not encoded in Base64"),
        ({"zipFile": "UEs="}, "the code package is not a ZIP archive"),
        ({"zipFile": CODE, "checksum": "1"}, "code.checksum is 1 but the package's is "),
        (
            {"zipFile": encoded({"../../etc/cron.d/x": ""})},
            "entry '../../etc/cron.d/x' lies outside of the ZIP archive",
        ),
        ({"zipFile": encoded({"/etc/x": ""})}, "entry '/etc/x' lies outside of the ZIP archive"),
        ({"zipFile": encoded({"a\\..\\..\\x": ""})}, "entry 'a\\..\\..\\x' lies outside"),
        (
            {"ossBucketName": "bucket", "ossObjectName": "code.zip"},
            "code object 'code.zip' in OSS bucket 'bucket' cannot be read",
        ),
    ],
)
def test_code_that_is_refused(fc: FcUser, code: Json, said: str) -> None:
    """A package must be a ZIP archive whose entries stay inside, with the checksum it claims."""
    assert complaint(fc, {"code": code}).startswith(said)


def test_a_container_needs_an_image_instead_of_code(fc: FcUser) -> None:
    """Code or customContainerConfig: one of them, as the runtime wants it."""
    body = fc.body()
    del body["code"]
    assert fc.refusal("CreateFunction", body=body)[2] == "code is required"
    body["runtime"] = "custom-container"
    said = "customContainerConfig is required by runtime custom-container"
    assert fc.refusal("CreateFunction", body=body)[2] == said
    body["customContainerConfig"] = {"image": "registry/x"}
    assert "codeSize" not in fc.call("CreateFunction", body=body)


def test_names_are_unique_in_a_region(fc: FcUser) -> None:
    """A second function of the name is a conflict here and fine elsewhere."""
    fc.create()
    assert fc.refusal("CreateFunction", body=fc.body()) == (
        "FunctionAlreadyExists",
        409,
        "function 'poll' already exists",
    )
    fc.cloud.call("fc", "CreateFunction", "cn-hangzhou", {"body": fc.body()})
    assert fc.cloud.region_of("fc", "GetFunction", None, {"functionName": "poll"}) == REGION


def test_an_update_changes_what_it_says(fc: FcUser) -> None:
    """The rest stays; a refused update changes nothing at all."""
    before = fc.create(environmentVariables={"A": "1"}, tags=[{"Key": "k", "Value": "v"}])
    fc.wait(60)
    package = {"zipFile": encoded({"index.py": "x = 1"})}
    after = fc.call(
        "UpdateFunction",
        functionName="poll",
        body={"code": package, "environmentVariables": {"B": "2"}, "timeout": 90},
    )
    assert after == {
        **before,
        "codeChecksum": crc64(archive({"index.py": "x = 1"})),
        "codeSize": len(archive({"index.py": "x = 1"})),
        "environmentVariables": {"B": "2"},
        "lastModifiedTime": "2026-11-23T08:01:00Z",
        "timeout": 90,
    }
    wrong = {"timeout": 5, "memorySize": 64}
    assert fc.refusal("UpdateFunction", functionName="poll", body=wrong)[0] == "InvalidArgument"


def test_lists_have_pages_and_filters(fc: FcUser) -> None:
    """By name, so many to a page, with the next name as the token; filters all count."""
    for name in ("c", "a", "b"):
        fc.create(name, tags=[{"Key": "name", "Value": name}], description=f"number {name}")

    def names(**params: object) -> tuple[list[str], str | None]:
        answer = fc.call("ListFunctions", **params)
        return [one["functionName"] for one in answer["functions"]], answer.get("nextToken")

    assert names() == (["a", "b", "c"], None)
    assert names(limit=2) == (["a", "b"], "c")
    assert names(limit=2, nextToken="c") == (["c"], None)
    assert names(prefix="b") == (["b"], None)
    assert names(functionName="c") == (["c"], None)
    assert names(description="number a") == (["a"], None)
    assert names(tags=[{"Key": "name"}]) == (["a", "b", "c"], None)
    assert names(tags=[{"Key": "name", "Value": "b"}]) == (["b"], None)
    assert names(runtime="python3.10") == ([], None)
    assert names(gpuType="fc.gpu.tesla.1") == ([], None)
    assert names(fcVersion="v2") == ([], None)
    assert names(resourceGroupId="rg-x") == ([], None)
    for limit in (0, 101):
        refused = fc.refusal("ListFunctions", limit=limit)
        assert refused == ("InvalidArgument", 400, f"limit {limit} must be from 1 to 100")


@pytest.mark.parametrize("action", ["GetFunction", "DeleteFunction", "GetFunctionCode"])
def test_a_function_that_is_gone_is_not_found(fc: FcUser, action: str) -> None:
    """Deleting a function leaves nothing of it."""
    fc.create()
    assert fc.call("DeleteFunction", functionName="poll") == {}
    assert fc.state() == {}
    assert fc.refusal(action, functionName="poll") == (
        "FunctionNotFound",
        404,
        "function 'poll' does not exist",
    )


def test_only_latest_can_be_meant(fc: FcUser) -> None:
    """No versions or aliases exist; a number is a version, any other qualifier an alias."""
    fc.create()
    assert fc.refusal("GetFunction", functionName="poll", qualifier="1")[0] == "VersionNotFound"
    assert fc.refusal("GetFunction", functionName="poll", qualifier="x")[0] == "AliasNotFound"


def test_what_a_function_does_not_have(fc: FcUser) -> None:
    """No VPC bindings, no scaling, asynchronous or concurrency configuration, but its code."""
    created = fc.create()
    poll = {"functionName": "poll"}
    assert fc.call("ListVpcBindings", **poll) == {"vpcIds": []}
    assert fc.call("GetFunctionCode", **poll)["checksum"] == created["codeChecksum"]
    for action, code in (
        ("GetScalingConfig", "ScalingConfigNotFound"),
        ("GetAsyncInvokeConfig", "AsyncConfigNotExists"),
        ("DeleteAsyncInvokeConfig", "AsyncConfigNotExists"),
        ("GetConcurrencyConfig", "ConcurrencyConfigNotFound"),
        ("DeleteConcurrencyConfig", "ConcurrencyConfigNotFound"),
    ):
        assert fc.refusal(action, **poll)[:2] == (code, 404)


def test_the_state_shows_names_of_variables_only(fc: FcUser) -> None:
    """Environment variables often are secrets: their values are not in the state."""
    fc.create(environmentVariables={"TOKEN": "s3cret", "A": "x"})
    (function,) = fc.state()["functions"]
    assert function["environmentVariables"] == ["A", "TOKEN"]
    assert "s3cret" not in str(fc.cloud.state())


def test_functions_are_members_of_their_resource_group(fc: FcUser) -> None:
    """The resource manager sees the functions in a group."""
    group = fc.cloud.call(
        "resourcemanager", "CreateResourceGroup", None, {"Name": "p2p", "DisplayName": "p2p"}
    )["ResourceGroup"]["Id"]
    fc.wait(60)
    created = fc.create(resourceGroupId=group)
    assert created["resourceGroupId"] == group
    members = fc.cloud.functions.members_of(group)
    assert [(one.kind, one.resource_id, one.region_id) for one in members] == [
        ("function", "poll", REGION)
    ]
