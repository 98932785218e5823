"""How groups, instances, activities and tasks look in answers: the shapes of the metadata."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any, Final

from sandbox.domain.ess.names import write_minute, write_second
from sandbox.domain.ess.records import (
    Activity,
    ActivityStatus,
    Instance,
    InstanceState,
    ScalingGroup,
    ScheduledTask,
    Tag,
    WeightedType,
)
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.neighbours import InstanceFacts

_NEVER_USED_COUNTERS: Final = (
    "PendingWaitCapacity",
    "RemovingWaitCapacity",
    "StandbyCapacity",
    "StoppedCapacity",
    "ProtectedCapacity",
    "InitCapacity",
    "SpotCapacity",
)
"""States that need hooks, standby, protection, spot or the economical mode."""

_ONLY_LISTED: Final = frozenset(
    {"AutoRebalance", "BalanceMode", "CapacityOptions", "SpotCapacity", "StopInstanceTimeout"}
)
"""What the published schema of DescribeScalingGroupDetail lacks."""


def show_group(region: EssRegion, group: ScalingGroup) -> dict[str, Any]:
    """A group as DescribeScalingGroups answers it."""
    shown: dict[str, Any] = {
        "ScalingGroupId": group.group_id,
        "ScalingGroupName": group.name,
        "RegionId": region.region_id,
        "LifecycleState": group.state.value,
        "MinSize": group.bounds.minimum,
        "MaxSize": group.bounds.maximum,
        "EnableDesiredCapacity": group.bounds.desired is not None,
        "TotalCapacity": group.capacity_in(),
        "TotalInstanceCount": len(group.instances),
        "ActiveCapacity": group.capacity_in(InstanceState.IN_SERVICE),
        "PendingCapacity": group.capacity_in(InstanceState.PENDING),
        "RemovingCapacity": group.capacity_in(InstanceState.REMOVING),
        **dict.fromkeys(_NEVER_USED_COUNTERS, 0),
        "SystemSuspended": group.system_suspended,
        "SuspendedProcesses": sorted(process.value for process in group.suspended),
        "GroupDeletionProtection": group.deletion_protection,
        "IsElasticStrengthInAlarm": False,
        "CreationTime": write_minute(group.created_at),
        "ModificationTime": write_minute(group.modified_at),
        "Tags": [show_tag(tag) for tag in group.tags.values()],
        "LoadBalancerIds": [],
        "DBInstanceIds": [],
        "VServerGroups": [],
        "VpcId": group.vswitches[0].vpc_id,
        "VSwitchId": group.vswitches[0].vswitch_id,
        "VSwitchIds": [one.vswitch_id for one in group.vswitches],
        "HealthCheckTypes": [group.settings["HealthCheckType"]],
        **copy.deepcopy(group.settings),
        **_show_launch(group),
    }
    if group.bounds.desired is not None:
        shown["DesiredCapacity"] = group.bounds.desired
    return shown


def show_group_detail(region: EssRegion, group: ScalingGroup) -> dict[str, Any]:
    """A group as DescribeScalingGroupDetail answers it: a little less than the list says."""
    shown = show_group(region, group)
    return {name: value for name, value in shown.items() if name not in _ONLY_LISTED}


def _show_launch(group: ScalingGroup) -> dict[str, Any]:
    launch = group.launch
    shown = {
        "LaunchTemplateId": launch.template_id,
        "LaunchTemplateVersion": launch.template_version,
        "ActiveScalingConfigurationId": launch.configuration_id,
    }
    present: dict[str, Any] = {name: value for name, value in shown.items() if value is not None}
    if launch.overrides:
        present["LaunchTemplateOverrides"] = [_show_override(one) for one in launch.overrides]
    return present


def _show_override(override: WeightedType) -> dict[str, Any]:
    shown: dict[str, Any] = {"InstanceType": override.instance_type}
    if override.weight != 1:
        shown["WeightedCapacity"] = override.weight
    if override.spot_price_limit is not None:
        shown["SpotPriceLimit"] = override.spot_price_limit
    return shown


def show_tag(tag: Tag) -> dict[str, Any]:
    """A tag as answers name it (requests call the same things Key and Value)."""
    return {"TagKey": tag.key, "TagValue": tag.value, "Propagate": tag.propagate}


def instance_facts(region: EssRegion, group: ScalingGroup, instance: Instance) -> InstanceFacts:
    """An instance as ECS shows it."""
    placement, template = instance.placement, instance.template
    return InstanceFacts(
        instance_id=instance.instance_id,
        region_id=region.region_id,
        zone=placement.zone,
        vswitch_id=placement.vswitch.vswitch_id,
        vpc_id=placement.vswitch.vpc_id,
        instance_type=placement.instance_type,
        image_id=template.image_id,
        security_group_ids=template.security_group_ids,
        scaling_group_id=group.group_id,
        state=_ecs_state(region, instance),
        created_at=write_minute(instance.created_at),
        private_ip=placement.private_ip,
        tags=instance.tags,
        template=template,
    )


def _ecs_state(region: EssRegion, instance: Instance) -> str:
    """What ECS calls an instance's state; of what ESS calls Pending it sees two parts."""
    match instance.state:
        case InstanceState.IN_SERVICE:
            return "Running"
        case InstanceState.REMOVING:
            return "Stopping"
        case InstanceState.PENDING:
            created = instance.created_at + timedelta(seconds=region.world.timing.creation_s)
            return "Pending" if region.now < created else "Starting"


def show_instance(group: ScalingGroup, instance: Instance) -> dict[str, Any]:
    """An instance as DescribeScalingInstances answers it."""
    shown: dict[str, Any] = {
        "InstanceId": instance.instance_id,
        "ScalingInstanceId": instance.scaling_instance_id,
        "ScalingGroupId": group.group_id,
        "ScalingActivityId": instance.activity_id,
        "LifecycleState": instance.state.value,
        "HealthStatus": "Healthy" if instance.healthy else "Unhealthy",
        "CreationType": "AutoCreated",
        "CreationTime": write_minute(instance.created_at),
        "CreatedTime": write_second(instance.created_at),
        "ZoneId": instance.placement.zone,
        "PrivateIpAddress": instance.placement.private_ip,
        "WeightedCapacity": instance.placement.weight,
        "SpotStrategy": "NoSpot",
        "WarmupState": "NoNeedWarmup",
        "LoadBalancerWeight": 50,
        "Entrusted": False,
    }
    if instance.launch.template_id is not None:
        shown["LaunchTemplateId"] = instance.launch.template_id
        shown["LaunchTemplateVersion"] = instance.launch.template_version
    if instance.launch.configuration_id is not None:
        shown["ScalingConfigurationId"] = instance.launch.configuration_id
    return shown


def show_activity(group: ScalingGroup, activity: Activity) -> dict[str, Any]:
    """An activity as DescribeScalingActivities answers it."""
    count = len(activity.created) + len(activity.destroyed)
    shown: dict[str, Any] = {
        "ScalingActivityId": activity.activity_id,
        "ScalingGroupId": group.group_id,
        "StatusCode": activity.status.value,
        "StatusMessage": activity.message,
        "Cause": activity.cause,
        "Description": activity.description,
        "Progress": 0 if activity.status is ActivityStatus.IN_PROGRESS else 100,
        "StartTime": write_minute(activity.started_at),
        "TriggerSourceType": activity.source_type,
        "TriggerSourceId": activity.source_id,
        "ScalingInstanceNumber": count,
        "CreatedInstances": list(activity.created),
        "CreatedCapacity": len(activity.created),
        "DestroyedInstances": list(activity.destroyed),
        "DestroyedCapacity": len(activity.destroyed),
        "StartedInstances": [],
        "StartedCapacity": 0,
        "StoppedInstances": [],
        "StoppedCapacity": 0,
        "ErrorMessages": [],
        "Detail": _detail(activity),
    }
    if activity.ended_at is not None:
        shown["EndTime"] = write_minute(activity.ended_at)
        shown["TotalCapacity"] = str(activity.total_capacity)
        shown["AutoCreatedCapacity"] = str(activity.total_capacity)
        shown["AttachedCapacity"] = "0"
        shown |= _show_shortage(activity)
    return shown


def _show_shortage(activity: Activity) -> dict[str, Any]:
    shortage = activity.shortage
    if shortage is None:
        return {}
    return {
        "ErrorCode": shortage.code,
        "ErrorMessage": shortage.message,
        "ErrorMessages": [
            {
                "Code": shortage.code,
                "Message": shortage.message,
                "Description": "Fail to create instances into scaling group.",
                "FailedInstanceIds": [],
            }
        ],
    }


def _detail(activity: Activity) -> str:
    """Which instances came and went."""
    parts = []
    if activity.created:
        parts.append(f'new ECS instances "{", ".join(activity.created)}" are created.')
    if activity.destroyed:
        parts.append(f'ECS instances "{", ".join(activity.destroyed)}" are released.')
    return " ".join(parts)


def show_task(task: ScheduledTask) -> dict[str, Any]:
    """A scheduled task as DescribeScheduledTasks answers it."""
    recurrence = task.recurrence
    end = recurrence.end if recurrence is not None else None
    shown = {
        "ScheduledTaskId": task.task_id,
        "ScheduledTaskName": task.name,
        "ScalingGroupId": task.group_id,
        "TaskEnabled": task.enabled,
        "LaunchTime": write_minute(task.launch_time),
        "LaunchExpirationTime": task.expiration_s,
        "MinValue": task.minimum,
        "MaxValue": task.maximum,
        "DesiredCapacity": task.desired,
        "Description": task.description,
        "RecurrenceType": recurrence and recurrence.kind.value,
        "RecurrenceValue": recurrence and recurrence.value,
        "RecurrenceEndTime": end and write_minute(end),
    }
    return {name: value for name, value in shown.items() if value is not None}
