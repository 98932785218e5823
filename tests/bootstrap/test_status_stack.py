"""Readiness, what the group starts from and by what: template and scheduled tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from tests.bootstrap.countdown import (
    BOOTSTRAP,
    GROUP,
    arm,
    no_go,
    said,
    status,
    trouble,
)
from tests.bootstrap.yard import FRANKFURT, NOON, START, Yard

_ARM: Final = "Let the watcher arm it: p2p-fleet poll (its schedule does so by itself)."
_BROKEN: Final = "An instance cannot be started from the template: "


# --- the template -----------------------------------------------------------------------------


def test_a_template_whose_role_is_gone_is_no_go(armed_yard: Yard) -> None:
    """ECS checks that no sooner than when an instance is started: a dry run does."""
    policy = {"PolicyName": "p2p-agent-node", "PolicyType": "Custom"}
    role = {"RoleName": "p2p-agent-node"}
    armed_yard.console("ram", FRANKFURT, "DetachPolicyFromRole", **policy, **role)
    armed_yard.console("ram", FRANKFURT, "DeleteRole", **role)

    assert trouble(status(armed_yard)) == no_go(
        "template",
        "InvalidRamRole.NotFound",
        f'{_BROKEN}The specified parameter "RAMRoleName" does not exist.',
        BOOTSTRAP,
    )


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (
            "security_groups",
            "SecurityGroup",
            (
                "InvalidSecurityGroupId.NotFound",
                f"{_BROKEN}The SecurityGroupId provided does not exist in our records.",
            ),
        ),
        (
            "launch_templates",
            "LaunchTemplate",
            (
                "InvalidLaunchTemplate.NotFound",
                f"{_BROKEN}The specified LaunchTemplate is not found.",
            ),
        ),
    ],
)
def test_a_template_whose_parts_are_gone_is_no_go(
    armed_yard: Yard, kind: str, name: str, expected: tuple[str, str]
) -> None:
    """Somebody has tidied up in the console; bootstrap builds it anew."""
    (thing,) = armed_yard.holdings("ecs", FRANKFURT)[kind]
    armed_yard.console("ecs", FRANKFURT, f"Delete{name}", **{f"{name}Id": thing[f"{name}Id"]})

    assert trouble(status(armed_yard)) == no_go("template", *expected, BOOTSTRAP)


def test_a_stack_of_an_older_document_is_no_go(armed_yard: Yard) -> None:
    """It would start, but not what the document says."""
    armed_yard.commit("fleet: {disk_size_gb: 40}")

    before = trouble(status(armed_yard))
    armed_yard.run()

    assert before == no_go(
        "template",
        "TemplateOutdated",
        "The scaling group still makes instances from the template of an older document.",
        BOOTSTRAP,
    )
    assert said(status(armed_yard), "ok")["template"] == (
        "version 2 would start an instance (dry run)"
    )


@pytest.mark.parametrize("version", ["1", "Latest"])
def test_the_version_that_the_group_names_is_tried(armed_yard: Yard, version: str) -> None:
    """A number and the latest one, as well as the default."""
    (group,) = armed_yard.holdings("ess", FRANKFURT)["scaling_groups"]
    named = {name: group[name] for name in ("ScalingGroupId", "LaunchTemplateId")}
    armed_yard.console(
        "ess", FRANKFURT, "ModifyScalingGroup", LaunchTemplateVersion=version, **named
    )

    assert said(status(armed_yard), "ok")["template"] == (
        "version 1 would start an instance (dry run)"
    )


# --- the scheduled tasks ----------------------------------------------------------------------


def test_a_region_that_is_not_armed_is_no_go(yard: Yard) -> None:
    """It is built, but nothing would start it."""
    yard.commit()
    yard.run()

    assert trouble(status(yard)) == no_go(
        "armed", "StartNotArmed", "No start is armed: its scheduled task is missing.", _ARM
    )


@pytest.mark.parametrize(
    ("role", "change", "told"),
    [
        (
            "start",
            {"TaskEnabled": False},
            "No start is armed: its scheduled task is disabled.",
        ),
        (
            "start",
            {"LaunchTime": "2026-12-01T18:30Z"},
            "No start is armed: its scheduled task stands at 2026-12-01T18:30:00Z instead of"
            " 2026-12-01T18:00:00Z.",
        ),
        (
            "start",
            {"MinValue": 1, "MaxValue": 2},
            "No start is armed: its scheduled task sets 1 to 2 nodes instead of 2.",
        ),
        (
            "start",
            {
                "RecurrenceType": "Daily",
                "RecurrenceValue": "1",
                "RecurrenceEndTime": "2026-12-20T18:00Z",
            },
            "No start is armed: its scheduled task comes again and again.",
        ),
        (
            "stop",
            {"TaskEnabled": False},
            "No stop is armed: its scheduled task is disabled.",
        ),
        (
            "stop",
            {"LaunchTime": "2026-12-09T18:00Z"},
            "No stop is armed: its scheduled task stands at 2026-12-09T18:00:00Z instead of"
            " 2026-12-08T18:00:00Z.",
        ),
    ],
)
def test_a_task_that_was_changed_by_hand_is_no_go(
    armed_yard: Yard, role: str, change: dict[str, object], told: str
) -> None:
    """Disabled, at another minute, with other values or recurring; a poll mends it."""
    armed_yard.console(
        "ess", FRANKFURT, "ModifyScheduledTask", ScheduledTaskId=task_id(armed_yard, role), **change
    )

    before = trouble(status(armed_yard))
    arm(armed_yard)

    code = "StartNotArmed" if role == "start" else "StopNotArmed"
    assert before == no_go("armed", code, told, _ARM)
    assert status(armed_yard)["reason"] == "GO: 1 region, 2 nodes"


def test_a_start_without_its_stop_is_no_go(armed_yard: Yard) -> None:
    """Nothing is to run without an end that is as sure as its beginning."""
    stop = task_id(armed_yard, "stop")
    armed_yard.console("ess", FRANKFURT, "DeleteScheduledTask", ScheduledTaskId=stop)

    assert trouble(status(armed_yard)) == no_go(
        "armed", "StopNotArmed", "No stop is armed: its scheduled task is missing.", _ARM
    )


def test_a_start_for_other_nodes_than_the_document_says_is_no_go(armed_yard: Yard) -> None:
    """Until the watcher has seen the commit."""
    armed_yard.commit(capacity=3)

    assert trouble(status(armed_yard)) == no_go(
        "armed",
        "StartNotArmed",
        "No start is armed: its scheduled task sets 2 to 2 nodes instead of 3.",
        _ARM,
    )


def test_somebody_elses_task_on_our_group_is_no_go(armed_yard: Yard) -> None:
    """It would change the capacity behind the document's back."""
    (group,) = armed_yard.holdings("ess", FRANKFURT)["scaling_groups"]
    armed_yard.console(
        "ess",
        FRANKFURT,
        "CreateScheduledTask",
        ScalingGroupId=group["ScalingGroupId"],
        ScheduledTaskName="by-hand",
        LaunchTime="2026-12-02T00:00Z",
        MinValue=0,
    )

    assert trouble(status(armed_yard)) == no_go(
        "armed",
        "ForeignScheduledTasks",
        f"{GROUP} has scheduled tasks that are not ours: by-hand.",
        "Delete them in the ESS console: they change the capacity behind the document's back.",
    )


# --- inside the window ------------------------------------------------------------------------


def test_a_fleet_that_runs_is_go(armed_yard: Yard) -> None:
    """The nodes are there, the stop is armed, and the account has proved itself."""
    after_start(armed_yard)

    report = status(armed_yard)

    assert (report["reason"], said(report, "unknown"), report["totals"]["active"]) == (
        "GO: 1 region, 2 nodes",
        {},
        2,
    )
    assert {name: said(report, "ok")[name] for name in ("template", "armed", "account")} == {
        "template": "not tried: no more nodes are wanted",
        "armed": "2 of 2 nodes run",
        "account": "an instance has run here",
    }


def test_nodes_that_boot_are_on_their_way(armed_yard: Yard) -> None:
    """They count as started."""
    armed_yard.wait((START - NOON + timedelta(seconds=5)).total_seconds())

    assert said(status(armed_yard), "ok")["armed"] == "0 of 2 nodes run, 2 are coming"


def test_a_fleet_that_falls_short_is_no_go(armed_yard: Yard) -> None:
    """With the code that Auto Scaling gave for what is missing."""
    armed_yard.faults(stock=[{"available": False}])
    after_start(armed_yard)

    report = status(armed_yard)

    assert report["regions"][0]["error"]["code"] == "NoStock"
    assert said(report, "bad")["armed"].startswith("0 of 2 nodes run: ")


def test_a_capacity_that_is_not_set_is_no_go(armed_yard: Yard) -> None:
    """Inside the window a commit needs a poll to have its effect."""
    after_start(armed_yard)
    armed_yard.commit(capacity=3)

    assert trouble(status(armed_yard)) == no_go(
        "armed",
        "CapacityNotSet",
        "The scaling group keeps 2 to 2 nodes, and 3 are wanted now.",
        "Let the watcher set it: p2p-fleet poll (its schedule does so by itself).",
    )


def after_start(yard: Yard) -> None:
    """Let five minutes go by after the start."""
    yard.wait((START - NOON + timedelta(minutes=5)).total_seconds())


def task_id(yard: Yard, role: str) -> str:
    """Id of the scheduled task of a role."""
    tasks = yard.holdings("ess", FRANKFURT)["scheduled_tasks"]
    found: str = next(
        one["ScheduledTaskId"] for one in tasks if one["ScheduledTaskName"] == f"{GROUP}-{role}"
    )
    return found
