"""The schedule as an operator meets it: set up, kept, changed to the other kind, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from functions.watcher.event import parse_event
from tests.bootstrap.schedule_world import (
    BUS,
    POLL,
    TIMER,
    WATCHER,
    ScheduleWorld,
    bridge,
    deeds,
    opened_world,
    timer,
)

ROLE = "AliyunServiceRoleForEventBridgeSendToFC"
ALL_OF_BRIDGE = [
    f"created service-linked role {ROLE}",
    f"created event bus {BUS}",
    f"created event source {POLL}",
    f"created event rule {POLL}",
]
BRIDGE_GONE = [
    f"removed event rule {POLL}",
    f"removed event source {POLL}",
    f"removed event bus {BUS}",
]
THE_RULE = {"EventBusName": BUS, "RuleName": POLL}
HOUR_S = 3600


@pytest.fixture
def world() -> Iterator[ScheduleWorld]:
    """An account that has nothing but a watcher."""
    with opened_world() as opened:
        yield opened


def test_eventbridge_invokes_the_watcher_every_ten_minutes(world: ScheduleWorld) -> None:
    """Set up from nothing; an hour later the function has run six times, each with its cadence."""
    outcome = world.ensure("10 minutes")
    world.advance(HOUR_S)
    events = world.events()

    assert (outcome.cron, deeds(outcome)) == ("0 */10 * * * *", ALL_OF_BRIDGE)
    assert world.standing() == bridge()
    assert [event["time"] for event in events] == [
        f"2026-12-01T{time}:00Z" for time in ("12:10", "12:20", "12:30", "12:40", "12:50", "13:00")
    ]
    assert {event["data"]["Schedule"] for event in events} == {"0 */10 * * * *"}


def test_a_timer_invokes_the_watcher_every_ten_minutes(world: ScheduleWorld) -> None:
    """The same with SCHEDULER=timer; the cadence is in the event's payload."""
    outcome = world.ensure("10 minutes", TIMER)
    world.advance(HOUR_S)
    events = world.events()

    assert (outcome.cron, deeds(outcome)) == (
        "0 */10 * * * *",
        [f"created timer trigger {POLL}"],
    )
    assert world.standing() == timer()
    assert [event["triggerTime"][11:16] for event in events] == [
        "12:10",
        "12:20",
        "12:30",
        "12:40",
        "12:50",
        "13:00",
    ]
    assert {event["payload"] for event in events} == {"0 */10 * * * *"}


@pytest.mark.parametrize("given", [{}, TIMER])
def test_the_watcher_understands_its_events(world: ScheduleWorld, given: dict[str, str]) -> None:
    """What either kind of schedule sends is a poll."""
    world.ensure("30 minutes", given)
    world.advance(HOUR_S / 2)

    assert [parse_event(json.dumps(event)).action for event in world.events()] == ["poll"]


@pytest.mark.parametrize(
    ("given", "found"),
    [({}, f"found event source {POLL}"), (TIMER, f"found timer trigger {POLL}")],
)
def test_what_stands_is_left_alone(world: ScheduleWorld, given: dict[str, str], found: str) -> None:
    """A second run asks, and writes nothing, whatever poll_every says now."""
    world.ensure("10 minutes", given)
    before = world.standing()
    again = world.ensure("1 hour", given)

    assert (again.cron, deeds(again)) == ("0 */10 * * * *", [found])
    assert (world.standing(), world.writes) == (before, [])


@pytest.mark.parametrize(
    ("cron", "zone"), [("0 0 * * * *", "GMT+0:00"), ("30 */7 9-17 * * MON-FRI", "GMT+8:00")]
)
def test_a_cadence_that_somebody_chose_is_kept(world: ScheduleWorld, cron: str, zone: str) -> None:
    """Not even one that poll_every could never say is touched."""
    world.ensure()
    world.set_cadence(cron, zone)
    outcome = world.ensure()

    assert (outcome.cron, world.writes) == (cron, [])
    assert world.standing()["source"] == [f"{POLL} {cron} {zone}"]


def test_the_kind_is_changed_and_the_cadence_with_it(world: ScheduleWorld) -> None:
    """First the new one stands, then the old one goes; back again the same way."""
    world.ensure("20 minutes")

    to_timer = world.ensure("10 minutes", TIMER)
    assert (to_timer.cron, deeds(to_timer)) == (
        "0 */20 * * * *",
        [f"created timer trigger {POLL}", *BRIDGE_GONE],
    )
    assert world.standing() == {"role": [ROLE], **timer("0 */20 * * * *")}

    back = world.ensure("10 minutes")
    assert (back.cron, deeds(back)) == (
        "0 */20 * * * *",
        [*ALL_OF_BRIDGE[1:], f"removed timer trigger {POLL}"],
    )
    assert world.standing() == bridge("0 */20 * * * *")


@pytest.mark.parametrize(
    ("cron", "zone"),
    [("30 */7 * * * *", "GMT+0:00"), ("0 0 */6 * * *", "GMT+8:00")],
)
def test_a_cadence_of_another_meaning_does_not_move(
    world: ScheduleWorld, cron: str, zone: str
) -> None:
    """The other kind may not know it, or may mean another hour; the document's counts then."""
    world.ensure()
    world.set_cadence(cron, zone)
    outcome = world.ensure("15 minutes", TIMER)

    assert outcome.cron == "0 */15 * * * *"
    assert world.standing() == {"role": [ROLE], **timer("0 */15 * * * *")}


def test_a_timer_in_another_dialect_is_kept_and_does_not_move(world: ScheduleWorld) -> None:
    """`@every` is a timer's own word: it stays a timer's cadence, and EventBridge gets another."""
    world.ensure("10 minutes", TIMER)
    config = '{"cronExpression": "@every 7m", "enable": true, "payload": "@every 7m"}'
    body = {"triggerConfig": config}
    world.console("fc", "UpdateTrigger", functionName=WATCHER, triggerName=POLL, body=body)

    assert world.ensure("1 hour", TIMER).cron == "@every 7m"
    assert world.ensure("1 hour").cron == "0 0 * * * *"
    assert world.standing() == bridge("0 0 * * * *")


def test_a_rule_that_was_disabled_runs_again(world: ScheduleWorld) -> None:
    """A deployment means a fleet that is watched; `suspend` is how a fleet is paused."""
    world.ensure()
    world.console("eventbridge", "DisableRule", **THE_RULE)

    assert deeds(world.ensure()) == [f"changed event rule {POLL}"]
    assert world.standing() == bridge()


def test_a_rule_for_other_events_is_set_right(world: ScheduleWorld) -> None:
    """A pattern that somebody changed takes the watcher's events again."""
    world.ensure()
    pattern = '{"source": ["another"]}'
    world.console("eventbridge", "UpdateRule", **THE_RULE, FilterPattern=pattern)

    assert deeds(world.ensure()) == [f"changed event rule {POLL}"]
    assert world.standing() == bridge()


def test_another_watcher_takes_the_place_of_the_old_one(world: ScheduleWorld) -> None:
    """A function that was renamed is the target from then on; the target keeps its id."""
    world.ensure()
    world.deploy("new-watcher")
    outcome = world.ensure("10 minutes", {"WATCHER_FUNCTION": "new-watcher"})

    assert deeds(outcome) == [f"changed event target {POLL}"]
    assert world.standing()["rule"] == [f"{POLL} ENABLE ['{POLL}'] to functions/new-watcher"]


def test_a_source_that_lost_its_schedule_gets_one(world: ScheduleWorld) -> None:
    """A source of our name of another kind is made a scheduled one."""
    world.ensure()
    source = {"EventBusName": BUS, "EventSourceName": POLL}
    world.console("eventbridge", "DeleteEventSource", **source)
    queue = {"QueueName": "q"}
    world.console("eventbridge", "CreateEventSource", **source, SourceMNSParameters=queue)

    assert deeds(world.ensure("1 hour")) == [f"changed event source {POLL}"]
    assert world.standing() == bridge("0 0 * * * *")


def test_a_timer_that_was_turned_off_runs_again(world: ScheduleWorld) -> None:
    """Its cadence is kept, and its payload says it again."""
    world.ensure("10 minutes", TIMER)
    body = {"triggerConfig": '{"cronExpression": "0 0 * * * *", "enable": false, "payload": ""}'}
    world.console("fc", "UpdateTrigger", functionName=WATCHER, triggerName=POLL, body=body)

    assert deeds(world.ensure("10 minutes", TIMER)) == [f"changed timer trigger {POLL}"]
    assert world.standing() == timer("0 0 * * * *")


def test_a_removal_leaves_nothing_of_ours(world: ScheduleWorld) -> None:
    """Both kinds go, the rule first so that nothing fires; the account's role stays."""
    world.ensure()
    both = bridge() | timer()
    world.faults({"action": "DeleteRule", "fault": "error", "code": "Odd", "times": 9})
    assert world.ensure("10 minutes", TIMER).failure is not None
    assert world.standing() == both
    world.faults()

    outcome = world.remove()

    assert (outcome.cron, deeds(outcome)) == (None, [f"removed timer trigger {POLL}", *BRIDGE_GONE])
    assert world.standing() == {"role": [ROLE]}
    world.advance(HOUR_S)
    assert world.events() == []


def test_to_find_nothing_is_fine(world: ScheduleWorld) -> None:
    """A removal of nothing does nothing, even where the watcher is gone too."""
    assert deeds(world.remove()) == []
    world.console("fc", "DeleteFunction", functionName=WATCHER)
    assert (deeds(world.remove()), world.writes) == ([], [])


def test_a_bus_that_somebody_else_uses_stays(world: ScheduleWorld) -> None:
    """Only what is ours goes."""
    world.ensure()
    other = {"EventBusName": BUS, "RuleName": "other", "FilterPattern": "{}"}
    world.console("eventbridge", "CreateRule", **other)

    assert deeds(world.remove()) == [*BRIDGE_GONE[:2], f"left event bus {BUS}"]
    assert world.standing() == {"role": [ROLE], "bus": [BUS], "rule": ["other ENABLE None to "]}


@pytest.mark.parametrize("given", [{}, TIMER])
def test_a_dry_run_says_and_does_nothing(world: ScheduleWorld, given: dict[str, str]) -> None:
    """The deeds are those that the real run does."""
    planned = world.ensure("10 minutes", given, dry_run=True)
    assert (world.writes, world.standing()) == ([], {})
    done = world.ensure("10 minutes", given)
    stands = world.standing()
    removal = world.remove(given, dry_run=True)
    assert (world.writes, world.standing()) == ([], stands)

    assert (deeds(planned), planned.cron) == (deeds(done), done.cron)
    assert deeds(removal) == deeds(world.remove(given))
