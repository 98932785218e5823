"""Is there room in the account's quotas for what is to start? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from functions.bootstrap.checks.records import (
    Check,
    Limits,
    Ours,
    Wanted,
    bad,
    human,
    ok,
    unknown,
    unmade,
)
from shared.failure import Failure
from shared.naming import TaskRole, task_name

_RAISE: Final = "Raise the quota in the Quota Center of the region, or lower the capacity."
_RAISE_OR_DELETE: Final = (
    "Raise the quota in the Quota Center of the region, or delete tasks that nobody needs."
)


def check_quota(wanted: Wanted, limits: Limits, ours: Ours | None) -> Check:
    """Whether vCPUs, scheduled tasks and the size of a group suffice."""
    obstacle = next(_obstacles(wanted, limits, ours), None)
    if obstacle is not None:
        return bad("quota", obstacle)
    account = limits.account
    if isinstance(account, Failure):
        return unmade("quota", account)
    if isinstance(limits.scaling, Failure):
        return unmade("quota", limits.scaling)
    if account.max_vcpus is None:
        return unknown("quota", "the account is not told how many vCPUs it may have")
    vcpus = _vcpus_of_one(ours)
    if vcpus is None:
        return unknown("quota", "it is not known how many vCPUs a node has")
    more = vcpus * _missing(wanted, ours)
    used = account.used_vcpus or 0
    return ok("quota", f"{used} of {account.max_vcpus} vCPUs are used, {more} more are wanted")


def is_about_quota(failure: Failure) -> bool:
    """Whether a failure says that a quota is used up."""
    return failure.code.startswith("QuotaExceed")


def _obstacles(wanted: Wanted, limits: Limits, ours: Ours | None) -> Iterator[Failure]:
    account = limits.account
    if not isinstance(account, Failure):
        yield from _vcpu_obstacle(wanted, account.max_vcpus, account.used_vcpus, ours)
    if not isinstance(limits.scaling, Failure):
        yield from _scaling_obstacles(wanted, limits.scaling, limits.tasks, ours)
    if ours is not None and isinstance(ours.trial, Failure) and is_about_quota(ours.trial):
        yield ours.trial


def _vcpu_obstacle(
    wanted: Wanted, most: int | None, used: int | None, ours: Ours | None
) -> Iterator[Failure]:
    each, missing = _vcpus_of_one(ours), _missing(wanted, ours)
    if most is None or each is None or (used or 0) + each * missing <= most:
        return
    said = (
        f"{missing} more nodes need {each * missing} vCPUs, and {used or 0} of the {most} that"
        " the region allows are used."
    )
    yield human("QuotaOfVcpus", said, _RAISE)


def _scaling_obstacles(
    wanted: Wanted, limits: Mapping[str, int], tasks: int | Failure, ours: Ours | None
) -> Iterator[Failure]:
    largest = limits.get("MaxNumberOfMaxSize")
    if largest is not None and wanted.nodes > largest:
        said = f"{wanted.nodes} nodes are wanted, and a group may have {largest}."
        yield human("QuotaOfGroupSize", said, _RAISE)
    most, lacking = limits.get("MaxNumberOfScheduledTasks"), _tasks_lacking(wanted, ours)
    if most is None or isinstance(tasks, Failure) or not lacking or tasks + lacking <= most:
        return
    said = (
        f"The region has {tasks} of the {most} scheduled tasks that the account may have,"
        f" and {lacking} more are to be armed."
    )
    yield human("QuotaOfScheduledTasks", said, _RAISE_OR_DELETE)


def _tasks_lacking(wanted: Wanted, ours: Ours | None) -> int:
    """How many tasks are still to be created: a start and a stop, where they are not there."""
    roles = [TaskRole.START] if wanted.now < wanted.window.start else []
    roles += [TaskRole.STOP] if wanted.window.stop is not None else []
    if ours is None:
        return len(roles)
    if isinstance(ours.tasks, Failure):
        return 0  # it is not known, and so nothing follows from it
    names = {task.name for task in ours.tasks}
    return sum(1 for role in roles if task_name(ours.group.name, role) not in names)


def _missing(wanted: Wanted, ours: Ours | None) -> int:
    here = ours.group.active + ours.group.pending if ours is not None else 0
    return max(wanted.nodes - here, 0)


def _vcpus_of_one(ours: Ours | None) -> int | None:
    vcpus = ours.vcpus if ours is not None else None
    return None if isinstance(vcpus, Failure) else vcpus
