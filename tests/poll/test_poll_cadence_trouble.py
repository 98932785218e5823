"""What goes wrong while the schedule is changed is told, and harms nothing else."""

from __future__ import annotations

import json
import time
from typing import Final

import pytest

from shared.cloud.session import Call
from shared.settings import Scheduler
from tests.poll.launch import FRANKFURT, MINUTE, NOON, Json, Launch, document, everywhere
from tests.poll.launch import told as told_regions
from tests.poll.schedules import BUS, CHANGE, KINDS, LOOK, POLL, WATCHER, Woken, told, woken
from tests.poll.sessions import hooked

FIVE, HOURLY = "0 */5 * * * *", "0 0 * * * *"
PRODUCT: Final = {"eventbridge": "eventbridge", "timer": "fc"}
AGAIN: Final = "Nothing to do: the next poll that this schedule fires tries again."
UNARMED: Final = "arm 0 done"

kinds = pytest.mark.parametrize("kind", KINDS)


def due(launch: Launch, kind: Scheduler) -> tuple[Woken, Json]:
    """A watcher, and an event after which every region and the schedule are to change."""
    launch.commit(document(1))
    watcher = woken(launch, kind)
    launch.commit(document(2, "poll_every: 1 hour"))
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    return watcher, event


def fault(action: str, kind: str, **more: object) -> Json:
    """Say what goes wrong with an action on schedules."""
    return {"action": action, "fault": kind, **more}


def assert_mended(watcher: Woken, event: Json) -> None:
    """All is well again: the same event is enough, and one more has nothing to do."""
    watcher.launch.faults()
    assert told(watcher.poll(event)) == f"changed [{FIVE}] [{HOURLY}]"
    assert watcher.cron() == HOURLY
    assert watcher.poll(event)["status"] == "converged"


@kinds
def test_a_missing_permission_is_named_and_the_regions_are_done(
    launch: Launch, kind: Scheduler
) -> None:
    """One look, one refusal; nothing is tried again before the next event."""
    watcher, event = due(launch, kind)
    denied = f"{PRODUCT[kind]}:{CHANGE[kind]}"
    launch.faults(account={"denied_actions": [denied]})

    report = watcher.poll(event)

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    assert told(report).startswith(f"failed [{FIVE}] [{HOURLY}] ")
    error = report["schedule"]["error"]
    assert (error["message"], error["reaction"]) == (
        f"The access key may not call {denied}.",
        "human",
    )
    assert denied in error["remedy"]
    assert [one.split()[0] for one in watcher.requests()] == [LOOK[kind], CHANGE[kind]]
    assert report["totals"]["writes"] == 9
    assert_mended(watcher, event)


@kinds
@pytest.mark.parametrize("trouble", ["throttle", "http_500", "reset"])
def test_trouble_that_passes_is_not_seen(launch: Launch, kind: Scheduler, trouble: str) -> None:
    """With a rare cadence the next poll may be a day away, so this one tries once more."""
    watcher, event = due(launch, kind)
    launch.faults(fault(CHANGE[kind], trouble, times=1), fault(LOOK[kind], trouble, times=1))

    report = watcher.poll(event)

    assert (report["status"], told(report)) == ("changed", f"changed [{FIVE}] [{HOURLY}]")
    assert report["totals"]["writes"] == 9 + 1
    assert (watcher.cron(), report["schedule"]["error"]) == (HOURLY, None)


@kinds
def test_trouble_that_lasts_is_given_up_until_the_next_event(
    launch: Launch, kind: Scheduler
) -> None:
    """Two writes with a look after each; the regions were done before."""
    watcher, event = due(launch, kind)
    launch.faults(fault(CHANGE[kind], "http_500"))

    report = watcher.poll(event)

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    error = report["schedule"]["error"]
    assert (report["schedule"]["outcome"], error["reaction"]) == ("failed", "transient")
    assert error["remedy"] == AGAIN
    tried = [one.split()[0] for one in watcher.requests()]
    assert tried == [LOOK[kind], CHANGE[kind], LOOK[kind], CHANGE[kind], LOOK[kind]]
    assert_mended(watcher, event)


@kinds
@pytest.mark.parametrize("trouble", ["html", "timeout_before"])
def test_what_cannot_be_looked_at_is_not_written(
    launch: Launch, kind: Scheduler, trouble: str
) -> None:
    """The poll ends within its time all the same."""
    watcher, event = due(launch, kind)
    launch.faults(fault(LOOK[kind], trouble))

    report = watcher.poll(event, given={"DEADLINE_S": "4"})

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    assert (report["schedule"]["outcome"], report["elapsed_ms"] < 5000) == ("failed", True)
    assert report["schedule"]["error"]["remedy"] == AGAIN
    assert {one.split()[0] for one in watcher.requests()} == {LOOK[kind]}
    assert_mended(watcher, event)


@kinds
def test_a_change_without_an_answer_is_not_repeated(launch: Launch, kind: Scheduler) -> None:
    """It was carried out: the look after it tells, and it counts as the one write that it was."""
    watcher, event = due(launch, kind)
    launch.faults(fault(CHANGE[kind], "timeout_after"))

    report = watcher.poll(event, given={"DEADLINE_S": "6"})

    assert told(report) == f"changed [{FIVE}] [{HOURLY}]"
    assert (report["status"], report["totals"]["writes"]) == ("changed", 9 + 1)
    assert watcher.requests() == [LOOK[kind], f"{CHANGE[kind]} timeout_after", LOOK[kind]]
    assert watcher.cron() == HOURLY


def test_a_schedule_for_which_no_time_is_left_is_skipped(launch: Launch) -> None:
    """The regions come first; the next event finds the time."""
    watcher, event = due(launch, "eventbridge")

    def dawdle(call: Call) -> None:
        if call.action == LOOK["eventbridge"]:
            time.sleep(3.5)

    report = watcher.poll(event, open_session=hooked(before=dawdle), given={"DEADLINE_S": "4"})

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    assert told(report) == f"skipped [{FIVE}] [{HOURLY}] DeadlinePassed"
    assert report["schedule"]["error"]["message"] == (
        "There was no time left to change the schedule."
    )
    assert watcher.requests() == []
    assert_mended(watcher, event)


def test_a_mistake_of_this_program_about_the_schedule_ends_no_poll(launch: Launch) -> None:
    """It is told as what it is, beside regions that are done."""
    watcher, event = due(launch, "eventbridge")

    def stumble(call: Call) -> None:
        if call.action == LOOK["eventbridge"]:
            raise ZeroDivisionError

    report = watcher.poll(event, open_session=hooked(before=stumble))

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    assert told(report) == f"failed [{FIVE}] [{HOURLY}] UnexpectedError"
    assert_mended(watcher, event)


def test_a_fleet_that_is_unscheduled_in_the_midst_of_it_stays_so(launch: Launch) -> None:
    """Between the look and the write the source goes: it is not made again, and that is fine."""
    watcher, event = due(launch, "eventbridge")

    def unschedule(call: Call) -> None:
        if call.action == CHANGE["eventbridge"]:
            source = {"EventBusName": BUS, "EventSourceName": POLL}
            watcher.console("eventbridge", "DeleteEventSource", **source)

    report = watcher.poll(event, open_session=hooked(before=unschedule))

    assert (report["status"], told(report)) == ("changed", f"none [{FIVE}] [{HOURLY}]")
    assert report["schedule"]["reason"] == "the schedule that fired this poll is gone"
    assert watcher.requests() == [
        LOOK["eventbridge"],
        "UpdateEventSource EventSourceNotExist",
        LOOK["eventbridge"],
    ]
    kept = launch.admin("state")["products"]["eventbridge"][watcher.region]
    assert kept.get("event_sources", []) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [("eventbridge", "FC_REGION"), ("timer", "FC_REGION"), ("timer", "WATCHER_FUNCTION")],
)
def test_a_watcher_that_does_not_know_itself_says_what_to_set(
    launch: Launch, kind: Scheduler, name: str
) -> None:
    """Only once there is something to change: until then nobody misses it."""
    watcher, event = due(launch, kind)

    report = watcher.poll(event, given={name: ""})

    assert (report["status"], told_regions(report)) == ("partial", everywhere(UNARMED))
    assert told(report) == f"failed [{FIVE}] [{HOURLY}] ScheduleNotConfigured"
    assert report["schedule"]["error"]["message"] == (
        f"{name} is not set, so the watcher does not know which schedule to change."
    )
    assert watcher.requests() == []
    launch.commit(document(2, "poll_every: 5 minutes"))
    assert watcher.poll(event, given={name: ""})["status"] == "converged"


def test_eventbridges_schedule_needs_no_functions_name(launch: Launch) -> None:
    """The source is the fleet's, whatever it wakes."""
    watcher, event = due(launch, "eventbridge")

    report = watcher.poll(event, given={"WATCHER_FUNCTION": ""})

    assert told(report) == f"changed [{FIVE}] [{HOURLY}]"


def test_a_trigger_of_another_type_is_left_alone(launch: Launch) -> None:
    """Somebody took the timer's name for something else after it had fired."""
    watcher, event = due(launch, "timer")
    watcher.console("fc", "DeleteTrigger", functionName=WATCHER, triggerName=POLL)
    body = {"triggerName": POLL, "triggerType": "http", "triggerConfig": json.dumps({})}
    watcher.console("fc", "CreateTrigger", functionName=WATCHER, body=body)

    report = watcher.poll(event)

    assert told(report) == f"failed [{FIVE}] [{HOURLY}] TriggerNotOurs"
    assert watcher.requests() == ["GetTrigger"]


@kinds
def test_regions_that_all_fail_count_for_more_than_a_schedule(
    launch: Launch, kind: Scheduler
) -> None:
    """A changed schedule does not make a poll a success in which nothing else succeeded."""
    watcher, event = due(launch, kind)
    launch.faults({"product": "ess", "action": "TagResources", "fault": "error", "code": "Odd"})

    report = watcher.poll(event)

    assert (report["status"], told(report)) == ("failed", f"changed [{FIVE}] [{HOURLY}]")
    assert report["totals"]["writes"] == 1


@kinds
def test_the_log_says_what_became_of_the_schedule(launch: Launch, kind: Scheduler) -> None:
    """The function's own program: report on stdout, JSON lines on stderr."""
    watcher, event = due(launch, kind)

    done = launch.run("functions.watcher", "--event", json.dumps(event), given=watcher.given)

    report = json.loads(done.stdout)
    head = json.loads(done.stderr.splitlines()[0])
    assert (done.returncode, told(report)) == (0, f"changed [{FIVE}] [{HOURLY}]")
    assert head["schedule"] == report["schedule"]
    assert {one["region"] for one in report["regions"]} >= {FRANKFURT}
