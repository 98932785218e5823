"""What can be wrong with a region's group, each as a failure with its remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from shared.cloud.errors import failure_of
from shared.cloud.records import ScalingActivity, ScalingGroup, ScheduledTask
from shared.failure import Failure, Reaction

_CODE_IN_TEXT: Final = re.compile(r'code:"(?P<code>[A-Za-z]+(?:\.[A-Za-z]+)*)"')
_RUNNING: Final = "InProgress"
DEADLINE_CODE: Final = "DeadlinePassed"
_TROUBLED: Final = frozenset({"Failed", "Warning", "Rejected"})


def group_trouble(group: ScalingGroup) -> Failure | None:
    """Say why a group of ours must be left alone, or None."""
    if group.lifecycle_state == "Deleting":
        return _human(
            "GroupDeleting",
            f"{group.name} is being deleted.",
            "Wait until it is gone; it is then provisioned anew.",
        )
    if group.system_suspended:
        return _human(
            "GroupSystemSuspended",
            f"Auto Scaling has suspended {group.name} after lasting failures.",
            "Mend what fails, then modify the group once in the ESS console: that resumes it.",
        )
    if group.suspended_processes:
        names = ", ".join(group.suspended_processes)
        return _human(
            "GroupProcessesSuspended",
            f"Processes of {group.name} are suspended: {names}.",
            "Resume them in the ESS console (ResumeProcesses).",
        )
    return None


def foreign_tasks(group: ScalingGroup, foreign: Sequence[ScheduledTask]) -> Failure | None:
    """Name the scheduled tasks on our group that are not ours, or return None."""
    if not foreign:
        return None
    names = ", ".join(sorted(task.name for task in foreign))
    return _human(
        "ForeignScheduledTasks",
        f"{group.name} has scheduled tasks that are not ours: {names}.",
        "Delete them in the ESS console: they change the capacity behind the document's back.",
    )


def shortfall(
    region: str, group: ScalingGroup, target: int, activities: Sequence[ScalingActivity]
) -> Failure | None:
    """Explain why a group has fewer instances than wanted while nothing is under way.

    `activities`: the latest first. The last one that failed carries the code; an activity in
    progress means that instances are coming.
    """
    here = group.active + group.pending
    if here >= target or any(activity.status == _RUNNING for activity in activities):
        return None
    count = f"{here} of {target} nodes run"
    last = next((one for one in activities if one.status in _TROUBLED), None)
    if last is None:
        return Failure(
            "NodesMissing",
            f"{count} and no scaling activity says why.",
            Reaction.TRANSIENT,
            "Nothing to do: Auto Scaling checks again by itself.",
        )
    told = failure_of(_code(last), last.message, region=region, http_status=200)
    return Failure(told.code, f"{count}: {told.message}", told.reaction, told.remedy)


def no_time(region: str) -> Failure:
    """Say that the deadline passed before the region was reached."""
    return Failure(
        DEADLINE_CODE,
        f"There was no time left for {region}.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll goes on here. If it lasts, raise DEADLINE_S.",
    )


def _code(activity: ScalingActivity) -> str:
    if activity.error_code:
        return activity.error_code
    found = _CODE_IN_TEXT.search(activity.message)
    return found["code"] if found else f"Activity{activity.status}"


def _human(code: str, message: str, remedy: str) -> Failure:
    return Failure(code, message, Reaction.HUMAN, remedy)
