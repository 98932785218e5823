"""Which scheduled tasks a group should have, and the safest order of calls to get there. Pure.

ESS fires these tasks by itself, so start and stop are met with the watcher and Git dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from functions.watcher.records import (
    Action,
    Armed,
    CreateTask,
    DeleteTask,
    ModifyTask,
    TaskAction,
)
from shared.arming import HORIZON
from shared.cloud.records import ScalingGroup, ScheduledTask, TaskSpec
from shared.control.window import Window
from shared.instants import ceil_minute
from shared.naming import TaskRole, task_name

RENEWAL: Final = timedelta(days=40)
"""A dead-man stop is moved forward once less than this remains."""
_LEAD: Final = timedelta(seconds=20)
"""A task this near could be refused as past by the time the request arrives."""

_STOPS: Final = (TaskRole.STOP, TaskRole.NEXT_STOP)


@dataclass(frozen=True, slots=True)
class OurTasks:
    """The tasks of one group, sorted out at one instant."""

    live: Mapping[TaskRole, ScheduledTask]
    fired: tuple[ScheduledTask, ...]
    foreign: tuple[ScheduledTask, ...]

    def armed(self) -> Armed:
        """Return the instants that are armed as things stand."""
        enabled = {role: task.launch_time for role, task in self.live.items() if task.enabled}
        stops = [enabled[role] for role in _STOPS if role in enabled]
        return Armed(enabled.get(TaskRole.START), min(stops, default=None))


def sort_tasks(group: str, tasks: Iterable[ScheduledTask], now: datetime) -> OurTasks:
    """Tell our tasks on the group named `group` by name; what lies in the past has fired.

    A recurring task of our name is live until it is replaced: its launch time means nothing.
    """
    roles = {task_name(group, role): role for role in TaskRole}
    live: dict[TaskRole, ScheduledTask] = {}
    fired: list[ScheduledTask] = []
    foreign: list[ScheduledTask] = []
    for task in tasks:
        if task.name not in roles:
            foreign.append(task)
        elif task.launch_time <= now and not task.recurring:
            fired.append(task)
        else:
            live[roles[task.name]] = task
    return OurTasks(live, tuple(fired), tuple(foreign))


def tasks_after(
    group: ScalingGroup, tasks: Iterable[ScheduledTask], actions: Iterable[Action]
) -> tuple[ScheduledTask, ...]:
    """Return the tasks of a group once `actions` have been carried out."""
    kept: dict[str, ScheduledTask] = {task.task_id: task for task in tasks}
    for action in actions:
        match action:
            case CreateTask(spec):
                kept[spec.role] = _task_of(group, spec)
            case ModifyTask(task_id, spec):
                kept[task_id] = _task_of(group, spec)
            case DeleteTask(task_id):
                kept.pop(task_id, None)
    return tuple(kept.values())


def _task_of(group: ScalingGroup, spec: TaskSpec) -> ScheduledTask:
    size = spec.capacity
    return ScheduledTask(
        task_id="",
        name=task_name(group.name, spec.role),
        group_id=group.group_id,
        launch_time=spec.launch_time,
        minimum=size.minimum,
        maximum=size.maximum,
        desired=size.desired,
        enabled=True,
        recurring=False,
    )


def start_minute(start: datetime, live: ScheduledTask | None, now: datetime) -> datetime | None:
    """Minute at which to arm the start, or None while it lies beyond the horizon."""
    minute = _soonest(ceil_minute(start), live, now)
    return minute if minute < now + HORIZON else None


def stop_minute(
    stop: datetime, live: ScheduledTask | None, now: datetime, *, window_is_remembered: bool
) -> datetime:
    """Minute at which to arm the stop: the stop itself, or a dead-man stop before it.

    A dead-man stop of this very window stays where it is until under 40 days remain, so that a
    far stop costs no write in every poll.
    """
    exact = ceil_minute(stop)
    if live is not None and window_is_remembered and not live.recurring:
        dead_man = live.launch_time
        if dead_man < exact and dead_man - now >= RENEWAL:
            return dead_man
    return _soonest(min(exact, ceil_minute(now + HORIZON)), live, now)


def earlier_stop_in_force(
    earlier: datetime | None, window: Window, now: datetime
) -> datetime | None:
    """Return an earlier stop that still lies ahead of both now and the new window, or None.

    In one minute with the new start it would cancel nothing but itself: the fleet runs on.
    """
    if earlier is None or earlier <= now:
        return None
    return earlier if ceil_minute(earlier) < ceil_minute(window.start) else None


def plan_tasks(
    ours: OurTasks, wanted: Sequence[TaskSpec], *, keep: frozenset[TaskRole] = frozenset()
) -> tuple[TaskAction, ...]:
    """Return the calls that turn the tasks of a group into the wanted ones, in a safe order.

    Fired tasks go first, then a start that is not wanted any more; stops are armed before starts,
    and stops that are not wanted go last. Live tasks are changed in place. No two of ours ever
    share a minute: ESS would run only the newest. Roles in `keep` stay as they are.
    """
    live = {role: task for role, task in ours.live.items() if role not in keep}
    actions: list[TaskAction] = [DeleteTask(task.task_id) for task in ours.fired]
    roles = {spec.role for spec in wanted}
    if TaskRole.START in live and TaskRole.START not in roles:
        actions.append(DeleteTask(live.pop(TaskRole.START).task_id))
    if TaskRole.NEXT_STOP in live and TaskRole.STOP in roles and TaskRole.NEXT_STOP not in roles:
        # The earlier stop is over: the later one takes its name.
        if TaskRole.STOP in live:
            actions.append(DeleteTask(live[TaskRole.STOP].task_id))
        live[TaskRole.STOP] = live.pop(TaskRole.NEXT_STOP)
    unwanted = [live.pop(role) for role in _STOPS if role in live and role not in roles]
    minutes = {spec.launch_time for spec in wanted}
    in_the_way = [task for task in unwanted if task.launch_time in minutes]
    actions += [DeleteTask(task.task_id) for task in in_the_way]
    actions += _moves(live, wanted)
    actions += [DeleteTask(task.task_id) for task in unwanted if task not in in_the_way]
    return tuple(actions)


def _moves(live: Mapping[TaskRole, ScheduledTask], wanted: Sequence[TaskSpec]) -> list[TaskAction]:
    """Order creations and changes so that every minute is free when a task moves there."""
    actions: list[TaskAction] = []
    now_at = dict(live)
    waiting = sorted(wanted, key=lambda spec: spec.role is TaskRole.START)
    waiting = [spec for spec in waiting if not _is_met(spec, live.get(spec.role))]
    while waiting:
        spec = next((one for one in waiting if _is_free(one, now_at)), None)
        if spec is None:
            actions.append(DeleteTask(_step_aside(waiting, now_at).task_id))
            continue
        waiting.remove(spec)
        task = now_at.get(spec.role)
        actions += _one_move(spec, task)
        now_at[spec.role] = _after_move(spec, task)
    return actions


def _is_met(spec: TaskSpec, task: ScheduledTask | None) -> bool:
    return task is not None and spec.matches(task) and task.name.endswith(f"-{spec.role}")


def _is_free(spec: TaskSpec, now_at: Mapping[TaskRole, ScheduledTask]) -> bool:
    others = {task.launch_time for role, task in now_at.items() if role is not spec.role}
    return spec.launch_time not in others


def _step_aside(
    waiting: Sequence[TaskSpec], now_at: dict[TaskRole, ScheduledTask]
) -> ScheduledTask:
    """Break a ring of tasks that wait for each other's minute: one is taken out and made anew.

    The start before a stop, and the later stop before the earlier one: what ends the cost soonest
    is never missing.
    """
    roles = {spec.role for spec in waiting}
    role = next(
        role
        for role in (TaskRole.START, TaskRole.NEXT_STOP, TaskRole.STOP)
        if role in roles and role in now_at
    )
    return now_at.pop(role)


def _one_move(spec: TaskSpec, task: ScheduledTask | None) -> list[TaskAction]:
    if task is None:
        return [CreateTask(spec)]
    cannot_clear = task.desired is not None and spec.capacity.desired is None
    if task.recurring or cannot_clear:
        # ModifyScheduledTask can neither take back a recurrence nor unset a value.
        return [DeleteTask(task.task_id), CreateTask(spec)]
    return [ModifyTask(task.task_id, spec)]


def _after_move(spec: TaskSpec, task: ScheduledTask | None) -> ScheduledTask:
    if task is None:
        return ScheduledTask("", "", "", spec.launch_time, None, None, None, True, False)
    return replace(task, launch_time=spec.launch_time)


def _soonest(exact: datetime, live: ScheduledTask | None, now: datetime) -> datetime:
    """Return `exact`, or the next minute ESS can surely take; a task already there stays."""
    if live is not None and live.launch_time == exact and not live.recurring:
        return exact
    return max(exact, ceil_minute(now + _LEAD))
