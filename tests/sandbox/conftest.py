"""What tests of the whole sandbox share: everything that ESS ever answers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.faults import Faults
from sandbox.wire.products import ESS
from tests.sandbox.witness import META_FILES, META_VARIABLE

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

Json = dict[str, Any]
Call = Callable[..., Json]
PassTime = Callable[[int], None]


@pytest.fixture(scope="session")
def metadata() -> Mapping[str, Json]:
    """Product → its published OpenAPI metadata."""
    folder = os.environ.get(META_VARIABLE)
    if not folder:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must set {META_VARIABLE} to the folder of the OpenAPI metadata")
        pytest.skip(f"{META_VARIABLE} names no folder with the OpenAPI metadata")
    if not Path(folder).is_dir():
        pytest.fail(f"{META_VARIABLE} names {folder}, which is no folder")
    return {
        product: json.loads((Path(folder) / name).read_text("utf-8"))
        for product, name in META_FILES.items()
    }


@pytest.fixture(scope="session")
def ess_answers() -> dict[str, list[Json]]:
    """Every ESS action's answers over a group's whole life, success and shortage included."""
    cloud = Cloud(seed=7, start=START, regions=[REGION])
    cloud.add_fleet_groups()
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        region = {"RegionId": REGION} if "RegionId" in ESS.actions[action] else {}
        answer = cloud.call("ess", action, REGION, {**region, **params})
        seen.setdefault(action, []).append(answer)
        return answer

    def pass_time(minutes: int) -> None:
        cloud.clock.advance_to(cloud.clock.now + timedelta(minutes=minutes))

    group = _first_group(call("DescribeScalingGroups"))
    _scale(call, pass_time, group)
    _starve(cloud, call, pass_time, group)
    _schedule(call, group)
    _tag(call, group)
    _create_and_delete(call, pass_time, group)
    call("DescribeLimitation")
    call("DescribeRegions")
    return seen


def _first_group(answer: Json) -> Json:
    groups: list[Json] = answer["ScalingGroups"]
    return groups[0]


def _scale(call: Call, pass_time: PassTime, group: Json) -> None:
    group_id = group["ScalingGroupId"]
    call("ModifyScalingGroup", ScalingGroupId=group_id, MinSize=2, MaxSize=2)
    call("DescribeScalingActivities", ScalingGroupId=group_id)
    call("DescribeScalingInstances", ScalingGroupId=group_id)
    pass_time(30)
    call("DescribeScalingActivities", ScalingGroupId=group_id)
    instances = call("DescribeScalingInstances", ScalingGroupId=group_id)["ScalingInstances"]
    call("SetInstanceHealth", InstanceId=instances[0]["InstanceId"], HealthStatus="Healthy")
    call("ModifyScalingGroup", ScalingGroupId=group_id, MaxSize=3, DesiredCapacity=2)
    call("SuspendProcesses", ScalingGroupId=group_id, Processes=["ScaleOut"])
    call("DescribeScalingGroups")
    call("DescribeScalingGroupDetail", ScalingGroupId=group_id)
    call("ResumeProcesses", ScalingGroupId=group_id, Processes=["ScaleOut"])


def _starve(cloud: Cloud, call: Call, pass_time: PassTime, group: Json) -> None:
    group_id = group["ScalingGroupId"]
    cloud.set_faults(Faults.parse({"stock": [{"region": "*"}]}))
    call("ModifyScalingGroup", ScalingGroupId=group_id, MinSize=3, MaxSize=3, DesiredCapacity=3)
    pass_time(30)
    activities = call("DescribeScalingActivities", ScalingGroupId=group_id)["ScalingActivities"]
    assert "Failed" in {activity["StatusCode"] for activity in activities}
    cloud.set_faults(Faults())


def _schedule(call: Call, group: Json) -> None:
    task = call(
        "CreateScheduledTask",
        ScalingGroupId=group["ScalingGroupId"],
        ScheduledTaskName="nightly",
        Description="from a test",
        LaunchTime="2026-12-01T00:00Z",
        RecurrenceType="Daily",
        RecurrenceValue="1",
        RecurrenceEndTime="2027-01-01T00:00Z",
        MinValue=0,
        MaxValue=0,
        DesiredCapacity=0,
    )
    call("ModifyScheduledTask", ScheduledTaskId=task["ScheduledTaskId"], TaskEnabled=False)
    call("DescribeScheduledTasks")
    call("DeleteScheduledTask", ScheduledTaskId=task["ScheduledTaskId"])


def _tag(call: Call, group: Json) -> None:
    target = {"ResourceType": "scalinggroup", "ResourceIds": [group["ScalingGroupId"]]}
    call("TagResources", **target, Tags=[{"Key": "k", "Value": "v", "Propagate": True}])
    call("ListTagResources", **target)
    call("UntagResources", **target, TagKeys=["k"])


def _create_and_delete(call: Call, pass_time: PassTime, group: Json) -> None:
    created = call(
        "CreateScalingGroup",
        ScalingGroupName="another",
        MinSize=0,
        MaxSize=1,
        LaunchTemplateId=group["LaunchTemplateId"],
        LaunchTemplateVersion="Latest",
        LaunchTemplateOverrides=[{"InstanceType": "ecs.e-c1m1.large"}],
        VSwitchIds=group["VSwitchIds"],
        ScalingPolicy="forceRelease",
        MultiAZPolicy="COMPOSABLE",
        Tags=[{"Key": "p2p-fleet", "Value": "test", "Propagate": False}],
        GroupDeletionProtection=True,
        CapacityOptions={"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 100},
    )
    group_id = created["ScalingGroupId"]
    call("EnableScalingGroup", ScalingGroupId=group_id)
    call("DescribeScalingGroups")
    call("DisableScalingGroup", ScalingGroupId=group_id)
    call("SetGroupDeletionProtection", ScalingGroupId=group_id, GroupDeletionProtection=False)
    call("DeleteScalingGroup", ScalingGroupId=group_id, ForceDelete=True)
    call("DescribeScalingGroups")
    pass_time(30)
    call("DescribeScalingGroups")
