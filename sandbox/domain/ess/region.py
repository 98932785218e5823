"""Everything that ESS keeps in one region."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sandbox.domain.ess.errors import group_not_found, task_not_found
from sandbox.domain.ess.records import ScalingGroup, ScheduledTask
from sandbox.domain.faults import QuotaName
from sandbox.domain.product import Params
from sandbox.domain.stock import INSTANCE_QUOTAS
from sandbox.domain.tokens import ClientTokens
from sandbox.domain.world import World, mint

_DEFAULT_QUOTAS: dict[QuotaName, int] = {
    "ess:scaling_groups": 200,
    "ess:scheduled_tasks": 70,
    **INSTANCE_QUOTAS,
}
"""Per region, as DescribeLimitation says, and what ECS allows."""


@dataclass(slots=True, eq=False)
class EssRegion:
    """One region's groups and tasks, in order of creation, and its own stream of chance.

    `last_fired`: by group, minute and order of the scheduled task that fired last.
    """

    region_id: str
    world: World
    random: Random
    groups: dict[str, ScalingGroup] = field(default_factory=dict)
    tasks: dict[str, ScheduledTask] = field(default_factory=dict)
    tokens: ClientTokens = field(default_factory=ClientTokens)
    last_fired: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    task_orders: Iterator[int] = field(default_factory=itertools.count)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    def mint(self, prefix: str) -> str:
        """A new resource id."""
        return mint(self.random, prefix)

    def quota(self, name: QuotaName) -> int:
        """How many of these the account may have in this region."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def holds(self, params: Params) -> bool:
        """Whether the group, task or instance that a call is about is in this region."""
        instance_id = params.get("InstanceId")
        return (
            params.get("ScalingGroupId") in self.groups
            or params.get("ScheduledTaskId") in self.tasks
            or any(instance_id in group.instances for group in self.groups.values())
        )

    def group(self, params: Params) -> ScalingGroup:
        """The group that a call is about; raises ApiError where it is not in this region."""
        group = self.groups.get(params["ScalingGroupId"])
        if group is None:
            raise group_not_found()
        return group

    def forget_group(self, group: ScalingGroup) -> None:
        """Removes a deleted group and everything that goes with it; scheduled tasks stay."""
        del self.groups[group.group_id]

    def task(self, params: Params) -> ScheduledTask:
        """The scheduled task that a call is about; raises ApiError where it is not here."""
        task = self.tasks.get(params["ScheduledTaskId"])
        if task is None:
            raise task_not_found()
        return task
