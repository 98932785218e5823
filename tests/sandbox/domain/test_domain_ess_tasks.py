"""Scheduled tasks as data: creating, changing, finding and deleting them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

SOON = "2026-11-24T08:00Z"
LAST_MINUTE = "2027-02-21T08:00Z"
"""Exactly 90 days after the tests' present."""


def test_a_task_as_it_is_described(ess: EssUser) -> None:
    """What was given, ESS's defaults, and nothing that was not given."""
    group_id = ess.create()
    plain = ess.schedule(group_id, SOON, MaxValue=3)
    full = ess.schedule(
        group_id,
        LAST_MINUTE,
        ScheduledTaskName="p2p-start",
        Description="Starts the fleet",
        MinValue=1,
        MaxValue=3,
        DesiredCapacity=2,
        LaunchExpirationTime=1800,
        TaskEnabled=False,
        RecurrenceType="Weekly",
        RecurrenceValue="0,3",
        RecurrenceEndTime="2027-11-01T00:00Z",
    )
    assert ess.tasks() == [
        {
            "ScheduledTaskId": plain,
            "ScheduledTaskName": plain,
            "ScalingGroupId": group_id,
            "LaunchTime": SOON,
            "LaunchExpirationTime": 600,
            "TaskEnabled": True,
            "MaxValue": 3,
        },
        {
            "ScheduledTaskId": full,
            "ScheduledTaskName": "p2p-start",
            "Description": "Starts the fleet",
            "ScalingGroupId": group_id,
            "LaunchTime": LAST_MINUTE,
            "LaunchExpirationTime": 1800,
            "TaskEnabled": False,
            "MinValue": 1,
            "MaxValue": 3,
            "DesiredCapacity": 2,
            "RecurrenceType": "Weekly",
            "RecurrenceValue": "0,3",
            "RecurrenceEndTime": "2027-11-01T00:00Z",
        },
    ]


WRONG_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"LaunchTime": "2026-11-24T08:00:00Z"}, "InvalidParameter"),
    ({"LaunchTime": "2026-11-24T08:00"}, "InvalidParameter"),
    ({"LaunchTime": "2026-11-24T08:00+02:00"}, "InvalidParameter"),
    ({"LaunchTime": "2026-11-31T08:00Z"}, "InvalidParameter"),
    ({"LaunchTime": "2026-11-23T08:00Z"}, "InvalidParameter"),
    ({"LaunchTime": "2026-11-22T08:00Z"}, "InvalidParameter"),
    ({"LaunchTime": "2027-02-21T08:01Z"}, "InvalidParameter"),
    ({"LaunchExpirationTime": 1801}, "InvalidParameter"),
    ({"LaunchExpirationTime": -1}, "InvalidParameter"),
    ({"MinValue": -1}, "InvalidParameter"),
    ({"MaxValue": 2001}, "InvalidParameter"),
    ({"MinValue": 3, "MaxValue": 2}, "InvalidParameter.Conflict"),
    ({"MinValue": 3, "DesiredCapacity": 2, "MaxValue": 4}, "InvalidParameter.Conflict"),
    ({"DesiredCapacity": 5, "MaxValue": 4}, "InvalidParameter.Conflict"),
    ({"ScheduledTaskName": "!"}, "InvalidParameter"),
    ({"ScheduledTaskName": "taken"}, "InvalidScheduledTaskName.Duplicate"),
    ({"Description": "x"}, "InvalidParameter"),
    ({"Description": "x" * 201}, "InvalidParameter"),
    ({"ScalingGroupId": "asg-unknown"}, "InvalidScalingGroupId.NotFound"),
    (
        {"ScheduledAction": "ari:acs:ess:eu-central-1:1:scalingrule/asr-1"},
        "InvalidParameter.Conflict",
    ),
    ({"RecurrenceType": "Daily"}, "MissingParameter"),
    ({"RecurrenceValue": "1"}, "MissingParameter"),
    ({"RecurrenceEndTime": "2026-12-24T08:00Z"}, "MissingParameter"),
    ({"RecurrenceType": "Yearly", "RecurrenceValue": "1"}, "InvalidParameter"),
    ({"RecurrenceType": "Daily", "RecurrenceValue": "32"}, "InvalidParameter"),
    (
        {
            "RecurrenceType": "Daily",
            "RecurrenceValue": "1",
            "RecurrenceEndTime": "2026-11-01T00:00Z",
        },
        "InvalidParameter",
    ),
    (
        {
            "RecurrenceType": "Daily",
            "RecurrenceValue": "1",
            "RecurrenceEndTime": "2027-11-24T00:00Z",
        },
        "InvalidParameter",
    ),
]


@pytest.mark.parametrize(("settings", "code"), WRONG_SETTINGS)
def test_wrong_tasks_are_refused(ess: EssUser, settings: dict[str, Any], code: str) -> None:
    """Each mistake has its code, and nothing is created."""
    group_id = ess.create()
    ess.schedule(group_id, SOON, ScheduledTaskName="taken", MaxValue=1)
    request = {
        "ScalingGroupId": group_id,
        "LaunchTime": SOON,
        **({} if "DesiredCapacity" in settings else {"MaxValue": 3}),
        **settings,
    }
    assert ess.refusal("CreateScheduledTask", **request)[0] == code


@pytest.mark.parametrize(("settings", "code"), WRONG_SETTINGS)
def test_wrong_changes_are_refused(ess: EssUser, settings: dict[str, Any], code: str) -> None:
    """What cannot be created cannot be modified into being either, and nothing changes."""
    if "ScheduledAction" in settings:
        settings = {**settings, "ScalingGroupId": "asg-any"}
    group_id = ess.create()
    ess.schedule(group_id, SOON, ScheduledTaskName="taken", MaxValue=1)
    task_id = ess.schedule(group_id, SOON, MaxValue=3)
    request = {"ScheduledTaskId": task_id, **settings}
    assert ess.refusal("ModifyScheduledTask", **request)[0] == code


@pytest.mark.parametrize(
    ("left_out", "code"),
    [("LaunchTime", "MissingParameter"), ("ScalingGroupId", "MissingParameter")],
)
def test_a_task_needs_time_and_target(ess: EssUser, left_out: str, code: str) -> None:
    """The schema calls them optional; a task without them is nothing."""
    request = {"ScalingGroupId": ess.create(), "LaunchTime": SOON, "MaxValue": 1}
    del request[left_out]
    assert ess.refusal("CreateScheduledTask", **request) == (code, 400)


def test_a_task_needs_at_least_one_size(ess: EssUser) -> None:
    """A group without a value to set is refused."""
    request = {"ScalingGroupId": ess.create(), "LaunchTime": SOON}
    assert ess.refusal("CreateScheduledTask", **request) == ("MissingParameter", 400)


@pytest.mark.parametrize(
    ("rule", "code", "status"),
    [
        ("ari:acs:ess:cn-hangzhou:1:scalingrule/asr-1", "ScheduledAction.RegionMismatch", 400),
        ("ari:acs:ess:eu-central-1:1:scalingrule/asr-1", "InvalidScalingRuleAri.NotFound", 404),
    ],
)
def test_scaling_rules_do_not_exist(ess: EssUser, rule: str, code: str, status: int) -> None:
    """A task through a rule is refused: the account has none, and rules stay in their region."""
    request = {"ScheduledAction": rule, "LaunchTime": SOON}
    assert ess.refusal("CreateScheduledTask", **request) == (code, status)


def test_the_code_for_a_wrong_time_is_a_variant(ess: EssUser) -> None:
    """Only the code differs; format mistakes keep theirs."""
    ess.set_faults(variants={"launch_time_error": "InvalidLaunchTime"})
    request = {"ScalingGroupId": ess.create(), "MaxValue": 1}
    past, crooked = ({**request, "LaunchTime": one} for one in ("2020-01-01T00:00Z", "tomorrow"))
    assert ess.refusal("CreateScheduledTask", **past) == ("InvalidLaunchTime", 400)
    assert ess.refusal("CreateScheduledTask", **crooked) == ("InvalidParameter", 400)


def test_the_longest_expiration_is_a_variant(ess: EssUser) -> None:
    """1800 seconds by the description, more by older documents and by the schema."""
    ess.set_faults(variants={"launch_expiration_max_s": 86400})
    ess.schedule(ess.create(), SOON, MaxValue=1, LaunchExpirationTime=86400)
    assert ess.tasks()[0]["LaunchExpirationTime"] == 86400


def test_the_quota_of_tasks_counts_the_region(ess: EssUser) -> None:
    """70 per region unless the account has another quota, whatever group they are for."""
    one, two = ess.create("one"), ess.create("two")
    for number in range(70):
        ess.schedule(one if number % 2 else two, SOON, MaxValue=1)
    request = {"ScalingGroupId": one, "LaunchTime": SOON, "MaxValue": 1}
    assert ess.refusal("CreateScheduledTask", **request) == ("QuotaExceeded.ScheduledTask", 400)
    ess.set_faults(account={"quotas": {"ess:scheduled_tasks": 71}})
    assert ess.call("CreateScheduledTask", **request)["ScheduledTaskId"]


def test_modifying_keeps_what_is_not_sent(ess: EssUser) -> None:
    """Nothing is cleared by leaving it out."""
    group_id, other_id = ess.create("one"), ess.create("two")
    task_id = ess.schedule(
        group_id,
        SOON,
        ScheduledTaskName="task",
        Description="before",
        MinValue=1,
        MaxValue=3,
        DesiredCapacity=2,
    )
    (before,) = ess.tasks()
    ess.call("ModifyScheduledTask", ScheduledTaskId=task_id)
    assert ess.tasks() == [before]
    change = {
        "ScheduledTaskName": "renamed",
        "Description": "after",
        "MaxValue": 4,
        "LaunchTime": "2026-11-25T09:30Z",
        "LaunchExpirationTime": 0,
        "TaskEnabled": False,
        "ScalingGroupId": other_id,
        "RecurrenceType": "Daily",
        "RecurrenceValue": "2",
    }
    ess.call("ModifyScheduledTask", ScheduledTaskId=task_id, **change)
    assert ess.tasks() == [before | change]


def test_a_recurrence_cannot_be_taken_back(ess: EssUser) -> None:
    """It can be changed, but neither omission nor an empty value makes the task one-shot."""
    group_id = ess.create()
    recurrence = {"RecurrenceType": "Daily", "RecurrenceValue": "1"}
    task_id = ess.schedule(group_id, SOON, MaxValue=1, **recurrence)
    ess.call("ModifyScheduledTask", ScheduledTaskId=task_id, LaunchTime="2026-11-25T08:00Z")
    empty = {"RecurrenceType": "", "RecurrenceValue": ""}
    assert ess.refusal("ModifyScheduledTask", ScheduledTaskId=task_id, **empty)[0] == (
        "InvalidParameter"
    )
    ess.call("ModifyScheduledTask", ScheduledTaskId=task_id, RecurrenceValue="3")
    assert (ess.tasks()[0]["RecurrenceType"], ess.tasks()[0]["RecurrenceValue"]) == ("Daily", "3")


def test_a_deleted_task_is_gone(ess: EssUser) -> None:
    """It does not fire and frees its name and its place in the quota."""
    group_id = ess.create_active()
    task_id = ess.schedule(group_id, SOON, ScheduledTaskName="task", MinValue=1)
    ess.call("DeleteScheduledTask", ScheduledTaskId=task_id)
    assert ess.tasks() == []
    ess.wait(2 * 24 * 3600)
    assert ess.bounds(group_id) == (0, 10, None)
    assert ess.schedule(group_id, "2026-12-01T08:00Z", ScheduledTaskName="task", MinValue=1)


@pytest.mark.parametrize("action", ["ModifyScheduledTask", "DeleteScheduledTask"])
def test_unknown_tasks_are_not_found(ess: EssUser, action: str) -> None:
    """Also those of another region."""
    task_id = ess.schedule(ess.create(), SOON, MaxValue=1)
    assert ess.refusal(action, ScheduledTaskId="unknown") == (
        "InvalidScheduledTaskId.NotFound",
        404,
    )
    with pytest.raises(Exception, match=r"InvalidScheduledTaskId\.NotFound"):
        ess.cloud.call("ess", action, "cn-hangzhou", {"ScheduledTaskId": task_id})


def test_tasks_are_found_by_what_they_are(ess: EssUser) -> None:
    """Every filter of DescribeScheduledTasks, exact or fuzzy as documented; pages too."""
    one, two = ess.create("one"), ess.create("two")
    start = ess.schedule(one, SOON, ScheduledTaskName="fleet-start", MaxValue=1)
    ess.schedule(two, SOON, ScheduledTaskName="fleet-stop", MaxValue=1, TaskEnabled=False)
    ess.schedule(
        two,
        SOON,
        ScheduledTaskName="weekly",
        MaxValue=1,
        RecurrenceType="Weekly",
        RecurrenceValue="1",
    )

    def found(**filters: object) -> list[str]:
        shown = ess.call("DescribeScheduledTasks", **filters)["ScheduledTasks"]
        return [task["ScheduledTaskName"] for task in shown]

    assert found() == ["fleet-start", "fleet-stop", "weekly"]
    assert found(ScalingGroupId=two) == ["fleet-stop", "weekly"]
    assert found(ScalingGroupId="asg-unknown") == []
    assert found(ScheduledTaskIds=[start, "unknown"]) == ["fleet-start"]
    assert found(ScheduledTaskNames=["weekly", "unknown"]) == ["weekly"]
    assert found(TaskName="fleet") == ["fleet-start", "fleet-stop"]
    assert found(TaskEnabled=False) == ["fleet-stop"]
    assert found(RecurrenceType="Weekly") == ["weekly"]
    assert found(RecurrenceValue="1") == ["weekly"]
    assert found(ScheduledActions=["ari:acs:ess:eu-central-1:1:scalingrule/asr-1"]) == []
    assert found(PageSize=2, PageNumber=2) == ["weekly"]
