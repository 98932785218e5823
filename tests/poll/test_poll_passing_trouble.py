"""Trouble that passes: waited out or looked into, and no write is made twice."""

from __future__ import annotations

import pytest

from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    SINGAPORE,
    START,
    STOP,
    Launch,
    armed,
    document,
    everywhere,
    told,
)
from tests.poll.trouble import (
    ARM,
    ARMED,
    LOOK,
    READS,
    WRITES,
    assert_armed_and_converged,
    fault,
)


@pytest.mark.parametrize("action", [*READS, *WRITES])
def test_two_throttled_answers_are_waited_out_inside_the_poll(launch: Launch, action: str) -> None:
    """The same request again, after a pause: nothing is lost, nothing done twice."""
    launch.commit(document(2))
    launch.faults(fault(action, "throttle", times=2))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    calls = [call for call in launch.calls(FRANKFURT) if "Throttling" not in call]
    assert calls == [*LOOK, *ARM]
    assert len(launch.calls(FRANKFURT)) == len(calls) + 2
    assert_armed_and_converged(launch)


def test_a_pause_that_the_service_asks_for_is_kept(launch: Launch) -> None:
    """Its `x-acs-retry-after` counts, not our own shorter back-off."""
    launch.commit(document(2))
    launch.faults(fault("CreateScheduledTask", "throttle", times=1, retry_after_ms=1500))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert report["elapsed_ms"] >= 1500


def test_a_pause_longer_than_the_poll_is_left_to_the_next(launch: Launch) -> None:
    """Nothing waits for what cannot come in time; the next poll arms the rest."""
    launch.commit(document(2))
    launch.faults(fault("CreateScheduledTask", "throttle", times=1, retry_after_ms=60_000))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: "arm 0 failed Throttling.User"}
    assert report["elapsed_ms"] < 10_000
    launch.poll()
    assert launch.writes(FRANKFURT) == ARM[1:]
    assert_armed_and_converged(launch)


@pytest.mark.parametrize("kind", ["http_500", "html", "dns"])
@pytest.mark.parametrize("action", READS)
def test_a_read_that_fails_once_is_repeated(launch: Launch, action: str, kind: str) -> None:
    """Whatever came in its place, the region is armed in the same poll."""
    launch.commit(document(2))
    launch.faults(fault(action, kind, times=1))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert_armed_and_converged(launch)


@pytest.mark.parametrize("kind", ["http_500", "html", "dns"])
@pytest.mark.parametrize("action", WRITES)
def test_a_write_that_fails_once_is_looked_at_before_it_is_repeated(
    launch: Launch, action: str, kind: str
) -> None:
    """It may have been carried out: a fresh look says that it was not, so it is done now."""
    launch.commit(document(2))
    launch.faults(fault(action, kind, times=1))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    failed = WRITES.index(action)
    tried = launch.calls(FRANKFURT)[2 : 3 + failed]
    assert tried[-1].startswith(action)
    assert tried[-1] != ARM[failed]  # this one carries the fault's name
    assert launch.calls(FRANKFURT)[3 + failed :] == [*LOOK, *ARM[failed:]]
    assert_armed_and_converged(launch)


def test_writes_that_were_done_without_an_answer_are_not_repeated(launch: Launch) -> None:
    """TagResources in one region, CreateScheduledTask in another: carried out, answers lost."""
    launch.commit(document(2))
    launch.faults(
        fault("TagResources", "timeout_after", HANGZHOU, times=1),
        fault("CreateScheduledTask", "timeout_after", SINGAPORE, times=1),
    )

    report = launch.poll(given={"DEADLINE_S": "5"})

    assert told(report) == everywhere("arm 0 done")
    assert armed(report) == everywhere(ARMED)
    assert launch.calls(HANGZHOU) == [*LOOK, "TagResources timeout_after", *LOOK, *ARM[1:]]
    assert launch.calls(SINGAPORE) == [
        *LOOK,
        ARM[0],
        f"{ARM[1]} timeout_after",
        *LOOK,
        ARM[2],
    ]
    assert report["totals"]["writes"] == 9
    assert_armed_and_converged(launch)


def test_changes_that_were_made_without_an_answer_are_not_repeated(launch: Launch) -> None:
    """The same for ModifyScalingGroup, ModifyScheduledTask and DeleteScheduledTask."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.commit(document(3, stop=STOP + DAY))
    launch.faults(
        fault("ModifyScalingGroup", "timeout_after", HANGZHOU, times=1),
        fault("ModifyScheduledTask", "timeout_after", SINGAPORE, times=1),
        fault("DeleteScheduledTask", "timeout_after", FRANKFURT, times=1),
    )

    report = launch.poll(given={"DEADLINE_S": "5"})

    assert told(report) == everywhere("scale 3 done")
    remember, clear = "TagResources", "DeleteScheduledTask"
    move, scale = "ModifyScheduledTask stop 2026-12-09T18:00Z 0..0", "ModifyScalingGroup 3..3"
    lost = " timeout_after"
    assert launch.calls(HANGZHOU) == [*LOOK, remember, clear, move, scale + lost, *LOOK]
    assert launch.calls(SINGAPORE) == [*LOOK, remember, clear, move + lost, *LOOK, scale]
    assert launch.calls(FRANKFURT) == [*LOOK, remember, clear + lost, *LOOK, move, scale]
    assert report["totals"]["writes"] == 12
    launch.advance_to(START + 2 * HOUR)
    assert launch.poll()["status"] == "converged"


def test_a_lost_answer_that_cannot_be_looked_into_is_found_out_by_the_next_poll(
    launch: Launch,
) -> None:
    """Out of reach just then: failed, what is armed is not overstated, the next poll mends it."""
    launch.commit(document(2))
    launch.faults(
        fault("CreateScheduledTask", "timeout_after", times=1),
        {"action": "DescribeScalingGroups", "region": FRANKFURT, "delay_ms": 1, "times": 1},
        fault("DescribeScalingGroups", "error", code="Odd"),
    )

    report = launch.poll(given={"DEADLINE_S": "3"})
    launch.faults()
    launch.poll()

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: "arm 0 failed EndpointTimeout"}
    assert armed(report) == everywhere(ARMED) | {FRANKFURT: (None, None)}
    assert launch.writes(FRANKFURT) == ARM[2:]
    assert_armed_and_converged(launch)
