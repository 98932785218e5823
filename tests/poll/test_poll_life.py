"""The main job from commit to stop, request by request."""

from __future__ import annotations

from typing import Final

from shared.regions import CATALOGUE, OPEN_REGION_IDS
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    MINUTE,
    REGIONS,
    SINGAPORE,
    START,
    STOP,
    Launch,
    armed,
    document,
    everywhere,
    told,
)

ARMED: Final = ("2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z")
LOOK: Final = ["DescribeScalingGroups", "DescribeScheduledTasks"]


def test_a_commit_is_armed_in_every_region(launch: Launch) -> None:
    """Each region gets its memory first, then the stop, then the start; capacity stays."""
    launch.commit(document(2))

    report = launch.poll()

    assert report["status"] == "changed"
    assert told(report) == everywhere("arm 0 done")
    assert armed(report) == everywhere(ARMED)
    for region in REGIONS:
        assert launch.calls(region) == [
            *LOOK,
            "TagResources",
            "CreateScheduledTask stop 2026-12-08T18:00Z 0..0",
            "CreateScheduledTask start 2026-12-01T18:00Z 2..2",
        ]
        assert launch.sizes(region) == "0..0, 0 active"


def test_every_parameter_of_an_arming_is_as_meant(launch: Launch) -> None:
    """Tags, task names, the longest expiry and no desired capacity: nothing more is sent."""
    sha = launch.commit(document(2))

    launch.poll()

    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    sent = [one["params"] for one in launch.requests if one["region"] == FRANKFURT][2:]
    tags, tasks = sent[0], sent[1:]
    keys = {key: name for name, key in tags.items() if name.endswith(".Key")}
    assert {key: tags[name.replace(".Key", ".Value")] for key, name in keys.items()} == {
        "p2p-fleet-commit": sha,
        "p2p-fleet-commit-time": "2026-12-01T12:00:00Z",
        "p2p-fleet-earlier-stop": "-",
        "p2p-fleet-now": "-",
        "p2p-fleet-start": "2026-12-01T18:00:00Z",
        "p2p-fleet-stop": "2026-12-08T18:00:00Z",
    }
    assert {name: said for name, said in tags.items() if not name.startswith("Tags.")} == {
        "RegionId": FRANKFURT,
        "ResourceType": "scalinggroup",
        "ResourceIds.1": group_id,
    }
    common = {
        "RegionId": FRANKFURT,
        "ScalingGroupId": group_id,
        "LaunchExpirationTime": "1800",
        "TaskEnabled": "True",
    }
    assert tasks == [
        common
        | {
            "ScheduledTaskName": "p2p-agent-eu-central-1-stop",
            "Description": "p2p-fleet stop",
            "LaunchTime": "2026-12-08T18:00Z",
            "MinValue": "0",
            "MaxValue": "0",
        },
        common
        | {
            "ScheduledTaskName": "p2p-agent-eu-central-1-start",
            "Description": "p2p-fleet start",
            "LaunchTime": "2026-12-01T18:00Z",
            "MinValue": "2",
            "MaxValue": "2",
        },
    ]


def test_a_converged_poll_of_the_world_writes_nothing_in_62_calls(world: Launch) -> None:
    """One look at each of 32 regions, a second where a group of ours is: 30; no write at all."""
    world.commit("start: 2026-12-01T18:00:00Z\ncapacity: 2\n")
    first = world.poll()
    lasting = world.fleet()

    second = world.poll()

    assert told(first) == dict.fromkeys(OPEN_REGION_IDS, "arm 0 done")
    assert first["totals"] == {
        "regions": 30,
        "target": 0,
        "active": 0,
        "writes": 90,
        "calls": 62 + 90,
    }
    assert told(second) == dict.fromkeys(OPEN_REGION_IDS, "none 0 none")
    assert second["status"] == "converged"
    assert second["totals"]["calls"] == len(world.requests) == 62
    for region in CATALOGUE:
        assert world.calls(region.region_id) == (LOOK[:1] if region.closing else LOOK)
    assert world.fleet() == lasting


def test_start_and_stop_fire_without_watcher_and_git(launch: Launch) -> None:
    """Armed once, the fleet starts and stops to the minute with nobody looking."""
    launch.commit(document(2))
    launch.poll()
    launch.host.stop()

    launch.advance_to(START - MINUTE)
    before = launch.sizes(FRANKFURT)
    launch.advance_to(START + 2 * MINUTE)
    inside = launch.sizes(FRANKFURT)
    launch.advance_to(STOP - MINUTE)
    to_the_last = launch.sizes(FRANKFURT)
    launch.advance_to(STOP + 2 * MINUTE)

    assert (before, inside, to_the_last) == ("0..0, 0 active", *("2..2, 2 active",) * 2)
    assert {region: launch.sizes(region) for region in REGIONS} == everywhere("0..0, 0 active")


def test_the_poll_after_start_only_clears_the_fired_task(launch: Launch) -> None:
    """ESS has done the rest; the fired start is deleted, so that its name is free again."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + 2 * MINUTE)

    after_start = launch.poll()

    assert told(after_start) == everywhere("arm 2 done")
    assert armed(after_start) == everywhere((None, ARMED[1]))
    assert launch.writes(FRANKFURT) == ["DeleteScheduledTask"]
    assert launch.poll()["status"] == "converged"


def test_the_poll_after_stop_only_clears_the_fired_task(launch: Launch) -> None:
    """After the stop nothing is left armed, and the polls after that have nothing to do."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + 2 * MINUTE)
    launch.poll()
    launch.advance_to(STOP + 2 * MINUTE)

    after_stop = launch.poll()

    assert told(after_stop) == everywhere("stop 0 done")
    assert armed(after_stop) == everywhere((None, None))
    assert launch.writes(FRANKFURT) == ["DeleteScheduledTask"]
    assert launch.tasks(FRANKFURT) == {}
    assert told(launch.poll()) == everywhere("none 0 none")


def test_a_group_whose_fired_tasks_vanish_is_polled_without_any_write(launch: Launch) -> None:
    """If ESS clears what has fired by itself, nothing at all is left to do at start and stop."""
    launch.faults(variants={"fired_task_kept": False})
    launch.commit(document(2))
    launch.poll()

    statuses = []
    for instant in (START, STOP):
        launch.advance_to(instant + 2 * MINUTE)
        statuses.append((launch.poll()["status"], launch.all_writes))

    assert statuses == [("converged", []), ("converged", [])]


def test_first_seen_inside_the_window_the_stop_is_armed_before_nodes_start(launch: Launch) -> None:
    """A late watcher raises the capacity itself, after memory and stop."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)

    report = launch.poll()

    assert told(report) == everywhere("scale 2 done")
    assert armed(report) == everywhere((None, ARMED[1]))
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "CreateScheduledTask stop 2026-12-08T18:00Z 0..0",
        "ModifyScalingGroup 2..2",
    ]


def test_first_seen_after_the_window_nothing_happens(launch: Launch) -> None:
    """A window that is over starts nothing and arms nothing."""
    launch.commit(document(2))
    launch.advance_to(STOP)

    report = launch.poll()

    assert told(report) == everywhere("none 0 none")
    assert launch.all_writes == []


def test_a_stop_that_nobody_armed_is_met_by_the_poll(launch: Launch) -> None:
    """At the very instant of stop a poll takes the fleet to nothing."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()
    for task in launch.admin("state")["products"]["ess"][FRANKFURT]["scheduled_tasks"]:
        launch.console(FRANKFURT, "DeleteScheduledTask", ScheduledTaskId=task["ScheduledTaskId"])
    launch.advance_to(STOP)

    report = launch.poll()

    assert told(report) == everywhere("stop 0 done")
    assert launch.writes(FRANKFURT) == ["ModifyScalingGroup 0..0"]


def test_a_capacity_change_by_commit_scales_each_region_once(launch: Launch) -> None:
    """Memory first, so that no crash can lose whose doing it was; the stop is armed already."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()

    launch.commit(document({"aliyun": {"all": 3, FRANKFURT: 1}}))
    report = launch.poll()

    assert told(report) == everywhere("scale 3 done") | {FRANKFURT: "scale 1 done"}
    assert launch.writes(HANGZHOU) == ["TagResources", "ModifyScalingGroup 3..3"]
    assert launch.writes(FRANKFURT) == ["TagResources", "ModifyScalingGroup 1..1"]
    launch.advance_to(START + 2 * HOUR)
    assert launch.poll()["status"] == "converged"
    sizes = [launch.sizes(region) for region in REGIONS]
    assert sizes == ["3..3, 3 active", "3..3, 3 active", "1..1, 1 active"]


def test_a_commit_that_changes_nothing_for_a_region_writes_nothing_there(launch: Launch) -> None:
    """Only the region whose number changes is written to, its start changed in place."""
    launch.commit(document(2))
    launch.poll()

    launch.commit(document({"all": 2, "aliyun": {FRANKFURT: 5}}))
    report = launch.poll()

    assert told(report) == everywhere("none 0 none") | {FRANKFURT: "arm 0 done"}
    assert launch.all_writes == [
        "eu-central-1 TagResources",
        "eu-central-1 ModifyScheduledTask start 2026-12-01T18:00Z 5..5",
    ]


def test_capacity_is_taken_from_the_most_special_level(launch: Launch) -> None:
    """Region, then `aliyun.all`, then `all`; other clouds' keys are theirs."""
    launch.commit(document({"all": 1, "aws": {"all": 9}, "aliyun": {"all": 2, FRANKFURT: 0}}))
    launch.advance_to(START + HOUR)

    report = launch.poll()

    assert told(report) == everywhere("scale 2 done") | {FRANKFURT: "none 0 none"}
    assert launch.writes(FRANKFURT) == []


def test_a_region_without_a_number_is_left_alone(launch: Launch) -> None:
    """`-` holds a running region as it is, which is no error."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()

    launch.commit(document({"aliyun": {"all": 3, FRANKFURT: "-"}}))
    report = launch.poll()

    assert told(report) == everywhere("scale 3 done") | {FRANKFURT: "hold None none"}
    assert report["status"] == "changed"
    assert armed(report)[FRANKFURT] == (None, ARMED[1])
    assert launch.calls(FRANKFURT) == LOOK
    launch.advance_to(START + 2 * HOUR)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


def test_a_region_removed_by_commit_goes_to_nothing_and_keeps_its_group(launch: Launch) -> None:
    """Running or armed, what is not configured any more is emptied and disarmed."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()

    launch.commit(document(2, f"regions: [{HANGZHOU}, {SINGAPORE}]"))
    report = launch.poll()

    assert told(report) == everywhere("none 2 none") | {FRANKFURT: "stop 0 done"}
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "ModifyScalingGroup 0..0",
        "DeleteScheduledTask",
    ]
    launch.advance_to(START + 2 * HOUR)
    assert told(launch.poll()) == everywhere("none 2 none") | {FRANKFURT: "none 0 none"}
    assert (launch.sizes(FRANKFURT), launch.tasks(FRANKFURT)) == ("0..0, 0 active", {})


def test_a_region_added_by_commit_joins_in_the_same_poll(launch: Launch) -> None:
    """A region that was left out and has a group is armed as the others were."""
    launch.commit(document(2, f"regions: [{HANGZHOU}, {SINGAPORE}]"))
    first = launch.poll()
    assert told(first)[FRANKFURT] == "none 0 none"

    launch.commit(document(2))
    report = launch.poll()

    assert told(report) == everywhere("none 0 none") | {FRANKFURT: "arm 0 done"}
    assert launch.tasks(FRANKFURT) == launch.tasks(HANGZHOU) != {}


def test_suspend_before_start_disarms_the_start_and_resume_arms_it_again(launch: Launch) -> None:
    """Suspended, nothing starts at start; the stop stays; resumed, all is as before."""
    launch.commit(document(2))
    launch.poll()
    before = launch.tasks(FRANKFURT)

    launch.commit(document(2, "suspend: true"))
    suspended = launch.poll()
    kept = launch.tasks(FRANKFURT)
    again = launch.poll()
    launch.commit(document(2))
    resumed = launch.poll()

    assert told(suspended) == everywhere("arm 0 done")
    assert armed(suspended) == everywhere((None, ARMED[1]))
    assert kept == {"stop": "2026-12-08T18:00Z 0..0"}
    assert (again["status"], armed(again)) == ("converged", armed(suspended))
    assert told(resumed) == everywhere("arm 0 done")
    assert launch.tasks(FRANKFURT) == before


def test_suspend_inside_the_window_leaves_capacity_alone_and_the_stop_armed(
    launch: Launch,
) -> None:
    """A suspended fleet neither grows nor shrinks, but still stops."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()

    launch.commit(document(5, "suspend: true"))
    suspended = launch.poll()
    launch.advance_to(STOP + 2 * MINUTE)

    assert told(suspended) == everywhere("hold 2 none")
    assert armed(suspended) == everywhere((None, ARMED[1]))
    assert {region: launch.sizes(region) for region in REGIONS} == everywhere("0..0, 0 active")


def test_a_plan_writes_nothing_and_tells_what_a_poll_would_do(launch: Launch) -> None:
    """The same decisions, nothing carried out: `changed`, because a poll would change things."""
    launch.commit(document(2))
    untouched = launch.fleet()

    plan = launch.poll({"action": "plan"})

    assert (plan["action"], plan["status"], plan["dry_run"]) == ("plan", "changed", True)
    assert told(plan) == everywhere("arm 0 none")
    assert (launch.all_writes, launch.fleet()) == ([], untouched)
    launch.poll()
    assert launch.poll({"action": "plan"})["status"] == "converged"


def test_an_event_may_name_the_regions_to_poll(launch: Launch) -> None:
    """Only those are decided and written; the rest waits for its own poll."""
    launch.commit(document(2))

    report = launch.poll({"action": "poll", "regions": [FRANKFURT]})

    assert told(report) == {FRANKFURT: "arm 0 done"}
    assert {one.split()[0] for one in launch.all_writes} == {FRANKFURT}


def test_days_later_a_removed_fleet_is_still_watched(launch: Launch) -> None:
    """What somebody starts by hand after the stop is taken down by the next poll."""
    launch.commit(document(2))
    launch.advance_to(STOP + DAY)
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(FRANKFURT, "ModifyScalingGroup", ScalingGroupId=group_id, MinSize=1, MaxSize=4)

    report = launch.poll()

    assert told(report) == everywhere("none 0 none") | {FRANKFURT: "stop 0 done"}
    assert launch.writes(FRANKFURT) == ["TagResources", "ModifyScalingGroup 0..0"]


def test_a_stop_that_falls_into_a_running_activity_is_met_all_the_same(launch: Launch) -> None:
    """A group without desired capacity does one thing at a time; ESS tries again for 30 minutes."""
    launch.commit(document(2))
    launch.advance_to(START + HOUR)
    launch.poll()
    launch.commit(document(5))
    launch.advance_to(STOP - MINUTE / 6)
    launch.poll()
    launch.host.stop()

    launch.advance_to(STOP + MINUTE / 6)
    busy = launch.sizes(FRANKFURT)
    launch.advance_to(STOP + 5 * MINUTE)

    assert busy == "5..5, 2 active"
    assert launch.sizes(FRANKFURT) == "0..0, 0 active"
