"""Scheduled tasks that outlived their group and keep its names taken.

ESS does not delete the tasks of a group with the group. When a region's stack is built anew, the
names that its start and stop need are those of tasks that can never act again.
"""

from __future__ import annotations

from typing import Final

from shared.cloud.ess import Ess
from shared.cloud.records import ScalingGroup, ScheduledTask, TaskSpec
from shared.cloud.session import CallFailedError
from shared.failure import Failure, Reaction
from shared.naming import task_name

_NAME_TAKEN: Final = "InvalidScheduledTaskName.Duplicate"


def create_task(ess: Ess, region: str, group: ScalingGroup, spec: TaskSpec) -> int:
    """Arm a new task, after deleting an orphan of its name; return the number of writes.

    Raises:
        CallFailedError: as `Ess.create_task`; the name is taken by a task of a group that exists.
        DeadlinePassedError: as `Ess.create_task`.
    """
    try:
        ess.create_task(region, group, spec)
    except CallFailedError as error:
        if error.failure.code != _NAME_TAKEN:
            raise
        orphan = _orphan(ess, region, group, task_name(group.name, spec.role))
        if orphan is None:  # ours after all: another watcher was faster, a fresh look shows it
            raise
    else:
        return 1
    ess.delete_task(region, orphan.task_id)
    ess.create_task(region, group, spec)
    return 2


def _orphan(ess: Ess, region: str, group: ScalingGroup, name: str) -> ScheduledTask | None:
    """Return the task that holds `name` if its group is gone, None if it is our group's."""
    holders = ess.tasks_named(region, name)
    holder = next((task for task in holders if task.group_id != group.group_id), None)
    if holder is not None and holder.group_id in {"", *ess.group_ids(region)}:
        raise CallFailedError(_taken(name, holder), perhaps_applied=False)
    return holder


def _taken(name: str, holder: ScheduledTask) -> Failure:
    whose = f"of the group {holder.group_id}" if holder.group_id else "of a scaling rule"
    return Failure(
        "TaskNameTaken",
        f"The name {name}, which our group needs, belongs to a scheduled task {whose}.",
        Reaction.HUMAN,
        "Rename or delete that scheduled task in the ESS console.",
    )
