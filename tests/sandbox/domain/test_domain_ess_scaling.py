"""Scaling activities: how groups get their instances, and what happens when they cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

NO_STOCK: dict[str, Any] = {"stock": [{"region": "eu-*"}]}
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
    ("faults", "code", "message"),
    [
        (
            NO_STOCK,
            "RecommendEmpty.InstanceTypeNoStock",
            "The instanceTypes are out of usage.",
        ),
        (
            {"stock": [{"disk": "cloud_essd_entry"}]},
            "RecommendEmpty.DiskTypeNoStock",
            "The diskTypes are out of usage.",
        ),
        (
            {"account": {"unauthorized_types": ["ecs.*"]}},
            "InvalidInstanceType.NotAuthorized",
            "Instance types are not authorized.",
        ),
        (
            {"account": {"risk_control": True}},
            "Forbidden.RiskControl",
            "This operation is forbidden by Aliyun RiskControl system.",
        ),
        (
            {"account": {"quotas": {"ecs:instances": 0}}},
            "QuotaExceed.ElasticQuota",
            "No additional quota is available for the specified ECS instance type.",
        ),
    ],
)
def test_a_shortage_is_never_an_answer_but_a_failed_activity(
    ess: EssUser, faults: dict[str, Any], code: str, message: str
) -> None:
    """The modification succeeds; a moment later its activity has failed, with the real texts."""
    ess.set_faults(**faults)
    group_id = ess.create_active()
    ess.modify(group_id, MinSize=2)
    assert ess.statuses(group_id) == ["InProgress"]
    ess.wait(10)
    (activity,) = ess.activities(group_id)
    wanted = {
        "StatusCode": "Failed",
        "StatusMessage": "Fail to scale instances for scaling group"
        f'(code:"{code}", msg:"{message}").',
        "ErrorCode": code,
        "ErrorMessage": message,
        "ErrorMessages": [
            {
                "Code": code,
                "Message": message,
                "Description": "Fail to create instances into scaling group.",
                "FailedInstanceIds": [],
            }
        ],
        "CreatedInstances": [],
        "TotalCapacity": "0",
        "ScalingInstanceNumber": 0,
    }
    assert {name: activity[name] for name in wanted} == wanted
    assert (ess.bounds(group_id), ess.counts(group_id)) == ((2, 10, None), {})


def test_half_a_success_is_a_warning(ess: EssUser) -> None:
    """What quota allows is created, the rest named as the reason and tried again later."""
    ess.set_faults(account={"quotas": {"ecs:instances": 2}})
    group_id = ess.create_active(MinSize=3)
    ess.wait(60)
    (activity,) = ess.activities(group_id)
    assert (activity["StatusCode"], activity["ErrorCode"], activity["CreatedCapacity"]) == (
        "Warning",
        "QuotaExceed.ElasticQuota",
        2,
    )
    assert ess.counts(group_id) == {"Active": 2}
    ess.set_faults()
    ess.wait(600)
    assert ess.counts(group_id) == {"Active": 3}


def test_the_quota_of_instances_counts_all_groups_of_a_region(ess: EssUser) -> None:
    """What one group holds the other cannot have."""
    ess.set_faults(account={"quotas": {"ecs:instances": 3}})
    ess.create_active("one", MinSize=2)
    two = ess.create_active("two", MinSize=2)
    ess.wait(60)
    assert ess.counts(two) == {"Active": 1}


def test_other_zones_types_and_disks_are_tried(ess: EssUser) -> None:
    """Preferred vSwitch first, in it the preferred type; what is out of stock is passed over."""
    ess.set_faults(
        stock=[
            {"zone": "eu-central-1a"},
            {"zone": "eu-central-1b", "instance_type": "ecs.first"},
        ]
    )
    zones = {}
    for number in range(40):  # ids in every zone, whatever zone follows from an id
        vswitch = f"vsw-{number}"
        group_id = ess.create_active(f"probe-{number}", MinSize=1, VSwitchIds=[vswitch])
        for one in ess.call("DescribeScalingInstances", ScalingGroupId=group_id)[
            "ScalingInstances"
        ]:
            zones[one["ZoneId"]] = vswitch
    assert set(zones) == {"eu-central-1b", "eu-central-1c"}
    group_id = ess.create_active(
        MinSize=2,
        VSwitchIds=[zones["eu-central-1b"], zones["eu-central-1c"]],
        LaunchTemplateOverrides=[{"InstanceType": "ecs.first"}, {"InstanceType": "ecs.second"}],
    )
    state = ess.cloud.state()["products"]["ess"]["eu-central-1"]["instances"]
    bought = {
        (one["ZoneId"], one["InstanceType"]) for one in state if one["ScalingGroupId"] == group_id
    }
    assert bought == {("eu-central-1b", "ecs.second")}


def test_stock_elsewhere_does_not_help(ess: EssUser) -> None:
    """Stock is a matter of the region, too."""
    ess.set_faults(stock=[{"region": "cn-hangzhou"}])
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1}


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


def test_weights_count_as_capacity(ess: EssUser) -> None:
    """Six units of capacity take two instances of weight four, which may exceed the target."""
    group_id = ess.create_active(
        MinSize=6,
        MaxSize=6,
        LaunchTemplateOverrides=[{"InstanceType": "ecs.big", "WeightedCapacity": 4}],
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
    group_id = ess.create_active(MinSize=600, MaxSize=600)
    ess.wait(300)
    created = [activity["CreatedCapacity"] for activity in ess.activities(group_id)]
    assert (created, ess.counts(group_id)) == ([500, 100], {"Active": 600})


def test_recovered_stock_is_found_without_any_call(ess: EssUser) -> None:
    """ESS tries again by itself, at growing intervals of at most five minutes."""
    ess.set_faults(**NO_STOCK)
    group_id = ess.create_active(MinSize=1)
    ess.wait(3600)
    starts = [activity["StartTime"][11:16] for activity in ess.activities(group_id)]
    assert starts[:6] == ["08:00", "08:01", "08:03", "08:07", "08:12", "08:17"]
    assert set(ess.statuses(group_id)) == {"Failed"}
    ess.set_faults()
    ess.wait(360)
    assert (ess.counts(group_id), ess.statuses(group_id)[-1]) == ({"Active": 1}, "Successful")


def test_a_modification_does_not_wait_for_the_retry(ess: EssUser) -> None:
    """Changed demand is tried at once, and the back-off begins anew."""
    ess.set_faults(**NO_STOCK)
    group_id = ess.create_active(MinSize=1)
    ess.wait(1200)
    tries = len(ess.activities(group_id))
    ess.modify(group_id, MinSize=2)
    assert len(ess.activities(group_id)) == tries + 1
    ess.wait(66)
    assert len(ess.activities(group_id)) == tries + 2


def test_an_abandoned_demand_is_not_retried(ess: EssUser) -> None:
    """Lowered, disabled or deleted, the group is quiet."""
    ess.set_faults(**NO_STOCK)
    lowered, disabled = (ess.create_active(name, MinSize=1) for name in ("lowered", "disabled"))
    ess.wait(30)
    ess.modify(lowered, MinSize=0)
    ess.call("DisableScalingGroup", ScalingGroupId=disabled)
    ess.wait(3600)
    assert (ess.statuses(lowered), ess.statuses(disabled)) == (["Failed"], ["Failed"])
    ess.call("DeleteScalingGroup", ScalingGroupId=disabled)
    ess.call("DeleteScalingGroup", ScalingGroupId=lowered)
    ess.wait(60)
    assert ess.call("DescribeScalingGroups")["TotalCount"] == 0


@pytest.mark.parametrize(("variant", "days"), [({}, 7), ({"auto_suspend_after_days": 30}, 30)])
def test_days_of_nothing_but_failure_suspend_a_group(
    ess: EssUser, variant: dict[str, int], days: int
) -> None:
    """After 7 or 30 days (variant) ESS gives up; modifying the group makes it try again."""
    ess.set_faults(**NO_STOCK, variants=variant)
    group_id = ess.create_active(MinSize=1)
    ess.wait(days * DAY_S - 3600)
    assert not ess.group(group_id)["SystemSuspended"]
    ess.wait(2 * 3600)
    assert ess.group(group_id)["SystemSuspended"]
    ess.set_faults()
    ess.wait(DAY_S)
    assert ess.counts(group_id) == {}
    ess.modify(group_id, MinSize=1)
    ess.wait(60)
    assert (ess.group(group_id)["SystemSuspended"], ess.counts(group_id)) == (
        False,
        {"Active": 1},
    )


@pytest.mark.parametrize(("process", "before", "after"), [("ScaleOut", 1, 3), ("ScaleIn", 3, 1)])
def test_suspended_scaling_waits_for_its_resumption(
    ess: EssUser, process: str, before: int, after: int
) -> None:
    """The bounds change, the number does not, until the process is resumed."""
    group_id = ess.create_active(MinSize=before, MaxSize=before)
    ess.wait(60)
    ess.call("SuspendProcesses", ScalingGroupId=group_id, Processes=[process, process])
    assert ess.group(group_id)["SuspendedProcesses"] == [process]
    ess.modify(group_id, MinSize=after, MaxSize=after)
    ess.wait(600)
    assert ess.counts(group_id) == {"Active": before}
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=[process])
    ess.wait(120)
    assert (ess.counts(group_id), ess.group(group_id)["SuspendedProcesses"]) == (
        {"Active": after},
        [],
    )


def test_only_known_processes_can_be_suspended(ess: EssUser) -> None:
    """An unknown name is refused as a whole; client tokens work here too."""
    group_id = ess.create()
    request = {"ScalingGroupId": group_id, "Processes": ["ScaleIn", "Coffee"]}
    for action in ("SuspendProcesses", "ResumeProcesses"):
        assert ess.refusal(action, **request) == ("InvalidParameter", 400)
    token = {"ScalingGroupId": group_id, "ClientToken": "tok"}
    ess.call("SuspendProcesses", **token, Processes=["AlarmNotification"])
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=["AlarmNotification"])
    ess.call("SuspendProcesses", **token, Processes=["AlarmNotification"])
    assert ess.group(group_id)["SuspendedProcesses"] == []
    assert ess.refusal("SuspendProcesses", **token, Processes=["ScaleIn"])[0] == (
        "IdempotentParameterMismatch"
    )


def test_unhealthy_instances_are_replaced(ess: EssUser) -> None:
    """The health check finds them, takes them out, and the group is filled up again."""
    group_id = ess.create_active(MinSize=2)
    ess.wait(60)
    sick = ess.activities(group_id)[0]["CreatedInstances"][1]
    ess.call("SetInstanceHealth", InstanceId=sick, HealthStatus="Unhealthy")
    unhealthy = ess.call("DescribeScalingInstances", HealthStatus="Unhealthy")
    assert [one["InstanceId"] for one in unhealthy["ScalingInstances"]] == [sick]
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1, "Removing": 1}
    ess.wait(120)
    _, removal, replacement = ess.activities(group_id)
    assert removal["DestroyedInstances"] == [sick]
    assert replacement["CreatedCapacity"] == 1
    assert ess.counts(group_id) == {"Active": 2}


@pytest.mark.parametrize("process", ["HealthCheck", "ScaleIn"])
def test_a_suspended_health_check_finds_nothing(ess: EssUser, process: str) -> None:
    """Unhealthy instances stay until the process is resumed; nor does a check that is off see."""
    group_id = ess.create_active(MinSize=1)
    unchecked = ess.create_active("unchecked", MinSize=1, HealthCheckType="NONE")
    ess.wait(60)
    ess.call("SuspendProcesses", ScalingGroupId=group_id, Processes=[process])
    for one in (group_id, unchecked):
        (sick,) = ess.activities(one)[0]["CreatedInstances"]
        ess.call("SetInstanceHealth", InstanceId=sick, HealthStatus="Unhealthy")
    ess.wait(600)
    assert (ess.counts(group_id), ess.counts(unchecked)) == ({"Active": 1}, {"Active": 1})
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=[process])
    assert ess.counts(group_id) == {"Removing": 1}


def test_health_is_set_for_instances_that_exist(ess: EssUser) -> None:
    """An unknown instance or health is refused."""
    group_id = ess.create_active(MinSize=1)
    (instance_id,) = ess.activities(group_id)[0]["CreatedInstances"]
    unknown = {"InstanceId": "i-unknown", "HealthStatus": "Unhealthy"}
    assert ess.refusal("SetInstanceHealth", **unknown) == ("InvalidInstanceId.NotFound", 400)
    odd = {"InstanceId": instance_id, "HealthStatus": "Peaky"}
    assert ess.refusal("SetInstanceHealth", **odd) == ("InvalidParameter", 400)
