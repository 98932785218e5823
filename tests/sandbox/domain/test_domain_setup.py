"""Setting an account up at once: groups with everything that they need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from sandbox.domain.regions import OPEN_REGION_IDS
from tests.sandbox.domain.ess_user import REGION, START

FLEET = {"TagKey": "p2p-fleet", "TagValue": "p2p-agent"}


def group_tags(shown: dict[str, Any]) -> list[dict[str, str]]:
    """Tags as VPC and ECS show them; VPC writes Key and Value."""
    return [
        {
            "TagKey": tag.get("TagKey", tag.get("Key")),
            "TagValue": tag.get("TagValue", tag.get("Value")),
        }
        for tag in shown["Tags"]["Tag"]
    ]


def test_a_group_brings_what_it_needs_and_all_of_it_is_tagged() -> None:
    """VPC, three vSwitches, security group, template: Available at once, with the fleet's tag."""
    cloud = Cloud(start=START, regions=[REGION])
    group_id = cloud.add_group(REGION, "p2p-agent-eu-central-1", "p2p-agent")
    products = cloud.state()["products"]
    vpc, ecs, ess = (products[name][REGION] for name in ("vpc", "ecs", "ess"))
    (network,), vswitches = vpc["vpcs"], vpc["vswitches"]
    (firewall,), (template,) = ecs["security_groups"], ecs["launch_templates"]
    (group,) = ess["scaling_groups"]
    assert [one["Status"] for one in (network, *vswitches)] == ["Available"] * 4
    assert [group_tags(one) for one in (network, *vswitches, firewall, template)] == [[FLEET]] * 6
    assert group["Tags"] == [{**FLEET, "Propagate": True}]
    assert (group["ScalingGroupId"], group["LifecycleState"]) == (group_id, "Active")
    assert group["VSwitchIds"] == [one["VSwitchId"] for one in vswitches]
    assert group["LaunchTemplateId"] == template["LaunchTemplateId"]
    assert firewall["VpcId"] == network["VpcId"]
    assert len(firewall["Permissions"]["Permission"]) == 3
    assert cloud.clock.now == START


@pytest.mark.parametrize("region", OPEN_REGION_IDS)
def test_the_fleets_groups_launch_everywhere(region: str) -> None:
    """Whatever a region sells and where: a group that is set up gets its nodes."""
    cloud = Cloud(start=START, regions=[region])
    cloud.add_fleet_groups()
    (group,) = cloud.call("ess", "DescribeScalingGroups", region, {})["ScalingGroups"]
    wanted = {"ScalingGroupId": group["ScalingGroupId"], "MinSize": 3, "MaxSize": 3}
    cloud.call("ess", "ModifyScalingGroup", region, wanted)
    cloud.clock.advance_to(START + timedelta(minutes=2))
    instances = cloud.call("ecs", "DescribeInstances", region, {})["Instances"]["Instance"]
    assert [one["Status"] for one in instances] == ["Running"] * 3
    assert [group_tags(one) for one in instances] == [[FLEET]] * 3


def test_groups_of_one_fleet_share_their_surroundings() -> None:
    """So that sixty groups fit into the quotas; another fleet has its own."""
    cloud = Cloud(start=START, regions=[REGION])
    for number in range(60):
        cloud.add_group(REGION, f"group-{number}", "p2p-agent")
    cloud.add_group(REGION, "other", None)
    state = cloud.state()["products"]
    assert len(state["ess"][REGION]["scaling_groups"]) == 61
    assert len(state["vpc"][REGION]["vpcs"]) == 2
    with pytest.raises(ApiError, match=r"InvalidScalingGroupName\.Duplicate"):
        cloud.add_group(REGION, "other", None)


def test_surroundings_that_are_gone_are_built_anew() -> None:
    """After somebody has deleted the template, the next group gets another one."""
    cloud = Cloud(start=START, regions=[REGION])
    first = cloud.add_surroundings(REGION, "p2p", None)
    assert cloud.add_surroundings(REGION, "p2p", None) == first
    cloud.call("ecs", "DeleteLaunchTemplate", REGION, {"LaunchTemplateName": "p2p"})
    second = cloud.add_surroundings(REGION, "p2p", None)
    assert second.template_id != first.template_id


def test_nothing_disturbs_a_set_up() -> None:
    """Faults and durations are put aside, and are in force again when it is done."""
    cloud = Cloud(start=START, regions=[REGION])
    faults = Faults.parse({"account": {"denied_actions": ["*"], "quotas": {"vpc:vpcs": 0}}})
    cloud.set_faults(faults)
    cloud.add_group(REGION, "p2p", None)
    assert cloud.faults is faults
    with pytest.raises(ApiError, match=r"Forbidden\.Unauthorized"):
        cloud.call("vpc", "CreateVpc", REGION, {})
    cloud.set_faults(Faults())
    cloud.call("vpc", "CreateVpc", REGION, {})
    state = cloud.state()["products"]["vpc"][REGION]["vpcs"]
    assert [one["Status"] for one in state] == ["Available", "Pending"]
