"""Windows that move, `now`, stops far ahead, and groups that work with a desired capacity."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from shared.instants import format_instant
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    MINUTE,
    NOON,
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

START_TEXT: Final = "2026-12-01T18:00:00Z"
STOP_TEXT: Final = "2026-12-08T18:00:00Z"


def run_since_start(launch: Launch, nodes: int = 2) -> None:
    """Bring the launch to an hour after its start, every node in service."""
    launch.commit(document(nodes))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.poll()


# --- a stop or a start that moves ---------------------------------------------------------------


@pytest.mark.parametrize("days", [-2, 3])
def test_a_stop_that_moves_is_changed_in_place(launch: Launch, days: int) -> None:
    """Shortened or extended, the live task moves: there is never a moment without a stop."""
    run_since_start(launch)
    stop = STOP + days * DAY

    launch.commit(document(2, stop=stop))
    report = launch.poll()

    assert told(report) == everywhere("arm 2 done")
    assert armed(report) == everywhere((None, format_instant(stop)))
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        f"ModifyScheduledTask stop {stop:%Y-%m-%dT%H:%MZ} 0..0",
    ]
    launch.advance_to(stop + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "0..0, 0 active"


def test_a_stop_moved_into_the_past_stops_the_fleet_at_once(launch: Launch) -> None:
    """The window is over as soon as the commit is seen."""
    run_since_start(launch)

    launch.commit(document(2, stop=START + 30 * MINUTE))
    report = launch.poll()

    assert told(report) == everywhere("stop 0 done")
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "ModifyScalingGroup 0..0",
        "DeleteScheduledTask",
    ]


def test_a_start_that_moves_before_it_comes_is_changed_in_place(launch: Launch) -> None:
    """Later or earlier, both tasks keep their names and their places."""
    launch.commit(document(2))
    launch.poll()
    start, stop = START + 3 * HOUR, STOP + 3 * HOUR

    launch.commit(document(2, start=start, stop=stop))
    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert armed(report) == everywhere((format_instant(start), format_instant(stop)))
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "ModifyScheduledTask stop 2026-12-08T21:00Z 0..0",
        "ModifyScheduledTask start 2026-12-01T21:00Z 2..2",
    ]
    launch.advance_to(START + HOUR)
    assert launch.sizes(FRANKFURT) == "0..0, 0 active"
    launch.advance_to(start + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


def test_a_start_that_moves_into_the_past_starts_at_once(launch: Launch) -> None:
    """The window has begun: capacity is set, the start that will never be needed goes."""
    launch.commit(document(2))
    launch.poll()

    launch.commit(document(2, start=NOON - HOUR))
    report = launch.poll()

    assert told(report) == everywhere("scale 2 done")
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "DeleteScheduledTask",
        "ModifyScalingGroup 2..2",
    ]


def test_swapped_minutes_never_meet(launch: Launch) -> None:
    """A new start on the old stop's minute: the stop leaves it before the start comes."""
    launch.commit(document(2, stop=START + DAY))
    launch.poll()

    launch.commit(document(2, start=START + DAY, stop=START + 2 * DAY))
    launch.poll()

    assert launch.writes(FRANKFURT)[1:] == [
        "ModifyScheduledTask stop 2026-12-03T18:00Z 0..0",
        "ModifyScheduledTask start 2026-12-02T18:00Z 2..2",
    ]
    launch.advance_to(START + DAY + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


def test_seconds_are_rounded_up_and_a_near_start_is_armed_at_the_next_minute(
    launch: Launch,
) -> None:
    """ESS knows whole minutes: a launch is late by less than two minutes and never early."""
    start, stop = NOON + timedelta(seconds=70), NOON + timedelta(hours=1, seconds=1)
    launch.commit(document(2, start=start, stop=stop))

    report = launch.poll()

    assert armed(report) == everywhere(("2026-12-01T12:02:00Z", "2026-12-01T13:01:00Z"))
    launch.advance_to(NOON + 4 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


# --- a running fleet whose window moves ahead ---------------------------------------------------


def test_a_running_fleet_whose_window_moves_ahead_honours_both_stops_alone(
    launch: Launch,
) -> None:
    """With everything dead after the commit: it runs on, stops, starts anew and stops again."""
    run_since_start(launch)
    launch.commit(document(3, start=STOP + DAY, stop=STOP + 3 * DAY))

    report = launch.poll()
    launch.host.stop()

    assert told(report) == everywhere("arm 2 done")
    assert armed(report) == everywhere(("2026-12-09T18:00:00Z", STOP_TEXT))
    assert launch.writes(FRANKFURT) == [
        "TagResources",
        "CreateScheduledTask stop-next 2026-12-11T18:00Z 0..0",
        "CreateScheduledTask start 2026-12-09T18:00Z 3..3",
    ]
    sizes = []
    for instant in (STOP, STOP + DAY, STOP + 3 * DAY):
        launch.advance_to(instant - MINUTE)
        sizes.append(launch.sizes(FRANKFURT))
    launch.advance_to(STOP + 3 * DAY + 2 * MINUTE)
    assert [*sizes, launch.sizes(FRANKFURT)] == [
        "2..2, 2 active",
        "0..0, 0 active",
        "3..3, 3 active",
        "0..0, 0 active",
    ]


def test_between_two_windows_the_later_stop_takes_the_name_of_the_earlier(launch: Launch) -> None:
    """Polls in the gap, in the second window and after it converge each in one go."""
    run_since_start(launch)
    launch.commit(document(3, start=STOP + DAY, stop=STOP + 3 * DAY))
    launch.poll()

    seen = []
    for instant in (STOP + HOUR, STOP + DAY + HOUR, STOP + 3 * DAY + HOUR):
        launch.advance_to(instant)
        launch.poll()
        seen.append((launch.sizes(FRANKFURT), launch.tasks(FRANKFURT)))
        assert launch.poll()["status"] == "converged"

    start, stop = "2026-12-09T18:00Z 3..3", "2026-12-11T18:00Z 0..0"
    assert seen == [
        ("0..0, 0 active", {"stop": stop, "start": start}),
        ("3..3, 3 active", {"stop": stop}),
        ("0..0, 0 active", {}),
    ]


# --- now ----------------------------------------------------------------------------------------


def now(capacity: object, *more: str) -> str:
    """Write a document that starts a quarter of an hour after its commit, for a day."""
    return document(capacity, "run_duration: 1 day", *more, start="now", stop=None)


def test_now_is_the_time_of_the_commit_in_which_it_was_first_seen(launch: Launch) -> None:
    """Fifteen minutes after that commit, in every region, remembered in every group."""
    launch.commit(now(2))

    report = launch.poll()

    assert report["window"] == {"start": "2026-12-01T12:15:00Z", "stop": "2026-12-02T12:15:00Z"}
    assert armed(report) == everywhere(("2026-12-01T12:15:00Z", "2026-12-02T12:15:00Z"))
    remembered = {region: launch.tags(region)["p2p-fleet-now"] for region in REGIONS}
    assert remembered == everywhere("v1+15minutes@2026-12-01T12:00:00Z")


def test_later_commits_do_not_move_now(launch: Launch) -> None:
    """Whatever they change, the window stays where the first commit put it."""
    launch.commit(now(2))
    window = launch.poll()["window"]
    launch.advance_to(NOON + 5 * HOUR)

    launch.commit(now(4))
    report = launch.poll()

    assert (report["window"], told(report)) == (window, everywhere("scale 4 done"))


def test_a_bumped_start_version_resolves_now_anew(launch: Launch) -> None:
    """The running fleet keeps running; it is to start again with what the commit wants."""
    launch.commit(now(2))
    launch.poll()
    launch.advance_to(NOON + 5 * HOUR)
    launch.poll()

    launch.commit(now(2, "start_version: 2"), at=NOON + 5 * HOUR)
    report = launch.poll()

    assert report["window"] == {"start": "2026-12-01T17:15:00Z", "stop": "2026-12-02T17:15:00Z"}
    assert told(report) == everywhere("arm 2 done")
    assert launch.tags(FRANKFURT)["p2p-fleet-now"] == "v2+15minutes@2026-12-01T17:00:00Z"
    launch.advance_to(NOON + 5 * HOUR + 20 * MINUTE)
    launch.poll()
    assert (launch.sizes(FRANKFURT), launch.tasks(FRANKFURT)) == (
        "2..2, 2 active",
        {"stop": "2026-12-02T17:15Z 0..0"},
    )


def test_the_earliest_now_that_any_group_remembers_counts_for_all(launch: Launch) -> None:
    """A region that joins a running fleet joins its window, not one of its own."""
    launch.commit(now(2, f"regions: [{HANGZHOU}, {SINGAPORE}]"))
    window = launch.poll()["window"]
    launch.advance_to(NOON + 5 * HOUR)

    launch.commit(now(2))
    report = launch.poll()

    assert report["window"] == window
    assert told(report) == everywhere("arm 2 done") | {FRANKFURT: "scale 2 done"}
    assert launch.tags(FRANKFURT)["p2p-fleet-now"] == "v1+15minutes@2026-12-01T12:00:00Z"


def test_now_is_not_resolved_while_a_configured_region_is_unknown(launch: Launch) -> None:
    """That region may remember when the fleet started: hold, arm nothing, and say so."""
    launch.commit(now(2))
    launch.faults(
        {"action": "DescribeScalingGroups", "region": FRANKFURT, "fault": "error", "code": "Odd"}
    )

    held = launch.poll()
    written = launch.all_writes
    launch.faults()
    report = launch.poll()

    assert (held["status"], written) == ("held", [])
    assert held["reason"] == (
        "start: now is not resolved yet, and eu-central-1 cannot be read, which may remember when"
        " the fleet started; to go on without, exclude it or give an explicit start"
    )
    assert told(report) == everywhere("arm 0 done")


def test_an_unknown_region_does_not_matter_once_now_is_remembered(launch: Launch) -> None:
    """Any readable group that remembers is enough to go on."""
    launch.commit(now(2))
    launch.poll()
    launch.advance_to(NOON + HOUR)
    launch.faults(
        {"action": "DescribeScalingGroups", "region": FRANKFURT, "fault": "error", "code": "Odd"}
    )

    launch.commit(now(3))
    report = launch.poll()

    assert told(report) == everywhere("scale 3 done") | {FRANKFURT: "hold None failed Odd"}


def test_a_now_that_was_over_when_first_seen_is_held(launch: Launch) -> None:
    """A watcher that was deployed too late starts nothing and says what to do."""
    launch.commit(now(2), at=NOON - 2 * DAY)

    report = launch.poll()

    assert (report["status"], launch.all_writes) == ("held", [])
    assert report["reason"] == (
        "start: now of this commit means 2026-11-29T12:15:00Z to 2026-11-30T12:15:00Z, which was"
        " over when it was first seen; bump start_version to start anew"
    )


# --- a stop beyond the horizon of ESS -----------------------------------------------------------


def test_a_far_stop_is_armed_as_a_dead_man_and_renewed_at_forty_days(launch: Launch) -> None:
    """Eighty days ahead; left alone until under forty remain; moved by one call a region."""
    launch.commit(document(2, "run_duration: 6 months", stop=None))
    launch.advance_to(START + HOUR)
    first = launch.poll()
    launch.advance_to(START + 30 * DAY)
    quiet = launch.poll()
    launch.advance_to(START + 41 * DAY)
    renewed = launch.poll()
    moved = launch.writes(FRANKFURT)
    launch.host.stop()
    launch.advance_to(START + 121 * DAY + HOUR)

    assert armed(first) == everywhere((None, "2027-02-19T19:01:00Z"))
    assert (quiet["status"], armed(quiet)) == ("converged", armed(first))
    assert armed(renewed) == everywhere((None, "2027-04-01T18:01:00Z"))
    assert moved == ["ModifyScheduledTask stop 2027-04-01T18:01Z 0..0"]
    assert launch.sizes(FRANKFURT) == "0..0, 0 active"


def test_a_dead_man_is_not_renewed_by_a_document_that_is_not_accepted(launch: Launch) -> None:
    """Otherwise a broken repository would keep a fleet running for ever."""
    launch.commit(document(2, "run_duration: 6 months", stop=None))
    launch.advance_to(START + HOUR)
    launch.poll()
    launch.commit("capacity: two\n")
    launch.advance_to(START + 60 * DAY)

    report = launch.poll()

    assert (report["status"], launch.all_writes) == ("held", [])
    assert armed(report) == everywhere((None, "2027-02-19T19:01:00Z"))


def test_a_fleet_that_runs_forever_has_no_stop(launch: Launch) -> None:
    """Nothing but the start is armed; a year later it runs on."""
    launch.commit(document(2, "run_duration: forever", stop=None))

    report = launch.poll()
    launch.advance_to(START + 365 * DAY)

    assert report["window"] == {"start": START_TEXT, "stop": None}
    assert armed(report) == everywhere((START_TEXT, None))
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"
    assert told(launch.poll()) == everywhere("arm 2 done")


def test_a_start_beyond_the_horizon_is_armed_when_it_comes_within_eighty_days(
    launch: Launch,
) -> None:
    """Until then nothing is written; then a stop is armed behind it, be it a dead man's."""
    start = NOON + 100 * DAY
    launch.commit(document(2, start=start, stop=start + 30 * DAY))

    early = launch.poll()
    written = launch.all_writes
    launch.advance_to(NOON + 21 * DAY)
    late = launch.poll()

    assert (early["status"], written) == ("converged", [])
    assert told(late) == everywhere("arm 0 done")
    assert armed(late) == everywhere(("2027-03-11T12:00:00Z", "2027-03-12T12:01:00Z"))


# --- groups whose desired-capacity feature is on ------------------------------------------------


def turn_desired_on(launch: Launch, region: str, desired: int = 0) -> None:
    """Turn the feature on as the ESS console does."""
    group_id = launch.group(region)["ScalingGroupId"]
    launch.console(region, "ModifyScalingGroup", ScalingGroupId=group_id, DesiredCapacity=desired)


def test_groups_with_a_desired_capacity_are_armed_and_scaled_with_it(launch: Launch) -> None:
    """ESS rejects tasks without it there; start, change and stop all carry it."""
    turn_desired_on(launch, FRANKFURT)
    launch.commit(document(2))
    launch.poll()
    assert launch.tasks(FRANKFURT) == {
        "stop": "2026-12-08T18:00Z 0..0 desired 0",
        "start": "2026-12-01T18:00Z 2..2 desired 2",
    }

    launch.advance_to(START + 2 * MINUTE)
    started = launch.sizes(FRANKFURT)
    launch.commit(document(3))
    launch.poll()
    changed = launch.writes(FRANKFURT)
    launch.advance_to(STOP + 2 * MINUTE)

    assert started == "2..2 desired 2, 2 active"
    assert "ModifyScalingGroup 3..3 desired 3" in changed
    assert launch.sizes(FRANKFURT) == "0..0 desired 0, 0 active"


def test_a_feature_that_is_turned_on_rearms_the_group(launch: Launch) -> None:
    """Armed without a desired capacity, the tasks would be rejected: the next poll mends them."""
    launch.commit(document(2))
    launch.poll()
    turn_desired_on(launch, FRANKFURT)

    report = launch.poll()

    assert told(report) == everywhere("none 0 none") | {FRANKFURT: "arm 0 done"}
    assert launch.tasks(FRANKFURT) == {
        "stop": "2026-12-08T18:00Z 0..0 desired 0",
        "start": "2026-12-01T18:00Z 2..2 desired 2",
    }
    launch.advance_to(START + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2 desired 2, 2 active"


def test_a_feature_that_is_turned_off_rearms_the_group(launch: Launch) -> None:
    """A task cannot lose its desired capacity: it is deleted and made anew, the stop first."""
    turn_desired_on(launch, FRANKFURT)
    launch.commit(document(2))
    launch.poll()
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(
        FRANKFURT, "ModifyScalingGroup", ScalingGroupId=group_id, DisableDesiredCapacity=True
    )

    launch.poll()

    assert launch.writes(FRANKFURT)[-4:] == [
        "DeleteScheduledTask",
        "CreateScheduledTask stop 2026-12-08T18:00Z 0..0",
        "DeleteScheduledTask",
        "CreateScheduledTask start 2026-12-01T18:00Z 2..2",
    ]
    launch.advance_to(START + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


def test_a_hand_that_moves_the_desired_capacity_is_put_right(launch: Launch) -> None:
    """Inside the window exactly the wanted number runs."""
    turn_desired_on(launch, FRANKFURT)
    run_since_start(launch, 3)
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(
        FRANKFURT, "ModifyScalingGroup", ScalingGroupId=group_id, MinSize=1, DesiredCapacity=1
    )

    launch.poll()

    assert launch.writes(FRANKFURT) == ["ModifyScalingGroup 3..3 desired 3"]
