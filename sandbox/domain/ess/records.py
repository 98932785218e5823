"""What ESS keeps: groups, instances, activities and scheduled tasks.

These are the model's entities: they have an identity and change over time. Values are frozen.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.domain.clock import Event
from sandbox.domain.ess.recurrence import Recurrence
from sandbox.domain.neighbours import TemplateFacts, VSwitchFacts


class GroupState(enum.StrEnum):
    """LifecycleState of a group."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"
    DELETING = "Deleting"


class InstanceState(enum.StrEnum):
    """LifecycleState of an instance, as far as a group without hooks and standby has them."""

    PENDING = "Pending"
    IN_SERVICE = "InService"
    REMOVING = "Removing"


class ActivityStatus(enum.StrEnum):
    """StatusCode of a scaling activity."""

    IN_PROGRESS = "InProgress"
    SUCCESSFUL = "Successful"
    WARNING = "Warning"
    FAILED = "Failed"
    REJECTED = "Rejected"


class Process(enum.StrEnum):
    """What can be suspended."""

    SCALE_IN = "ScaleIn"
    SCALE_OUT = "ScaleOut"
    HEALTH_CHECK = "HealthCheck"
    ALARM_NOTIFICATION = "AlarmNotification"
    SCHEDULED_ACTION = "ScheduledAction"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a group; `propagate` hands it on to new instances."""

    key: str
    value: str
    propagate: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many instances a group should have; 0 ≤ minimum ≤ desired ≤ maximum.

    `desired` is None while the expected-number feature is off.
    """

    minimum: int
    maximum: int
    desired: int | None = None

    @property
    def are_consistent(self) -> bool:
        """Whether 0 ≤ minimum ≤ desired ≤ maximum."""
        desired = self.minimum if self.desired is None else self.desired
        return 0 <= self.minimum <= desired <= self.maximum

    def target(self, capacity: int) -> int:
        """The capacity that a group of `capacity` should have."""
        if self.desired is not None:
            return self.desired
        return max(self.minimum, min(capacity, self.maximum))


@dataclass(frozen=True, slots=True)
class WeightedType:
    """An instance type and how much capacity one such instance counts for."""

    instance_type: str
    weight: int = 1
    spot_price_limit: float | None = None


@dataclass(frozen=True, slots=True)
class LaunchSource:
    """Where a group takes its instances' configuration from.

    A launch template with the `overrides` of its instance types, or a scaling configuration: what
    it asks for is `configured`, in the terms of a template.
    """

    template_id: str | None = None
    template_version: str | None = None
    overrides: tuple[WeightedType, ...] = ()
    configuration_id: str | None = None
    configured: TemplateFacts | None = None

    @property
    def is_set(self) -> bool:
        """Whether the group knows what to launch."""
        return self.template_id is not None or self.configuration_id is not None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and as what one instance is created."""

    vswitch: VSwitchFacts
    private_ip: str
    instance_type: str
    disk: str
    weight: int

    @property
    def zone(self) -> str:
        """The vSwitch's zone."""
        return self.vswitch.zone


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why instances could not be created: the activity's error code and text."""

    code: str
    message: str


@dataclass(slots=True, eq=False)
class Instance:
    """One ECS instance of a group; `template` is what it was launched from, as it was then."""

    instance_id: str
    scaling_instance_id: str
    placement: Placement
    created_at: datetime
    activity_id: str
    launch: LaunchSource
    template: TemplateFacts
    tags: Mapping[str, str]
    state: InstanceState = InstanceState.PENDING
    healthy: bool = True


@dataclass(slots=True, eq=False)
class Activity:
    """One scaling activity.

    `outstanding` counts the instances that it still waits for; `shortage` is why it did not get
    all it wanted.
    """

    activity_id: str
    description: str
    cause: str
    source_type: str
    source_id: str
    started_at: datetime
    status: ActivityStatus = ActivityStatus.IN_PROGRESS
    message: str = ""
    ended_at: datetime | None = None
    created: tuple[str, ...] = ()
    destroyed: tuple[str, ...] = ()
    outstanding: int = 0
    shortage: Shortage | None = None
    total_capacity: int | None = None


@dataclass(slots=True, eq=False)
class ScalingGroup:
    """One scaling group with everything that vanishes when it is deleted.

    `vswitches` are in order of preference. `settings` are attributes that ESS stores and gives
    back under their wire names. `running` holds the activities in progress; without the
    expected-number feature at most one. `retry` is the next attempt after a failure, `failures`
    how many in a row there were, `failing_since` when the first of those that brought nothing was.
    """

    group_id: str
    name: str
    created_at: datetime
    modified_at: datetime
    bounds: Bounds
    launch: LaunchSource
    vswitches: tuple[VSwitchFacts, ...]
    settings: dict[str, Any]
    tags: dict[str, Tag]
    deletion_protection: bool = False
    desired_was_on: bool = False
    state: GroupState = GroupState.INACTIVE
    suspended: set[Process] = field(default_factory=set)
    system_suspended: bool = False
    instances: dict[str, Instance] = field(default_factory=dict)
    activities: deque[Activity] = field(default_factory=deque)
    running: list[Activity] = field(default_factory=list)
    retry: Event | None = None
    failures: int = 0
    failing_since: datetime | None = None

    @property
    def capacity(self) -> int:
        """The weighted capacity that is there or coming, without what is being removed."""
        return sum(
            instance.placement.weight
            for instance in self.instances.values()
            if instance.state is not InstanceState.REMOVING
        )

    def capacity_in(self, *states: InstanceState) -> int:
        """The weighted capacity of the instances in these states; of all when none is named."""
        return sum(
            instance.placement.weight
            for instance in self.instances.values()
            if not states or instance.state in states
        )


@dataclass(slots=True, eq=False)
class ScheduledTask:
    """One scheduled task; it belongs to the region and outlives its group.

    `order` numbers tasks by creation. `due` is when it fires next, None when it will not; `retry`
    is the next attempt of a run that could not start.
    """

    task_id: str
    order: int
    name: str
    group_id: str
    launch_time: datetime
    expiration_s: int
    enabled: bool = True
    description: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    desired: int | None = None
    recurrence: Recurrence | None = None
    due: datetime | None = None
    firing: Event | None = None
    retry: Event | None = None
