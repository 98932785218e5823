"""What VPC keeps: networks, vSwitches, IPv4 gateways, route tables and route entries.

These are the model's entities: they have an identity and change over time. Values are frozen.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network

Tags = dict[str, str]
"""Tag key → tag value."""


class Status(enum.StrEnum):
    """Status of a network, a vSwitch, a route table or a route entry."""

    PENDING = "Pending"
    AVAILABLE = "Available"
    DELETING = "Deleting"


class GatewayStatus(enum.StrEnum):
    """Status of an IPv4 gateway."""

    CREATING = "Creating"
    CREATED = "Created"
    ACTIVATING = "Activating"
    DELETING = "Deleting"


class ResourceType(enum.StrEnum):
    """What can carry tags; the last one is undocumented, yet it is what clients in use send."""

    VPC = "VPC"
    VSWITCH = "VSWITCH"
    ROUTE_TABLE = "ROUTETABLE"
    IPV4_GATEWAY = "IPV4GATEWAY"


@dataclass(frozen=True, slots=True)
class Label:
    """What the user calls a thing, both optional."""

    name: str = ""
    description: str = ""


@dataclass(slots=True, eq=False)
class RouteEntry:
    """A custom route to an IPv4 gateway, the one next hop that an account of this kind has."""

    entry_id: str
    destination: IPv4Network
    gateway_id: str
    label: Label
    modified_at: datetime
    status: Status = Status.PENDING


@dataclass(slots=True, eq=False)
class RouteTable:
    """The system route table of a network, with its custom entries in order of creation."""

    table_id: str
    entries: dict[str, RouteEntry] = field(default_factory=dict)
    tags: Tags = field(default_factory=dict)

    @property
    def unsettled(self) -> bool:
        """Whether an entry is just being created or deleted."""
        return any(entry.status is not Status.AVAILABLE for entry in self.entries.values())


@dataclass(slots=True, eq=False)
class VSwitch:
    """One vSwitch. It is Pending while it comes and, as documented, while it goes."""

    vswitch_id: str
    zone: str
    cidr: IPv4Network
    label: Label
    tags: Tags
    created_at: datetime
    status: Status = Status.PENDING


@dataclass(slots=True, eq=False)
class Ipv4Gateway:
    """The IPv4 gateway of a network; it carries traffic once `enabled`."""

    gateway_id: str
    label: Label
    resource_group_id: str | None
    tags: Tags
    created_at: datetime
    status: GatewayStatus = GatewayStatus.CREATING
    enabled: bool = False


@dataclass(slots=True, eq=False)
class Network:
    """One VPC with everything in it; vSwitches in order of creation."""

    vpc_id: str
    router_id: str
    table: RouteTable
    cidr: IPv4Network
    label: Label
    resource_group_id: str | None
    tags: Tags
    created_at: datetime
    status: Status = Status.PENDING
    vswitches: dict[str, VSwitch] = field(default_factory=dict)
    gateway: Ipv4Gateway | None = None

    @property
    def unsettled(self) -> bool:
        """Whether a vSwitch is just being created or deleted."""
        return any(one.status is not Status.AVAILABLE for one in self.vswitches.values())

    def tags_by_id(self, kind: ResourceType) -> dict[str, Tags]:
        """Resource id → tags, of everything of one kind in the network."""
        match kind:
            case ResourceType.VPC:
                return {self.vpc_id: self.tags}
            case ResourceType.VSWITCH:
                return {one.vswitch_id: one.tags for one in self.vswitches.values()}
            case ResourceType.ROUTE_TABLE:
                return {self.table.table_id: self.table.tags}
            case ResourceType.IPV4_GATEWAY:
                gateway = self.gateway
                return {} if gateway is None else {gateway.gateway_id: gateway.tags}
