"""Act: carry out one region's decision, and nothing else.

A write whose answer was lost may have happened. It is never repeated blindly: the region is
observed again, decided again, and only what is still missing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from functions.watcher.arming import sort_tasks, tasks_after
from functions.watcher.health import DEADLINE_CODE, no_time
from functions.watcher.orphans import create_task
from functions.watcher.records import (
    Action,
    Armed,
    CreateTask,
    Decision,
    DeleteTask,
    ModifyTask,
    Observation,
    Ours,
    Outcome,
    Provision,
    Remember,
    SetCapacity,
    Unknown,
)
from shared.cloud.errors import refused_at_the_door
from shared.cloud.ess import Ess
from shared.cloud.records import ScalingGroup
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import Failure, Reaction
from shared.group_health import shortfall
from shared.memory import tags_of
from shared.report import OutcomeKind

_MOST_ROUNDS: Final = 4
"""How often a region is decided within one poll, the first time included."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What acting needs from outside: the API, a fresh look, a fresh decision, patience."""

    ess: Ess
    observe: Callable[[str], Observation]
    decide: Callable[[Observation], Decision]
    now: Callable[[], datetime]
    pause: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Round:
    """How far one go at the actions came: what was done, and the first action that failed."""

    done: tuple[Action, ...] = ()
    writes: int = 0
    stuck_at: Action | None = None
    failure: Failure | None = None
    perhaps_applied: bool = False

    def and_done(self, action: Action, writes: int) -> _Round:
        return replace(self, done=(*self.done, action), writes=self.writes + writes)

    def and_failed(self, action: Action, failure: Failure, *, perhaps: bool = False) -> _Round:
        if self.failure is not None:
            return self
        return replace(self, stuck_at=action, failure=failure, perhaps_applied=perhaps)


def act(hands: Hands, observation: Observation, decision: Decision) -> Outcome:
    """Carry out `decision`; never raises for what the cloud does."""
    if not isinstance(observation.sighting, Ours):
        return _without_group(observation, decision)
    first, writes = decision, 0
    for number in range(1, _MOST_ROUNDS + 1):
        tried = _try(hands.ess, observation, decision)
        writes += tried.writes
        failure = tried.failure
        if failure is None or number == _MOST_ROUNDS or not _worth_another_look(failure):
            break
        hands.pause(number)
        fresh = hands.observe(observation.region)
        if not isinstance(fresh.sighting, Ours):
            break
        observation, decision = fresh, hands.decide(fresh)
        if tried.perhaps_applied and tried.stuck_at not in decision.actions:
            writes += 1
    told = replace(first, target=decision.target, armed=decision.armed, failure=decision.failure)
    if failure is not None:
        kind: OutcomeKind = "skipped" if failure.code == DEADLINE_CODE else "failed"
        told = replace(told, armed=_still_armed(observation, tried.done, hands.now()))
        return Outcome(told, kind, writes, failure)
    return _diagnose(hands.ess, observation, Outcome(told, "done" if writes else "none", writes))


def _worth_another_look(failure: Failure) -> bool:
    """Whether it may have passed, or happened; throttling has been waited for already."""
    is_final = failure.code == DEADLINE_CODE or refused_at_the_door(failure.code)
    return failure.reaction is Reaction.TRANSIENT and not is_final


def look_only(ess: Ess, observation: Observation, decision: Decision) -> Outcome:
    """Return the outcome of a plan: nothing is written, a shortage is looked up all the same."""
    if not isinstance(observation.sighting, Ours):
        return _without_group(observation, decision)
    return _diagnose(ess, observation, Outcome(decision, "none"))


def _diagnose(ess: Ess, observation: Observation, outcome: Outcome) -> Outcome:
    """Add why instances are missing, where nothing was just asked for.

    The one place for a third call, and only in regions that fall short.
    """
    sighting, decision = observation.sighting, outcome.decision
    asked = any(isinstance(action, SetCapacity) for action in decision.actions)
    if not isinstance(sighting, Ours) or asked or not decision.target:
        return replace(outcome, failure=decision.failure)
    group, region = sighting.group, observation.region
    if group.active + group.pending >= decision.target:
        return replace(outcome, failure=decision.failure)
    try:
        activities = ess.last_activities(region, group.group_id)
    except CallFailedError as error:
        return replace(outcome, failure=decision.failure or error.failure)
    except DeadlinePassedError:
        return replace(outcome, failure=decision.failure or no_time(region))
    missing = shortfall(region, group, decision.target, activities)
    return replace(outcome, failure=decision.failure or missing)


def _without_group(observation: Observation, decision: Decision) -> Outcome:
    """There is nothing to write to: a region unknown to us has failed, the others just stand."""
    failure = decision.failure
    if not isinstance(observation.sighting, Unknown) or failure is None:
        return Outcome(decision, "none", failure=failure)
    kind: OutcomeKind = "skipped" if failure.code == DEADLINE_CODE else "failed"
    return Outcome(decision, kind, failure=failure)


def _try(ess: Ess, observation: Observation, decision: Decision) -> _Round:
    """Do the actions in their order, up to the first that fails; after it only what lowers.

    A memory that cannot be written must not keep nodes running.
    """
    sighting, region = observation.sighting, observation.region
    if not isinstance(sighting, Ours):
        return _Round()
    so_far = _Round()
    for action in decision.actions:
        if so_far.failure is not None and not _lowers(sighting.group, action):
            continue
        try:
            so_far = so_far.and_done(action, _do(ess, region, sighting.group, action))
        except DeadlinePassedError:
            return so_far.and_failed(action, no_time(region))
        except CallFailedError as error:
            so_far = so_far.and_failed(action, error.failure, perhaps=error.perhaps_applied)
    return so_far


def _lowers(group: ScalingGroup, action: Action) -> bool:
    return isinstance(action, SetCapacity) and action.capacity == group.capacity.lowered_to(
        action.capacity.maximum
    )


def _still_armed(observation: Observation, done: Sequence[Action], now: datetime) -> Armed:
    """Return what is surely armed where not all that was meant could be done."""
    sighting = observation.sighting
    if not isinstance(sighting, Ours):
        return Armed()
    group = sighting.group
    tasks = tasks_after(group, sighting.tasks, done)
    return sort_tasks(group.name, tasks, now).armed()


def _do(ess: Ess, region: str, group: ScalingGroup, action: Action) -> int:
    """Make the one call that an action stands for; return the number of writes."""
    match action:
        case SetCapacity(capacity):
            ess.set_capacity(region, group.group_id, capacity)
        case Remember(memory):
            ess.tag_group(region, group.group_id, tags_of(memory))
        case CreateTask(spec):
            return create_task(ess, region, group, spec)
        case ModifyTask(task_id, spec):
            ess.modify_task(region, group, task_id, spec)
        case DeleteTask(task_id):
            ess.delete_task(region, task_id)
        case Provision():
            return 0  # one invocation for all regions, made by the provision step
    return 1
