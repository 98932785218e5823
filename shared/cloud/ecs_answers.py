"""What ECS answers, read into records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import ip_network
from typing import Final

from shared.cloud.answers import (
    Item,
    flag,
    items_at,
    number,
    optional_items,
    tags_at,
    text,
    text_or,
)
from shared.cloud.api import Rows
from shared.cloud.launch_template import template_spec
from shared.cloud.stack_records import (
    AccountLimits,
    Image,
    Instance,
    SecurityGroup,
    SecurityRule,
    Template,
    TemplateVersion,
)

_MAX_VCPUS: Final = "max-postpaid-instance-vcpu-count"
_USED_VCPUS: Final = "used-postpaid-instance-vcpu-count"
_MAX_GROUPS: Final = "max-security-groups"
_REAL_NAME: Final = "real-name-authentication"
LIMIT_NAMES: Final = (_MAX_VCPUS, _USED_VCPUS, _MAX_GROUPS, _REAL_NAME)
"""The account attributes that `limits_in` reads."""
_VERIFIED: Final = {"yes": True, "unnecessary": True, "none": False, "no": False}
_STOCKED: Final = frozenset({"WithStock", "ClosedWithStock"})


def stocked_types(answer: Item) -> Iterator[tuple[str, frozenset[str]]]:
    """Read DescribeAvailableResource: each zone with stock, and the instance types it has.

    A zone that is sold out and one that is left out both have none; which of the two ECS does
    where nothing matches is not documented.
    """
    for zone in optional_items(answer, "AvailableZones", "AvailableZone"):
        if _in_stock(zone):
            yield text(zone, "ZoneId"), frozenset(_types_of(zone))


def _types_of(zone: Item) -> Iterator[str]:
    for resource in optional_items(zone, "AvailableResources", "AvailableResource"):
        if resource.get("Type") == "InstanceType":
            for entry in optional_items(resource, "SupportedResources", "SupportedResource"):
                if _in_stock(entry):
                    yield text(entry, "Value")


def _in_stock(entry: Item) -> bool:
    return text(entry, "Status") == "Available" and text(entry, "StatusCategory") in _STOCKED


def type_ids(answer: Item) -> frozenset[str]:
    """Read DescribeInstanceTypes."""
    found = items_at(answer, "InstanceTypes", "InstanceType")
    return frozenset(text(one, "InstanceTypeId") for one in found)


def type_vcpus(answer: Item) -> dict[str, int]:
    """Read DescribeInstanceTypes: the vCPUs of each type."""
    found = items_at(answer, "InstanceTypes", "InstanceType")
    return {text(one, "InstanceTypeId"): number(one, "CpuCoreCount") for one in found}


def zone_ids(answer: Item) -> tuple[str, ...]:
    """Read DescribeZones."""
    return tuple(sorted(text(one, "ZoneId") for one in items_at(answer, "Zones", "Zone")))


def image(item: Item) -> Image:
    """Read one image."""
    return Image(
        image_id=text(item, "ImageId"),
        name=text_or(item, "ImageName", ""),
        size_gb=number(item, "Size"),
        cloud_init=flag(item, "IsSupportCloudinit"),
        status=text(item, "Status"),
    )


def family_image(answer: Item) -> Image | None:
    """Read DescribeImageFromFamily; a family without images is an empty object, or none."""
    found = answer.get("Image")
    return image(found) if found else None


def _security_group(item: Item) -> SecurityGroup:
    return SecurityGroup(
        group_id=text(item, "SecurityGroupId"),
        name=text_or(item, "SecurityGroupName", ""),
        vpc_id=text_or(item, "VpcId", ""),
        tags=tags_at(item, "Tags", "Tag"),
    )


def _security_rule(item: Item) -> SecurityRule | None:
    """Read a rule that lets traffic of an address block through; None for any other rule."""
    ingress = text(item, "Direction") == "ingress"
    side = "Source" if ingress else "Dest"
    block = text_or(item, f"{side}CidrIp", "") or text_or(item, f"Ipv6{side}CidrIp", "")
    if not block or text(item, "Policy").lower() != "accept":
        return None
    return SecurityRule(
        direction="ingress" if ingress else "egress",
        protocol=text(item, "IpProtocol").lower(),
        port_range=text(item, "PortRange"),
        cidr=str(ip_network(block)),  # a lone address becomes the block of itself
        description=text_or(item, "Description", ""),
    )


def _template(item: Item) -> Template:
    return Template(
        template_id=text(item, "LaunchTemplateId"),
        name=text(item, "LaunchTemplateName"),
        default_version=number(item, "DefaultVersionNumber"),
        latest_version=number(item, "LatestVersionNumber"),
        tags=tags_at(item, "Tags", "Tag"),
    )


def _template_version(item: Item) -> TemplateVersion:
    return TemplateVersion(
        number=number(item, "VersionNumber"),
        default=flag(item, "DefaultVersion"),
        spec=template_spec(item["LaunchTemplateData"]),
    )


def _instance(item: Item) -> Instance:
    return Instance(
        instance_id=text(item, "InstanceId"),
        vpc_id=text(item["VpcAttributes"], "VpcId"),
        status=text(item, "Status"),
    )


def _interface_id(item: Item) -> str:
    return text(item, "NetworkInterfaceId")


def limits_in(answer: Item) -> AccountLimits:
    """Read DescribeAccountAttributes."""
    told: dict[str, str] = {}
    for attribute in items_at(answer, "AccountAttributeItems", "AccountAttributeItem"):
        values = optional_items(attribute, "AttributeValues", "ValueItem")
        if values:
            told[text(attribute, "AttributeName")] = text(values[0], "Value")
    return AccountLimits(
        max_vcpus=_count(told, _MAX_VCPUS),
        used_vcpus=_count(told, _USED_VCPUS),
        max_security_groups=_count(told, _MAX_GROUPS),
        real_name_verified=_VERIFIED.get(told.get(_REAL_NAME, "")),
    )


def _count(told: dict[str, str], name: str) -> int | None:
    return int(told[name]) if name in told else None


def usd_in(answer: Item) -> float | None:
    """Read DescribePrice; None where the account pays in another currency."""
    price = answer["PriceInfo"]["Price"]
    return float(price["TradePrice"]) if text(price, "Currency") == "USD" else None


def named_or_tagged(
    templates: Collection[Template], name: str, tagged: str
) -> tuple[Template, ...]:
    """Return the templates with this name or this tag key."""
    return tuple(one for one in templates if one.name == name or tagged in one.tags)


IMAGES: Final = Rows(("Images", "Image"), image)
SECURITY_GROUPS: Final = Rows(("SecurityGroups", "SecurityGroup"), _security_group)
SECURITY_RULES: Final = Rows(("Permissions", "Permission"), _security_rule)
TEMPLATES: Final = Rows(("LaunchTemplateSets", "LaunchTemplateSet"), _template)
TEMPLATE_VERSIONS: Final = Rows(
    ("LaunchTemplateVersionSets", "LaunchTemplateVersionSet"), _template_version
)
INSTANCES: Final = Rows(("Instances", "Instance"), _instance)
INTERFACES: Final = Rows(("NetworkInterfaceSets", "NetworkInterfaceSet"), _interface_id)
