"""Groups and tasks that are not as they should be: never guessed at, never written in passing."""

from __future__ import annotations

from typing import Final

import pytest

from shared.cloud.session import Call
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HOUR,
    MINUTE,
    REGIONS,
    SINGAPORE,
    START,
    STOP,
    Launch,
    armed,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.sessions import hooked

ARMED: Final = ("2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z")
LOOK: Final = ["DescribeScalingGroups", "DescribeScheduledTasks"]
TOKYO: Final = "ap-northeast-1"
FUZHOU: Final = "cn-fuzhou"


def delete_group(launch: Launch, region: str) -> None:
    """Delete a region's group as an operator does in the console, and wait until it is gone."""
    group_id = launch.group(region)["ScalingGroupId"]
    launch.console(region, "DeleteScalingGroup", ScalingGroupId=group_id, ForceDelete=True)
    launch.advance_to(launch.now() + 2 * MINUTE)


def assert_held(launch: Launch, code: str) -> dict[str, str]:
    """Frankfurt is held with an error, nothing is written there, the others are armed."""
    report = launch.poll()
    assert (report["status"], launch.writes(FRANKFURT)) == ("partial", [])
    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: f"hold None none {code}"}
    error: dict[str, str] = errors(report)[FRANKFURT]
    assert error["reaction"] == "human"
    return error


# --- groups that need a person ------------------------------------------------------------------


def test_a_group_that_is_being_deleted_is_left_alone(launch: Launch) -> None:
    """It is on its way out; nothing can be armed on it."""
    launch.commit(document(2))
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(FRANKFURT, "DeleteScalingGroup", ScalingGroupId=group_id)

    error = assert_held(launch, "GroupDeleting")

    assert error["message"] == "p2p-agent-eu-central-1 is being deleted."


def test_a_group_with_suspended_processes_is_left_alone_until_they_are_resumed(
    launch: Launch,
) -> None:
    """Somebody has stopped it on purpose: say so, and go on once it is resumed."""
    launch.commit(document(2))
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    suspended = ["ScaleOut", "ScheduledAction"]
    launch.console(FRANKFURT, "SuspendProcesses", ScalingGroupId=group_id, Processes=suspended)

    error = assert_held(launch, "GroupProcessesSuspended")
    launch.console(FRANKFURT, "ResumeProcesses", ScalingGroupId=group_id, Processes=suspended)

    assert error["message"] == (
        "Processes of p2p-agent-eu-central-1 are suspended: ScaleOut, ScheduledAction."
    )
    assert told(launch.poll())[FRANKFURT] == "arm 0 done"


def test_a_group_that_auto_scaling_has_suspended_is_left_alone(launch: Launch) -> None:
    """After a week of nothing but failure ESS gives up, and only a person can mend that."""
    launch.commit(document(2, stop=START + 30 * DAY))
    launch.poll()
    launch.faults(stock=[{"region": FRANKFURT}])
    launch.advance_to(START + 8 * DAY)

    report = launch.poll()

    assert told(report)[FRANKFURT] == "hold None none GroupSystemSuspended"
    assert armed(report)[FRANKFURT] == (None, "2026-12-31T18:00:00Z")
    assert launch.writes(FRANKFURT) == []


def test_a_group_of_our_name_without_our_tag_is_not_ours(launch: Launch) -> None:
    """It is never written; the error says how to hand it over, and that works."""
    launch.commit(document(2))
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    tags = {"ResourceType": "scalinggroup", "ResourceIds": [group_id]}
    launch.console(FRANKFURT, "UntagResources", **tags, TagKeys=["p2p-fleet"])

    error = assert_held(launch, "GroupNotOurs")
    seen = launch.calls(FRANKFURT)
    launch.console(
        FRANKFURT, "TagResources", **tags, Tags=[{"Key": "p2p-fleet", "Value": "p2p-agent"}]
    )

    assert seen == LOOK[:1]
    assert (error["message"], error["remedy"]) == (
        "A group named p2p-agent-eu-central-1 exists without the tag p2p-fleet=p2p-agent.",
        "To hand it to the fleet, set `regions.eu-central-1.adopt: true` in the control document;"
        " else rename or delete it.",
    )
    assert told(launch.poll())[FRANKFURT] == "arm 0 done"


def test_two_groups_with_our_tag_are_both_left_alone(launch: Launch) -> None:
    """Which of them is the fleet's is for a person to say."""
    launch.commit(document(2))
    first = launch.group(FRANKFURT)["ScalingGroupId"]
    second = launch.build(FRANKFURT, name="copied-by-hand")

    error = assert_held(launch, "GroupAmbiguous")

    assert error["message"] == (
        "Several groups carry the tag p2p-fleet=p2p-agent:"
        f" p2p-agent-eu-central-1 ({first}), copied-by-hand ({second})."
    )


def test_a_renamed_group_is_left_alone(launch: Launch) -> None:
    """Its tasks could not be told by their names any more."""
    launch.commit(document(2))
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(
        FRANKFURT, "ModifyScalingGroup", ScalingGroupId=group_id, ScalingGroupName="frankfurt"
    )

    error = assert_held(launch, "GroupRenamed")

    assert error["message"] == (
        f"Our group {group_id} is named frankfurt instead of p2p-agent-eu-central-1."
    )


@pytest.mark.parametrize("name", ["p2p-agent-ap-northeast-1", "copied-by-hand"])
def test_what_bears_our_tag_is_reported_wherever_it_is(launch: Launch, name: str) -> None:
    """In a region that no document names, a group with our tag may cost money unseen."""
    launch.commit(document(2))
    launch.build(TOKYO, name=name)
    launch.build(TOKYO, name="another")
    launch.build(SINGAPORE, name="p2p-agent-of-somebody-else", fleet="other")

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done") | {TOKYO: "hold None none GroupAmbiguous"}


def test_a_group_of_our_name_alone_is_not_reported_where_no_document_names_it(
    launch: Launch,
) -> None:
    """Without our tag it is somebody else's, and none of our business."""
    launch.commit(document(2))
    launch.build(TOKYO, fleet=None)

    report = launch.poll()

    assert (report["status"], told(report)) == ("changed", everywhere("arm 0 done"))


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("p2p-fleet-start", "tomorrow"),
        ("p2p-fleet-now", "v1+15minutes"),
        ("p2p-fleet-earlier-stop", "2026-13-01T00:00:00Z"),
        ("p2p-fleet-next-offer", "soon"),
    ],
)
def test_a_tag_that_we_did_not_write_makes_the_region_unknown(
    launch: Launch, tag: str, value: str
) -> None:
    """A memory that cannot be read is never guessed; deleting the tag mends it."""
    launch.commit(document(2))
    launch.poll()
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    tagged = {"ResourceType": "scalinggroup", "ResourceIds": [group_id]}
    launch.console(FRANKFURT, "TagResources", **tagged, Tags=[{"Key": tag, "Value": value}])
    launch.commit(document(3))

    report = launch.poll()
    written = launch.writes(FRANKFURT)
    launch.console(FRANKFURT, "UntagResources", **tagged, TagKeys=[tag])
    launch.poll()

    assert told(report)[FRANKFURT] == "hold None failed TagUnreadable"
    assert errors(report)[FRANKFURT]["message"] == (
        f"p2p-agent-eu-central-1: tag {tag} holds {value!r}, which the fleet did not write."
    )
    assert written == []
    assert launch.tags(FRANKFURT) == launch.tags(SINGAPORE)


def test_a_group_that_vanishes_under_the_poll_is_not_written_again(launch: Launch) -> None:
    """The fresh look finds no group; nothing more is tried in this poll, and nothing is armed."""
    launch.commit(document(2))

    def delete(call: Call) -> None:
        if (call.region, call.action) == (FRANKFURT, "TagResources"):
            delete_group(launch, FRANKFURT)

    report = launch.poll(open_session=hooked(after=delete))

    assert told(report) == everywhere("arm 0 done") | {
        FRANKFURT: "arm 0 failed InvalidScalingGroupId.NotFound"
    }
    assert armed(report)[FRANKFURT] == (None, None)
    assert launch.calls(FRANKFURT) == [
        *LOOK,
        "TagResources",
        "CreateScheduledTask stop 2026-12-08T18:00Z 0..0 InvalidScalingGroupId.NotFound",
        "DescribeScalingGroups",
    ]
    assert told(launch.poll())[FRANKFURT] == "provision None failed BootstrapNotConfigured"


# --- tasks that are not ours, or nobody's -------------------------------------------------------


def add_task(launch: Launch, region: str, group_id: str, name: str, **more: object) -> None:
    """Arm a task as an operator does in the console."""
    sizes = {"MinValue": 0, "MaxValue": 0, "LaunchTime": "2026-12-05T00:00Z"}
    launch.console(
        region,
        "CreateScheduledTask",
        ScalingGroupId=group_id,
        ScheduledTaskName=name,
        **(sizes | more),
    )


def test_a_foreign_task_on_our_group_is_told_and_left_alone(launch: Launch) -> None:
    """Ours are armed beside it, and the error stays until somebody has deleted it."""
    launch.commit(document(2))
    add_task(launch, FRANKFURT, launch.group(FRANKFURT)["ScalingGroupId"], "nightly")

    report = launch.poll()
    again = launch.poll()

    assert told(report) == everywhere("arm 0 done") | {
        FRANKFURT: "arm 0 done ForeignScheduledTasks"
    }
    assert told(again)[FRANKFURT] == "none 0 none ForeignScheduledTasks"
    assert errors(again)[FRANKFURT]["message"] == (
        "p2p-agent-eu-central-1 has scheduled tasks that are not ours: nightly."
    )
    assert launch.tasks(FRANKFURT) == {
        "nightly": "2026-12-05T00:00Z 0..0",
        "stop": "2026-12-08T18:00Z 0..0",
        "start": "2026-12-01T18:00Z 2..2",
    }


def test_a_task_that_somebody_switched_off_is_switched_on(launch: Launch) -> None:
    """A stop that is not enabled is not armed."""
    launch.commit(document(2))
    launch.poll()
    stop = launch.sandbox.cloud.call(
        "ess", "DescribeScheduledTasks", FRANKFURT, {"TaskName": "-stop"}
    )["ScheduledTasks"][0]
    launch.console(
        FRANKFURT,
        "ModifyScheduledTask",
        ScheduledTaskId=stop["ScheduledTaskId"],
        TaskEnabled=False,
    )

    report = launch.poll()

    assert launch.writes(FRANKFURT) == ["ModifyScheduledTask stop 2026-12-08T18:00Z 0..0"]
    assert armed(report) == everywhere(ARMED)
    assert launch.tasks(FRANKFURT) == launch.tasks(SINGAPORE)


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"DesiredCapacity": 0},
        {
            "RecurrenceType": "Daily",
            "RecurrenceValue": "1",
            "RecurrenceEndTime": "2026-12-20T00:00Z",
        },
        {"TaskEnabled": False},
    ],
)
def test_tasks_that_outlived_their_group_make_room_for_ours(
    launch: Launch, kind: dict[str, object]
) -> None:
    """ESS keeps them, and their names, when a group is deleted: they can never act again."""
    launch.commit(document(2))
    gone = launch.group(FRANKFURT)["ScalingGroupId"]
    for role in ("start", "stop"):
        add_task(launch, FRANKFURT, gone, f"p2p-agent-eu-central-1-{role}", **kind)
    delete_group(launch, FRANKFURT)
    launch.build(FRANKFURT)

    report = launch.poll()

    taken = "InvalidScheduledTaskName.Duplicate"
    stop, start = "stop 2026-12-08T18:00Z 0..0", "start 2026-12-01T18:00Z 2..2"
    find = ["DescribeScheduledTasks", "DescribeScalingGroups"]
    assert told(report) == everywhere("arm 0 done")
    assert launch.calls(FRANKFURT) == [
        *LOOK,
        "TagResources",
        f"CreateScheduledTask {stop} {taken}",
        *find,
        "DeleteScheduledTask",
        f"CreateScheduledTask {stop}",
        f"CreateScheduledTask {start} {taken}",
        *find,
        "DeleteScheduledTask",
        f"CreateScheduledTask {start}",
    ]
    assert report["totals"]["writes"] == 3 + 3 + 5
    assert launch.poll()["status"] == "converged"
    assert launch.tasks(FRANKFURT) == launch.tasks(SINGAPORE)


def test_a_task_of_our_name_on_a_living_group_is_somebody_elses(launch: Launch) -> None:
    """It is not deleted: a person must give the name free, and the region says so in every poll."""
    launch.commit(document(2))
    other = launch.build(FRANKFURT, name="of-somebody-else", fleet=None)
    launch.console(FRANKFURT, "DisableScalingGroup", ScalingGroupId=other)
    add_task(launch, FRANKFURT, other, "p2p-agent-eu-central-1-stop")

    first = launch.poll()
    second = launch.poll()

    assert told(first) == everywhere("arm 0 done") | {FRANKFURT: "arm 0 failed TaskNameTaken"}
    assert told(second) == everywhere("none 0 none") | {FRANKFURT: "arm 0 failed TaskNameTaken"}
    assert armed(second)[FRANKFURT] == (None, None)
    assert errors(second)[FRANKFURT] == {
        "code": "TaskNameTaken",
        "message": "The name p2p-agent-eu-central-1-stop, which our group needs, belongs to a"
        f" scheduled task of the group {other}.",
        "reaction": "human",
        "remedy": "Rename or delete that scheduled task in the ESS console.",
    }
    assert len(launch.calls(FRANKFURT)) == 5


# --- where groups may be ------------------------------------------------------------------------


def test_our_group_is_found_among_a_hundred_others(launch: Launch) -> None:
    """All pages are listed: with ESS's own filters an inactive group would be overlooked."""
    delete_group(launch, FRANKFURT)
    for number in range(100):
        launch.build(FRANKFURT, name=f"other-{number}", fleet=None)
    launch.build(FRANKFURT)
    launch.commit(document(2))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert launch.calls(FRANKFURT)[:4] == ["DescribeScalingGroups"] * 3 + LOOK[1:]


def test_a_group_in_a_closing_region_is_emptied_unless_it_is_named(launch: Launch) -> None:
    """`regions: all` leaves those regions out, but what runs there is not forgotten."""
    launch.build(FUZHOU)
    launch.commit(document(2, f"regions: [{', '.join(REGIONS)}, {FUZHOU}]"))
    launch.advance_to(START + HOUR)
    named = launch.poll()
    launch.advance_to(START + 2 * HOUR)

    launch.commit(document(2))
    left_out = launch.poll()

    assert told(named)[FUZHOU] == "scale 2 done"
    assert told(left_out)[FUZHOU] == "stop 0 done"
    launch.advance_to(START + 3 * HOUR)
    assert launch.sizes(FUZHOU) == "0..0, 0 active"


def test_two_fleets_in_one_account_do_not_touch_each_other(launch: Launch) -> None:
    """A fleet is its name: groups, tags and tasks of the other one are invisible to it."""
    other = {"FLEET_NAME": "night-owl"}
    launch.build(TOKYO, name=f"night-owl-{TOKYO}", fleet="night-owl")
    launch.commit(document(2))
    launch.poll()
    before = launch.fleet()
    launch.commit(document(5, f"regions: [{TOKYO}]"))

    report = launch.poll(given=other)

    assert told(report) == {TOKYO: "arm 0 done"}
    after = launch.fleet()
    assert {region: after[region] for region in REGIONS} == {
        region: before[region] for region in REGIONS
    }


def test_a_disabled_group_is_bootstraps_to_finish(launch: Launch) -> None:
    """Inside the window it is provisioned again; after the stop nothing is."""
    launch.commit(document(2))
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(FRANKFURT, "DisableScalingGroup", ScalingGroupId=group_id)

    before = launch.poll()
    launch.advance_to(STOP + MINUTE)
    over = launch.poll()

    assert told(before)[FRANKFURT] == "provision None failed BootstrapNotConfigured"
    assert told(over)[FRANKFURT] == "none 0 none"
