"""A run that dies after any of its requests, or meets another one there, does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import pytest

from shared.cloud.session import CallFailedError
from shared.failure import Failure, Reaction
from tests.bootstrap.schedule_world import (
    IDLE,
    TIMER,
    Hooks,
    ScheduleWorld,
    bridge,
    deeds,
    opened_world,
    timer,
)
from tests.poll.sessions import ProcessKilledError

ROLE: Final = {"role": ["AliyunServiceRoleForEventBridgeSendToFC"]}


@pytest.fixture
def world() -> Iterator[ScheduleWorld]:
    """An account that has nothing but a watcher."""
    with opened_world() as opened:
        yield opened


class AtRequest:
    """Does something at the n-th request of a run."""

    def __init__(self, number: int, happening: Callable[[], object]) -> None:
        self._left = number
        self._happening = happening

    def __call__(self, _action: str) -> None:
        """Count a request, or let it happen."""
        if self._left == 0:
            self._left = -1
            self._happening()
        self._left -= 1


def die() -> None:
    """Be dead: nothing in the process may catch this."""
    raise ProcessKilledError


def lose_the_answer() -> None:
    """Fail as a request does that was carried out and never answered."""
    failure = Failure("EndpointTimeout", "No answer.", Reaction.TRANSIENT, "Wait.")
    raise CallFailedError(failure, perhaps_applied=True)


def set_up(world: ScheduleWorld, hooks: Hooks = IDLE) -> None:
    """Set up EventBridge's schedule in an empty account."""
    world.ensure("10 minutes", hooks=hooks)


def set_up_timer(world: ScheduleWorld, hooks: Hooks = IDLE) -> None:
    """Set up a timer in an empty account."""
    world.ensure("10 minutes", TIMER, hooks=hooks)


def remove(world: ScheduleWorld, hooks: Hooks = IDLE) -> None:
    """Remove whatever there is."""
    world.remove(hooks=hooks)


def nothing(_world: ScheduleWorld) -> None:
    """Begin with an account that has no schedule."""


def both(world: ScheduleWorld) -> None:
    """Begin with a change of kind that was not finished."""
    world.ensure()
    world.faults({"action": "DeleteRule", "fault": "error", "code": "Odd"})
    world.ensure("10 minutes", TIMER)
    world.faults()


def mended(world: ScheduleWorld) -> None:
    """Begin with a rule that is disabled, for other events, and without its target."""
    world.ensure()
    rule = {"EventBusName": "p2p-agent", "RuleName": "p2p-agent-poll"}
    world.console(
        "eventbridge", "UpdateRule", **rule, FilterPattern='{"source": ["x"]}', Status="DISABLE"
    )
    world.console("eventbridge", "DeleteTargets", **rule, TargetIds=["watcher"])


SCENARIOS: Final = {
    "set up": (nothing, set_up, bridge()),
    "set up timer": (nothing, set_up_timer, timer()),
    "mend": (mended, set_up, bridge()),
    "to timer": (set_up, set_up_timer, ROLE | timer()),
    "to eventbridge": (set_up_timer, set_up, bridge()),
    "remove": (both, remove, ROLE),
}
CHANGES_OF_KIND: Final = ("to timer", "to eventbridge")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_that_dies_anywhere_is_finished_by_the_next(world: ScheduleWorld, name: str) -> None:
    """Killed between any two requests; a rerun ends with exactly one of everything."""
    begin, run, end = SCENARIOS[name]
    begin(world)
    run(world)
    clean = len(world.actions)
    assert world.standing() == end

    for number in range(clean):
        world.reset()
        begin(world)
        with pytest.raises(ProcessKilledError):
            run(world, Hooks(before=AtRequest(number, die)))
        if name in CHANGES_OF_KIND:
            assert world.fires(), f"nothing fires before request {number}"
        run(world)
        assert world.standing() == end, f"died before request {number}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_answer_that_is_lost_is_looked_into(world: ScheduleWorld, name: str) -> None:
    """Whichever answer does not arrive, the same run ends as it should."""
    begin, run, end = SCENARIOS[name]
    begin(world)
    run(world)

    for number in range(len(world.actions)):
        world.reset()
        begin(world)
        run(world, Hooks(after=AtRequest(number, lose_the_answer)))
        assert world.standing() == end, f"lost the answer to request {number}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_two_runs_at_once_end_as_one(world: ScheduleWorld, name: str) -> None:
    """A second run that does everything between two requests of the first changes nothing."""
    begin, run, end = SCENARIOS[name]
    begin(world)
    run(world)
    clean = len(world.actions)

    for number in range(clean):
        world.reset()
        begin(world)
        run(world, Hooks(before=AtRequest(number, partial(run, world))))
        assert world.standing() == end, f"met another run at request {number}"


@pytest.mark.parametrize("refusal", ["answer", "status"])
def test_whoever_was_slower_reports_no_failure(world: ScheduleWorld, refusal: str) -> None:
    """A refusal because something exists by now is no failure, in whichever form it comes."""
    world.faults(variants={"eventbridge_refusal": refusal})
    world.ensure()
    clean = len(world.actions)

    for number in range(clean):
        world.reset()
        world.faults(variants={"eventbridge_refusal": refusal})
        outcome = world.ensure(hooks=Hooks(before=AtRequest(number, partial(set_up, world))))
        assert outcome.cron == "0 */10 * * * *"
        assert deeds(outcome), f"met another run at request {number}"
