"""What a person sets at a schedule by hand, and what the document makes of it."""

from __future__ import annotations

import pytest

from shared.settings import Scheduler
from tests.poll.launch import HOUR, MINUTE, NOON, Launch
from tests.poll.schedules import KINDS, commit_cadence, set_up, told

FIVE, HOURLY = "0 */5 * * * *", "0 0 * * * *"

kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_another_minute_of_the_same_cadence_stays(launch: Launch, kind: Scheduler) -> None:
    """Two watchers that somebody set apart by some minutes both do what the document says."""
    watcher = set_up(launch, kind)
    shifted = "0 2/5 * * * *"
    watcher.set_cron(shifted, **({"payload": shifted} if kind == "timer" else {}))

    assert watcher.live_until(NOON + 7 * MINUTE) == [f"none [{shifted}] [{FIVE}]"] * 2
    assert (watcher.changes(), watcher.cron()) == (0, shifted)


@kinds
def test_another_cadence_yields_to_the_document(launch: Launch, kind: Scheduler) -> None:
    """It lasts until the first poll that it fires; nothing else of the schedule is touched."""
    watcher = set_up(launch, kind)
    zone = {} if kind == "timer" else {"TimeZone": "GMT+8:00", "UserData": '{"by": "hand"}'}
    payload = {"payload": "0 */7 * * * *"} if kind == "timer" else {}
    watcher.set_cron("0 */7 * * * *", **zone, **payload)
    before = watcher.stands()

    assert watcher.live_until(NOON + 12 * MINUTE) == [
        f"changed [0 */7 * * * *] [{FIVE}]",
        f"none [{FIVE}] [{FIVE}]",
    ]
    if kind == "timer":
        assert watcher.stands() == before | {"cronExpression": FIVE, "payload": FIVE}
    else:
        assert watcher.stands() == before | {"source": before["source"] | {"Schedule": FIVE}}
        assert before["source"] == {"Schedule": "0 */7 * * * *", **zone}


def test_a_timer_whose_payload_lags_behind_its_cron_is_set_right(launch: Launch) -> None:
    """Who changes a timer by hand forgets the payload; once is enough to bring both together."""
    watcher = set_up(launch, "timer")
    watcher.set_cron("0 1/5 * * * *", payload=HOURLY, enable=True)
    [event] = watcher.events_until(NOON + 5 * MINUTE)

    assert told(watcher.poll(event)) == f"changed [{HOURLY}] [{FIVE}]"
    assert watcher.stands() == {
        "cronExpression": "0 1/5 * * * *",
        "enable": True,
        "payload": "0 1/5 * * * *",
    }
    assert told(watcher.poll(event)) == f"none [{HOURLY}] [{FIVE}]"


def test_a_timer_that_was_turned_off_meanwhile_stays_off(launch: Launch) -> None:
    """The last event of it changes its cadence, and not that somebody paused it."""
    watcher = set_up(launch, "timer")
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    watcher.set_cron(FIVE, enable=False)
    commit_cadence(launch, "1 hour")

    watcher.poll(event)

    assert watcher.stands() == {"cronExpression": HOURLY, "enable": False, "payload": HOURLY}
    assert watcher.events_until(NOON + 2 * HOUR) == []


def test_a_rule_that_was_disabled_meanwhile_stays_disabled(launch: Launch) -> None:
    """As for the timer: the pause is the operator's."""
    watcher = set_up(launch, "eventbridge")
    [event] = watcher.events_until(NOON + 5 * MINUTE)
    watcher.console(
        "eventbridge", "DisableRule", EventBusName="p2p-agent", RuleName="p2p-agent-poll"
    )
    commit_cadence(launch, "1 hour")

    watcher.poll(event)

    assert (watcher.cron(), watcher.stands()["rules"][0]["Status"]) == (HOURLY, "DISABLE")
    assert watcher.events_until(NOON + 2 * HOUR) == []
