"""Scaling activities: how a group gets the instances that its bounds demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from sandbox.domain.ess.placement import plan_placements
from sandbox.domain.ess.records import (
    Activity,
    ActivityStatus,
    GroupState,
    Instance,
    InstanceState,
    Placement,
    Process,
    ScalingGroup,
    Shortage,
)
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.neighbours import TemplateFacts

_HISTORY: Final = timedelta(days=30)
"""DescribeScalingActivities reaches back so far."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What set an activity off; `source_type` is Api or Ess."""

    reason: str
    source_type: str
    source_id: str


CATCH_UP: Final = Trigger(
    "Auto Scaling restores the number of instances that the scaling group demands", "Ess", "Ess"
)
HEALTH_CHECK: Final = Trigger(
    "Auto Scaling removes ECS instances that fail the health check", "Ess", "Ess"
)


def settle(region: EssRegion, group: ScalingGroup, trigger: Trigger) -> None:
    """Starts the activity that brings the group to its target, if one is due and allowed.

    Without the expected-number feature a group runs one activity at a time; what was demanded
    meanwhile is caught up when it ends. Unhealthy instances go first; their replacement follows.
    After a failure growth waits for the retry.
    """
    if group.state is not GroupState.ACTIVE or group.system_suspended:
        return
    if group.running and group.bounds.desired is None:
        return
    unhealthy = _unhealthy(group)
    if unhealthy:
        _scale_in(region, group, unhealthy, HEALTH_CHECK)
        return
    capacity = group.capacity
    gap = group.bounds.target(capacity) - capacity
    if gap > 0 and group.retry is None and Process.SCALE_OUT not in group.suspended:
        _scale_out(region, group, gap, trigger)
    elif gap < 0 and Process.SCALE_IN not in group.suspended:
        _scale_in(region, group, _superfluous(group, -gap), trigger)


def settle_anew(region: EssRegion, group: ScalingGroup, trigger: Trigger) -> None:
    """As `settle`, without waiting for a pending retry: what is demanded has changed."""
    _cancel_retry(group)
    settle(region, group, trigger)


def resume_from_failure(group: ScalingGroup) -> None:
    """Forgets past failures, as a modified group does, and lifts the system's suspension."""
    group.system_suspended = False
    group.failing_since = None
    group.failures = 0


def reject(region: EssRegion, group: ScalingGroup, trigger: Trigger, why: str) -> None:
    """Records an activity that was refused before it began."""
    activity = _open(region, group, "", group.bounds.target(group.capacity), trigger)
    activity.status = ActivityStatus.REJECTED
    activity.message = why
    activity.ended_at = region.now
    activity.total_capacity = group.capacity_in()


def begin_deletion(region: EssRegion, group: ScalingGroup) -> None:
    """Lets running activities end, releases every instance, then makes the group vanish."""
    group.state = GroupState.DELETING
    _continue_deletion(region, group)


def _continue_deletion(region: EssRegion, group: ScalingGroup) -> None:
    if group.running:
        return
    if group.instances:
        trigger = Trigger("The scaling group is being deleted", "Ess", group.group_id)
        _scale_in(region, group, list(group.instances.values()), trigger)
    else:
        wait_s = region.world.timing.group_deletion_s
        region.world.clock.after(wait_s, partial(region.forget_group, group))


def _scale_out(region: EssRegion, group: ScalingGroup, gap: int, trigger: Trigger) -> None:
    plan = plan_placements(region, group, gap)
    description = f'Add "{gap}" ECS instance'
    activity = _open(region, group, description, group.capacity + gap, trigger)
    activity.shortage = plan.shortage
    group.running.append(activity)
    if plan.placements and plan.template is not None:
        _create_instances(region, group, activity, plan.placements, plan.template)
    else:
        wait_s = region.world.timing.failure_s
        region.world.clock.after(wait_s, partial(_close, region, group, activity))


def _create_instances(
    region: EssRegion,
    group: ScalingGroup,
    activity: Activity,
    placements: Sequence[Placement],
    template: TemplateFacts,
) -> None:
    shortest_s, longest_s = region.world.timing.boot_s
    instances = [_make_instance(region, group, activity, one, template) for one in placements]
    for instance in instances:
        group.instances[instance.instance_id] = instance
        boot_s = round(region.random.uniform(shortest_s, longest_s), 3)
        region.world.clock.after(boot_s, partial(_enter_service, region, group, activity, instance))
    activity.created = tuple(instance.instance_id for instance in instances)
    activity.outstanding = len(instances)


def _make_instance(
    region: EssRegion,
    group: ScalingGroup,
    activity: Activity,
    placement: Placement,
    template: TemplateFacts,
) -> Instance:
    return Instance(
        instance_id=region.mint("i"),
        scaling_instance_id=region.mint("asi"),
        placement=placement,
        created_at=region.now,
        activity_id=activity.activity_id,
        launch=group.launch,
        template=template,
        tags={**template.tags, **_propagated_tags(group)},
    )


def _propagated_tags(group: ScalingGroup) -> dict[str, str]:
    """What the group hands on to new instances; it wins over the template."""
    return {tag.key: tag.value for tag in group.tags.values() if tag.propagate}


def _enter_service(
    region: EssRegion, group: ScalingGroup, activity: Activity, instance: Instance
) -> None:
    instance.state = InstanceState.IN_SERVICE
    _count_down(region, group, activity)


def _unhealthy(group: ScalingGroup) -> list[Instance]:
    """What the health check finds, unless it is off or suspended."""
    if (
        Process.HEALTH_CHECK in group.suspended
        or Process.SCALE_IN in group.suspended
        or group.settings["HealthCheckType"] == "NONE"
    ):
        return []
    return [
        instance
        for instance in group.instances.values()
        if not instance.healthy and instance.state is InstanceState.IN_SERVICE
    ]


def _superfluous(group: ScalingGroup, excess: int) -> list[Instance]:
    """Instances in service worth at most `excess`, in the order of the removal policy.

    Those still booting cannot be taken out; their activity's end brings us back here.
    """
    in_service = [
        instance
        for instance in group.instances.values()
        if instance.state is InstanceState.IN_SERVICE
    ]
    if group.settings["RemovalPolicies"][:1] == ["NewestInstance"]:
        in_service.reverse()
    chosen = []
    for instance in in_service:
        if instance.placement.weight <= excess:
            excess -= instance.placement.weight
            chosen.append(instance)
    return chosen


def _scale_in(
    region: EssRegion, group: ScalingGroup, leaving: list[Instance], trigger: Trigger
) -> None:
    if not leaving:
        return
    weight = sum(instance.placement.weight for instance in leaving)
    description = f'Remove "{len(leaving)}" ECS instance'
    activity = _open(region, group, description, group.capacity - weight, trigger)
    activity.destroyed = tuple(instance.instance_id for instance in leaving)
    activity.outstanding = len(leaving)
    group.running.append(activity)
    for instance in leaving:
        instance.state = InstanceState.REMOVING
        region.world.clock.after(
            region.world.timing.removal_s,
            partial(_leave, region, group, activity, instance),
        )


def _leave(region: EssRegion, group: ScalingGroup, activity: Activity, instance: Instance) -> None:
    del group.instances[instance.instance_id]
    _count_down(region, group, activity)


def _count_down(region: EssRegion, group: ScalingGroup, activity: Activity) -> None:
    activity.outstanding -= 1
    if activity.outstanding == 0:
        _close(region, group, activity)


def _open(
    region: EssRegion, group: ScalingGroup, description: str, goal: int, trigger: Trigger
) -> Activity:
    activity = Activity(
        activity_id=region.mint("asa"),
        description=description,
        cause=f'{trigger.reason}, changing the Total Capacity from "{group.capacity}" to "{goal}".',
        source_type=trigger.source_type,
        source_id=trigger.source_id,
        started_at=region.now,
    )
    while group.activities and group.activities[0].started_at < region.now - _HISTORY:
        group.activities.popleft()
    group.activities.append(activity)
    return activity


def _close(region: EssRegion, group: ScalingGroup, activity: Activity) -> None:
    activity.ended_at = region.now
    activity.total_capacity = group.capacity_in()
    group.running.remove(activity)
    if activity.shortage is None:
        activity.status = ActivityStatus.SUCCESSFUL
        activity.message = _done(activity)
        resume_from_failure(group)
    else:
        activity.status = ActivityStatus.WARNING if activity.created else ActivityStatus.FAILED
        activity.message = _failure_text(activity.shortage)
        _note_failure(region, group, activity.status)
    if group.state is GroupState.DELETING:
        _continue_deletion(region, group)
    else:
        settle(region, group, CATCH_UP)


def _done(activity: Activity) -> str:
    verb, instances = (
        ("added", activity.created) if activity.created else ("removed", activity.destroyed)
    )
    return f'"{len(instances)}" ECS instances are {verb}'


def _failure_text(shortage: Shortage) -> str:
    return (
        "Fail to scale instances for scaling group"
        f'(code:"{shortage.code}", msg:"{shortage.message}").'
    )


def _note_failure(region: EssRegion, group: ScalingGroup, status: ActivityStatus) -> None:
    """Plans the next attempt, or suspends a group that has failed for days."""
    if status is ActivityStatus.WARNING:
        group.failing_since = None
    elif group.failing_since is None:
        group.failing_since = region.now
    _cancel_retry(group)
    patience = timedelta(days=region.world.faults.variants.auto_suspend_after_days)
    if group.failing_since is not None and region.now - group.failing_since >= patience:
        group.system_suspended = True
        return
    timing = region.world.timing
    wait_s = min(timing.first_retry_s * 2**group.failures, timing.longest_retry_s)
    group.failures = min(group.failures + 1, 16)
    group.retry = region.world.clock.after(wait_s, partial(_retry, region, group))


def _cancel_retry(group: ScalingGroup) -> None:
    if group.retry is not None:
        group.retry.cancel()
        group.retry = None


def _retry(region: EssRegion, group: ScalingGroup) -> None:
    group.retry = None
    settle(region, group, CATCH_UP)
