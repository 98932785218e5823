"""Scheduled tasks in action, to the minute on the virtual clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

AT_NINE = "2026-11-23T09:00Z"


def test_a_task_fires_exactly_at_its_minute(ess: EssUser) -> None:
    """Not a second early; its values overwrite the group's at once and instances follow."""
    group_id = ess.create_active()
    task_id = ess.schedule(group_id, AT_NINE, MinValue=2, MaxValue=2)
    ess.wait_until("2026-11-23T08:59:59")
    assert ess.bounds(group_id) == (0, 10, None)
    ess.wait_until("2026-11-23T09:00:00")
    assert (ess.bounds(group_id), ess.counts(group_id)) == ((2, 2, None), {"Pending": 2})
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 2}
    (activity,) = ess.activities(group_id)
    assert (activity["TriggerSourceType"], activity["TriggerSourceId"]) == ("Ess", task_id)
    assert activity["StartTime"] == AT_NINE


def test_values_that_a_task_does_not_set_stay(ess: EssUser) -> None:
    """A task may move one bound only."""
    group_id = ess.create_active(MinSize=1)
    ess.schedule(group_id, AT_NINE, MaxValue=3)
    ess.wait_until("2026-11-23T09:00")
    assert ess.bounds(group_id) == (1, 3, None)


def test_a_task_that_would_break_the_bounds_changes_nothing(ess: EssUser) -> None:
    """MinValue above the group's MaxSize: rejected, and said so in an activity."""
    group_id = ess.create_active(MaxSize=3)
    ess.schedule(group_id, AT_NINE, MinValue=5)
    ess.wait_until("2026-11-23T09:00")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == ((0, 3, None), ["Rejected"])


@pytest.mark.parametrize(
    ("group", "values", "bounds", "statuses"),
    [
        ({"DesiredCapacity": 0}, {"MinValue": 2, "MaxValue": 2}, (0, 10, 0), ["Rejected"]),
        (
            {"DesiredCapacity": 0},
            {"MinValue": 2, "MaxValue": 2, "DesiredCapacity": 2},
            (2, 2, 2),
            ["InProgress"],
        ),
        ({}, {"MinValue": 2, "MaxValue": 2, "DesiredCapacity": 2}, (0, 10, None), ["Rejected"]),
        ({}, {"MinValue": 2, "MaxValue": 2}, (2, 2, None), ["InProgress"]),
    ],
)
def test_a_task_must_suit_the_desired_feature(
    ess: EssUser,
    group: dict[str, Any],
    values: dict[str, Any],
    bounds: tuple[int, int, int | None],
    statuses: list[str],
) -> None:
    """With the feature on it must set DesiredCapacity, with it off it must not; else Rejected."""
    group_id = ess.create_active(**group)
    ess.schedule(group_id, AT_NINE, **values)
    ess.wait_until("2026-11-23T09:00")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == (bounds, statuses)


def test_in_one_minute_only_the_newest_task_runs(ess: EssUser) -> None:
    """Newest by creation, not by modification; disabled ones and other groups do not count."""
    group_id, other_id = ess.create_active("one"), ess.create_active("two")
    oldest = ess.schedule(group_id, "2026-11-23T09:30Z", MinValue=1, MaxValue=1)
    ess.schedule(group_id, AT_NINE, MinValue=2, MaxValue=2)
    disabled = ess.schedule(group_id, AT_NINE, MinValue=3, MaxValue=3)
    ess.schedule(other_id, AT_NINE, MinValue=4, MaxValue=4)
    ess.call("ModifyScheduledTask", ScheduledTaskId=disabled, TaskEnabled=False)
    ess.call("ModifyScheduledTask", ScheduledTaskId=oldest, LaunchTime=AT_NINE)
    ess.wait_until("2026-11-23T09:10")
    assert (ess.bounds(group_id), ess.bounds(other_id)) == ((2, 2, None), (4, 4, None))
    assert len(ess.activities(group_id)) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_the_newest_runs_whatever_order_the_tasks_were_planned_in(
    ess: EssUser, *, kept: bool
) -> None:
    """The older task, moved into the minute later, does not run after the newer one."""
    ess.set_faults(variants={"fired_task_kept": kept})
    group_id = ess.create_active()
    older = ess.schedule(group_id, "2026-11-23T09:30Z", MinValue=1, MaxValue=1)
    newer = ess.schedule(group_id, AT_NINE, MinValue=2, MaxValue=2)
    ess.call("ModifyScheduledTask", ScheduledTaskId=older, LaunchTime=AT_NINE)
    ess.wait_until("2026-11-23T09:40")
    assert ess.bounds(group_id) == (2, 2, None)
    left = [task["ScheduledTaskId"] for task in ess.tasks()]
    assert left == ([older, newer] if kept else [])


def test_a_one_shot_task_fires_once_and_stays(ess: EssUser) -> None:
    """It counts toward the quota and can be launched again by a new LaunchTime."""
    ess.set_faults(account={"quotas": {"ess:scheduled_tasks": 1}})
    group_id = ess.create_active()
    task_id = ess.schedule(group_id, AT_NINE, MinValue=1)
    ess.wait_until("2026-11-24T09:00")
    assert len(ess.activities(group_id)) == 1
    request = {"ScalingGroupId": group_id, "LaunchTime": "2026-11-25T09:00Z", "MinValue": 2}
    assert ess.refusal("CreateScheduledTask", **request)[0] == "QuotaExceeded.ScheduledTask"
    ess.call(
        "ModifyScheduledTask", ScheduledTaskId=task_id, LaunchTime="2026-11-25T09:00Z", MinValue=2
    )
    ess.wait_until("2026-11-25T09:00")
    assert ess.bounds(group_id) == (2, 10, None)


def test_a_one_shot_task_may_be_removed_after_firing(ess: EssUser) -> None:
    """Variant: it is gone once it has run; a recurring one stays."""
    ess.set_faults(variants={"fired_task_kept": False})
    group_id = ess.create_active()
    ess.schedule(group_id, AT_NINE, MinValue=1)
    daily = ess.schedule(
        group_id, "2026-11-23T10:00Z", MinValue=2, RecurrenceType="Daily", RecurrenceValue="1"
    )
    ess.wait_until("2026-11-23T11:00")
    assert ess.bounds(group_id) == (2, 10, None)
    assert [task["ScheduledTaskId"] for task in ess.tasks()] == [daily]


def test_a_disabled_task_does_not_fire(ess: EssUser) -> None:
    """Enabled again before its time it does, enabled after it does not."""
    group_id = ess.create_active()
    late = ess.schedule(group_id, AT_NINE, MinValue=1, TaskEnabled=False)
    in_time = ess.schedule(group_id, "2026-11-23T10:00Z", MaxValue=5, TaskEnabled=False)
    ess.wait_until("2026-11-23T09:30")
    for task_id in (late, in_time):
        ess.call("ModifyScheduledTask", ScheduledTaskId=task_id, TaskEnabled=True)
    ess.wait_until("2026-11-23T10:30")
    assert ess.bounds(group_id) == (0, 5, None)


def test_a_recurring_task_fires_until_its_end(ess: EssUser) -> None:
    """Every other day at the same minute, the last time at RecurrenceEndTime."""
    group_id = ess.create_active()
    ess.schedule(
        group_id,
        AT_NINE,
        MinValue=1,
        RecurrenceType="Daily",
        RecurrenceValue="2",
        RecurrenceEndTime="2026-11-27T09:00Z",
    )
    seen = []
    for day in range(23, 31):
        ess.wait_until(f"2026-11-{day}T09:00")
        seen.append(ess.bounds(group_id)[0])
        ess.wait(300)
        ess.modify(group_id, MinSize=0)
    assert seen == [1, 0, 1, 0, 1, 0, 0, 0]


OBSTACLES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "inactive": ("DisableScalingGroup", "EnableScalingGroup", {}),
    "suspended": ("SuspendProcesses", "ResumeProcesses", {"Processes": ["ScheduledAction"]}),
}
"""What hinders a task: the call that makes it so, the one that ends it, what they need."""


@pytest.mark.parametrize("obstacle", list(OBSTACLES))
@pytest.mark.parametrize(
    ("patience_s", "bounds", "statuses"),
    [
        (600, (0, 3, None), []),
        (100, (0, 10, None), ["Rejected"]),
        (0, (0, 10, None), ["Rejected"]),
    ],
)
def test_a_hindered_task_is_retried_until_it_expires(
    ess: EssUser,
    obstacle: str,
    patience_s: int,
    bounds: tuple[int, int, int | None],
    statuses: list[str],
) -> None:
    """Hindered for five minutes, it runs late, or is skipped and recorded as Rejected."""
    hinder, free, extra = OBSTACLES[obstacle]
    group_id = ess.create_active()
    ess.schedule(group_id, AT_NINE, MaxValue=3, LaunchExpirationTime=patience_s)
    ess.call(hinder, ScalingGroupId=group_id, **extra)
    ess.wait_until("2026-11-23T09:05")
    assert ess.bounds(group_id) == (0, 10, None)
    ess.call(free, ScalingGroupId=group_id, **extra)
    ess.wait_until("2026-11-23T09:06")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == (bounds, statuses)
    ess.wait_until("2026-11-23T12:00")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == (bounds, statuses)


@pytest.mark.parametrize(
    ("patience_s", "bounds", "statuses"),
    [
        (600, (1, 3, None), ["Successful"]),
        (0, (1, 10, None), ["Successful", "Rejected"]),
    ],
)
def test_a_task_waits_for_the_end_of_a_running_activity(
    ess: EssUser, patience_s: int, bounds: tuple[int, int, int | None], statuses: list[str]
) -> None:
    """Without the desired feature a busy group makes it wait, or skip when it must not."""
    group_id = ess.create_active()
    ess.schedule(group_id, AT_NINE, MaxValue=3, LaunchExpirationTime=patience_s)
    ess.wait_until("2026-11-23T08:59:55")
    ess.modify(group_id, MinSize=1)
    ess.wait_until("2026-11-23T09:00:01")
    assert ess.bounds(group_id) == (1, 10, None)
    ess.wait_until("2026-11-23T09:02")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == (bounds, statuses)


def test_with_the_desired_feature_a_task_does_not_wait(ess: EssUser) -> None:
    """A running activity is no obstacle where activities run in parallel."""
    group_id = ess.create_active(DesiredCapacity=0)
    ess.schedule(group_id, AT_NINE, DesiredCapacity=3, LaunchExpirationTime=0)
    ess.wait_until("2026-11-23T08:59:55")
    ess.modify(group_id, DesiredCapacity=1)
    ess.wait_until("2026-11-23T09:00:00")
    assert (ess.bounds(group_id), ess.counts(group_id)) == ((0, 10, 3), {"Pending": 3})


@pytest.mark.parametrize(
    ("freed_at", "bounds", "statuses"),
    [
        ("2026-11-23T09:01:35", (0, 3, None), []),
        ("2026-11-23T09:01:41", (0, 10, None), ["Rejected"]),
    ],
)
def test_the_last_attempt_is_made_when_the_task_expires(
    ess: EssUser, freed_at: str, bounds: tuple[int, int, int | None], statuses: list[str]
) -> None:
    """Of 100 seconds all count, and not one more."""
    group_id = ess.create_active()
    ess.schedule(group_id, AT_NINE, MaxValue=3, LaunchExpirationTime=100)
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until(freed_at)
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T09:10")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == (bounds, statuses)


def test_the_next_firing_replaces_a_run_that_still_waits(ess: EssUser) -> None:
    """An hourly task that may wait for two hours does not pile up attempts."""
    ess.set_faults(variants={"launch_expiration_max_s": 86400})
    group_id = ess.create_active()
    ess.schedule(
        group_id,
        AT_NINE,
        MaxValue=3,
        LaunchExpirationTime=7200,
        RecurrenceType="Cron",
        RecurrenceValue="0 * * * *",
    )
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T12:01")
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T12:10")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == ((0, 3, None), [])


@pytest.mark.parametrize(
    "change",
    [
        {"LaunchTime": "2026-11-23T12:00Z"},
        {"TaskEnabled": False},
    ],
)
def test_a_changed_task_is_not_retried(ess: EssUser, change: dict[str, Any]) -> None:
    """A new time or disabling ends the run that was still waiting for its chance."""
    group_id = ess.create_active()
    task_id = ess.schedule(group_id, AT_NINE, MaxValue=3)
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T09:01")
    ess.call("ModifyScheduledTask", ScheduledTaskId=task_id, **change)
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T11:59")
    assert (ess.bounds(group_id), ess.statuses(group_id)) == ((0, 10, None), [])


def test_a_waiting_run_takes_the_tasks_newest_values(ess: EssUser) -> None:
    """Changed sizes count from the next attempt on; a deleted task's run is given up."""
    group_id = ess.create_active()
    changed = ess.schedule(group_id, AT_NINE, MaxValue=3)
    deleted = ess.schedule(group_id, "2026-11-23T09:01Z", MaxValue=7)
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T09:02")
    ess.call("ModifyScheduledTask", ScheduledTaskId=changed, MaxValue=4)
    ess.call("DeleteScheduledTask", ScheduledTaskId=deleted)
    ess.call("EnableScalingGroup", ScalingGroupId=group_id)
    ess.wait_until("2026-11-23T09:03")
    assert ess.bounds(group_id) == (0, 4, None)


def test_a_group_suspended_by_the_system_takes_no_tasks(ess: EssUser) -> None:
    """Its tasks expire like those of a busy group."""
    ess.set_faults(stock=[{}])
    group_id = ess.create_active(MinSize=1)
    ess.schedule(group_id, "2026-12-01T09:00Z", MinValue=0, MaxValue=0)
    ess.wait_until("2026-12-01T09:30")
    assert ess.group(group_id)["SystemSuspended"]
    assert (ess.bounds(group_id), ess.statuses(group_id)[-1]) == ((1, 10, None), "Rejected")


@pytest.mark.parametrize("deleted_at", ["2026-11-23T08:30", "2026-11-23T08:59:50"])
def test_the_task_of_a_deleted_group_does_nothing(ess: EssUser, deleted_at: str) -> None:
    """Whether the group is long gone or just being deleted; the task itself stays."""
    group_id = ess.create_active(MinSize=1)
    task_id = ess.schedule(group_id, AT_NINE, MinValue=5, MaxValue=5)
    ess.wait_until(deleted_at)
    ess.call("DeleteScalingGroup", ScalingGroupId=group_id, ForceDelete=True)
    ess.wait_until("2026-11-23T09:00")
    assert ess.call("DescribeScalingInstances", LifecycleState="Pending")["TotalCount"] == 0
    ess.wait_until("2026-11-23T09:30")
    assert ess.call("DescribeScalingGroups")["TotalCount"] == 0
    assert [task["ScheduledTaskId"] for task in ess.tasks()] == [task_id]
