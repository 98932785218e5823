"""The actions that only look: groups, instances, activities, tasks, limits, regions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sandbox.domain.ess.errors import (
    conflict,
    missing_parameter,
    not_modelled,
    unknown_language,
)
from sandbox.domain.ess.group_settings import MAX_CAPACITY
from sandbox.domain.ess.paging import page
from sandbox.domain.ess.placement import MAX_INSTANCES_PER_ACTIVITY
from sandbox.domain.ess.records import (
    Activity,
    GroupState,
    Instance,
    ScalingGroup,
    ScheduledTask,
)
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.views import (
    show_activity,
    show_group,
    show_group_detail,
    show_instance,
    show_task,
)
from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID

_HISTORY: Final = timedelta(days=30)


def describe_scaling_groups(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeScalingGroups; unknown ids and names are dropped silently.

    Asked by id or name, Inactive groups are left out too (a variant).
    """
    found = [group for group in region.groups.values() if _group_matches(group, params)]
    if {"ScalingGroupIds", "ScalingGroupNames", "ScalingGroupName"} & params.keys() and (
        region.world.faults.variants.filters_omit_inactive_groups
    ):
        found = [group for group in found if group.state is not GroupState.INACTIVE]
    return page(params, found, "ScalingGroups", partial(show_group, region))


def _group_matches(group: ScalingGroup, params: Params) -> bool:
    return (
        _allows(params.get("ScalingGroupIds"), group.group_id)
        and _allows(params.get("ScalingGroupNames"), group.name)
        and params.get("ScalingGroupName", group.name) == group.name
        and params.get("GroupType", group.settings["GroupType"]) == group.settings["GroupType"]
        and params.get("ResourceGroupId") in {None, group.settings.get("ResourceGroupId")}
        and all(_has_tag(group, wanted) for wanted in params.get("Tags", ()))
    )


def _allows(wanted: list[str] | None, value: str) -> bool:
    """Whether a list filter lets a value through; an absent or empty one lets everything."""
    return not wanted or value in wanted


def _has_tag(group: ScalingGroup, wanted: Mapping[str, Any]) -> bool:
    tag = group.tags.get(wanted.get("Key", ""))
    return tag is not None and wanted.get("Value") in {None, tag.value}


def describe_scaling_group_detail(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeScalingGroupDetail, whatever the group's state."""
    if params.get("OutputFormat"):
        raise not_modelled("the YAML output")
    return {"ScalingGroup": show_group_detail(region, region.group(params))}


def describe_scaling_instances(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeScalingInstances, of one group or of the region."""
    if "LifecycleState" in params and "LifecycleStates" in params:
        raise conflict("LifecycleState", "LifecycleStates")
    if "CreationType" in params and "CreationTypes" in params:
        raise conflict("CreationType", "CreationTypes")
    groups = [region.group(params)] if "ScalingGroupId" in params else region.groups.values()
    found = [
        (group, instance)
        for group in groups
        for instance in group.instances.values()
        if _instance_matches(instance, params)
    ]
    shown = page(params, found, "ScalingInstances", lambda pair: show_instance(*pair), largest=100)
    return shown | {"TotalSpotCount": 0}


def _instance_matches(instance: Instance, params: Params) -> bool:
    return (
        params.get("LifecycleState", instance.state) == instance.state
        and _allows(params.get("LifecycleStates"), instance.state)
        and params.get("HealthStatus") in {None, "Healthy" if instance.healthy else "Unhealthy"}
        and params.get("CreationType", "AutoCreated") == "AutoCreated"
        and _allows(params.get("CreationTypes"), "AutoCreated")
        and params.get("ScalingActivityId", instance.activity_id) == instance.activity_id
        and params.get("ScalingConfigurationId") in {None, instance.launch.configuration_id}
        and _allows(params.get("InstanceIds"), instance.instance_id)
    )


def describe_scaling_activities(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeScalingActivities of the last 30 days, newest first; by group or by ids."""
    ids = params.get("ScalingActivityIds")
    if ids and "ScalingGroupId" in params:
        raise conflict("ScalingGroupId", "ScalingActivityIds")
    if ids:
        groups = list(region.groups.values())
    elif "ScalingGroupId" in params:
        groups = [region.group(params)]
    else:
        raise missing_parameter("ScalingGroupId")
    found = [
        (group, activity)
        for group in groups
        for activity in recent_activities(region, group)
        if _allows(ids, activity.activity_id)
        and params.get("StatusCode", activity.status) == activity.status
        and "InstanceRefreshTaskId" not in params  # there are no instance refreshes
    ]
    found.sort(key=lambda pair: pair[1].started_at)
    found.reverse()
    return page(params, found, "ScalingActivities", lambda pair: show_activity(*pair))


def recent_activities(region: EssRegion, group: ScalingGroup) -> list[Activity]:
    """What DescribeScalingActivities can still see, oldest first."""
    horizon = region.now - _HISTORY
    return [activity for activity in group.activities if activity.started_at >= horizon]


def describe_scheduled_tasks(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeScheduledTasks; tasks of deleted groups are there too."""
    found = [task for task in region.tasks.values() if _task_matches(task, params)]
    return page(params, found, "ScheduledTasks", show_task)


def _task_matches(task: ScheduledTask, params: Params) -> bool:
    recurrence = task.recurrence
    return (
        params.get("ScalingGroupId", task.group_id) == task.group_id
        and _allows(params.get("ScheduledTaskIds"), task.task_id)
        and _allows(params.get("ScheduledTaskNames"), task.name)
        and not params.get("ScheduledActions")  # no task acts through a scaling rule
        and params.get("TaskName", "") in task.name
        and params.get("TaskEnabled", task.enabled) == task.enabled
        and params.get("RecurrenceType") in {None, recurrence and recurrence.kind.value}
        and params.get("RecurrenceValue") in {None, recurrence and recurrence.value}
    )


def describe_limitation(region: EssRegion, _params: Params) -> dict[str, Any]:
    """DescribeLimitation: the quotas in force."""
    return {
        "MaxNumberOfScalingGroups": region.quota("ess:scaling_groups"),
        "MaxNumberOfScheduledTasks": region.quota("ess:scheduled_tasks"),
        "MaxNumberOfMinSize": MAX_CAPACITY,
        "MaxNumberOfMaxSize": MAX_CAPACITY,
        "MaxNumberOfScalingInstances": MAX_INSTANCES_PER_ACTIVITY,
        "MaxNumberOfScalingConfigurations": 70,
        "MaxNumberOfScalingRules": 70,
        "MaxNumberOfLifecycleHooks": 10,
        "MaxNumberOfNotificationConfigurations": 6,
        "MaxNumberOfLoadBalancers": 30,
        "MaxNumberOfVServerGroups": 5,
        "MaxNumberOfAlbServerGroup": 30,
        "MaxNumberOfNlbServerGroup": 30,
        "MaxNumberOfDBInstances": 30,
    }


def describe_regions(region: EssRegion, params: Params) -> dict[str, Any]:
    """DescribeRegions: every region of this cloud, named in Chinese unless asked otherwise."""
    language = params.get("AcceptLanguage", "zh-CN")
    if language not in {"zh-CN", "en-US", "ja"}:
        raise unknown_language()
    known = [BY_ID[region_id] for region_id in region.world.region_ids]
    return {
        "Regions": [
            {
                "RegionId": one.region_id,
                "LocalName": one.chinese_name if language == "zh-CN" else one.english_name,
                "RegionEndpoint": one.ess_host,
                "ClassicUnavailable": True,
                "VpcUnavailable": False,
            }
            for one in known
        ]
    }
