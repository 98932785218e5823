"""Layers and tags of Function Compute."""

from __future__ import annotations

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.fc.crc64 import crc64
from tests.sandbox.domain.fc_user import REGION, START, FcUser
from tests.sandbox.fc_packages import archive, encoded

FILES = {"python/helper.py": "x = 1"}


@pytest.fixture
def fc() -> FcUser:
    """A user of Function Compute in an empty account."""
    return FcUser(Cloud(seed=1, start=START, regions=[REGION]))


def publish(fc: FcUser, **more: object) -> str:
    """A new version of the layer `sdk`; returns its ARN."""
    body = {"code": {"zipFile": encoded(FILES)}, **more}
    return str(fc.call("CreateLayerVersion", layerName="sdk", body=body)["layerVersionArn"])


def versions(fc: FcUser, **params: object) -> tuple[list[int], int | None]:
    """The versions of a page, and the first of the next page."""
    answer = fc.call("ListLayerVersions", layerName="sdk", **params)
    return [layer["version"] for layer in answer["layers"]], answer.get("nextVersion")


def test_a_layer_version_is_shown_whole(fc: FcUser) -> None:
    """ARN, number, checksum and size, and what was said of it."""
    arn = publish(fc, compatibleRuntime=["python3.12"], description="SDKs", license="Apache-2.0")
    assert arn == f"acs:fc:{REGION}:{fc.cloud.account.account_id}:layers/sdk/versions/1"
    shown = fc.call("GetLayerVersion", layerName="sdk", version=1)
    assert shown == {
        "acl": "0",
        "code": shown["code"],
        "codeChecksum": crc64(archive(FILES)),
        "codeSize": len(archive(FILES)),
        "compatibleRuntime": ["python3.12"],
        "createTime": "2026-11-23T08:00:00Z",
        "description": "SDKs",
        "layerName": "sdk",
        "layerVersionArn": arn,
        "license": "Apache-2.0",
        "version": 1,
    }


def test_numbers_of_versions_are_never_used_again(fc: FcUser) -> None:
    """In the order of their numbers, in pages; a deleted number does not come back."""
    for _ in range(3):
        publish(fc)
    assert versions(fc) == ([1, 2, 3], None)
    assert versions(fc, limit=2) == ([1, 2], 3)
    assert versions(fc, startVersion="2") == ([2, 3], None)
    assert fc.call("DeleteLayerVersion", layerName="sdk", version=3) == {}
    assert publish(fc).endswith("/versions/4")
    assert versions(fc) == ([1, 2, 4], None)
    assert fc.refusal("GetLayerVersion", layerName="sdk", version=3)[:2] == (
        "LayerVersionNotFound",
        404,
    )


def test_layers_that_do_not_exist(fc: FcUser) -> None:
    """A name that was never published is LayerNotFound, whatever is asked of it."""
    for action, params in (
        ("ListLayerVersions", {}),
        ("GetLayerVersion", {"version": 1}),
        ("DeleteLayerVersion", {"version": 1}),
    ):
        assert fc.refusal(action, layerName="sdk", **params)[:2] == ("LayerNotFound", 404)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("1sdk", {}, "layerName '1sdk' must have 1 to 128 letters"),
        ("sdk", {}, "either code.zipFile or code.ossBucketName must be specified"),
        ("sdk", {"compatibleRuntime": ["python2"]}, "compatibleRuntime 'python2' is not"),
    ],
)
def test_layers_that_are_refused(fc: FcUser, name: str, body: dict[str, object], said: str) -> None:
    """A layer needs a name that FC takes, code, and known runtimes."""
    code, status, message = fc.refusal("CreateLayerVersion", layerName=name, body=body)
    assert (code, status, message.startswith(said)) == ("InvalidArgument", 400, True)


def test_a_page_must_begin_at_a_number(fc: FcUser) -> None:
    """In the API it is text, but it means a number."""
    publish(fc)
    refused = fc.refusal("ListLayerVersions", layerName="sdk", startVersion="x")
    assert refused == ("InvalidArgument", 400, "startVersion 'x' is not a number")


def test_a_function_keeps_a_layer_that_is_deleted(fc: FcUser) -> None:
    """Functions name existing layers, and have them from then on."""
    arn = publish(fc)
    created = fc.create(layers=[arn])
    assert created["layers"] == [{"arn": arn, "size": len(archive(FILES))}]
    fc.call("DeleteLayerVersion", layerName="sdk", version=1)
    assert fc.call("GetFunction", functionName="poll")["layers"] == created["layers"]
    fc.invoke()
    launch = fc.start()
    assert launch is not None
    assert [layer.content for layer in launch.layers] == [archive(FILES)]
    body = fc.body("other", layers=[arn])
    assert fc.refusal("CreateFunction", body=body)[:2] == ("LayerVersionNotFound", 404)
    body = fc.body("other", layers=[arn.replace("sdk", "nobody")])
    assert fc.refusal("CreateFunction", body=body)[:2] == ("LayerNotFound", 404)


def test_tags_come_and_go(fc: FcUser) -> None:
    """Tags are added to functions by ARN, listed by function or by tag, and removed."""
    arns = [fc.create(name)["functionArn"] for name in ("a", "b")]
    kind = "ALIYUN::FC::FUNCTION"
    tags = [{"Key": "fleet", "Value": "p2p"}, {"Key": "empty"}]
    fc.call("TagResources", body={"ResourceType": kind, "ResourceId": arns, "Tag": tags})
    tag = {"Key": "fleet", "Value": "p2p"}

    def listed(**params: object) -> list[tuple[str, str, str]]:
        answer = fc.call("ListTagResources", ResourceType="function", **params)
        return [
            (one["ResourceId"], one["TagKey"], one["TagValue"]) for one in answer["TagResources"]
        ]

    a, b = arns
    assert listed(ResourceId=[a]) == [(a, "fleet", "p2p"), (a, "empty", "")]
    assert listed(Tag=[tag]) == [(a, "fleet", "p2p"), (b, "fleet", "p2p")]
    assert listed(Tag=[{"Key": "fleet", "Value": "other"}]) == []
    fc.call("UntagResources", ResourceType=kind, ResourceId=[a], TagKey=["fleet", "unknown"])
    assert listed(ResourceId=[a]) == [(a, "empty", "")]
    fc.call("UntagResources", ResourceType=kind, ResourceId=arns, All=True)
    assert listed(ResourceId=arns) == []


def test_tags_have_pages(fc: FcUser) -> None:
    """A token leads from page to page until there is none."""
    arn = fc.create(tags=[{"Key": f"k{number}"} for number in range(5)])["functionArn"]
    seen, token = [], None
    for _ in range(3):
        more: dict[str, object] = {} if token is None else {"NextToken": token}
        answer = fc.call(
            "ListTagResources", ResourceType="function", ResourceId=[arn], Limit=2, **more
        )
        seen += [one["TagKey"] for one in answer["TagResources"]]
        token = answer.get("NextToken")
    assert (seen, token) == (["k0", "k1", "k2", "k3", "k4"], None)


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("ListTagResources", {"ResourceType": "layer", "ResourceId": ["x"]}, "InvalidArgument"),
        ("ListTagResources", {"ResourceType": "function"}, "InvalidArgument"),
        ("ListTagResources", {"ResourceType": "function", "ResourceId": ["x"]}, "InvalidArgument"),
        (
            "ListTagResources",
            {"ResourceType": "function", "Tag": [{"Key": "x"}], "NextToken": "x"},
            "InvalidArgument",
        ),
        ("UntagResources", {"ResourceType": "function", "ResourceId": ["x"]}, "InvalidArgument"),
        (
            "UntagResources",
            {"ResourceType": "function", "ResourceId": ["x"], "TagKey": ["k"] * 51},
            "InvalidArgument",
        ),
        (
            "TagResources",
            {"body": {"ResourceId": [], "Tag": [{"Key": "k"}]}},
            "InvalidArgument",
        ),
    ],
)
def test_tag_calls_that_are_refused(
    fc: FcUser, action: str, params: dict[str, object], code: str
) -> None:
    """Only functions have tags, they are named by ARN, and something must be asked for."""
    assert fc.refusal(action, **params)[:2] == (code, 400)


def test_all_functions_are_tagged_or_none(fc: FcUser) -> None:
    """A function that does not exist leaves the others untouched."""
    arn = fc.create()["functionArn"]
    body = {"ResourceId": [arn, f"{arn}-gone"], "Tag": [{"Key": "k", "Value": "v"}]}
    assert fc.refusal("TagResources", body=body)[:2] == ("FunctionNotFound", 404)
