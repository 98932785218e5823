"""What VPC, ECS, RAM and the others told us of a region's stack, as typed records: no I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Direction = Literal["ingress", "egress"]


@dataclass(frozen=True, slots=True)
class Network:
    """One VPC (DescribeVpcs)."""

    vpc_id: str
    name: str
    status: str
    cidr_block: str
    tags: Mapping[str, str]
    resource_group_id: str


@dataclass(frozen=True, slots=True)
class VSwitch:
    """One vSwitch (DescribeVSwitches)."""

    vswitch_id: str
    name: str
    vpc_id: str
    zone: str
    cidr_block: str
    status: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gateway:
    """One IPv4 gateway (ListIpv4Gateways); `enabled`: it steers its VPC's public traffic."""

    gateway_id: str
    name: str
    vpc_id: str
    status: str
    enabled: bool
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One custom route with a single next hop (DescribeRouteEntryList)."""

    destination: str
    next_hop_id: str
    next_hop_type: str
    status: str


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """One security group (DescribeSecurityGroups)."""

    group_id: str
    name: str
    vpc_id: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """Traffic that a security group lets through.

    `protocol` in lower case (`tcp`, `udp`, `icmp`, `all`), `port_range` as `22/22`, or `-1/-1`
    where a protocol has no ports; `cidr` is the other side: source of ingress, target of egress.
    """

    direction: Direction
    protocol: str
    port_range: str
    cidr: str
    description: str


@dataclass(frozen=True, slots=True)
class Image:
    """One image (DescribeImages, DescribeImageFromFamily); `cloud_init`: it runs user data."""

    image_id: str
    name: str
    size_gb: int
    cloud_init: bool
    status: str


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """What a launch template version says of instances; two that are equal do the same.

    `user_data` is Base64; `tags` are the instances'. `hardened`: the metadata service is on and
    takes only the protected requests of its version 2 (HttpEndpoint, HttpTokens); every spec of
    ours says so, so one that was read and is not never equals one of ours. What a version does
    not say reads as "" or 0.
    """

    image_id: str
    instance_type: str
    security_group_id: str
    disk_category: str
    disk_size_gb: int
    bandwidth_in_mbps: int
    bandwidth_out_mbps: int
    internet_charge_type: str
    role_name: str
    resource_group_id: str
    user_data: str
    tags: tuple[tuple[str, str], ...]
    hardened: bool = True

    def __post_init__(self) -> None:
        # Tags are a set to ECS, which answers them in an order of its own.
        object.__setattr__(self, "tags", tuple(sorted(self.tags)))


@dataclass(frozen=True, slots=True)
class Template:
    """One launch template (DescribeLaunchTemplates)."""

    template_id: str
    name: str
    default_version: int
    latest_version: int
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a launch template (DescribeLaunchTemplateVersions)."""

    number: int
    default: bool
    spec: TemplateSpec


@dataclass(frozen=True, slots=True)
class Role:
    """One RAM role (GetRole); `trust_document` is JSON text: who may assume it."""

    name: str
    arn: str
    trust_document: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """One custom RAM policy (GetPolicy, ListPolicyVersions).

    `document` is the default version's JSON text; `version_ids` are pairs of an id and whether
    it is the default; `attachments` counts the identities that have it.
    """

    name: str
    document: str
    version_ids: tuple[tuple[str, bool], ...]
    attachments: int
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """One resource group (ListResourceGroups); usable once its status is `OK`."""

    group_id: str
    name: str
    status: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Instance:
    """One ECS instance (DescribeInstances)."""

    instance_id: str
    vpc_id: str
    status: str


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What an account may run in a region (DescribeAccountAttributes); None where not told.

    vCPUs are those of pay-as-you-go instances. Regions of mainland China demand verification.
    """

    max_vcpus: int | None
    used_vcpus: int | None
    max_security_groups: int | None
    real_name_verified: bool | None


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A scaling group as we create it: empty; `propagated_tags` pass to its instances."""

    name: str
    template_id: str
    template_version: str
    instance_types: tuple[str, ...]
    vswitch_ids: tuple[str, ...]
    resource_group_id: str
    tags: Mapping[str, str]
    propagated_tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LogProject:
    """A project of the Simple Log Service that is this account's (GetProject)."""

    name: str
    owner: str
    resource_group_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Logstore:
    """A logstore (GetLogStore): days that it keeps logs, and its shards."""

    ttl_days: int
    shards: int


@dataclass(frozen=True, slots=True)
class ForeignProject:
    """A project name that another account has taken: names are unique in all the cloud."""

    name: str
