"""Will Auto Scaling start and stop by itself; or, inside the window, has it? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from functions.bootstrap.checks.records import Check, Ours, Wanted, bad, human, ok, unmade
from shared.arming import HORIZON, start_spec, stop_spec
from shared.cloud.records import Capacity, ScheduledTask, TaskSpec
from shared.control.window import Phase, phase
from shared.failure import Failure
from shared.group_health import foreign_tasks, shortfall
from shared.instants import ceil_minute, format_instant
from shared.naming import TaskRole, task_name

_ARM: Final = "Let the watcher arm it: p2p-fleet poll (its schedule does so by itself)."
_SCALE: Final = "Let the watcher set it: p2p-fleet poll (its schedule does so by itself)."
_STOPS: Final = (TaskRole.STOP, TaskRole.NEXT_STOP)


def check_armed(wanted: Wanted, ours: Ours) -> Check:
    """Whether start and stop are armed, or the wanted nodes run and their stop is armed."""
    if isinstance(ours.tasks, Failure):
        return unmade("armed", ours.tasks)
    known = {task_name(ours.group.name, role) for role in TaskRole}
    foreign = [task for task in ours.tasks if task.name not in known]
    trouble = foreign_tasks(ours.group, foreign)
    before = phase(wanted.window, wanted.now) is Phase.BEFORE
    trouble = trouble or (_unarmed_start(wanted, ours, ours.tasks) if before else None)
    trouble = trouble or _unarmed_stop(wanted, ours, ours.tasks)
    if trouble is not None:
        return bad("armed", trouble)
    return _waiting(wanted) if before else _running(wanted, ours)


def _waiting(wanted: Wanted) -> Check:
    if _is_too_far(wanted.window.start, wanted.now):
        said = f"the start is too far ahead to be armed: that is done {HORIZON.days} days before it"
        return ok("armed", said)
    return ok("armed", f"{wanted.nodes} nodes are armed for {format_instant(wanted.window.start)}")


def _running(wanted: Wanted, ours: Ours) -> Check:
    """Inside the window: the capacity is as wanted, and the nodes are there or on their way."""
    group, nodes = ours.group, wanted.nodes
    size = group.capacity
    if size != Capacity.of_all(nodes, desired_on=group.desired_on):
        said = (
            f"The scaling group keeps {size.minimum} to {size.maximum} nodes,"
            f" and {nodes} are wanted now."
        )
        return bad("armed", human("CapacityNotSet", said, _SCALE))
    here = group.active + group.pending
    if here < nodes:
        if isinstance(ours.activities, Failure):
            return unmade("armed", ours.activities)
        missing = shortfall(wanted.region, group, nodes, ours.activities)
        if missing is not None:
            return bad("armed", missing)
    coming = f", {nodes - group.active} are coming" if group.active < nodes else ""
    return ok("armed", f"{group.active} of {nodes} nodes run{coming}")


def _unarmed_start(wanted: Wanted, ours: Ours, tasks: Sequence[ScheduledTask]) -> Failure | None:
    minute = ceil_minute(wanted.window.start)
    spec = start_spec(minute, wanted.nodes, desired_on=ours.group.desired_on)
    name = task_name(ours.group.name, spec.role)
    task = next((one for one in tasks if one.name == name), None)
    if task is None and _is_too_far(wanted.window.start, wanted.now):
        return None
    if task is not None and spec.matches(task):
        return None
    return human("StartNotArmed", f"No start is armed: {_wrong(task, spec)}.", _ARM)


def _unarmed_stop(wanted: Wanted, ours: Ours, tasks: Sequence[ScheduledTask]) -> Failure | None:
    stop = wanted.window.stop
    if stop is None:
        return None
    names = {task_name(ours.group.name, role) for role in _STOPS}
    stops = [task for task in tasks if task.name in names]
    if not stops and _is_too_far(wanted.window.start, wanted.now):
        return None  # both are armed together
    minute, desired_on = ceil_minute(stop), ours.group.desired_on
    spec = stop_spec(TaskRole.STOP, minute, desired_on=desired_on)
    for task in stops:
        # A stop too far ahead has a nearer one in its place, moved forward as time goes by.
        near = _is_too_far(stop, wanted.now) and wanted.now < task.launch_time < minute
        in_its_place = replace(spec, launch_time=task.launch_time) if near else spec
        if in_its_place.matches(task):
            return None
    wrong = _wrong(stops[-1] if stops else None, spec)
    return human("StopNotArmed", f"No stop is armed: {wrong}.", _ARM)


def _is_too_far(instant: datetime, now: datetime) -> bool:
    return ceil_minute(instant) >= now + HORIZON


def _wrong(task: ScheduledTask | None, spec: TaskSpec) -> str:
    if task is None:
        return "its scheduled task is missing"
    if not task.enabled:
        return "its scheduled task is disabled"
    if task.recurring:
        return "its scheduled task comes again and again"
    if task.launch_time != spec.launch_time:
        at, wanted = format_instant(task.launch_time), format_instant(spec.launch_time)
        return f"its scheduled task stands at {at} instead of {wanted}"
    nodes = spec.capacity.maximum
    return f"its scheduled task sets {task.minimum} to {task.maximum} nodes instead of {nodes}"
