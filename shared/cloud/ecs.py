"""Compute (ECS, version 2014-05-26): offer, images, security groups, launch templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from shared.cloud import ecs_answers as answers
from shared.cloud.answers import Item, number, text, unexpected
from shared.cloud.api import Api, tag_list
from shared.cloud.ecs_answers import named_or_tagged, stocked_types
from shared.cloud.endpoints import ecs_host
from shared.cloud.launch_template import template_params
from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import (
    AccountLimits,
    Direction,
    Image,
    Instance,
    SecurityGroup,
    SecurityRule,
    Template,
    TemplateSpec,
    TemplateVersion,
)
from shared.failure import Failure, Reaction
from shared.naming import Tag

_VERSION: Final = "2014-05-26"
_CHAIN: Final = {"MaxResults": 100}
_PAY_AS_YOU_GO: Final = {"InstanceChargeType": "PostPaid", "IoOptimized": "optimized"}
_WOULD_SUCCEED: Final = "DryRunOperation"
EcsKind = Literal["securitygroup", "launchtemplate"]
"""What can be tagged, as TagResources names it."""


class Ecs:
    """ECS of every region, behind one session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`). Tokens are
    at most 64 ASCII characters; the same token again answers with what was made the first time.
    """

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, ecs_host)
        # One action takes no RegionId.
        self._plain_api = Api(session, _VERSION, ecs_host, regional=False)

    def zones(self, region: str) -> tuple[str, ...]:
        """Ids of a region's zones (DescribeZones)."""
        return self._api.one(region, "DescribeZones", {"Verbose": False}, answers.zone_ids)

    def instance_types(self, region: str) -> tuple[str, ...]:
        """Instance types that some zone has in stock, by name (DescribeAvailableResource)."""
        stock = self._stock(region, {})
        return tuple(sorted({name for types in stock.values() for name in types}))

    def zones_with_stock(
        self, region: str, instance_type: str, disk_category: str
    ) -> tuple[str, ...]:
        """Zones that have this type with this system disk now (DescribeAvailableResource)."""
        where = {"InstanceType": instance_type, "SystemDiskCategory": disk_category}
        stock = self._stock(region, where)
        return tuple(sorted(zone for zone, types in stock.items() if instance_type in types))

    def knows_type(self, region: str, instance_type: str) -> bool:
        """Whether an instance type exists, in stock or not (DescribeInstanceTypes)."""
        where = {"InstanceTypes": [instance_type]}
        known = self._plain_api.one(region, "DescribeInstanceTypes", where, answers.type_ids)
        return instance_type in known

    def vcpus(self, region: str, instance_type: str) -> int | None:
        """VCPUs of an instance type, None for an unknown one (DescribeInstanceTypes)."""
        where = {"InstanceTypes": [instance_type]}
        known = self._plain_api.one(region, "DescribeInstanceTypes", where, answers.type_vcpus)
        return known.get(instance_type)

    def newest_image(self, region: str, family: str) -> Image | None:
        """Look up the newest image of a family (DescribeImageFromFamily)."""
        where = {"ImageFamily": family}
        return self._api.one(region, "DescribeImageFromFamily", where, answers.family_image)

    def image(self, region: str, image_id: str) -> Image | None:
        """Look up an image that can be used (DescribeImages)."""
        found = self._api.numbered(
            region, "DescribeImages", {"ImageId": image_id}, answers.IMAGES, page_size=100
        )
        return next((image for image in found if image.image_id == image_id), None)

    def security_groups(self, region: str, vpc_id: str) -> tuple[SecurityGroup, ...]:
        """All security groups of a VPC (DescribeSecurityGroups)."""
        return self._api.chained(
            region,
            "DescribeSecurityGroups",
            {"VpcId": vpc_id},
            answers.SECURITY_GROUPS,
            size=_CHAIN,
        )

    def security_rules(self, region: str, group_id: str) -> tuple[SecurityRule, ...]:
        """Rules that let an address block's traffic through (DescribeSecurityGroupAttribute).

        Rules that deny, or that name a group or a prefix list, are none of ours and left out.
        """
        where = {"SecurityGroupId": group_id, "Direction": "all", "NicType": "intranet"}
        action = "DescribeSecurityGroupAttribute"
        found = self._api.chained(region, action, where, answers.SECURITY_RULES, size=_CHAIN)
        return tuple(rule for rule in found if rule is not None)

    def create_security_group(  # noqa: PLR0913 (what a security group consists of)
        self,
        region: str,
        *,
        vpc_id: str,
        name: str,
        resource_group_id: str,
        tags: Mapping[str, str],
        token: str,
    ) -> str:
        """Make a security group without rules and return its id (CreateSecurityGroup)."""
        params = {
            "VpcId": vpc_id,
            "SecurityGroupName": name,
            "ResourceGroupId": resource_group_id,
            "Tag": tag_list(tags),
            "ClientToken": token,
        }
        action = "CreateSecurityGroup"
        return self._api.made(region, action, params, lambda it: text(it, "SecurityGroupId"))

    def add_rules(
        self, region: str, group_id: str, rules: Iterable[SecurityRule], token: str
    ) -> None:
        """Let traffic through (AuthorizeSecurityGroup, AuthorizeSecurityGroupEgress).

        At most 100 rules a direction. One that exists already is no error, and stays one.
        """
        wanted = tuple(rules)
        for direction, action in _AUTHORIZE.items():
            chosen = [_permission(rule) for rule in wanted if rule.direction == direction]
            if chosen:
                own_token = hashlib.sha256(f"{token} {direction}".encode()).hexdigest()
                params = {
                    "SecurityGroupId": group_id,
                    "Permissions": chosen,
                    "ClientToken": own_token,
                }
                self._api.write(region, action, params)

    def remove_rules(
        self, region: str, group_id: str, rules: Sequence[SecurityRule], token: str
    ) -> None:
        """No longer let incoming traffic through (RevokeSecurityGroup).

        Raises:
            ValueError: a rule is not about incoming traffic.
        """
        if any(rule.direction != "ingress" for rule in rules):
            raise ValueError("only rules of incoming traffic are removed")
        if rules:
            params = {
                "SecurityGroupId": group_id,
                "Permissions": [_permission(rule) for rule in rules],
                "ClientToken": token,
            }
            self._api.write(region, "RevokeSecurityGroup", params)

    def delete_security_group(self, region: str, group_id: str) -> None:
        """Delete a security group that nothing is in (DeleteSecurityGroup); one gone is fine."""
        settled = ["InvalidSecurityGroupId.NotFound", "InvalidSecurityGroup.NotFound"]
        params = {"SecurityGroupId": group_id}
        self._api.write(region, "DeleteSecurityGroup", params, settled=settled)

    def templates(self, region: str, name: str, *, tagged: str = Tag.FLEET) -> tuple[Template, ...]:
        """Launch templates with this name or this tag key (DescribeLaunchTemplates).

        All pages are listed and matched here: a filter by name knows nothing of tags.
        """
        found = self._api.numbered(region, "DescribeLaunchTemplates", {}, answers.TEMPLATES)
        return named_or_tagged(found, name, tagged)

    def template_versions(self, region: str, template_id: str) -> tuple[TemplateVersion, ...]:
        """All versions of a launch template, user data included."""
        return self._api.numbered(
            region,
            "DescribeLaunchTemplateVersions",
            {"LaunchTemplateId": template_id, "DetailFlag": True},
            answers.TEMPLATE_VERSIONS,
        )

    def create_template(
        self,
        region: str,
        *,
        name: str,
        spec: TemplateSpec,
        tags: Mapping[str, str],
        resource_group_id: str,
    ) -> str:
        """Make a launch template with its version 1 and return its id (CreateLaunchTemplate).

        The action takes no client token: look for the name before repeating it. ECS stores the
        spec unseen; what is wrong with it shows when an instance is made from it.
        """
        body = template_params(spec) | {
            "LaunchTemplateName": name,
            "TemplateTag": tag_list(tags),
            "TemplateResourceGroupId": resource_group_id,
        }
        action = "CreateLaunchTemplate"
        return self._api.made(
            region, action, {}, lambda it: text(it, "LaunchTemplateId"), body=body
        )

    def create_template_version(self, region: str, template_id: str, spec: TemplateSpec) -> int:
        """Add a version, not yet the default, and return its number.

        A template has 30 at most (CreateLaunchTemplateVersion).
        """
        body = template_params(spec) | {"LaunchTemplateId": template_id}
        action = "CreateLaunchTemplateVersion"
        return self._api.made(
            region, action, {}, lambda it: number(it, "LaunchTemplateVersionNumber"), body=body
        )

    def set_default_version(self, region: str, template_id: str, version: int) -> None:
        """Choose the version that `Default` means (ModifyLaunchTemplateDefaultVersion)."""
        params = {"LaunchTemplateId": template_id, "DefaultVersionNumber": version}
        self._api.write(region, "ModifyLaunchTemplateDefaultVersion", params)

    def delete_template_version(self, region: str, template_id: str, version: int) -> None:
        """Delete a version that is not the default (DeleteLaunchTemplateVersion)."""
        params = {"LaunchTemplateId": template_id, "DeleteVersion": [version]}
        self._api.write(region, "DeleteLaunchTemplateVersion", params, settled=_TEMPLATE_IS_GONE)

    def delete_template(self, region: str, template_id: str) -> None:
        """Delete a launch template with all versions (DeleteLaunchTemplate); one gone is fine."""
        params = {"LaunchTemplateId": template_id}
        self._api.write(region, "DeleteLaunchTemplate", params, settled=_TEMPLATE_IS_GONE)

    def instances(self, region: str, vpc_id: str) -> tuple[Instance, ...]:
        """All instances of a VPC (DescribeInstances)."""
        where = {"VpcId": vpc_id}
        return self._api.chained(region, "DescribeInstances", where, answers.INSTANCES, size=_CHAIN)

    def interfaces(self, region: str, vpc_id: str) -> int:
        """How many network interfaces a VPC has (DescribeNetworkInterfaces).

        They outlive their instances for a while, and hold security group and vSwitch back.
        """
        where = {"VpcId": vpc_id}
        action = "DescribeNetworkInterfaces"
        return len(self._api.chained(region, action, where, answers.INTERFACES, size=_CHAIN))

    def account_limits(self, region: str) -> AccountLimits:
        """What the account may run in a region (DescribeAccountAttributes)."""
        where = {"AttributeName": list(answers.LIMIT_NAMES)}
        return self._api.one(region, "DescribeAccountAttributes", where, answers.limits_in)

    def price_usd_per_hour(self, region: str, spec: TemplateSpec) -> float | None:
        """What one instance costs in USD an hour, disk and bandwidth included (DescribePrice).

        Bandwidth that is paid by traffic is not in it. None where no price is known, or the
        account pays in another currency.
        """
        params = {
            "ResourceType": "instance",
            "InstanceType": spec.instance_type,
            "SystemDisk": {"Category": spec.disk_category, "Size": spec.disk_size_gb},
            "InternetChargeType": spec.internet_charge_type,
            "InternetMaxBandwidthOut": spec.bandwidth_out_mbps,
            "PriceUnit": "Hour",
            "Period": 1,
        }
        try:
            return self._api.one(region, "DescribePrice", params, answers.usd_in)
        except CallFailedError as error:
            if error.failure.code != "PriceNotFound":
                raise
            return None

    def would_run(  # noqa: PLR0913 (what an instance is made from)
        self,
        region: str,
        *,
        template_id: str,
        version: int,
        vswitch_id: str,
        instance_type: str,
        tags: Mapping[str, str] | None = None,
    ) -> Failure | None:
        """Try to make one instance without making it (RunInstances, DryRun); None if it would work.

        What stands against it is returned; only passing trouble is raised.
        """
        params = {
            "LaunchTemplateId": template_id,
            "LaunchTemplateVersion": version,
            "VSwitchId": vswitch_id,
            "InstanceType": instance_type,
            "Amount": 1,
            "DryRun": True,
            "Tag": tag_list(tags or {}),
        }
        try:
            self._api.read(region, "RunInstances", params)
        except CallFailedError as error:
            if error.failure.code == _WOULD_SUCCEED:
                return None
            if error.failure.reaction is Reaction.TRANSIENT:
                raise
            return error.failure
        raise unexpected(region, "RunInstances", "a dry run did not say what it would do")

    def tag(self, region: str, kind: EcsKind, resource_id: str, tags: Mapping[str, str]) -> None:
        """Write tags on a resource, replacing equal keys (TagResources)."""
        params = {"ResourceType": kind, "ResourceId": [resource_id], "Tag": tag_list(tags)}
        self._api.write(region, "TagResources", params)

    def untag(self, region: str, kind: EcsKind, resource_id: str, keys: Iterable[str]) -> None:
        """Take tags off a resource (UntagResources); one that it has not is fine."""
        params = {"ResourceType": kind, "ResourceId": [resource_id], "TagKey": list(keys)}
        self._api.write(region, "UntagResources", params)

    def _stock(self, region: str, where: Mapping[str, object]) -> dict[str, frozenset[str]]:
        """Ask for each zone's instance types in stock, as pay-as-you-go instances."""
        params = {"DestinationResource": "InstanceType", **_PAY_AS_YOU_GO, **where}
        action = "DescribeAvailableResource"
        return self._api.one(region, action, params, lambda it: dict(stocked_types(it)))


_AUTHORIZE: Final[dict[Direction, str]] = {
    "ingress": "AuthorizeSecurityGroup",
    "egress": "AuthorizeSecurityGroupEgress",
}
_TEMPLATE_IS_GONE: Final = (
    "InvalidLaunchTemplate.NotFound",
    "InvalidLaunchTemplateVersion.NotFound",
)


def _permission(rule: SecurityRule) -> Item:
    side = "SourceCidrIp" if rule.direction == "ingress" else "DestCidrIp"
    other_side = f"Ipv6{side}" if ":" in rule.cidr else side
    return {
        "Policy": "accept",
        "Priority": "1",
        "IpProtocol": rule.protocol,
        "PortRange": rule.port_range,
        other_side: rule.cidr,
        "Description": rule.description,
    }
