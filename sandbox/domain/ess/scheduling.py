"""Firing of scheduled tasks, exactly at their minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sandbox.domain.clock import Event
from sandbox.domain.ess.errors import activity_in_progress, conflict, wrong_group_status
from sandbox.domain.ess.records import Bounds, GroupState, Process, ScalingGroup, ScheduledTask
from sandbox.domain.ess.recurrence import next_launch
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.scaling import Trigger, reject, settle_anew

_SUSPENDED: Final = "The process ScheduledAction of the specified scaling group is suspended."
_SYSTEM_SUSPENDED: Final = "The specified scaling group is suspended by Auto Scaling."
_DESIRED_MISSING: Final = (
    "The specified scaling group has the expected number of instances enabled: the scheduled task "
    "must set DesiredCapacity."
)
_DESIRED_UNEXPECTED: Final = (
    "The specified scaling group has the expected number of instances disabled: the scheduled task "
    "must not set DesiredCapacity."
)


def plan_firing(region: EssRegion, task: ScheduledTask) -> None:
    """Plans the task's next firing, if it has one; replaces an earlier plan."""
    _cancel(task.firing)
    task.firing = None
    task.due = next_launch(task.launch_time, task.recurrence, region.now) if task.enabled else None
    if task.due is not None:
        task.firing = region.world.clock.at(task.due, partial(_fire, region, task, task.due))


def cancel_firing(task: ScheduledTask) -> None:
    """Takes back the next firing and a run that is still being retried."""
    _cancel(task.firing)
    cancel_run(task)
    task.firing = None
    task.due = None


def cancel_run(task: ScheduledTask) -> None:
    """Gives up a run that is still being retried."""
    _cancel(task.retry)
    task.retry = None


def _cancel(event: Event | None) -> None:
    if event is not None:
        event.cancel()


def _fire(region: EssRegion, task: ScheduledTask, due: datetime) -> None:
    cancel_run(task)
    plan_firing(region, task)
    if _superseded(region, task, due):
        _finish(region, task)
    else:
        region.last_fired[task.group_id] = (due, task.order)
        _attempt(region, task, due + timedelta(seconds=task.expiration_s))


def _superseded(region: EssRegion, task: ScheduledTask, due: datetime) -> bool:
    """Of several tasks of one group in one minute only the most recently created runs."""
    return region.last_fired.get(task.group_id, (due, -1)) > (due, task.order) or any(
        other.group_id == task.group_id and other.due == due and other.order > task.order
        for other in region.tasks.values()
    )


def _attempt(region: EssRegion, task: ScheduledTask, deadline: datetime) -> None:
    task.retry = None
    group = region.groups.get(task.group_id)
    if group is None or group.state is GroupState.DELETING:
        _finish(region, task)
        return
    obstacle = _obstacle(group)
    if obstacle is None:
        _run(region, task, group)
        _finish(region, task)
    elif region.now < deadline:
        again = region.now + timedelta(seconds=region.world.timing.task_retry_s)
        task.retry = region.world.clock.at(
            min(again, deadline), partial(_attempt, region, task, deadline)
        )
    else:
        reject(region, group, _trigger(task), obstacle)
        _finish(region, task)


def _obstacle(group: ScalingGroup) -> str | None:
    """Why a task cannot run on the group just now."""
    if group.state is not GroupState.ACTIVE:
        return wrong_group_status().message
    if group.system_suspended:
        return _SYSTEM_SUSPENDED
    if Process.SCHEDULED_ACTION in group.suspended:
        return _SUSPENDED
    if group.running and group.bounds.desired is None:
        return activity_in_progress().message
    return None


def _run(region: EssRegion, task: ScheduledTask, group: ScalingGroup) -> None:
    """Overwrites the group's bounds at once; a combination that ESS refuses changes nothing."""
    trigger = _trigger(task)
    if group.bounds.desired is not None and task.desired is None:
        reject(region, group, trigger, _DESIRED_MISSING)
        return
    if group.bounds.desired is None and task.desired is not None:
        reject(region, group, trigger, _DESIRED_UNEXPECTED)
        return
    bounds = Bounds(
        minimum=group.bounds.minimum if task.minimum is None else task.minimum,
        maximum=group.bounds.maximum if task.maximum is None else task.maximum,
        desired=task.desired,
    )
    if bounds.are_consistent:
        group.bounds = bounds
        group.modified_at = region.now
        settle_anew(region, group, trigger)
    else:
        reject(region, group, trigger, conflict("MinSize", "MaxSize").message)


def _finish(region: EssRegion, task: ScheduledTask) -> None:
    """A one-shot task is over after its run; whether ESS keeps it is unverified."""
    if task.recurrence is None and not region.world.faults.variants.fired_task_kept:
        cancel_firing(task)
        region.tasks.pop(task.task_id, None)


def _trigger(task: ScheduledTask) -> Trigger:
    reason = f'The scheduled task "{task.name}" changes the size of the scaling group'
    return Trigger(reason, "Ess", task.task_id)
