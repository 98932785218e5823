"""Stock, quotas and permissions: what happens when there are no instances to be had."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

NO_STOCK: dict[str, Any] = {"stock": [{"region": "eu-*"}]}
DAY_S = 24 * 3600


@pytest.mark.parametrize(
    ("faults", "code", "message"),
    [
        (
            NO_STOCK,
            "RecommendEmpty.InstanceTypeNoStock",
            "The instanceTypes are out of usage.",
        ),
        (
            {"stock": [{"disk": "cloud_essd"}]},
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
            {"zone": "eu-central-1b", "instance_type": "ecs.e-c1m1.large"},
        ]
    )
    group_id = ess.create_active(
        MinSize=2,
        LaunchTemplateOverrides=[
            {"InstanceType": "ecs.e-c1m1.large"},
            {"InstanceType": "ecs.u1-c1m1.large"},
        ],
    )
    state = ess.cloud.state()["products"]["ess"]["eu-central-1"]["instances"]
    bought = {
        (one["ZoneId"], one["InstanceType"]) for one in state if one["ScalingGroupId"] == group_id
    }
    assert bought == {("eu-central-1b", "ecs.u1-c1m1.large")}


def test_stock_elsewhere_does_not_help(ess: EssUser) -> None:
    """Stock is a matter of the region, too."""
    ess.set_faults(stock=[{"region": "cn-hangzhou"}])
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1}


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


def test_a_success_makes_the_back_off_begin_anew(ess: EssUser) -> None:
    """Failures before a success do not count for the next shortage."""
    ess.set_faults(**NO_STOCK)
    group_id = ess.create_active(MinSize=1)
    ess.schedule(group_id, "2026-11-23T10:00Z", MinValue=2)
    ess.wait_until("2026-11-23T09:00")
    ess.set_faults()
    ess.wait_until("2026-11-23T09:30")
    ess.set_faults(**NO_STOCK)
    ess.wait_until("2026-11-23T10:05")
    starts = [activity["StartTime"][11:16] for activity in ess.activities(group_id)]
    assert starts[-3:] == ["10:00", "10:01", "10:03"]


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


def test_a_partial_success_counts_as_one(ess: EssUser) -> None:
    """Days of failure are counted from the last time that anything was created."""
    ess.set_faults(account={"quotas": {"ecs:instances": 1}})
    group_id = ess.create_active(MinSize=3)
    ess.wait(5 * DAY_S)
    ess.set_faults(account={"quotas": {"ecs:instances": 2}})
    ess.wait(5 * DAY_S)
    assert (ess.group(group_id)["SystemSuspended"], ess.counts(group_id)) == (
        False,
        {"Active": 2},
    )
    ess.wait(3 * DAY_S)
    assert ess.group(group_id)["SystemSuspended"]


def test_a_group_disabled_while_it_fails_is_quiet(ess: EssUser) -> None:
    """The running attempt fails, and no other one follows until the group is enabled."""
    ess.set_faults(**NO_STOCK)
    group_id = ess.create_active(MinSize=1)
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.wait(3600)
    assert ess.statuses(group_id) == ["Failed"]
    ess.set_faults()
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1}


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
