"""How launch templates look in answers, and to other products."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final, Literal

from sandbox.domain.ecs.records import LaunchTemplate, TemplateVersion
from sandbox.domain.ecs.tag_values import read_tags, show_tags
from sandbox.domain.instants import utc_second
from sandbox.domain.neighbours import TemplateFacts

DiskKeys = Literal["dotted", "nested"]

DEFAULT_DISK: Final = "cloud_efficiency"
"""The system disk of who does not ask for one."""

_LISTS: Final = {
    "DataDisk": "DataDisks.DataDisk",
    "NetworkInterface": "NetworkInterfaces.NetworkInterface",
    "SecurityGroupIds": "SecurityGroupIds.SecurityGroupId",
    "Tag": "Tags.InstanceTag",
}
"""How answers call the lists of requests, outer and inner name."""


def show_template(template: LaunchTemplate, creator: str) -> dict[str, Any]:
    """A template as DescribeLaunchTemplates answers it."""
    return {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateName": template.name,
        "DefaultVersionNumber": template.default_number,
        "LatestVersionNumber": template.latest_number,
        "CreateTime": utc_second(template.created_at),
        "ModifiedTime": utc_second(template.modified_at),
        "CreatedBy": creator,
        "ResourceGroupId": template.resource_group_id,
        "Tags": show_tags(template.tags),
    }


def show_version(
    template: LaunchTemplate,
    version: TemplateVersion,
    creator: str,
    *,
    disk_keys: DiskKeys | None,
) -> dict[str, Any]:
    """A version as DescribeLaunchTemplateVersions answers it; without data for `disk_keys` None."""
    shown: dict[str, Any] = {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateName": template.name,
        "VersionNumber": version.number,
        "VersionDescription": version.description,
        "DefaultVersion": version.number == template.default_number,
        "CreateTime": utc_second(version.created_at),
        "ModifiedTime": utc_second(version.created_at),
        "CreatedBy": creator,
    }
    if disk_keys is not None:
        shown["LaunchTemplateData"] = _show_data(version.data, disk_keys)
    return shown


def _show_data(data: Mapping[str, Any], disk_keys: DiskKeys) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in copy.deepcopy(dict(data)).items():
        if name in _LISTS:
            outer, inner = _LISTS[name].split(".")
            shown[outer] = {inner: [_show_member(one) for one in value]}
        elif name == "SystemDisk" and disk_keys == "dotted":
            shown |= {f"SystemDisk.{member}": one for member, one in value.items()}
        else:
            shown[name] = value
    return shown


def _show_member(member: Any) -> Any:  # noqa: ANN401  (an element of a list of any kind)
    """Network interfaces have a list of their own."""
    if isinstance(member, dict) and "SecurityGroupIds" in member:
        wrapped = {"SecurityGroupId": member["SecurityGroupIds"]}
        return member | {"SecurityGroupIds": wrapped}
    return member


def security_groups_in(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The security groups that a template or a launch names, in the list or on its own."""
    single = data.get("SecurityGroupId")
    return tuple(data.get("SecurityGroupIds") or ([single] if single else []))


def facts_of(template: LaunchTemplate, version: TemplateVersion) -> TemplateFacts:
    """What one version asks for, as other products see it."""
    data = version.data
    instance_type = data.get("InstanceType")
    return TemplateFacts(
        template_id=template.template_id,
        version=version.number,
        instance_types=(instance_type,) if instance_type else (),
        disk=data.get("SystemDisk", {}).get("Category", DEFAULT_DISK),
        image_id=data.get("ImageId"),
        security_group_ids=security_groups_in(data),
        role_name=data.get("RamRoleName"),
        public_bandwidth_mbps=data.get("InternetMaxBandwidthOut", 0),
        tags=read_tags(data.get("Tag", ())),
        data=data,
    )
