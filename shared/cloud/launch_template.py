"""A launch template version on the wire: how one is sent, and how it is read back."""

from __future__ import annotations

from typing import Final

from shared.cloud.answers import Item, number_or_none, optional_items, text, text_or
from shared.cloud.stack_records import TemplateSpec

_METADATA_SERVICE: Final = {"HttpEndpoint": "enabled", "HttpTokens": "required"}
"""Instances get at their role's credentials through it: protected requests (IMDSv2) only."""


def template_params(spec: TemplateSpec) -> dict[str, object]:
    """Return what CreateLaunchTemplate and CreateLaunchTemplateVersion say of instances.

    Raises:
        ValueError: the spec was read from a version that is not ours and not hardened.
    """
    if not spec.hardened:
        raise ValueError("a launch template of ours always hardens the metadata service")
    params: dict[str, object] = {
        "ImageId": spec.image_id,
        "InstanceType": spec.instance_type,
        "SecurityGroupId": spec.security_group_id,
        "SystemDisk": {"Category": spec.disk_category, "Size": spec.disk_size_gb},
        "InternetMaxBandwidthIn": spec.bandwidth_in_mbps,
        "InternetMaxBandwidthOut": spec.bandwidth_out_mbps,
        "InternetChargeType": spec.internet_charge_type,
        "RamRoleName": spec.role_name,
        "ResourceGroupId": spec.resource_group_id,
        "UserData": spec.user_data,
        "Tag": [{"Key": key, "Value": value} for key, value in spec.tags],
    }
    said = {key: value for key, value in params.items() if value not in ("", [])}
    return said | _METADATA_SERVICE


def template_spec(data: Item) -> TemplateSpec:
    """Read LaunchTemplateData (DescribeLaunchTemplateVersions); raises KeyError, TypeError."""
    tags = optional_items(data, "Tags", "InstanceTag")
    disk = _system_disk(data)
    return TemplateSpec(
        image_id=text_or(data, "ImageId", ""),
        instance_type=text_or(data, "InstanceType", ""),
        security_group_id=_security_group(data),
        disk_category=text_or(disk, "Category", ""),
        disk_size_gb=number_or_none(disk, "Size") or 0,
        bandwidth_in_mbps=number_or_none(data, "InternetMaxBandwidthIn") or 0,
        bandwidth_out_mbps=number_or_none(data, "InternetMaxBandwidthOut") or 0,
        internet_charge_type=text_or(data, "InternetChargeType", ""),
        role_name=text_or(data, "RamRoleName", ""),
        resource_group_id=text_or(data, "ResourceGroupId", ""),
        user_data=text_or(data, "UserData", ""),
        tags=tuple((text(tag, "Key"), text_or(tag, "Value", "")) for tag in tags),
        hardened=all(data.get(key) == value for key, value in _METADATA_SERVICE.items()),
    )


def _security_group(data: Item) -> str:
    """Return the one security group; it is answered alone, or as a list of one."""
    group = text_or(data, "SecurityGroupId", "")
    listed = (data.get("SecurityGroupIds") or {}).get("SecurityGroupId") or []
    return group or ",".join(str(one) for one in listed)


def _system_disk(data: Item) -> Item:
    """Return the system disk: the metadata has keys with a dot, the SDK reads an object."""
    nested: Item = data.get("SystemDisk") or {}
    start = "SystemDisk."
    dotted = {key.removeprefix(start): data[key] for key in data if key.startswith(start)}
    return dotted or nested
