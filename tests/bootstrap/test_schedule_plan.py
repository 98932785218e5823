"""What is due next, decided from what there is; and the cadences that cron can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from functions.bootstrap.schedule_plan import (
    BridgeSeen,
    Step,
    bridge_to_go,
    bridge_to_stand,
    cron_to_move,
    timer_of,
    timer_to_go,
    timer_to_stand,
)
from sandbox.domain.eventbridge.cron import Schedule
from shared.cloud.eventbridge import EventRule, EventSource, FunctionTarget
from shared.cloud.fc_timers import Timer
from shared.control.timing import POLL_CHOICES
from shared.instants import Duration
from shared.schedule import bus_name, cron_of, is_our_cron, poll_name
from shared.settings import SettingsError, settings_from

FLEET = "p2p-agent"
POLL = "p2p-agent-poll"
CRON = "0 */5 * * * *"
TARGET = FunctionTarget("watcher", "acs:fc:eu-central-1:1:functions/w", "w")
SOURCE = EventSource(POLL, CRON, "GMT+0:00")
RULE = EventRule(POLL, enabled=True, sources=(POLL,), targets=(TARGET,))
WHOLE = BridgeSeen(bus=True, sources=(SOURCE,), rule_names=(POLL,), rule=RULE)
OTHER = FunctionTarget("other", "acs:fc:eu-central-1:1:functions/o", "o")


def seen(**changes: object) -> BridgeSeen:
    """A whole schedule but for some changes."""
    fields = {"bus": True, "sources": (SOURCE,), "rule_names": (POLL,), "rule": RULE, **changes}
    return BridgeSeen(**fields)  # type: ignore[arg-type]  # each of its own type


def rule(**changes: object) -> EventRule:
    """Our rule but for some changes."""
    fields = {"name": POLL, "enabled": True, "sources": (POLL,), "targets": (TARGET,), **changes}
    return EventRule(**fields)  # type: ignore[arg-type]  # each of its own type


@pytest.mark.parametrize(
    ("there", "due"),
    [
        (WHOLE, ()),
        (BridgeSeen(), (Step.CREATE_BUS, Step.CREATE_SOURCE, Step.CREATE_RULE)),
        (BridgeSeen(bus=True), (Step.CREATE_SOURCE, Step.CREATE_RULE)),
        (seen(rule=None, rule_names=()), (Step.CREATE_RULE,)),
        (seen(sources=()), (Step.CREATE_SOURCE,)),
        (seen(sources=(EventSource("other", CRON, "GMT+0:00"),)), (Step.CREATE_SOURCE,)),
        (seen(sources=(EventSource(POLL, None, None),)), (Step.UPDATE_SOURCE,)),
        (seen(sources=(EventSource(POLL, "odd", "GMT+8:00"),)), ()),
        (seen(rule=rule(enabled=False)), (Step.UPDATE_RULE,)),
        (seen(rule=rule(sources=None)), (Step.UPDATE_RULE,)),
        (seen(rule=rule(sources=(POLL, "other"))), (Step.UPDATE_RULE,)),
        (seen(rule=rule(targets=())), (Step.PUT_TARGET,)),
        (seen(rule=rule(targets=(OTHER,))), (Step.PUT_TARGET,)),
        (seen(rule=rule(targets=(OTHER, TARGET))), ()),
        (seen(rule=rule(targets=(), enabled=False)), (Step.PUT_TARGET, Step.UPDATE_RULE)),
    ],
)
def test_what_eventbridges_schedule_lacks(there: BridgeSeen, due: tuple[Step, ...]) -> None:
    """Only what is missing or wrong is due, the role first, the target before its rule runs."""
    assert bridge_to_stand(FLEET, there, TARGET, may_send=True) == due
    assert bridge_to_stand(FLEET, there, TARGET, may_send=False) == (Step.CREATE_ROLE, *due)


@pytest.mark.parametrize(
    ("there", "due"),
    [
        (WHOLE, (Step.DELETE_RULE, Step.DELETE_SOURCE, Step.DELETE_BUS)),
        (BridgeSeen(), ()),
        (BridgeSeen(bus=True), (Step.DELETE_BUS,)),
        (seen(rule=None, rule_names=()), (Step.DELETE_SOURCE, Step.DELETE_BUS)),
        (seen(sources=()), (Step.DELETE_RULE, Step.DELETE_BUS)),
        (seen(rule_names=(POLL, "other")), (Step.DELETE_RULE, Step.DELETE_SOURCE)),
        (BridgeSeen(bus=True, sources=(EventSource("other", None, None),)), ()),
    ],
)
def test_what_of_eventbridges_schedule_goes(there: BridgeSeen, due: tuple[Step, ...]) -> None:
    """What fires goes first, and a bus that others use stays."""
    assert bridge_to_go(FLEET, there) == due


def test_what_is_due_about_a_timer() -> None:
    """It is created, set right, left alone, removed."""
    wanted = timer_of(FLEET, CRON)

    assert wanted == Timer(POLL, CRON, enabled=True, payload=CRON)
    assert timer_to_stand(None, wanted) == (Step.CREATE_TIMER,)
    assert timer_to_stand(Timer(POLL, CRON, enabled=False, payload=CRON), wanted) == (
        Step.UPDATE_TIMER,
    )
    assert timer_to_stand(Timer(POLL, CRON, enabled=True, payload=""), wanted) == (
        Step.UPDATE_TIMER,
    )
    assert timer_to_stand(wanted, wanted) == ()
    assert (timer_to_go(None), timer_to_go(wanted)) == ((), (Step.DELETE_TIMER,))


@pytest.mark.parametrize(
    ("there", "moves"),
    [
        (None, None),
        (BridgeSeen(), None),
        (WHOLE, CRON),
        (seen(sources=(EventSource(POLL, CRON, "GMT+8:00"),)), None),
        (seen(sources=(EventSource(POLL, "0 */7 * * * *", "GMT+0:00"),)), None),
        (seen(sources=(EventSource(POLL, None, None),)), None),
        (Timer(POLL, CRON, enabled=False, payload=""), CRON),
        (Timer(POLL, "@every 5m", enabled=True, payload=""), None),
        (Timer(POLL, f"CRON_TZ=Asia/Shanghai {CRON}", enabled=True, payload=""), None),
    ],
)
def test_which_cadence_the_other_kind_takes_over(
    there: BridgeSeen | Timer | None, moves: str | None
) -> None:
    """Only one that means the same in both."""
    assert cron_to_move(FLEET, there) == moves


@pytest.mark.parametrize("every", POLL_CHOICES, ids=str)
def test_a_cadence_is_met_to_the_minute(every: Duration) -> None:
    """The cron of each choice fires at this distance, without a gap at the end of a day."""
    instant: datetime | None = datetime(2026, 12, 31, 11, 59, tzinfo=UTC)
    instants = []
    for _ in range(200):
        assert instant is not None
        instant = Schedule(cron_of(every), "GMT+0:00").next_after(instant)
        instants.append(instant)

    gaps = {later - earlier for earlier, later in pairwise(filter(None, instants))}
    assert gaps == {timedelta(minutes=every.minutes or 0)}


def test_the_crons_are_what_people_read_in_the_console() -> None:
    """Three of them in full, and what is none of them."""
    assert [
        cron_of(Duration(1, "minute")),
        cron_of(Duration(5, "minute")),
        cron_of(Duration(1, "hour")),
        cron_of(Duration(6, "hour")),
        cron_of(Duration(24, "hour")),
    ] == ["0 * * * * *", "0 */5 * * * *", "0 0 * * * *", "0 0 */6 * * *", "0 0 0 * * *"]
    assert is_our_cron("0 */5 * * * *")
    assert not is_our_cron("0 */7 * * * *")
    with pytest.raises(ValueError, match="7 minutes is not a cadence"):
        cron_of(Duration(7, "minute"))


def test_names_are_the_fleets() -> None:
    """The longest name of a fleet still makes names that EventBridge and FC take."""
    longest = "a" * 32

    assert (bus_name(FLEET), poll_name(FLEET)) == (FLEET, POLL)
    assert max(len(bus_name(longest)), len(poll_name(longest))) < 64


def test_the_scheduler_is_a_setting() -> None:
    """EventBridge unless said otherwise; a typing mistake is one sentence."""
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "key",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
        "CONTROL_SOURCES": "https://git.example/fleet.git",
    }
    said = {"": "eventbridge", "eventbridge": "eventbridge", " timer ": "timer"}

    assert {
        word: settings_from({**environment, "SCHEDULER": word}).scheduler for word in said
    } == said
    assert settings_from(environment).scheduler == "eventbridge"
    with pytest.raises(SettingsError, match="SCHEDULER must be eventbridge or timer, not 'cron'"):
        settings_from({**environment, "SCHEDULER": "cron"})
