"""Scaling activities: how groups get their instances and lose them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

DAY_S = 24 * 3600


def test_instances_boot_for_a_while_and_the_activity_lasts_until_the_last(ess: EssUser) -> None:
    """Pending at once, InService one by one after 25 to 55 seconds."""
    group_id = ess.create_active(MinSize=3)
    assert ess.counts(group_id) == {"Pending": 3}
    assert ess.statuses(group_id) == ["InProgress"]
    ess.wait(24)
    assert ess.counts(group_id) == {"Pending": 3}
    ess.wait(31)
    assert ess.counts(group_id) == {"Active": 3}
    assert ess.statuses(group_id) == ["Successful"]


def test_a_successful_activity_tells_what_it_did(ess: EssUser) -> None:
    """Ids, numbers, cause and texts of growing and of shrinking."""
    group_id = ess.create_active()
    ess.modify(group_id, MinSize=2)
    ess.wait(120)
    ess.modify(group_id, MinSize=0, MaxSize=0)
    ess.wait(120)
    grown, shrunk = ess.activities(group_id)
    created = grown["CreatedInstances"]
    user_id = ess.cloud.account.user_id
    common = {
        "ScalingGroupId": group_id,
        "StatusCode": "Successful",
        "Progress": 100,
        "TriggerSourceType": "Api",
        "TriggerSourceId": user_id,
        "ScalingInstanceNumber": 2,
        "StartedInstances": [],
        "StartedCapacity": 0,
        "StoppedInstances": [],
        "StoppedCapacity": 0,
        "ErrorMessages": [],
        "AttachedCapacity": "0",
    }
    assert grown == common | {
        "ScalingActivityId": grown["ScalingActivityId"],
        "StatusMessage": '"2" ECS instances are added',
        "Cause": "A user requests to modify the scaling group, changing the Total Capacity "
        'from "0" to "2".',
        "Description": 'Add "2" ECS instance',
        "StartTime": "2026-11-23T08:00Z",
        "EndTime": "2026-11-23T08:00Z",
        "CreatedInstances": created,
        "CreatedCapacity": 2,
        "DestroyedInstances": [],
        "DestroyedCapacity": 0,
        "TotalCapacity": "2",
        "AutoCreatedCapacity": "2",
        "Detail": f'new ECS instances "{", ".join(created)}" are created.',
    }
    assert shrunk == common | {
        "ScalingActivityId": shrunk["ScalingActivityId"],
        "StatusMessage": '"2" ECS instances are removed',
        "Cause": "A user requests to modify the scaling group, changing the Total Capacity "
        'from "2" to "0".',
        "Description": 'Remove "2" ECS instance',
        "StartTime": "2026-11-23T08:02Z",
        "EndTime": "2026-11-23T08:02Z",
        "CreatedInstances": [],
        "CreatedCapacity": 0,
        "DestroyedInstances": created,
        "DestroyedCapacity": 2,
        "TotalCapacity": "0",
        "AutoCreatedCapacity": "0",
        "Detail": f'ECS instances "{", ".join(created)}" are released.',
    }


def test_an_activity_in_progress_has_no_end_yet(ess: EssUser) -> None:
    """Neither an end time nor totals, and its instances are known already."""
    group_id = ess.create_active(MinSize=1)
    (activity,) = ess.activities(group_id)
    assert (activity["StatusCode"], activity["Progress"]) == ("InProgress", 0)
    assert len(activity["CreatedInstances"]) == 1
    assert not {"EndTime", "TotalCapacity", "ErrorCode"} & activity.keys()


def test_instances_leave_after_a_while(ess: EssUser) -> None:
    """Removing for about twenty seconds, then gone; the oldest goes first."""
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    ess.modify(group_id, MinSize=2)
    ess.wait(60)
    ess.modify(group_id, MinSize=0, MaxSize=1)
    assert ess.counts(group_id) == {"Active": 1, "Removing": 1}
    ess.wait(20)
    assert ess.counts(group_id) == {"Active": 1}
    first, _, removal = ess.activities(group_id)
    assert removal["DestroyedInstances"] == first["CreatedInstances"]


def test_the_removal_policy_may_prefer_the_newest(ess: EssUser) -> None:
    """NewestInstance as first policy takes out the last instance that joined."""
    group_id = ess.create_active(MinSize=1, RemovalPolicies=["NewestInstance"])
    ess.wait(60)
    ess.modify(group_id, MinSize=2)
    ess.wait(60)
    ess.modify(group_id, MinSize=1, MaxSize=1)
    _, second, removal = ess.activities(group_id)
    assert removal["DestroyedInstances"] == second["CreatedInstances"]


def test_without_demand_there_is_no_activity(ess: EssUser) -> None:
    """Bounds that the present number fits change nothing."""
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    ess.modify(group_id, MinSize=0, MaxSize=5)
    ess.wait(DAY_S)
    assert (ess.counts(group_id), ess.statuses(group_id)) == ({"Active": 1}, ["Successful"])


def test_an_inactive_group_does_nothing_until_it_is_enabled(ess: EssUser) -> None:
    """Disabled, running activities end and changes wait; enabling catches up."""
    group_id = ess.create_active(MinSize=1)
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.modify(group_id, MinSize=3)
    ess.wait(600)
    assert ess.counts(group_id) == {"Active": 1}
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 3}


def test_without_the_desired_feature_one_activity_runs_at_a_time(ess: EssUser) -> None:
    """A change during an activity is caught up when that ends."""
    group_id = ess.create_active(MinSize=1)
    ess.modify(group_id, MinSize=4)
    assert (ess.bounds(group_id)[0], ess.counts(group_id)) == (4, {"Pending": 1})
    ess.wait(56)
    assert ess.counts(group_id) == {"Active": 1, "Pending": 3}
    ess.wait(56)
    assert (ess.counts(group_id), ess.statuses(group_id)) == (
        {"Active": 4},
        ["Successful", "Successful"],
    )
    assert ess.activities(group_id)[1]["TriggerSourceType"] == "Ess"


def test_with_the_desired_feature_activities_run_in_parallel(ess: EssUser) -> None:
    """A change during an activity starts another one at once."""
    group_id = ess.create_active(DesiredCapacity=1)
    ess.modify(group_id, DesiredCapacity=4)
    assert ess.counts(group_id) == {"Pending": 4}
    assert ess.statuses(group_id) == ["InProgress", "InProgress"]


def test_instances_that_still_boot_are_removed_once_they_serve(ess: EssUser) -> None:
    """Lowering the desired number during a boot ends at the lower number."""
    group_id = ess.create_active(DesiredCapacity=3)
    ess.modify(group_id, DesiredCapacity=1)
    assert ess.counts(group_id) == {"Pending": 3}
    ess.wait(120)
    assert (ess.counts(group_id), ess.statuses(group_id)) == (
        {"Active": 1},
        ["Successful", "Successful"],
    )


@pytest.mark.parametrize(
    "policy", [{"MultiAZPolicy": "BALANCE"}, {"MultiAZPolicy": "COMPOSABLE", "AzBalance": True}]
)
def test_balanced_groups_spread_over_their_zones(ess: EssUser, policy: dict[str, Any]) -> None:
    """As evenly as the number allows, what is there already included."""
    group_id = ess.create_active(MinSize=4, **policy)
    ess.wait(60)
    ess.modify(group_id, MinSize=6)
    shown = ess.call("DescribeScalingInstances", ScalingGroupId=group_id)["ScalingInstances"]
    zones = [instance["ZoneId"] for instance in shown]
    assert sorted(zones.count(zone) for zone in set(zones)) == [2, 2, 2]


def test_balance_does_not_count_what_is_leaving(ess: EssUser) -> None:
    """The zone that an instance is just leaving gets the next one."""
    group_id = ess.create_active(
        DesiredCapacity=3, MultiAZPolicy="BALANCE", RemovalPolicies=["NewestInstance"]
    )
    ess.wait(60)
    ess.modify(group_id, DesiredCapacity=2)
    ess.modify(group_id, DesiredCapacity=3)
    shown = ess.call("DescribeScalingInstances", ScalingGroupId=group_id)["ScalingInstances"]
    zones: dict[str, list[str]] = {state: [] for state in ("InService", "Removing", "Pending")}
    for instance in shown:
        zones[instance["LifecycleState"]].append(instance["ZoneId"])
    assert zones == {
        "InService": ["eu-central-1a", "eu-central-1b"],
        "Removing": ["eu-central-1c"],
        "Pending": ["eu-central-1c"],
    }


def test_weights_count_as_capacity(ess: EssUser) -> None:
    """Six units of capacity take two instances of weight four, which may exceed the target."""
    group_id = ess.create_active(
        MinSize=6,
        MaxSize=6,
        LaunchTemplateOverrides=[{"InstanceType": "ecs.g7.xlarge", "WeightedCapacity": 4}],
    )
    ess.wait(300)
    group = ess.group(group_id)
    assert (group["ActiveCapacity"], group["TotalCapacity"], group["TotalInstanceCount"]) == (
        8,
        8,
        2,
    )
    ess.modify(group_id, MinSize=3, MaxSize=3)
    ess.wait(300)
    assert ess.counts(group_id) == {"Active": 4}
    assert ess.statuses(group_id) == ["Successful", "Successful"]


def test_one_activity_creates_at_most_five_hundred(ess: EssUser) -> None:
    """A bigger demand takes several activities."""
    group_id = ess.create_active(MinSize=600, MaxSize=600, **ess.add_large_network())
    ess.wait(300)
    created = [activity["CreatedCapacity"] for activity in ess.activities(group_id)]
    assert (created, ess.counts(group_id)) == ([500, 100], {"Active": 600})
