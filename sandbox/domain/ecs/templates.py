"""The actions on launch templates and their versions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    default_version_kept,
    invalid_parameter,
    missing_parameter,
    quota_exceeded,
    template_name_taken,
    template_not_found,
    template_version_not_found,
    user_data_not_base64,
    user_data_too_large,
)
from sandbox.domain.ecs.names import check_description, check_template_name
from sandbox.domain.ecs.paging import page
from sandbox.domain.ecs.records import LaunchTemplate, TemplateVersion
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.tag_values import add_tags, has_tags, read_tags
from sandbox.domain.ecs.template_views import show_template, show_version
from sandbox.domain.product import Params

MAX_USER_DATA_BYTES: Final = 32 * 1024
"""Before encoding."""

_NOT_DATA: Final = frozenset(
    {
        "RegionId",
        "LaunchTemplateId",
        "LaunchTemplateName",
        "VersionDescription",
        "TemplateTag",
        "TemplateResourceGroupId",
    }
)
"""What is about the template; everything else is about its instances."""


def create_launch_template(region: EcsRegion, params: Params) -> dict[str, Any]:
    """CreateLaunchTemplate: with a first version, which is the default one.

    What it says of instances is kept unchecked, except for the user data.
    """
    name = params["LaunchTemplateName"]
    check_template_name(name)
    data = _read_data(params)
    tags = add_tags({}, params.get("TemplateTag", ()))
    resource_group_id = region.resource_group(params, "TemplateResourceGroupId")
    if any(template.name == name for template in region.templates.values()):
        raise template_name_taken()
    if len(region.templates) >= region.quota("ecs:launch_templates"):
        raise quota_exceeded("LaunchTemplateLimitExceed", "launch templates")
    template_id = region.mint("lt")
    first = TemplateVersion(1, params.get("VersionDescription", ""), region.now, data)
    region.templates[template_id] = LaunchTemplate(
        template_id=template_id,
        name=name,
        created_at=region.now,
        modified_at=region.now,
        resource_group_id=resource_group_id,
        tags=tags,
        versions={1: first},
    )
    return {"LaunchTemplateId": template_id, "LaunchTemplateVersionNumber": 1}


def create_launch_template_version(region: EcsRegion, params: Params) -> dict[str, Any]:
    """CreateLaunchTemplateVersion: numbered on; the default version stays what it was."""
    template = find_template(region, params)
    data = _read_data(params)
    if len(template.versions) >= region.quota("ecs:launch_template_versions"):
        raise quota_exceeded("LaunchTemplateVersionLimitExceed", "versions of the launch template")
    number = template.next_number
    template.versions[number] = TemplateVersion(
        number, params.get("VersionDescription", ""), region.now, data
    )
    template.next_number += 1
    template.modified_at = region.now
    return {"LaunchTemplateId": template.template_id, "LaunchTemplateVersionNumber": number}


def _read_data(params: Params) -> Mapping[str, Any]:
    check_description(params.get("VersionDescription", ""), "VersionDescription")
    check_user_data(params)
    read_tags(params.get("Tag", ()))
    if params.get("SecurityGroupId") and params.get("SecurityGroupIds"):
        raise invalid_parameter("SecurityGroupIds")
    return {name: value for name, value in params.items() if name not in _NOT_DATA}


def check_user_data(params: Params) -> None:
    """Raises ApiError for user data that is not Base64 or too long."""
    try:
        raw = base64.b64decode(params.get("UserData", ""), validate=True)
    except binascii.Error:
        raise user_data_not_base64() from None
    if len(raw) > MAX_USER_DATA_BYTES:
        raise user_data_too_large()


def modify_launch_template_default_version(region: EcsRegion, params: Params) -> dict[str, Any]:
    """ModifyLaunchTemplateDefaultVersion."""
    template = find_template(region, params)
    if params["DefaultVersionNumber"] not in template.versions:
        raise template_version_not_found()
    template.default_number = params["DefaultVersionNumber"]
    template.modified_at = region.now
    return {"LaunchTemplateId": template.template_id}


def delete_launch_template_version(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DeleteLaunchTemplateVersion: all of the named versions or none."""
    template = find_template(region, params)
    numbers = list(dict.fromkeys(params["DeleteVersion"]))
    if template.default_number in numbers:
        raise default_version_kept()
    if not set(numbers) <= template.versions.keys():
        raise template_version_not_found()
    for number in numbers:
        del template.versions[number]
    template.modified_at = region.now
    deleted = [
        {"LaunchTemplateId": template.template_id, "LaunchTemplateVersionNumber": number}
        for number in numbers
    ]
    return {"LaunchTemplateVersions": {"LaunchTemplateVersion": deleted}}


def delete_launch_template(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DeleteLaunchTemplate, with all versions; instances and scaling groups do not hinder it."""
    template = find_template(region, params)
    del region.templates[template.template_id]
    return {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateVersionNumbers": {"versionNumbers": sorted(template.versions)},
    }


_FILTERS: Final[Mapping[str, Callable[[LaunchTemplate, Any], bool]]] = {
    "LaunchTemplateId": lambda one, ids: not ids or one.template_id in ids,
    "LaunchTemplateName": lambda one, names: not names or one.name in names,
    "TemplateResourceGroupId": lambda one, group_id: one.resource_group_id == group_id,
    "TemplateTag": lambda one, wanted: has_tags(one.tags, wanted),
}


def describe_launch_templates(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeLaunchTemplates; unknown ids and names are dropped silently."""
    found = [
        template
        for template in region.templates.values()
        if all(lets(template, params[name]) for name, lets in _FILTERS.items() if name in params)
    ]
    creator = region.world.account.account_id
    return page(
        params,
        found,
        "LaunchTemplateSets.LaunchTemplateSet",
        lambda template: show_template(template, creator),
    )


def describe_launch_template_versions(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeLaunchTemplateVersions of one template, newest first."""
    template = find_template(region, params)
    wanted = params.get("LaunchTemplateVersion")
    found = [
        version
        for number, version in sorted(template.versions.items(), reverse=True)
        if (not wanted or number in wanted)
        and params.get("MinVersion", number) <= number <= params.get("MaxVersion", number)
        and (not params.get("DefaultVersion", False) or number == template.default_number)
    ]
    creator = region.world.account.account_id
    keys = region.world.faults.variants.template_disk_keys
    detailed = params.get("DetailFlag", True)
    return page(
        params,
        found,
        "LaunchTemplateVersionSets.LaunchTemplateVersionSet",
        lambda version: show_version(
            template, version, creator, disk_keys=keys if detailed else None
        ),
    )


def find_template(region: EcsRegion, params: Params) -> LaunchTemplate:
    """The template that a call names by id or by name; raises ApiError."""
    template_id, name = params.get("LaunchTemplateId"), params.get("LaunchTemplateName")
    if not template_id and not name:
        raise missing_parameter("LaunchTemplateId")
    for template in region.templates.values():
        if template_id in {None, "", template.template_id} and name in {None, "", template.name}:
            return template
    raise template_not_found()
