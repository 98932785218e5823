"""Deleting scaling groups."""

from __future__ import annotations

from tests.sandbox.domain.ess_user import EssUser


def test_a_name_is_free_again_when_its_group_is_gone(ess: EssUser) -> None:
    """Names are unique per region, a group that is being deleted included."""
    group_id = ess.create("p2p")
    ess.call("DeleteScalingGroup", ScalingGroupId=group_id)
    request = {"ScalingGroupName": "p2p", "MinSize": 0, "MaxSize": 0}
    request["VSwitchIds"] = ess.vswitch_ids
    assert ess.refusal("CreateScalingGroup", **request)[0] == "InvalidScalingGroupName.Duplicate"
    ess.wait(60)
    assert ess.call("CreateScalingGroup", **request)["ScalingGroupId"] != group_id
    assert ess.cloud.add_group("cn-hangzhou", "p2p", None).startswith("asg-")


def test_deleting_needs_an_empty_group_unless_forced(ess: EssUser) -> None:
    """InstanceInUse while there are instances or activities."""
    group_id = ess.create_active(MinSize=1)
    request = {"ScalingGroupId": group_id}
    assert ess.refusal("DeleteScalingGroup", **request) == ("InstanceInUse", 400)
    ess.wait(60)
    assert ess.refusal("DeleteScalingGroup", **request) == ("InstanceInUse", 400)
    ess.modify(group_id, MinSize=0, MaxSize=0)
    assert ess.refusal("DeleteScalingGroup", **request) == ("InstanceInUse", 400)
    ess.wait(60)
    ess.call("DeleteScalingGroup", **request)
    ess.wait(60)
    assert ess.refusal("DeleteScalingGroup", **request) == ("InvalidScalingGroupId.NotFound", 404)


def test_a_failing_activity_is_an_activity_too(ess: EssUser) -> None:
    """Without a single instance, a running attempt still keeps the group from being deleted."""
    ess.set_faults(stock=[{}])
    group_id = ess.create_active(MinSize=1)
    assert ess.counts(group_id) == {}
    assert ess.refusal("DeleteScalingGroup", ScalingGroupId=group_id) == ("InstanceInUse", 400)


def test_forced_deletion_lets_activities_end_and_releases_everything(ess: EssUser) -> None:
    """Deleting for a while, through which the group cannot be changed; then gone with all it had.

    Its scheduled task remains.
    """
    group_id = ess.create_active(MinSize=2)
    task_id = ess.schedule(group_id, "2026-11-24T08:00Z", MinValue=5, MaxValue=5)
    request = {"ScalingGroupId": group_id}
    ess.call("DeleteScalingGroup", **request, ForceDelete=True)
    for action, extra in (
        ("ModifyScalingGroup", {"MaxSize": 3}),
        ("EnableScalingGroup", {}),
        ("DisableScalingGroup", {}),
        ("SetGroupDeletionProtection", {"GroupDeletionProtection": True}),
    ):
        assert ess.refusal(action, **request, **extra)[0] == "IncorrectScalingGroupStatus"
    assert ess.call("DeleteScalingGroup", **request) == {}
    assert (ess.group(group_id)["LifecycleState"], ess.counts(group_id)) == (
        "Deleting",
        {"Pending": 2},
    )
    ess.wait(60)
    assert ess.counts(group_id) == {"Removing": 2}
    assert ess.statuses(group_id) == ["Successful", "InProgress"]
    ess.wait(60)
    assert ess.call("DescribeScalingGroups")["TotalCount"] == 0
    assert ess.call("DescribeScalingInstances")["TotalCount"] == 0
    assert ess.refusal("DescribeScalingActivities", **request)[0] == (
        "InvalidScalingGroupId.NotFound"
    )
    assert [task["ScheduledTaskId"] for task in ess.tasks()] == [task_id]


def test_deletion_protection(ess: EssUser) -> None:
    """A protected group cannot be deleted, not even by force; the error's code is a variant."""
    group_id = ess.create(GroupDeletionProtection=True)
    request = {"ScalingGroupId": group_id, "ForceDelete": True}
    assert ess.refusal("DeleteScalingGroup", **request) == ("InvalidOperation.Conflict", 400)
    ess.set_faults(variants={"deletion_protection_error": "OperationDenied"})
    assert ess.refusal("DeleteScalingGroup", **request) == ("OperationDenied", 400)
    ess.call("SetGroupDeletionProtection", ScalingGroupId=group_id, GroupDeletionProtection=False)
    ess.call("DeleteScalingGroup", **request)
    assert ess.group(group_id)["LifecycleState"] == "Deleting"
