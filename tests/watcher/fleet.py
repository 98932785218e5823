"""A region's group in memory, for tests of decisions: build one, and do to it what ESS would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from functions.watcher.records import (
    Action,
    CreateTask,
    DeleteTask,
    ModifyTask,
    Ours,
    Provision,
    Remember,
    SetCapacity,
    Stack,
)
from shared.cloud.records import Capacity, ScalingGroup, ScheduledTask, TaskSpec
from shared.control.intent import Intent
from shared.control.window import Window
from shared.memory import AppliedCommit, Memory
from shared.naming import TaskRole, task_name

REGION = "eu-central-1"
NAME = f"p2p-agent-{REGION}"
START = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
STOP = START + timedelta(days=7)
WINDOW = Window(START, STOP)
COMMIT = AppliedCommit("a" * 40, START - timedelta(days=1))
TEMPLATE = "1" * 16
UP_TO_DATE = Stack(TEMPLATE)
OUT_OF_DATE = Stack("0" * 16)

BEFORE = START - timedelta(hours=2)
INSIDE = START + timedelta(hours=2)
AFTER = STOP + timedelta(hours=2)


def intent(
    nodes: int | None = 3,
    *,
    window: Window = WINDOW,
    suspended: bool = False,
    commit: AppliedCommit = COMMIT,
) -> Intent:
    """An accepted document that wants `nodes` in the one region, on a stack of `TEMPLATE`."""
    return Intent(commit, window, None, {REGION: nodes}, suspended, stacks={REGION: TEMPLATE})


def group(
    capacity: Capacity | int = 0, *, state: str = "Active", active: int | None = None
) -> ScalingGroup:
    """Our group; an integer capacity means min = max with the desired feature off."""
    bounds = Capacity.of_all(capacity, desired_on=False) if isinstance(capacity, int) else capacity
    return ScalingGroup(
        group_id="asg-1",
        name=NAME,
        lifecycle_state=state,
        system_suspended=False,
        suspended_processes=(),
        capacity=bounds,
        active=bounds.wanted if active is None else active,
        pending=0,
        has_template=True,
        tags={"p2p-fleet": "p2p-agent"},
    )


def task(
    role: TaskRole, at: datetime, nodes: int = 0, *, desired_on: bool = False
) -> ScheduledTask:
    """One of our scheduled tasks, live and as we would have made it."""
    return ScheduledTask(
        task_id=f"task-{role}",
        name=task_name(NAME, role),
        group_id="asg-1",
        launch_time=at,
        minimum=nodes,
        maximum=nodes,
        desired=nodes if desired_on else None,
        enabled=True,
        recurring=False,
    )


def ours(
    seen: ScalingGroup,
    *tasks: ScheduledTask,
    memory: Memory | None = None,
    stack: Stack = UP_TO_DATE,
) -> Ours:
    """A sighting of our group; it remembers the standard window unless told otherwise."""
    return Ours(seen, tasks, Memory(COMMIT, WINDOW) if memory is None else memory, stack)


def after(seen: Ours, actions: Iterable[Action]) -> Ours:
    """The same region after ESS has carried out `actions`."""
    for action in actions:
        seen = _after_one(seen, action)
    return seen


def _after_one(seen: Ours, action: Action) -> Ours:
    match action:
        case SetCapacity(capacity):
            grown = replace(seen.group, capacity=capacity, active=capacity.wanted)
            return replace(seen, group=grown)
        case Remember(memory):
            return replace(seen, memory=memory)
        case CreateTask(spec):
            if any(one.name == task_name(NAME, spec.role) for one in seen.tasks):
                raise AssertionError(f"a task of this name exists: {spec.role}")
            return replace(seen, tasks=(*seen.tasks, _made(spec, f"new-{spec.role}")))
        case ModifyTask(task_id, spec):
            others = tuple(one for one in seen.tasks if one.task_id != task_id)
            if len(others) == len(seen.tasks):
                raise AssertionError(f"no such task: {task_id}")
            return replace(seen, tasks=(*others, _made(spec, task_id)))
        case DeleteTask(task_id):
            return replace(seen, tasks=tuple(one for one in seen.tasks if one.task_id != task_id))
        case Provision():
            return seen


def _made(spec: TaskSpec, task_id: str) -> ScheduledTask:
    return ScheduledTask(
        task_id,
        task_name(NAME, spec.role),
        "asg-1",
        spec.launch_time,
        spec.capacity.minimum,
        spec.capacity.maximum,
        spec.capacity.desired,
        enabled=True,
        recurring=False,
    )
