"""The sandbox speaks the published API of VPC: its parameters and answers.

Always against the request and response models of the vendor's SDK; and against the vendor's OpenAPI
metadata where the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from alibabacloud_vpc20160428 import models as vpc_models

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.vpc import errors, route_errors, tag_errors
from sandbox.wire.products import VPC
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACTIONS: Final = VPC.actions
TAG: Final = [{"Key": "p2p-fleet", "Value": "p2p-agent"}]

Json = dict[str, Any]
Call = Callable[..., Json]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every VPC action's answers over a network's whole life, its states in between included."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        answer = cloud.call("vpc", action, REGION, {"RegionId": REGION, **params})
        seen.setdefault(action, []).append(answer)
        _look_around(cloud, seen)
        cloud.clock.advance_to(cloud.clock.now + timedelta(seconds=10))
        return answer

    group_id = _resource_group(cloud)
    created = call("CreateVpc", VpcName="p2p", Tag=TAG, ResourceGroupId=group_id)
    vpc_id = created["VpcId"]
    call("ModifyVpcAttribute", VpcId=vpc_id, Description="nodes")
    vswitch = {"VpcId": vpc_id, "ZoneId": f"{REGION}a", "CidrBlock": "172.16.0.0/24"}
    vswitch_id = call("CreateVSwitch", **vswitch, Tag=TAG)["VSwitchId"]
    gateway = call("CreateIpv4Gateway", VpcId=vpc_id, Tag=TAG, ResourceGroupId=group_id)
    one = {"Ipv4GatewayId": gateway["Ipv4GatewayId"]}
    call("EnableVpcIpv4Gateway", **one)
    _route(call, created["RouteTableId"], one["Ipv4GatewayId"])
    _tag(call, vpc_id)
    call("DescribeZones", AcceptLanguage="en-US")
    call("DeleteVSwitch", VSwitchId=vswitch_id)
    call("DeleteIpv4Gateway", **one)
    call("DeleteVpc", VpcId=vpc_id)
    return seen


def _resource_group(cloud: Cloud) -> str:
    params = {"Name": "p2p-agent", "DisplayName": "p2p-agent"}
    answer = cloud.call("resourcemanager", "CreateResourceGroup", None, params)
    return str(answer["ResourceGroup"]["Id"])


def _look_around(cloud: Cloud, seen: dict[str, list[Json]]) -> None:
    """Everything that can be read, in the state that things are in just now."""

    def look(action: str, **params: object) -> Json:
        answer = cloud.call("vpc", action, REGION, {"RegionId": REGION, **params})
        seen.setdefault(action, []).append(answer)
        return answer

    for network in look("DescribeVpcs")["Vpcs"]["Vpc"]:
        look("DescribeVpcAttribute", VpcId=network["VpcId"])
    for vswitch in look("DescribeVSwitches")["VSwitches"]["VSwitch"]:
        look("DescribeVSwitchAttributes", VSwitchId=vswitch["VSwitchId"])
    for gateway in look("ListIpv4Gateways")["Ipv4GatewayModels"]:
        look("GetIpv4GatewayAttribute", Ipv4GatewayId=gateway["Ipv4GatewayId"])
    for table in look("DescribeRouteTableList")["RouterTableList"]["RouterTableListType"]:
        look("DescribeRouteEntryList", RouteTableId=table["RouteTableId"])
        look("DescribeRouteEntryList", RouteTableId=table["RouteTableId"], MaxResult=1)


def _route(call: Call, table_id: str, gateway_id: str) -> None:
    entry = call(
        "CreateRouteEntry",
        RouteTableId=table_id,
        DestinationCidrBlock="0.0.0.0/0",
        NextHopType="Ipv4Gateway",
        NextHopId=gateway_id,
        RouteEntryName="out",
    )
    call("DeleteRouteEntry", RouteEntryId=entry["RouteEntryId"])


def _tag(call: Call, vpc_id: str) -> None:
    target = {"ResourceType": "VPC", "ResourceId": [vpc_id]}
    call("TagResources", **target, Tag=[{"Key": "k", "Value": "v"}])
    call("ListTagResources", **target)
    call("ListTagResources", **target, MaxResults=1)
    call("UnTagResources", **target, TagKey=["k"])


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No VPC action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, ACTIONS[action], vpc_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(action: str, answers: dict[str, list[Json]]) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers[action], vpc_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata["vpc"]) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, answers[action], metadata["vpc"]) == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata["vpc"]) == []


def test_error_codes_are_published(metadata: Mapping[str, Json]) -> None:
    """Every refusal of VPC's own has a code and a status that the metadata has, for some action."""
    published = {
        (error["errorCode"], int(status))
        for api in metadata["vpc"]["apis"].values()
        for status, listed in api.get("errorCodes", {}).items()
        for error in listed
    }
    assert {(one.code, one.http_status) for one in _every_error()} - published == {
        ("Sandbox.NotModelled", 501)
    }


def _every_error() -> list[ApiError]:
    """One refusal of each kind."""
    samples = {"by": "VSwitch", "code": "TaskConflict", "name": "RouteEntryType"}
    return [
        make(
            *(
                samples.get(parameter.name, "x")
                for parameter in inspect.signature(make).parameters.values()
                if parameter.default is inspect.Parameter.empty
            )
        )
        for module in (errors, route_errors, tag_errors)
        for _, make in inspect.getmembers(module, inspect.isfunction)
    ]
