"""The actions on scheduled tasks, and what a task may say."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.domain.ess.errors import (
    action_in_other_region,
    conflict,
    group_not_found,
    invalid_parameter,
    invalid_value,
    missing_parameter,
    scaling_rule_not_found,
    task_name_taken,
    task_quota_exceeded,
)
from sandbox.domain.ess.group_settings import MAX_CAPACITY
from sandbox.domain.ess.names import check_name, parse_minute
from sandbox.domain.ess.records import ScheduledTask
from sandbox.domain.ess.recurrence import Recurrence, RecurrenceType
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.scheduling import cancel_firing, cancel_run, plan_firing
from sandbox.domain.product import Params

_HORIZON: Final = timedelta(days=90)
_RECURRENCE_HORIZON: Final = timedelta(days=365)
_DEFAULT_EXPIRATION_S: Final = 600
_RECURRENCE_TYPES: Final = frozenset(kind.value for kind in RecurrenceType)
_VALUES: Final = ("MinValue", "MaxValue", "DesiredCapacity")


@dataclass(frozen=True, slots=True)
class _TaskValues:
    """A task's sizes; None is a size that it leaves alone."""

    minimum: int | None
    maximum: int | None
    desired: int | None


def create_scheduled_task(region: EssRegion, params: Params) -> dict[str, Any]:
    """CreateScheduledTask."""
    _check_target(region, params)
    if "ScalingGroupId" not in params:
        raise missing_parameter("ScalingGroupId")
    if "LaunchTime" not in params:
        raise missing_parameter("LaunchTime")
    name = _read_name(region, params, None)
    launch_time = _read_launch_time(region, params)
    values = _read_values(params, None)
    recurrence = _read_recurrence(region, params, None)
    expiration_s = _read_expiration(region, params, _DEFAULT_EXPIRATION_S)
    description = _read_description(params)
    if len(region.tasks) >= region.quota("ess:scheduled_tasks"):
        raise task_quota_exceeded()
    task_id = region.mint("st")
    task = ScheduledTask(
        task_id=task_id,
        order=next(region.task_orders),
        name=name or task_id,
        group_id=params["ScalingGroupId"],
        launch_time=launch_time,
        expiration_s=expiration_s,
        enabled=params.get("TaskEnabled", True),
        description=description,
        minimum=values.minimum,
        maximum=values.maximum,
        desired=values.desired,
        recurrence=recurrence,
    )
    region.tasks[task_id] = task
    plan_firing(region, task)
    return {"ScheduledTaskId": task_id}


def modify_scheduled_task(region: EssRegion, params: Params) -> dict[str, Any]:
    """ModifyScheduledTask: what is not sent stays; all or nothing.

    A value cannot be cleared, a recurrence not be taken back. A new LaunchTime, or disabling the
    task, ends a run that is still being retried.
    """
    task = region.task(params)
    _check_target(region, params)
    name = _read_name(region, params, task)
    launch_time = task.launch_time
    if "LaunchTime" in params:
        launch_time = _read_launch_time(region, params)
    values = _read_values(params, task)
    recurrence = _read_recurrence(region, params, task.recurrence)
    expiration_s = _read_expiration(region, params, task.expiration_s)
    description = _read_description(params)
    task.name = name or task.name
    task.group_id = params.get("ScalingGroupId", task.group_id)
    task.launch_time = launch_time
    task.minimum, task.maximum, task.desired = values.minimum, values.maximum, values.desired
    task.recurrence = recurrence
    task.expiration_s = expiration_s
    task.description = description or task.description
    task.enabled = params.get("TaskEnabled", task.enabled)
    if "LaunchTime" in params or not task.enabled:
        cancel_run(task)
    plan_firing(region, task)
    return {}


def delete_scheduled_task(region: EssRegion, params: Params) -> dict[str, Any]:
    """DeleteScheduledTask."""
    task = region.task(params)
    cancel_firing(task)
    del region.tasks[task.task_id]
    return {}


def _check_target(region: EssRegion, params: Params) -> None:
    """A task acts through a scaling rule or on a group; the account has no scaling rules."""
    action = params.get("ScheduledAction")
    group_id = params.get("ScalingGroupId")
    if action is not None and group_id is not None:
        raise conflict("ScheduledAction", "ScalingGroupId")
    if action is not None:
        if f":{region.region_id}:" not in action:
            raise action_in_other_region()
        raise scaling_rule_not_found()
    if group_id is not None and group_id not in region.groups:
        raise group_not_found()


def _read_name(region: EssRegion, params: Params, own: ScheduledTask | None) -> str | None:
    name = params.get("ScheduledTaskName")
    if name is None:
        return None
    check_name("ScheduledTaskName", name)
    if any(task.name == name and task is not own for task in region.tasks.values()):
        raise task_name_taken()
    return str(name)


def _read_launch_time(region: EssRegion, params: Params) -> datetime:
    """LaunchTime, which lies in the future and at most 90 days ahead."""
    launch_time = parse_minute("LaunchTime", params["LaunchTime"])
    if not region.now < launch_time <= region.now + _HORIZON:
        raise invalid_value(region.world.faults.variants.launch_time_error, "LaunchTime")
    return launch_time


def _read_values(params: Params, present: ScheduledTask | None) -> _TaskValues:
    before: Mapping[str, int | None] = {}
    if present is not None:
        sizes = (present.minimum, present.maximum, present.desired)
        before = dict(zip(_VALUES, sizes, strict=True))
    minimum, maximum, desired = (params.get(name, before.get(name)) for name in _VALUES)
    values = _TaskValues(minimum, maximum, desired)
    given = {"MinValue": minimum, "MaxValue": maximum, "DesiredCapacity": desired}
    if all(value is None for value in given.values()):
        raise missing_parameter("MinValue")
    for name, value in given.items():
        if value is not None and not 0 <= value <= MAX_CAPACITY:
            raise invalid_parameter(name)
    ordered = [(name, given[name]) for name in ("MinValue", "DesiredCapacity", "MaxValue")]
    known = [(name, value) for name, value in ordered if value is not None]
    for (lower_name, lower), (upper_name, upper) in itertools.pairwise(known):
        if lower > upper:
            raise conflict(lower_name, upper_name)
    return values


def _read_recurrence(
    region: EssRegion, params: Params, present: Recurrence | None
) -> Recurrence | None:
    """The recurrence after the call: type and value only count together."""
    kind = params.get("RecurrenceType", present and present.kind)
    value = params.get("RecurrenceValue", present and present.value)
    end = present.end if present is not None else None
    if "RecurrenceEndTime" in params:
        end = parse_minute("RecurrenceEndTime", params["RecurrenceEndTime"])
        if not region.now < end <= region.now + _RECURRENCE_HORIZON:
            raise invalid_parameter("RecurrenceEndTime")
    if kind is None and value is None:
        if end is not None:
            raise missing_parameter("RecurrenceType")
        return None
    if kind is None or value is None:
        raise missing_parameter("RecurrenceType" if kind is None else "RecurrenceValue")
    if kind not in _RECURRENCE_TYPES:
        raise invalid_parameter("RecurrenceType")
    try:
        return Recurrence(RecurrenceType(kind), value, end)
    except ValueError:
        raise invalid_parameter("RecurrenceValue") from None


def _read_expiration(region: EssRegion, params: Params, present_s: int) -> int:
    expiration_s: int = params.get("LaunchExpirationTime", present_s)
    if not 0 <= expiration_s <= region.world.faults.variants.launch_expiration_max_s:
        raise invalid_parameter("LaunchExpirationTime")
    return expiration_s


def _read_description(params: Params) -> str | None:
    description: str | None = params.get("Description")
    if description is not None and not 2 <= len(description) <= 200:  # noqa: PLR2004 (documented)
        raise invalid_parameter("Description")
    return description
