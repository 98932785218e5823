"""The actions on security groups and their rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    invalid,
    permissions_and_others,
    quota_exceeded,
    security_group_in_use,
    security_group_not_found,
    vpc_needed,
    vpc_not_found,
)
from sandbox.domain.ecs.names import check_description, check_security_group_name
from sandbox.domain.ecs.paging import next_token, page, parse_token
from sandbox.domain.ecs.records import Direction, Rule, SecurityGroup
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.security_rules import read_rules, show_rule
from sandbox.domain.ecs.tag_values import add_tags, has_tags, show_tags
from sandbox.domain.instants import utc_second
from sandbox.domain.product import Params

_KINDS: Final = frozenset({"normal", "enterprise"})
_RULES_PER_PAGE: Final = 500
_INSTANCES_PER_GROUP: Final = 1000


def create_security_group(region: EcsRegion, params: Params) -> dict[str, Any]:
    """CreateSecurityGroup: there at once, without rules; names need not differ."""
    name, kind = params.get("SecurityGroupName", ""), params.get("SecurityGroupType", "normal")
    if name:
        check_security_group_name(name)
    check_description(params.get("Description", ""), "Description")
    if kind not in _KINDS:
        raise invalid("InvalidParams.GroupType", "SecurityGroupType")
    vpc_id = params.get("VpcId")
    if not vpc_id:
        raise vpc_needed()
    if not region.world.neighbours.vpc.vpc_exists(region.region_id, vpc_id):
        raise vpc_not_found()
    resource_group_id = region.resource_group(params)
    tags = add_tags({}, params.get("Tag", ()))
    if len(region.security_groups) >= region.quota("ecs:security_groups"):
        raise quota_exceeded("QuotaExceed.SecurityGroup", "security groups")
    group_id = region.mint("sg")
    region.security_groups[group_id] = SecurityGroup(
        group_id=group_id,
        name=name,
        description=params.get("Description", ""),
        kind=kind,
        vpc_id=vpc_id,
        created_at=region.now,
        resource_group_id=resource_group_id,
        tags=tags,
    )
    return {"SecurityGroupId": group_id}


def delete_security_group(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DeleteSecurityGroup: refused while instances are in it or rules of other groups name it."""
    group = _find(region, params, "InvalidSecurityGroup.NotFound")
    if any(group.group_id in one.security_group_ids for one in region.instances):
        raise security_group_in_use("instance(s)")
    for other in region.security_groups.values():
        if other is not group and any(
            rule.traffic.group_id == group.group_id for rule in other.rules
        ):
            raise security_group_in_use("reference(s) by other security groups")
    del region.security_groups[group.group_id]
    return {}


def authorize_security_group(region: EcsRegion, params: Params) -> dict[str, Any]:
    """AuthorizeSecurityGroup: a rule that is there already is not added again."""
    return _authorize(region, params, "ingress")


def authorize_security_group_egress(region: EcsRegion, params: Params) -> dict[str, Any]:
    """AuthorizeSecurityGroupEgress: likewise."""
    return _authorize(region, params, "egress")


def _authorize(region: EcsRegion, params: Params, direction: Direction) -> dict[str, Any]:
    group = _find(region, params)
    present = {rule.traffic for rule in group.rules}
    wanted = read_rules(region, group, params, direction)
    added = [one for one in wanted if one.traffic not in present]
    if len(group.rules) + len(added) > region.quota("ecs:security_group_rules"):
        raise quota_exceeded("AuthorizationLimitExceed", "authorization records in the group")
    group.rules += [
        Rule(region.mint("sgr"), one.traffic, one.description, region.now) for one in added
    ]
    return {}


def revoke_security_group(region: EcsRegion, params: Params) -> dict[str, Any]:
    """RevokeSecurityGroup: ingress rules, by id or by what they say.

    An unknown id is refused; a description that fits no rule changes nothing.
    """
    group = _find(region, params)
    ids = set(params.get("SecurityGroupRuleId", ()))
    if not ids:
        leaving = {one.traffic for one in read_rules(region, group, params, "ingress")}
        group.rules = [rule for rule in group.rules if rule.traffic not in leaving]
        return {}
    if params.get("Permissions"):
        raise permissions_and_others()
    known = {rule.rule_id for rule in group.rules if rule.traffic.direction == "ingress"}
    if not ids <= known:
        raise invalid("InvalidParam.SecurityGroupRuleId", "SecurityGroupRuleId")
    group.rules = [rule for rule in group.rules if rule.rule_id not in ids]
    return {}


_FILTERS: Final[Mapping[str, Callable[[SecurityGroup, Any], bool]]] = {
    "SecurityGroupId": lambda group, group_id: group.group_id == group_id,
    "SecurityGroupIds": lambda group, ids: group.group_id in _parse_ids(ids),
    "SecurityGroupName": lambda group, name: group.name == name,
    "SecurityGroupType": lambda group, kind: group.kind == kind,
    "VpcId": lambda group, vpc_id: group.vpc_id == vpc_id,
    "NetworkType": lambda _, network: network == "vpc",
    "ResourceGroupId": lambda group, group_id: group.resource_group_id == group_id,
    "ServiceManaged": lambda _, managed: managed is False,
    "Tag": lambda group, wanted: has_tags(group.tags, wanted),
}


def describe_security_groups(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeSecurityGroups; unknown ids are dropped silently."""
    if params.get("SecurityGroupType", "normal") not in _KINDS:
        raise invalid("InvalidParameter.SecurityGroupType", "SecurityGroupType")
    found = [
        group
        for group in region.security_groups.values()
        if all(lets(group, params[name]) for name, lets in _FILTERS.items() if name in params)
    ]
    shown = page(params, found, "SecurityGroups.SecurityGroup", lambda one: _show(region, one))
    return {"RegionId": region.region_id, **shown}


def _parse_ids(text: str) -> list[str]:
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list):
        raise invalid("InvalidSecurityGroupId.Malformed", "SecurityGroupIds")
    return [str(one) for one in ids]


def describe_security_group_attribute(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeSecurityGroupAttribute: a group with its rules, in the order in which they came."""
    direction = params.get("Direction", "all")
    if direction not in {"ingress", "egress", "all"}:
        raise invalid("InvalidParamter", "Direction")
    if params.get("NicType", "intranet") not in {"intranet", "internet"}:
        raise invalid("InvalidNicType.ValueNotSupported", "NicType")
    if params.get("Attribute", "snapshotPolicyIds") != "snapshotPolicyIds":
        raise invalid("InvalidParameter.AttributeNotSupported", "Attribute")
    group = _find(region, params)
    rules = [one for one in group.rules if direction in {"all", one.traffic.direction}]
    size, first = params.get("MaxResults", _RULES_PER_PAGE), parse_token(params.get("NextToken"))
    return {
        **next_token(first + size, len(rules)),
        "RegionId": region.region_id,
        "SecurityGroupId": group.group_id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "InnerAccessPolicy": "Accept" if group.kind == "normal" else "Drop",
        "Permissions": {"Permission": [show_rule(one) for one in rules[first : first + size]]},
    }


def show_security_group(region: EcsRegion, group: SecurityGroup) -> dict[str, Any]:
    """A group with its rules, for the state of the account."""
    return {
        **_show(region, group),
        "Permissions": {"Permission": [show_rule(rule) for rule in group.rules]},
    }


def _show(region: EcsRegion, group: SecurityGroup) -> dict[str, Any]:
    members = sum(group.group_id in one.security_group_ids for one in region.instances)
    return {
        "SecurityGroupId": group.group_id,
        "SecurityGroupName": group.name,
        "SecurityGroupType": group.kind,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "CreationTime": utc_second(group.created_at),
        "EcsCount": members,
        "AvailableInstanceAmount": _INSTANCES_PER_GROUP - members,
        "RuleCount": len(group.rules),
        "GroupToGroupRuleCount": sum(bool(rule.traffic.group_id) for rule in group.rules),
        "ResourceGroupId": group.resource_group_id,
        "ServiceManaged": False,
        "Tags": show_tags(group.tags),
    }


def _find(
    region: EcsRegion, params: Params, code: str = "InvalidSecurityGroupId.NotFound"
) -> SecurityGroup:
    group = region.security_groups.get(params["SecurityGroupId"])
    if group is None:
        raise security_group_not_found(code)
    return group
