"""What one product may ask of another: nobody reaches into somebody else's records.

Every product fills in its own directory when the cloud is built, and asks the others' through
`World.neighbours`. Facts are copies: to change something, call the product that owns it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any, Protocol

from sandbox.domain.account import AssumedRole, TemporaryKey

LogFields = Mapping[str, str]
"""One log: its fields in order."""


@dataclass(frozen=True, slots=True)
class VSwitchFacts:
    """A vSwitch as other products see it; `available` is false while it is still Pending."""

    vswitch_id: str
    vpc_id: str
    zone: str
    cidr: IPv4Network
    available: bool


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What one version of a launch template asks for.

    `instance_types` has one entry, or none where the template leaves it to the scaling group.
    `tags` are for instances; `data` is everything that the version says, under its wire names.
    """

    template_id: str
    version: int
    instance_types: tuple[str, ...]
    disk: str
    image_id: str | None
    security_group_ids: tuple[str, ...]
    role_name: str | None
    public_bandwidth_mbps: int
    tags: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """An instance that a scaling group has made; `state` is the one that ECS shows.

    `template`: what it was launched from, as that was then.
    """

    instance_id: str
    region_id: str
    zone: str
    vswitch_id: str
    vpc_id: str
    instance_type: str
    image_id: str | None
    security_group_ids: tuple[str, ...]
    scaling_group_id: str
    state: str
    created_at: str
    private_ip: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    template: TemplateFacts | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A resource that belongs to a resource group."""

    product: str
    kind: str
    resource_id: str
    region_id: str


class VpcDirectory(Protocol):
    """What VPC tells the others."""

    def vpc_exists(self, region_id: str, vpc_id: str) -> bool:
        """Whether there is such a VPC."""

    def vswitch(self, region_id: str, vswitch_id: str) -> VSwitchFacts | None:
        """A vSwitch, None where it does not exist."""


class EcsDirectory(Protocol):
    """What ECS tells the others."""

    def template(self, region_id: str, template_id: str, version: str) -> TemplateFacts | None:
        """A version (a number, `Default` or `Latest`) of a launch template, None where absent."""

    def image_is_available(self, region_id: str, image_id: str) -> bool:
        """Whether instances can be launched from an image."""

    def security_groups_of(self, region_id: str, vpc_id: str) -> Sequence[str]:
        """Ids of the security groups in a VPC."""


class EssDirectory(Protocol):
    """What Auto Scaling tells the others."""

    def instances(self, region_id: str) -> Sequence[InstanceFacts]:
        """Every instance of a region that still exists, those being removed included."""

    def vswitches_in_use(self, region_id: str) -> Sequence[str]:
        """Ids of the vSwitches that scaling groups refer to."""


class RamDirectory(Protocol):
    """What RAM tells the others."""

    def role_exists(self, name: str) -> bool:
        """Whether the account has a role of this name."""


class StsDirectory(Protocol):
    """What STS does for services that run something in a role's name."""

    def role_is_known(self, role_arn: str) -> bool:
        """Whether there is a role of this ARN."""

    def may_assume(self, service: str, role_arn: str) -> bool:
        """Whether a role exists and trusts the service."""

    def key_for_service(
        self, service: str, role_arn: str, session_name: str
    ) -> TemporaryKey | None:
        """A temporary key of the role; None where the service may not assume it."""

    def issue(self, holder: AssumedRole, session_s: int) -> TemporaryKey:
        """A temporary key of any holder, one of another account too."""


class FcDirectory(Protocol):
    """What Function Compute does for the others."""

    def invoke_async(self, region_id: str, function: str, payload: bytes) -> bool:
        """Takes an asynchronous invocation; false where there is no such function."""


class OssDirectory(Protocol):
    """What object storage tells the others."""

    def object_content(self, region_id: str, bucket: str, name: str) -> bytes | None:
        """An object of a bucket in a region, None where there is none."""


class LogDirectory(Protocol):
    """What the Simple Log Service does for services that write logs."""

    def project_exists(self, region_id: str, project: str) -> bool:
        """Whether a project of the region can be reached."""

    def logstore_exists(self, region_id: str, project: str, logstore: str) -> bool:
        """Whether a project that can be reached has such a logstore."""

    def write(
        self, region_id: str, project: str, logstore: str, topic: str, lines: Sequence[LogFields]
    ) -> bool:
        """Takes logs of this moment; false, and they are lost, where they cannot be written."""


class ResourceGroupDirectory(Protocol):
    """What the resource manager tells the others."""

    def resource_group_exists(self, group_id: str) -> bool:
        """Whether a resource group of this id can take resources."""


class Membership(Protocol):
    """Every product whose resources can be in a resource group says which are."""

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The product's resources in a resource group."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All directories of one cloud."""

    vpc: VpcDirectory
    ecs: EcsDirectory
    ess: EssDirectory
    ram: RamDirectory
    resource_groups: ResourceGroupDirectory
    fc: FcDirectory
    memberships: tuple[Membership, ...]
    sts: StsDirectory
    oss: OssDirectory
    log: LogDirectory
