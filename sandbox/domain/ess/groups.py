"""The actions that create, change and delete scaling groups."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from sandbox.domain.ess.errors import (
    activity_in_progress,
    conflict,
    deletion_protected,
    group_quota_exceeded,
    instance_not_found,
    instances_in_use,
    invalid_parameter,
    no_scaling_configuration,
    unknown_instance,
    wrong_group_status,
)
from sandbox.domain.ess.group_settings import (
    DEFAULT_SETTINGS,
    check_resource_group,
    read_bounds,
    read_name,
    read_settings,
    refuse_what_is_not_there,
)
from sandbox.domain.ess.launch_source import check_launch, read_launch, read_vswitches
from sandbox.domain.ess.names import add_tags
from sandbox.domain.ess.records import Bounds, GroupState, LaunchSource, Process, ScalingGroup
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.scaling import (
    HEALTH_CHECK,
    Trigger,
    begin_deletion,
    resume_from_failure,
    settle,
    settle_anew,
)
from sandbox.domain.product import Params


def create_scaling_group(region: EssRegion, params: Params) -> dict[str, Any]:
    """CreateScalingGroup: born Inactive, whatever it is given."""
    refuse_what_is_not_there(params)
    name = read_name(region, params)
    bounds = read_bounds(params, None)
    variants = region.world.faults.variants
    if bounds.desired == 0 and variants.desired_capacity_zero_at_create == "reject":
        raise invalid_parameter("DesiredCapacity")
    settings = read_settings(params, DEFAULT_SETTINGS)
    vswitches = read_vswitches(region, params, ())
    launch = read_launch(region, params, LaunchSource())
    check_resource_group(region, params)
    tags = add_tags({}, params.get("Tags", ()))
    if len(region.groups) >= region.quota("ess:scaling_groups"):
        raise group_quota_exceeded()
    group_id = region.mint("asg")
    region.groups[group_id] = ScalingGroup(
        group_id=group_id,
        name=name or group_id,
        created_at=region.now,
        modified_at=region.now,
        bounds=bounds,
        launch=launch,
        vswitches=vswitches,
        settings=settings,
        tags=tags,
        deletion_protection=params.get("GroupDeletionProtection", False),
        desired_was_on=bounds.desired is not None,
    )
    return {"ScalingGroupId": group_id}


def modify_scaling_group(region: EssRegion, params: Params) -> dict[str, Any]:
    """ModifyScalingGroup, of an Active or Inactive group; all or nothing."""
    group = region.group(params)
    if group.state is GroupState.DELETING:
        raise wrong_group_status()
    accepted = _without_ignored_desired_capacity(region, group, params)
    name = read_name(region, accepted, own=group)
    bounds = read_bounds(accepted, _bounds_to_modify(group, accepted))
    settings = read_settings(accepted, group.settings)
    vswitches = read_vswitches(region, accepted, group.vswitches)
    launch = read_launch(region, accepted, group.launch)
    group.name = name or group.name
    group.bounds = bounds
    group.desired_was_on = group.desired_was_on or bounds.desired is not None
    group.settings = settings
    group.vswitches = vswitches
    group.launch = launch
    group.deletion_protection = accepted.get("GroupDeletionProtection", group.deletion_protection)
    group.modified_at = region.now
    resume_from_failure(group)
    settle_anew(region, group, _user_trigger(region, "modify the scaling group"))
    return {}


def _bounds_to_modify(group: ScalingGroup, params: Params) -> Bounds:
    """The group's bounds, without the desired capacity where the call turns that feature off."""
    if not params.get("DisableDesiredCapacity"):
        return group.bounds
    if "DesiredCapacity" in params:
        raise conflict("DesiredCapacity", "DisableDesiredCapacity")
    if group.running:
        raise activity_in_progress()
    return replace(group.bounds, desired=None)


def _without_ignored_desired_capacity(
    region: EssRegion, group: ScalingGroup, params: Params
) -> Params:
    """What ModifyScalingGroup does with DesiredCapacity for a group that never had the feature."""
    if "DesiredCapacity" not in params or group.desired_was_on:
        return params
    match region.world.faults.variants.modify_desired_capacity:
        case "enables":
            return params
        case "ignored":
            return {name: value for name, value in params.items() if name != "DesiredCapacity"}
        case "rejected":
            raise invalid_parameter("DesiredCapacity")


def enable_scaling_group(region: EssRegion, params: Params) -> dict[str, Any]:
    """EnableScalingGroup: only from Inactive; the group is then brought within its bounds."""
    group = region.group(params)
    if group.state is not GroupState.INACTIVE:
        raise wrong_group_status()
    if params.get("InstanceIds"):  # the account has no instance outside a group
        raise instance_not_found(params["InstanceIds"][0])
    launch = read_launch(region, params, group.launch)
    if not launch.is_set:
        raise no_scaling_configuration()
    check_launch(region, launch)
    group.launch = launch
    group.state = GroupState.ACTIVE
    resume_from_failure(group)
    settle_anew(region, group, _user_trigger(region, "enable the scaling group"))
    return {}


def disable_scaling_group(region: EssRegion, params: Params) -> dict[str, Any]:
    """DisableScalingGroup: only from Active; running activities end, new ones do not begin."""
    group = region.group(params)
    if group.state is not GroupState.ACTIVE:
        raise wrong_group_status()
    group.state = GroupState.INACTIVE
    return {}


def delete_scaling_group(region: EssRegion, params: Params) -> dict[str, Any]:
    """DeleteScalingGroup: the group is Deleting for a while, then gone with its activities."""
    group = region.group(params)
    if group.state is GroupState.DELETING:
        return {}
    if group.deletion_protection:
        raise deletion_protected(region.world.faults.variants.deletion_protection_error)
    if not params.get("ForceDelete", False) and (group.instances or group.running):
        raise instances_in_use()
    begin_deletion(region, group)
    return {}


def set_group_deletion_protection(region: EssRegion, params: Params) -> dict[str, Any]:
    """SetGroupDeletionProtection."""
    group = region.group(params)
    if group.state is GroupState.DELETING:
        raise wrong_group_status()
    group.deletion_protection = params["GroupDeletionProtection"]
    return {}


def suspend_processes(region: EssRegion, params: Params) -> dict[str, Any]:
    """SuspendProcesses: what runs already goes on."""
    region.group(params).suspended |= _processes(params)
    return {}


def resume_processes(region: EssRegion, params: Params) -> dict[str, Any]:
    """ResumeProcesses: what was demanded meanwhile is caught up."""
    group = region.group(params)
    group.suspended -= _processes(params)
    settle(region, group, _user_trigger(region, "resume processes of the scaling group"))
    return {}


def set_instance_health(region: EssRegion, params: Params) -> dict[str, Any]:
    """SetInstanceHealth: the next health check removes an unhealthy instance."""
    instance_id, health = params["InstanceId"], params["HealthStatus"]
    group = next((one for one in region.groups.values() if instance_id in one.instances), None)
    if group is None:
        raise unknown_instance(instance_id)
    if health not in {"Healthy", "Unhealthy"}:
        raise invalid_parameter("HealthStatus")
    group.instances[instance_id].healthy = health == "Healthy"
    check = partial(settle, region, group, HEALTH_CHECK)
    region.world.clock.after(region.world.timing.health_check_s, check)
    return {}


def _processes(params: Params) -> set[Process]:
    try:
        return {Process(name) for name in params["Processes"]}
    except ValueError:
        raise invalid_parameter("Processes") from None


def _user_trigger(region: EssRegion, request: str) -> Trigger:
    return Trigger(f"A user requests to {request}", "Api", region.world.account.user_id)
