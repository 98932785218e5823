"""What stands in the way of a schedule: one clear failure, and what was done in spite of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions.bootstrap.schedule_plan import Part
from shared.failure import Failure, Reaction
from tests.bootstrap.schedule_world import (
    BUS,
    FRANKFURT,
    POLL,
    RIYADH,
    TIMER,
    WATCHER,
    ScheduleWorld,
    bridge,
    deeds,
    opened_world,
    timer,
)

GRANT = "Grant {0} to the identity whose access key is used, then try again."
ROLE = "AliyunServiceRoleForEventBridgeSendToFC"


@pytest.fixture
def world() -> Iterator[ScheduleWorld]:
    """An account that has nothing but a watcher."""
    with opened_world() as opened:
        yield opened


def refusal(code: str, action: str = "*") -> dict[str, object]:
    """Say what EventBridge refuses with an error of its own."""
    return {"product": "eventbridge", "action": action, "fault": "error", "code": code}


def test_a_region_without_eventbridge_says_what_to_use() -> None:
    """A person reads which setting helps, and with it the watcher is invoked there."""
    with opened_world(RIYADH) as world:
        outcome = world.ensure()
        assert outcome.failure == Failure(
            "EventBridgeNotOffered",
            "EventBridge is not offered in me-central-1, so it cannot invoke the watcher there.",
            Reaction.HUMAN,
            "Set SCHEDULER=timer, which has Function Compute itself invoke the watcher.",
        )
        assert (outcome.cron, outcome.deeds, world.standing()) == (None, (), {})

        assert deeds(world.ensure("10 minutes", TIMER)) == [f"created timer trigger {POLL}"]
        assert world.standing() == timer()
        assert deeds(world.remove()) == [f"removed timer trigger {POLL}"]


def test_a_region_without_function_compute_has_no_watcher(world: ScheduleWorld) -> None:
    """FC_REGION must be where functions can be."""
    outcome = world.ensure("10 minutes", {"FC_REGION": "ap-southeast-6"})

    assert outcome.failure is not None
    assert outcome.failure.code == "FunctionComputeNotOffered"
    assert world.standing() == {}


@pytest.mark.parametrize("given", [{}, TIMER])
def test_a_schedule_for_nobody_is_not_set_up(world: ScheduleWorld, given: dict[str, str]) -> None:
    """EventBridge would take a function that does not exist, and be silent for ever."""
    outcome = world.ensure("10 minutes", {**given, "WATCHER_FUNCTION": "nobody"})

    assert outcome.failure == Failure(
        "WatcherNotFound",
        "eu-central-1 has no function nobody, so a schedule would invoke nothing.",
        Reaction.HUMAN,
        "Deploy the watcher (make deploy), or correct WATCHER_FUNCTION or FC_REGION.",
    )
    assert world.standing() == {}


@pytest.mark.parametrize("name", ["FC_REGION", "WATCHER_FUNCTION"])
def test_what_is_not_set_is_named(world: ScheduleWorld, name: str) -> None:
    """Nothing is asked of the cloud before that is clear."""
    outcome = world.ensure("10 minutes", {name: ""})

    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.remedy) == (
        "ScheduleNotConfigured",
        f"Set {name}; inside Function Compute the deployment does.",
    )
    assert world.actions == []


def test_a_terminal_without_functions_has_nothing_to_unschedule(world: ScheduleWorld) -> None:
    """But who names a function without its region must not believe that its schedule is gone."""
    world.ensure()
    none = {"FC_REGION": "", "WATCHER_FUNCTION": ""}

    assert deeds(world.remove(none)) == []
    vague = world.remove({"FC_REGION": ""}).failure
    also_vague = world.remove({**none, "BOOTSTRAP_FUNCTION": "p2p-bootstrap"}).failure
    assert [one and one.code for one in (vague, also_vague)] == ["ScheduleNotConfigured"] * 2
    assert world.standing() == bridge()


def test_without_the_watchers_name_eventbridges_part_goes(world: ScheduleWorld) -> None:
    """The bus is the fleet's, whatever it invokes."""
    world.ensure()

    assert len(deeds(world.remove({"WATCHER_FUNCTION": ""}))) == 3
    assert world.standing() == {"role": [ROLE]}


@pytest.mark.parametrize(
    "action",
    ["CreateServiceLinkedRoleForProduct", "CreateEventBus", "CreateEventSource", "CreateRule"],
)
def test_a_missing_permission_is_named(world: ScheduleWorld, action: str) -> None:
    """What could be done stays, and a rerun with the permission finishes it."""
    denied = f"eventbridge:{action}"
    world.faults(account={"denied_actions": [denied]})

    failure = world.ensure().failure

    assert failure is not None
    assert (failure.code, failure.message, failure.remedy) == (
        "Forbidden.Unauthorized",
        f"The access key may not call {denied}.",
        GRANT.format(denied),
    )
    assert world.waited_s < 1  # a person must act: waiting does not help
    world.faults()
    assert world.ensure().failure is None
    assert world.standing() == bridge()


def test_eventbridge_that_was_never_activated_says_so(world: ScheduleWorld) -> None:
    """A click in the console, or the timer; with the timer nobody misses it."""
    world.faults(refusal("ServiceNotEnable"))

    failure = world.ensure().failure
    assert failure is not None
    assert failure.remedy == (
        "Activate EventBridge once in the Alibaba Cloud console, or set SCHEDULER=timer."
    )
    assert deeds(world.ensure("10 minutes", TIMER)) == [f"created timer trigger {POLL}"]
    assert deeds(world.remove()) == [f"removed timer trigger {POLL}"]


def test_a_timer_stands_although_eventbridge_cannot_be_looked_into(world: ScheduleWorld) -> None:
    """The watcher is invoked; that the old schedule may be there still is told."""
    world.ensure("20 minutes")
    world.faults(account={"denied_actions": ["eventbridge:*"]})

    outcome = world.ensure("10 minutes", TIMER)

    assert outcome.cron == "0 */10 * * * *"
    assert outcome.failure is not None
    assert outcome.failure.code == "Forbidden.Unauthorized"
    assert world.standing() == bridge("0 */20 * * * *") | timer()


def test_one_kind_that_cannot_be_removed_does_not_keep_the_other(world: ScheduleWorld) -> None:
    """Whatever can go goes, and the failure is told."""
    world.faults(refusal("Odd", "DeleteRule"))
    world.ensure("10 minutes")
    world.ensure("10 minutes", TIMER)
    world.faults({"product": "fc", "action": "DeleteTrigger", "fault": "error", "code": "Odd"})

    outcome = world.remove()

    assert outcome.failure is not None
    assert outcome.failure.code == "Odd"
    assert world.standing() == {"role": [ROLE], **timer()}


def test_a_new_role_is_waited_for(world: ScheduleWorld) -> None:
    """A role takes seconds to be known, and a target may be refused until then."""
    world.faults(variants={"role_visible_s": 5, "eventbridge_role_checked": "at_target"})

    assert world.ensure().failure is None
    assert world.standing() == bridge()
    assert 5 <= world.waited_s < 10


def test_a_role_that_never_comes_to_light_is_told(world: ScheduleWorld) -> None:
    """After half a minute the run ends; the next one goes on."""
    world.faults(variants={"role_visible_s": 3600, "eventbridge_role_checked": "at_target"})

    outcome = world.ensure()

    assert outcome.failure is not None
    assert outcome.failure.code == "CreateRelatedResourceFailed"
    assert [deed.part for deed in outcome.deeds] == [Part.ROLE, Part.BUS, Part.SOURCE]
    world.faults()
    assert world.ensure().failure is None
    assert world.standing() == bridge()


@pytest.mark.parametrize("variant", ["answer", "status"])
def test_an_endpoint_that_eventbridge_does_not_know_says_what_to_use(
    world: ScheduleWorld, variant: str
) -> None:
    """Whether it takes functions without a service is nowhere documented."""
    world.faults(variants={"eventbridge_fc_endpoint": "services", "eventbridge_refusal": variant})

    failure = world.ensure().failure

    assert failure is not None
    assert (failure.code, failure.reaction, failure.remedy) == (
        "EventTargetIneffectiveAttribute",
        Reaction.HUMAN,
        "Set SCHEDULER=timer and run bootstrap's action schedule.",
    )
    assert failure.message.startswith("EventBridge does not take the watcher as a target. (")
    assert world.ensure("10 minutes", TIMER).failure is None
    assert world.standing() == {"role": [ROLE], **timer()}


def test_a_target_that_is_refused_among_others_is_no_success(world: ScheduleWorld) -> None:
    """PutTargets succeeds as a whole while it refuses what we asked for."""
    world.ensure()
    world.deploy("new-watcher")
    world.faults(variants={"eventbridge_fc_endpoint": "services"})

    outcome = world.ensure("10 minutes", {"WATCHER_FUNCTION": "new-watcher"})

    assert outcome.failure is not None
    assert outcome.failure.code == "EventTargetIneffectiveAttribute"


@pytest.mark.parametrize(
    ("action", "code"),
    [("CreateEventBus", "EventBusCountExceedLimit"), ("CreateRule", "EventRuleCountExceedLimit")],
)
def test_a_quota_that_is_used_up_is_told(world: ScheduleWorld, action: str, code: str) -> None:
    """The vendor's own words are in the message, and a way out in the remedy."""
    world.faults(refusal(code, action))

    failure = world.ensure().failure

    assert failure is not None
    assert (failure.code, failure.reaction) == (code, Reaction.HUMAN)
    assert "SCHEDULER=timer" in failure.remedy


def test_patience_is_asked_for_and_given(world: ScheduleWorld) -> None:
    """Throttled requests, and a service that is in trouble for a moment, change nothing."""
    throttled = {"product": "eventbridge", "fault": "throttle", "times": 3}
    broken = {"product": "eventbridge", "action": "Create*", "fault": "http_500", "times": 2}
    busy = {"product": "fc", "fault": "http_500", "times": 2}
    world.faults(throttled, broken, busy)

    assert world.ensure().failure is None
    assert world.standing() == bridge()


def test_something_else_that_bears_the_timers_name_is_left_alone(world: ScheduleWorld) -> None:
    """A trigger of another type is not ours to change."""
    body = {"triggerName": POLL, "triggerType": "http", "triggerConfig": "{}"}
    world.console("fc", "CreateTrigger", functionName=WATCHER, body=body)

    outcomes = [world.ensure("10 minutes", TIMER), world.remove()]

    assert [one.failure and one.failure.code for one in outcomes] == ["TriggerNotOurs"] * 2
    assert world.writes == []


def test_a_run_without_time_says_that_it_is_unfinished(world: ScheduleWorld) -> None:
    """Nothing is wrong: the next run goes on."""
    world.time_s = 0.0

    outcomes = [world.ensure(), world.ensure("10 minutes", TIMER), world.remove()]

    assert [one.failure and one.failure.code for one in outcomes] == ["ScheduleUnfinished"] * 3
    assert world.standing() == {}


def test_a_page_that_is_not_the_api_is_not_believed(world: ScheduleWorld) -> None:
    """A captive portal's answer is a failure, never a schedule."""
    world.faults({"product": "*", "fault": "html"})
    world.time_s = 3.0

    outcome = world.ensure()

    assert outcome.failure is not None
    assert outcome.failure.code == "EndpointAnswerUnreadable"
    world.faults()
    assert world.standing() == {}


def test_two_fleets_do_not_touch_each_other(world: ScheduleWorld) -> None:
    """Two fleets in one account have schedules of their own."""
    world.ensure()
    world.ensure("1 hour", {"FLEET_NAME": "other"})
    assert world.standing()["bus"] == [BUS, "other"]

    world.remove({"FLEET_NAME": "other"})

    assert (world.region, world.standing()) == (FRANKFURT, bridge())
