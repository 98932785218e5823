"""`poll_every` in the document, and the schedule that runs: changed once, at the next poll."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import pytest

from shared.settings import Scheduler
from tests.poll.launch import DAY, FRANKFURT, HOUR, MINUTE, NOON, SINGAPORE, Launch
from tests.poll.schedules import (
    CHANGE,
    KINDS,
    LOOK,
    Woken,
    commit_cadence,
    set_up,
    told,
    woken,
)

MINUTELY, FIVE, HOURLY, DAILY = "0 * * * * *", "0 */5 * * * *", "0 0 * * * *", "0 0 0 * * *"
GONE: Final = "the schedule that fired this poll is gone"
ALREADY: Final = "another poll has changed it already"

kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_two_weeks_of_changes_take_one_write_each(launch: Launch, kind: Scheduler) -> None:
    """Five minutes, an hour, a day, a minute: each is there after the first poll that can see it.

    Every event carries the cadence that fired it, so that the poll after a change asks nobody.
    """
    watcher = set_up(launch, kind)

    assert watcher.live_until(NOON + 10 * MINUTE) == [f"none [{FIVE}] [{FIVE}]"] * 2
    commit_cadence(launch, "1 hour")
    assert watcher.live_until(NOON + 2 * HOUR) == [
        f"changed [{FIVE}] [{HOURLY}]",
        *[f"none [{HOURLY}] [{HOURLY}]"] * 2,
    ]
    commit_cadence(launch, "24 hours")
    assert watcher.live_until(NOON + 14 * DAY) == [
        f"changed [{HOURLY}] [{DAILY}]",
        *[f"none [{DAILY}] [{DAILY}]"] * 14,
    ]
    commit_cadence(launch, "1 minute")
    midnight = NOON + 14 * DAY + 12 * HOUR
    assert watcher.live_until(midnight + 3 * MINUTE) == [
        f"changed [{DAILY}] [{MINUTELY}]",
        *[f"none [{MINUTELY}] [{MINUTELY}]"] * 3,
    ]

    assert (watcher.changes(), watcher.cron()) == (3, MINUTELY)


@kinds
def test_a_change_is_told_and_counted(launch: Launch, kind: Scheduler) -> None:
    """Status, writes and calls; the poll before asks nothing of EventBridge or FC."""
    watcher = set_up(launch, kind)
    [before] = watcher.events_until(NOON + 5 * MINUTE)
    quiet = watcher.poll(before)
    assert (quiet["status"], watcher.requests()) == ("converged", [])
    assert quiet["schedule"] == {
        "carried": FIVE,
        "wanted": FIVE,
        "outcome": "none",
        "reason": "every 5 minutes, as the document says",
        "error": None,
    }

    commit_cadence(launch, "1 hour")
    [event] = watcher.events_until(NOON + 10 * MINUTE)
    report = watcher.poll(event)

    assert report["schedule"] == {
        "carried": FIVE,
        "wanted": HOURLY,
        "outcome": "changed",
        "reason": "the document says every 1 hour",
        "error": None,
    }
    assert watcher.requests() == [LOOK[kind], CHANGE[kind]]
    assert (report["status"], report["totals"]["writes"]) == ("changed", 1)
    assert report["totals"]["calls"] == quiet["totals"]["calls"] + 2 == len(launch.requests)


@kinds
def test_late_and_second_events_do_not_write_again(launch: Launch, kind: Scheduler) -> None:
    """They carry the old cadence still; a look tells that it stands no more."""
    watcher = set_up(launch, kind)
    events = watcher.events_until(NOON + 15 * MINUTE)
    assert len(events) == 3
    commit_cadence(launch, "1 hour")

    reports = [watcher.poll(event) for event in (events[2], events[2], events[0], events[1])]

    assert [told(report) for report in reports] == [
        f"changed [{FIVE}] [{HOURLY}]",
        *[f"none [{FIVE}] [{HOURLY}]"] * 3,
    ]
    assert [report["schedule"]["reason"] for report in reports[1:]] == [ALREADY] * 3
    assert [report["status"] for report in reports[1:]] == ["converged"] * 3
    assert (watcher.requests(), watcher.changes()) == ([LOOK[kind]], 1)


@kinds
def test_an_event_from_before_two_changes_undoes_neither(launch: Launch, kind: Scheduler) -> None:
    """Five minutes, an hour, five minutes again: whatever arrives, the document counts."""
    watcher = set_up(launch, kind)
    [of_five] = watcher.events_until(NOON + 5 * MINUTE)
    commit_cadence(launch, "1 hour")
    watcher.poll(of_five)
    [of_hour] = watcher.events_until(NOON + HOUR)
    commit_cadence(launch, "5 minutes")

    assert told(watcher.poll(of_five)) == f"none [{FIVE}] [{FIVE}]"
    assert (watcher.requests(), watcher.cron()) == ([], HOURLY)
    assert told(watcher.poll(of_hour)) == f"changed [{HOURLY}] [{FIVE}]"
    assert told(watcher.poll(of_hour)) == f"none [{HOURLY}] [{FIVE}]"
    assert (watcher.cron(), watcher.changes()) == (FIVE, 2)


@kinds
def test_polls_that_overlap_end_as_one(launch: Launch, kind: Scheduler) -> None:
    """Four at once with the same event: some may write, all write the same, and nothing fails."""
    watcher = set_up(launch, kind)
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    commit_cadence(launch, "1 hour")
    launch.faults({"fault": None, "delay_ms": 15})

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(watcher.poll, [event] * 4))
    launch.faults()

    assert {report["status"] for report in reports} <= {"changed", "converged"}
    written = [report["schedule"]["outcome"] for report in reports].count("changed")
    assert 1 <= written == watcher.changes()
    assert watcher.cron() == HOURLY
    assert told(watcher.poll(event)) == f"none [{FIVE}] [{HOURLY}]"


@kinds
def test_two_watchers_change_each_its_own_schedule(launch: Launch, kind: Scheduler) -> None:
    """One on each continent: neither touches what wakes the other."""
    near = set_up(launch, kind)
    far = woken(launch, kind, region=FRANKFURT)
    commit_cadence(launch, "1 hour")
    launch.advance_to(NOON + 5 * MINUTE)

    [event] = near.events()
    assert told(near.poll(event)) == f"changed [{FIVE}] [{HOURLY}]"
    assert (near.cron(), far.cron()) == (HOURLY, FIVE)
    assert far.requests() == []

    [event] = far.events()
    assert told(far.poll(event)) == f"changed [{FIVE}] [{HOURLY}]"
    assert (near.changes(), far.changes()) == (1, 1)
    assert (near.cron(), far.cron()) == (HOURLY, HOURLY)


def test_the_kind_that_fired_is_the_one_that_changes(launch: Launch) -> None:
    """While one kind takes the place of the other both may fire; SCHEDULER says which is to stay.

    An event of the old kind that comes after it is gone changes nothing, and is no failure.
    """
    bridge = set_up(launch, "eventbridge")
    timer = Woken(launch, "timer")
    [late] = bridge.events_until(NOON + 5 * MINUTE)
    timer.schedule()
    [of_timer] = timer.events_until(NOON + 10 * MINUTE)[1:]
    commit_cadence(launch, "1 hour")

    gone = timer.poll(late)
    assert (told(gone), gone["schedule"]["reason"]) == (f"none [{FIVE}] [{HOURLY}]", GONE)
    assert (gone["status"], timer.requests()) == (
        "converged",
        ["ListUserDefinedEventSources EventBusNotExist"],
    )
    assert told(timer.poll(of_timer)) == f"changed [{FIVE}] [{HOURLY}]"
    # And the other way round, by the settings of whoever has not heard of the switch yet.
    commit_cadence(launch, "24 hours")
    assert told(timer.poll(of_timer, given={"SCHEDULER": "eventbridge"})) == (
        f"changed [{FIVE}] [{DAILY}]"
    )
    assert timer.cron() == DAILY


def test_a_timer_that_is_gone_is_not_made_again(launch: Launch) -> None:
    """A late event of a fleet that was unscheduled must not wake it for ever."""
    watcher = set_up(launch, "timer")
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    watcher.console(
        "fc", "DeleteTrigger", functionName="p2p-agent-watcher", triggerName="p2p-agent-poll"
    )
    commit_cadence(launch, "1 hour")

    report = watcher.poll(event)

    assert (report["status"], report["schedule"]["reason"]) == ("converged", GONE)
    assert watcher.requests() == ["GetTrigger TriggerNotFound"]


@kinds
def test_a_deployment_keeps_the_cadence_that_a_commit_set(launch: Launch, kind: Scheduler) -> None:
    """Bootstrap's action `schedule` runs after every deployment; it finds, and writes nothing."""
    watcher = set_up(launch, kind)
    commit_cadence(launch, "1 hour")
    watcher.live_until(NOON + 5 * MINUTE)
    before = watcher.stands()
    commit_cadence(launch, "5 minutes")

    said = watcher.schedule()

    part = "timer trigger" if kind == "timer" else "event source"
    assert said == f"found {part} p2p-agent-poll (cron {HOURLY})"
    assert watcher.stands() == before
    assert watcher.live_until(NOON + HOUR) == [f"changed [{HOURLY}] [{FIVE}]"]


@kinds
def test_one_cadence_after_the_other_is_met_to_the_minute(launch: Launch, kind: Scheduler) -> None:
    """A change to a rarer one and back costs at most one firing of the rarer one."""
    watcher = set_up(launch, kind, "30 minutes")
    commit_cadence(launch, "6 hours")
    watcher.live_until(NOON + 30 * MINUTE)
    commit_cadence(launch, "2 minutes")

    assert watcher.live_until(NOON + timedelta(hours=6, minutes=4)) == [
        "changed [0 0 */6 * * *] [0 */2 * * * *]",
        *["none [0 */2 * * * *] [0 */2 * * * *]"] * 2,
    ]
    assert watcher.changes() == 2


# --- what changes nothing -----------------------------------------------------------------------


@kinds
def test_a_held_document_changes_no_schedule(launch: Launch, kind: Scheduler) -> None:
    """Not even one that can be read and is over a rail; a mended one does at the next poll."""
    watcher = set_up(launch, kind)
    commit_cadence(launch, "1 hour")
    [first, second] = watcher.events_until(NOON + 10 * MINUTE)

    report = watcher.poll(first, given={"MAX_NODES": "1"})

    assert (report["status"], report["schedule"]) == (
        "held",
        {
            "carried": FIVE,
            "wanted": None,
            "outcome": "none",
            "reason": "the document is held, and the schedule stays",
            "error": None,
        },
    )
    assert (watcher.requests(), watcher.cron()) == ([], FIVE)
    assert told(watcher.poll(second)) == f"changed [{FIVE}] [{HOURLY}]"


@kinds
def test_a_person_who_polls_changes_no_schedule(launch: Launch, kind: Scheduler) -> None:
    """Console and terminal carry no cadence, whatever regions they ask for."""
    watcher = set_up(launch, kind)
    commit_cadence(launch, "1 hour")

    for event in ({}, {"action": "plan"}, {"action": "poll", "regions": [FRANKFURT]}):
        assert (watcher.poll(event)["schedule"], watcher.requests()) == (None, [])
    assert watcher.cron() == FIVE


@kinds
def test_a_plan_says_what_would_change_and_writes_nothing(launch: Launch, kind: Scheduler) -> None:
    """`p2p-fleet poll --plan` with a schedule's event; it looks, so a late one plans nothing."""
    watcher = set_up(launch, kind)
    commit_cadence(launch, "1 hour")
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    command = ("cli.main", "poll", "--plan", "--json", "--event", json.dumps(event))

    planned = launch.run(*command, given=watcher.given)
    assert (planned.returncode, watcher.requests()) == (0, [LOOK[kind]])
    report = json.loads(planned.stdout)
    assert (report["status"], told(report)) == ("changed", f"would_change [{FIVE}] [{HOURLY}]")
    assert (report["totals"]["writes"], watcher.cron()) == (0, FIVE)

    watcher.poll(event)
    late = json.loads(launch.run(*command, given=watcher.given).stdout)
    assert (late["status"], late["schedule"]["reason"]) == ("converged", ALREADY)


def test_a_timer_that_somebody_made_by_hand_polls_and_is_left_alone(launch: Launch) -> None:
    """Whatever it sends; even one that speaks our language is not ours by its name."""
    watcher = set_up(launch, "eventbridge")
    commit_cadence(launch, "1 hour")
    for name, payload in (("nightly", "wake up"), ("mine", FIVE)):
        config = {"cronExpression": "0 7 * * * *", "enable": True, "payload": payload}
        body = {"triggerName": name, "triggerType": "timer", "triggerConfig": json.dumps(config)}
        watcher.console("fc", "CreateTrigger", functionName="p2p-agent-watcher", body=body)
    events = watcher.events_until(NOON + 7 * MINUTE)
    by_hand = [event for event in events if "triggerName" in event]

    reports = [watcher.poll(event) for event in by_hand]

    assert {event["triggerName"] for event in by_hand} == {"nightly", "mine"}
    assert {told(report) for report in reports} == {
        f"none [None] [{HOURLY}]",
        f"none [{FIVE}] [{HOURLY}]",
    }
    assert [report["status"] for report in reports] == ["converged"] * 2
    assert (watcher.changes(), watcher.cron()) == (0, FIVE)


def test_the_schedule_is_not_that_of_a_fleet_of_another_name(launch: Launch) -> None:
    """A second fleet's watcher that meets our event leaves our schedule alone."""
    watcher = set_up(launch, "eventbridge")
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    commit_cadence(launch, "1 hour")

    report = watcher.poll(event, given={"FLEET_NAME": "other"})

    assert told(report) == f"none [{FIVE}] [{HOURLY}]"
    assert (watcher.requests(), watcher.cron(), watcher.region) == ([], FIVE, SINGAPORE)
