"""The sandbox speaks the published API of ECS: its parameters, answers and refusals.

Always against the request and response models of the vendor's SDK; and against the vendor's OpenAPI
metadata where the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from alibabacloud_ecs20140526 import models as ecs_models

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from sandbox.domain.setup import Surroundings
from sandbox.wire.parameters import Param
from sandbox.wire.products import ECS
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACTIONS: Final = ECS.actions
USUAL: Final = "ecs.e-c1m1.large"
OLD_IMAGE: Final = "ubuntu_24_04_x64_20G_alibase_20251128.vhd"
TAG: Final = [{"Key": "p2p-fleet", "Value": "p2p-agent"}]
RULE: Final = {"IpProtocol": "TCP", "PortRange": "22/22", "SourceCidrIp": "10.0.0.0/8"}
OUT: Final = {"IpProtocol": "ALL", "PortRange": "-1/-1", "DestCidrIp": "0.0.0.0/0"}

Json = dict[str, Any]
Call = Callable[..., Json]


def collect_answers(variants: Json) -> dict[str, list[Json]]:
    """Every ECS action's answers over a fleet's life; RunInstances never has one."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    cloud.set_faults(Faults.parse({"variants": variants, "stock": [{"zone": f"{REGION}b"}]}))
    group_id = cloud.add_group(REGION, "p2p-agent", "p2p-agent")
    there = cloud.add_surroundings(REGION, "p2p-agent", "p2p-agent")
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        region = {"RegionId": REGION} if "RegionId" in ACTIONS[action] else {}
        answer = cloud.call("ecs", action, REGION, {**region, **params})
        seen.setdefault(action, []).append(answer)
        return answer

    _look_at_offers(call)
    _write_templates(call, there)
    _guard(call, there)
    sizes = {"ScalingGroupId": group_id, "MinSize": 2, "MaxSize": 2}
    cloud.call("ess", "ModifyScalingGroup", REGION, sizes)
    for _ in range(2):
        for action in ("DescribeInstances", "DescribeNetworkInterfaces"):
            call(action)
            call(action, MaxResults=1)
        cloud.clock.advance_to(cloud.clock.now + timedelta(minutes=2))
    _tag(call, there)
    return seen


def _look_at_offers(call: Call) -> None:
    for language in ("zh-CN", "en-US"):
        call("DescribeRegions", AcceptLanguage=language)
        call("DescribeZones", AcceptLanguage=language)
    call("DescribeInstanceTypes", MaxResults=3)
    call("DescribeAvailableResource", DestinationResource="InstanceType")
    call("DescribeAvailableResource", DestinationResource="SystemDisk", InstanceType=USUAL)
    call("DescribeAvailableResource", DestinationResource="Zone", InstanceType=USUAL)
    call("DescribeAccountAttributes")
    call("DescribeImages", Status="Available,Deprecated", PageSize=100)
    call("DescribeImageFromFamily", ImageFamily="acs:ubuntu_24_04_x64")
    call("DescribeImageFromFamily", ImageFamily="acs:none")
    call("DescribePrice", InstanceType=USUAL, InternetChargeType="PayByBandwidth")


def _write_templates(call: Call, there: Surroundings) -> None:
    disk = {"Category": "cloud_essd", "Size": 20, "DeleteWithInstance": True}
    interface = {"SecurityGroupIds": [there.security_group_id], "InstanceType": "Primary"}
    target = call(
        "CreateLaunchTemplate",
        LaunchTemplateName="other",
        TemplateTag=TAG,
        Tag=TAG,
        ImageId=OLD_IMAGE,
        InstanceType=USUAL,
        SecurityGroupIds=[there.security_group_id],
        SystemDisk=disk,
        DataDisk=[{"Size": 20, "Category": "cloud_essd", "BurstingEnabled": False}],
        NetworkInterface=[interface],
        ImageOptions={"LoginAsNonRoot": False},
        SpotPriceLimit=0.5,
    )
    one = {"LaunchTemplateId": target["LaunchTemplateId"]}
    call("CreateLaunchTemplateVersion", **one, VersionDescription="Second")
    call("DescribeLaunchTemplates")
    call("DescribeLaunchTemplateVersions", **one)
    call("DescribeLaunchTemplateVersions", **one, DetailFlag=False)
    call("ModifyLaunchTemplateDefaultVersion", **one, DefaultVersionNumber=2)
    call("DeleteLaunchTemplateVersion", **one, DeleteVersion=[1])
    call("DeleteLaunchTemplate", **one)


def _guard(call: Call, there: Surroundings) -> None:
    created = call("CreateSecurityGroup", VpcId=there.vpc_id, SecurityGroupName="p2p", Tag=TAG)
    call("AuthorizeSecurityGroup", **created, Permissions=[RULE], ClientToken="token")
    call("AuthorizeSecurityGroupEgress", **created, **OUT)
    call("DescribeSecurityGroups")
    call("DescribeSecurityGroups", MaxResults=1)
    call("DescribeSecurityGroupAttribute", **created)
    call("RevokeSecurityGroup", **created, Permissions=[RULE])
    call("DeleteSecurityGroup", **created)


def _tag(call: Call, there: Surroundings) -> None:
    target = {"ResourceType": "securitygroup", "ResourceId": [there.security_group_id]}
    call("TagResources", **target, Tag=[{"Key": "k", "Value": "v"}])
    call("ListTagResources", **target)
    call("UntagResources", **target, TagKey=["k"])


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every answer as the metadata has it."""
    return collect_answers({})


@pytest.fixture(scope="module")
def answers_for_the_sdk() -> dict[str, list[Json]]:
    """The same, but for the system disks of templates, which the SDK reads from an object."""
    return collect_answers({"template_disk_keys": "nested", "zones_without_match": "sold_out"})


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No ECS action that ever succeeds escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS) - {"RunInstances"}


def without_old_names(params: Mapping[str, Param]) -> dict[str, Param]:
    """Parameters without the lower-case members of tags, which the SDK has dropped."""
    return {name: _without_old_members(param) for name, param in params.items()}


def _without_old_members(param: Param) -> Param:
    if param.name != "Tag" or param.item is None:
        return param
    members = tuple(one for one in param.item.members if one.name not in {"key", "value"})
    return replace(param, item=replace(param.item, members=members))


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, without_old_names(ACTIONS[action]), ecs_models) == []


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"RunInstances"}))
def test_answers_parse_into_the_sdks_models(
    action: str, answers_for_the_sdk: dict[str, list[Json]]
) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers_for_the_sdk[action], ecs_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata["ecs"]) == []


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"RunInstances"}))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, answers[action], metadata["ecs"]) == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata["ecs"]) == []


REFUSALS: Final[list[tuple[str, Json]]] = [
    ("DescribeRegions", {"AcceptLanguage": "tlh"}),
    ("DescribeAvailableResource", {"DestinationResource": "Moon"}),
    ("DescribeAvailableResource", {"DestinationResource": "SystemDisk"}),
    ("DescribeImages", {"OSType": "plan9"}),
    ("DescribeImages", {"ImageOwnerAlias": "me"}),
    ("DescribePrice", {"InstanceType": "ecs.none"}),
    ("DescribePrice", {"InstanceType": USUAL, "PriceUnit": "Fortnight"}),
    ("CreateSecurityGroup", {"VpcId": "vpc-unknown"}),
    ("CreateSecurityGroup", {}),
    ("CreateSecurityGroup", {"SecurityGroupName": "1"}),
    ("DeleteSecurityGroup", {"SecurityGroupId": "sg-unknown"}),
    ("DescribeSecurityGroupAttribute", {"SecurityGroupId": "sg-unknown"}),
    ("AuthorizeSecurityGroup", {"Permissions": [{**RULE, "PortRange": "x"}]}),
    ("AuthorizeSecurityGroup", {"Permissions": [{**RULE, "SourceCidrIp": ""}]}),
    ("AuthorizeSecurityGroup", {"Permissions": [RULE, RULE]}),
    ("AuthorizeSecurityGroupEgress", {**OUT, "DestCidrIp": "nowhere"}),
    ("RevokeSecurityGroup", {"SecurityGroupRuleId": ["sgr-unknown"]}),
    ("CreateLaunchTemplate", {"LaunchTemplateName": "p2p-agent"}),
    ("CreateLaunchTemplate", {"LaunchTemplateName": "other", "UserData": "?"}),
    ("CreateLaunchTemplateVersion", {"LaunchTemplateId": "lt-unknown"}),
    ("ModifyLaunchTemplateDefaultVersion", {"DefaultVersionNumber": 9}),
    ("DeleteLaunchTemplateVersion", {"DeleteVersion": [1]}),
    ("DescribeInstances", {"Status": "Dreaming"}),
    ("RunInstances", {"DryRun": True, "ImageId": "none"}),
    ("RunInstances", {"DryRun": True, "ImageId": OLD_IMAGE}),
    ("RunInstances", {"DryRun": True, "InstanceType": "ecs.none"}),
    ("RunInstances", {"DryRun": True, "RamRoleName": "nobody"}),
    ("RunInstances", {"DryRun": True, "VSwitchId": "vsw-unknown"}),
    ("RunInstances", {"DryRun": True, "SecurityGroupIds": ["sg-unknown"]}),
    ("TagResources", {"ResourceType": "x", "ResourceId": ["x"], "Tag": TAG}),
    ("UntagResources", {"ResourceType": "instance", "ResourceId": ["i-x"]}),
    ("ListTagResources", {"ResourceType": "instance"}),
]
"""Calls that are refused; whatever is needed besides is filled in."""


def _target(action: str, there: Surroundings) -> Json:
    """What a call is about, where it must be about something that exists."""
    match action:
        case "AuthorizeSecurityGroup" | "AuthorizeSecurityGroupEgress" | "RevokeSecurityGroup":
            return {"SecurityGroupId": there.security_group_id}
        case "ModifyLaunchTemplateDefaultVersion" | "DeleteLaunchTemplateVersion":
            return {"LaunchTemplateId": there.template_id}
        case "RunInstances":
            return {"LaunchTemplateId": there.template_id, "VSwitchId": there.vswitch_ids[0]}
        case _:
            return {}


@pytest.mark.parametrize(("action", "params"), REFUSALS)
def test_refusals_are_published(action: str, params: Json, metadata: Mapping[str, Json]) -> None:
    """Code and status of a refusal are in the metadata's list for that action."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    there = cloud.add_surroundings(REGION, "p2p-agent", "p2p-agent")
    with_target = {**_target(action, there), **params}
    with pytest.raises(ApiError) as caught:
        cloud.call("ecs", action, REGION, with_target)
    published = metadata["ecs"]["apis"][action]["errorCodes"][str(int(caught.value.http_status))]
    assert caught.value.code in {error["errorCode"] for error in published}
