"""ECS as a product: its table of actions, client tokens, and its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.ecs import (
    attributes,
    images,
    instances,
    launching,
    offers,
    prices,
    security_groups,
    tags,
    template_views,
    templates,
)
from sandbox.domain.ecs.errors import dry_run_passed
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.neighbours import Member, TemplateFacts
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World

RegionHandler = Callable[[EcsRegion, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, RegionHandler]] = {
    "DescribeRegions": offers.describe_regions,
    "DescribeZones": offers.describe_zones,
    "DescribeInstanceTypes": offers.describe_instance_types,
    "DescribeAvailableResource": offers.describe_available_resource,
    "DescribePrice": prices.describe_price,
    "DescribeAccountAttributes": attributes.describe_account_attributes,
    "DescribeImages": images.describe_images,
    "DescribeImageFromFamily": images.describe_image_from_family,
    "CreateSecurityGroup": security_groups.create_security_group,
    "DeleteSecurityGroup": security_groups.delete_security_group,
    "DescribeSecurityGroups": security_groups.describe_security_groups,
    "DescribeSecurityGroupAttribute": security_groups.describe_security_group_attribute,
    "AuthorizeSecurityGroup": security_groups.authorize_security_group,
    "AuthorizeSecurityGroupEgress": security_groups.authorize_security_group_egress,
    "RevokeSecurityGroup": security_groups.revoke_security_group,
    "CreateLaunchTemplate": templates.create_launch_template,
    "CreateLaunchTemplateVersion": templates.create_launch_template_version,
    "DescribeLaunchTemplates": templates.describe_launch_templates,
    "DescribeLaunchTemplateVersions": templates.describe_launch_template_versions,
    "ModifyLaunchTemplateDefaultVersion": templates.modify_launch_template_default_version,
    "DeleteLaunchTemplateVersion": templates.delete_launch_template_version,
    "DeleteLaunchTemplate": templates.delete_launch_template,
    "DescribeInstances": instances.describe_instances,
    "DescribeNetworkInterfaces": instances.describe_network_interfaces,
    "RunInstances": launching.run_instances,
    "TagResources": tags.tag_resources,
    "UntagResources": tags.untag_resources,
    "ListTagResources": tags.list_tag_resources,
}


class Ecs:
    """ECS in every region of the cloud."""

    def __init__(self, world: World) -> None:
        self._regions = {
            region_id: EcsRegion(region_id, world, world.random(f"ecs/{region_id}"))
            for region_id in world.region_ids
        }
        self._actions: Mapping[str, Handler] = {
            name: partial(self._carry_out, name, handler) for name, handler in _ACTIONS.items()
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region where the call does not say: all hosts of ECS are regional."""
        return next(iter(self._regions))

    def state(self) -> dict[str, Any]:
        """Security groups, launch templates and instances of every region that has any."""
        return {
            region.region_id: _show_region(region)
            for region in self._regions.values()
            if region.security_groups or region.templates or region.instances
        }

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The security groups, launch templates and instances in a resource group."""
        return [
            Member("ecs", kind, resource_id, region.region_id)
            for region in self._regions.values()
            for kind, resource_id in _members(region, group_id)
        ]

    def template(self, region_id: str, template_id: str, version: str) -> TemplateFacts | None:
        """A version of a launch template, None where it does not exist."""
        template = self._regions[region_id].templates.get(template_id)
        found = None if template is None else template.version(version)
        if template is None or found is None:
            return None
        return template_views.facts_of(template, found)

    def image_is_available(self, region_id: str, image_id: str) -> bool:
        """Whether instances can be launched from an image."""
        image = images.find_image(self._regions[region_id], image_id)
        return image is not None and not image.deprecated

    def security_groups_of(self, region_id: str, vpc_id: str) -> Sequence[str]:
        """Ids of the security groups in a VPC."""
        return [
            group.group_id
            for group in self._regions[region_id].security_groups.values()
            if group.vpc_id == vpc_id
        ]

    def _carry_out(
        self, action: str, handler: RegionHandler, region_id: str, params: Params
    ) -> dict[str, Any]:
        region = self._regions[region_id]
        answer = region.tokens.once(action, params, partial(handler, region, params))
        if params.get("DryRun"):  # of the Describe actions; RunInstances says so itself
            raise dry_run_passed()
        return answer


def _members(region: EcsRegion, group_id: str) -> list[tuple[str, str]]:
    groups = region.security_groups.values()
    return [
        *(("securitygroup", one.group_id) for one in groups if one.resource_group_id == group_id),
        *(
            ("launchtemplate", one.template_id)
            for one in region.templates.values()
            if one.resource_group_id == group_id
        ),
        *(
            ("instance", one.instance_id)
            for one in region.instances
            if instances.resource_group_of(one) == group_id
        ),
    ]


def _show_region(region: EcsRegion) -> dict[str, Any]:
    creator = region.world.account.account_id
    return {
        "security_groups": [
            security_groups.show_security_group(region, group)
            for group in region.security_groups.values()
        ],
        "launch_templates": [
            template_views.show_template(template, creator)
            | {
                "Versions": [
                    template_views.show_version(template, version, creator, disk_keys="dotted")
                    for version in template.versions.values()
                ]
            }
            for template in region.templates.values()
        ],
        "instances": [instances.show_instance(region, one) for one in region.instances],
    }
