"""What Auto Scaling (ESS) told us, as typed records: no I/O here, decisions may import it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.naming import TaskRole


@dataclass(frozen=True, slots=True)
class Capacity:
    """Bounds of a group; `desired` is None exactly when the desired-capacity feature is off."""

    minimum: int
    maximum: int
    desired: int | None

    def __post_init__(self) -> None:
        middle = self.minimum if self.desired is None else self.desired
        if not 0 <= self.minimum <= middle <= self.maximum:
            raise ValueError(f"capacity must keep 0 <= min <= desired <= max, not {self}")

    @classmethod
    def of_all(cls, nodes: int, *, desired_on: bool) -> Capacity:
        """Exactly `nodes` instances: min = max, and desired where the feature is on."""
        return cls(nodes, nodes, nodes if desired_on else None)

    def lowered_to(self, nodes: int) -> Capacity:
        """Return the same capacity, with nothing in it above `nodes`."""
        desired = None if self.desired is None else min(self.desired, nodes)
        return Capacity(min(self.minimum, nodes), min(self.maximum, nodes), desired)

    @property
    def wanted(self) -> int:
        """Instances that ESS keeps by itself under these bounds."""
        return self.minimum if self.desired is None else self.desired


@dataclass(frozen=True, slots=True)
class ScalingGroup:
    """One scaling group (DescribeScalingGroups), only the fields that the fleet reads.

    `instance_types` are those that override the launch template's, in order of preference.
    """

    group_id: str
    name: str
    lifecycle_state: str
    system_suspended: bool
    suspended_processes: tuple[str, ...]
    capacity: Capacity
    active: int
    pending: int
    has_template: bool
    tags: Mapping[str, str]
    template_id: str | None = None
    template_version: str | None = None
    instance_types: tuple[str, ...] = ()
    vswitch_ids: tuple[str, ...] = ()
    vpc_id: str | None = None
    resource_group_id: str | None = None

    @property
    def desired_on(self) -> bool:
        """Whether the group's desired-capacity feature is on."""
        return self.capacity.desired is not None


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """One scheduled task (DescribeScheduledTasks); `launch_time` is a UTC minute."""

    task_id: str
    name: str
    group_id: str
    launch_time: datetime
    minimum: int | None
    maximum: int | None
    desired: int | None
    enabled: bool
    recurring: bool


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A scheduled task as we want it; values are set together, as ESS demands."""

    role: TaskRole
    launch_time: datetime
    capacity: Capacity

    def matches(self, task: ScheduledTask) -> bool:
        """Whether a live task does exactly this: values, minute and enabled."""
        return (
            task.enabled
            and not task.recurring
            and task.launch_time == self.launch_time
            and (task.minimum, task.maximum, task.desired)
            == (self.capacity.minimum, self.capacity.maximum, self.capacity.desired)
        )


@dataclass(frozen=True, slots=True)
class ScalingActivity:
    """One scaling activity (DescribeScalingActivities); `error_code` is "" where ESS gave none."""

    status: str
    started_at: str
    error_code: str
    message: str
