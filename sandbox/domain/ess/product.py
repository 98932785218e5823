"""ESS as a product: its table of actions, client tokens, and its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.ess import groups, queries, tags, tasks
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.views import (
    instance_facts,
    show_activity,
    show_group,
    show_instance,
    show_task,
)
from sandbox.domain.neighbours import InstanceFacts, Member
from sandbox.domain.product import Handler, Params
from sandbox.domain.regions import BY_ID, EssEndpoint
from sandbox.domain.world import World

RegionHandler = Callable[[EssRegion, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, RegionHandler]] = {
    "CreateScalingGroup": groups.create_scaling_group,
    "ModifyScalingGroup": groups.modify_scaling_group,
    "EnableScalingGroup": groups.enable_scaling_group,
    "DisableScalingGroup": groups.disable_scaling_group,
    "DeleteScalingGroup": groups.delete_scaling_group,
    "SetGroupDeletionProtection": groups.set_group_deletion_protection,
    "SetInstanceHealth": groups.set_instance_health,
    "SuspendProcesses": groups.suspend_processes,
    "ResumeProcesses": groups.resume_processes,
    "DescribeScalingGroups": queries.describe_scaling_groups,
    "DescribeScalingGroupDetail": queries.describe_scaling_group_detail,
    "DescribeScalingInstances": queries.describe_scaling_instances,
    "DescribeScalingActivities": queries.describe_scaling_activities,
    "DescribeScheduledTasks": queries.describe_scheduled_tasks,
    "DescribeLimitation": queries.describe_limitation,
    "DescribeRegions": queries.describe_regions,
    "CreateScheduledTask": tasks.create_scheduled_task,
    "ModifyScheduledTask": tasks.modify_scheduled_task,
    "DeleteScheduledTask": tasks.delete_scheduled_task,
    "TagResources": tags.tag_resources,
    "UntagResources": tags.untag_resources,
    "ListTagResources": tags.list_tag_resources,
}


class Ess:
    """Auto Scaling in every region of the cloud."""

    def __init__(self, world: World) -> None:
        self._regions = {
            region_id: EssRegion(
                region_id=region_id,
                world=world,
                random=world.random(f"ess/{region_id}"),
            )
            for region_id in world.region_ids
        }
        self._actions: Mapping[str, Handler] = {
            name: partial(self._carry_out, name, handler) for name, handler in _ACTIONS.items()
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, params: Params) -> str:
        """The region of the resource that a call names; without one, the first central region.

        Several actions (ModifyScalingGroup, DisableScalingGroup, …) have no RegionId, and
        `ess.aliyuncs.com` serves ten regions.
        """
        for region in self._regions.values():
            if region.holds(params):
                return region.region_id
        central = [one for one in self._regions if BY_ID[one].ess is not EssEndpoint.REGIONAL]
        return (central or list(self._regions))[0]

    def state(self) -> dict[str, Any]:
        """Groups, tasks, activities and instances of every region that has any."""
        return {
            region_id: _show_region(region)
            for region_id, region in self._regions.items()
            if region.groups or region.tasks
        }

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The scaling groups in a resource group."""
        return [
            Member("ess", "scalinggroup", group.group_id, region.region_id)
            for region in self._regions.values()
            for group in region.groups.values()
            if group.settings.get("ResourceGroupId") == group_id
        ]

    def instances(self, region_id: str) -> Sequence[InstanceFacts]:
        """Every instance of a region that still exists, those being removed included."""
        region = self._regions[region_id]
        return [
            instance_facts(region, group, instance)
            for group in region.groups.values()
            for instance in group.instances.values()
        ]

    def vswitches_in_use(self, region_id: str) -> Sequence[str]:
        """Ids of the vSwitches that scaling groups refer to."""
        groups = self._regions[region_id].groups.values()
        return [one.vswitch_id for group in groups for one in group.vswitches]

    def _carry_out(
        self, action: str, handler: RegionHandler, region_id: str, params: Params
    ) -> dict[str, Any]:
        region = self._regions[region_id]
        return region.tokens.once(action, params, partial(handler, region, params))


def _show_region(region: EssRegion) -> dict[str, Any]:
    kept = list(region.groups.values())
    return {
        "scaling_groups": [show_group(region, group) for group in kept],
        "scheduled_tasks": [show_task(task) for task in region.tasks.values()],
        "scaling_activities": [
            show_activity(group, activity)
            for group in kept
            for activity in queries.recent_activities(region, group)
        ],
        "instances": [
            show_instance(group, instance) | {"InstanceType": instance.placement.instance_type}
            for group in kept
            for instance in group.instances.values()
        ],
    }
