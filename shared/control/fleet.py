"""The template of a region stack: the keys of `fleet`, and what one region may override."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from shared.control.capacity import Level
from shared.control.capacity_reader import LEVEL_SCHEMA, read_level
from shared.control.complaint import Path
from shared.control.fleet_values import (
    IMAGE,
    INSTANCE_TYPE,
    MAX_TAG,
    PORTS,
    PortRange,
    read_image,
    read_instance_type,
    read_ports,
    read_public_key,
    read_ssh_source,
    read_tag,
    read_tag_key,
    read_vpc_block,
)
from shared.control.written import MAX_TEXT, STRICT, JsonSchema, Written, WrongValueError, distinct

MAX_ZONES: Final = 8
"""A scaling group takes eight vSwitches (ESS API, CreateScalingGroup, VSwitchIds)."""
MAX_INSTANCE_TYPES: Final = 20
"""As many as a scaling group takes (ESS API, CreateScalingGroup, LaunchTemplateOverrides)."""
MAX_TAGS: Final = 10
"""A resource carries 20 tags (ESS API, CreateScalingGroup, Tags), half of them the fleet's own."""
MAX_RANGES: Final = 20
MAX_SSH_SOURCES: Final = 50
"""With the port ranges these stay under the 100 rules of one AuthorizeSecurityGroup."""
MAX_PUBLIC_KEYS: Final = 20
LONGEST_VSWITCH_PREFIX: Final = 29
"""The smallest vSwitch (VPC API, CreateVSwitch, CidrBlock): 8 addresses, 4 of them usable."""
FREE_BANDWIDTH_IN_MBPS: Final = 10
"""Inbound bandwidth that any instance may have (ECS API, InternetMaxBandwidthIn)."""


def _pattern(pattern: str) -> JsonSchema:
    return {"type": "string", "pattern": f"^{pattern}$"}


_InstanceType = Annotated[str, Written(read_instance_type, _pattern(INSTANCE_TYPE.pattern))]
_DiskCategory = Literal[
    "cloud_essd_entry", "cloud_essd", "cloud_auto", "cloud_efficiency", "cloud_ssd"
]
_Ports = Annotated[
    PortRange,
    Written(
        read_ports,
        {"oneOf": [_pattern(PORTS.pattern), {"type": "integer", "minimum": 1, "maximum": 65535}]},
    ),
]
_PortRanges = Annotated[tuple[_Ports, ...], Field(max_length=MAX_RANGES), AfterValidator(distinct)]
_BLOCK: Final[JsonSchema] = {"type": "string", "pattern": r"^(\d{1,3}\.){3}\d{1,3}(/\d{1,2})?$"}
_TAG: Final[JsonSchema] = {"type": "string", "maxLength": MAX_TAG}

_InstanceTypes = Annotated[
    tuple[_InstanceType, ...],
    Field(
        min_length=1,
        max_length=MAX_INSTANCE_TYPES,
        description="Instance types in order of preference; where one is out of stock the next"
        " is tried.",
    ),
    AfterValidator(distinct),
]
_DiskCategories = Annotated[
    tuple[_DiskCategory, ...],
    Field(min_length=1, description="Categories of the system disk, in order of preference."),
    AfterValidator(distinct),
]
_DiskSize = Annotated[int, Field(ge=20, le=2048, description="Size of the system disk in GiB.")]
_BandwidthIn = Annotated[
    int,
    Field(
        ge=1,
        le=100,
        description="Public inbound bandwidth in Mbit/s: up to 10, or up to"
        " `bandwidth_out_mbps` where that is more.",
    ),
]
_BandwidthOut = Annotated[
    int,
    Field(
        ge=0,
        le=100,
        description="Public outbound bandwidth in Mbit/s; 0 gives the nodes no public address.",
    ),
]
_ChargeType = Annotated[
    Literal["PayByBandwidth", "PayByTraffic"],
    Field(description="How public bandwidth is charged."),
]
_Image = Annotated[
    str,
    Written(read_image, _pattern(IMAGE.pattern)),
    Field(description="An image family, resolved to its newest image, or an image id."),
]
_CidrBlock = Annotated[
    str,
    Written(read_vpc_block, _BLOCK),
    Field(description="Private IPv4 block of each region's VPC, /16 to /28."),
]
_Zones = Annotated[
    int, Field(ge=1, le=MAX_ZONES, description="Zones with stock to use per region, at most.")
]


class OpenPorts(BaseModel):
    """Ports that everybody may reach; an empty list closes a protocol."""

    model_config = STRICT

    tcp: _PortRanges = (PortRange(1024, 65535),)
    udp: _PortRanges = (PortRange(1024, 65535),)


class FleetTemplate(BaseModel):
    """The template of a region stack, the same in every region but for `regions.<region>`."""

    model_config = STRICT

    instance_types: _InstanceTypes = (
        "ecs.e-c1m1.large",
        "ecs.e-c1m2.large",
        "ecs.u1-c1m1.large",
        "ecs.t6-c1m1.large",
    )
    disk_categories: _DiskCategories = ("cloud_essd_entry", "cloud_essd", "cloud_auto")
    disk_size_gb: _DiskSize = 20
    bandwidth_out_mbps: _BandwidthOut = 5
    bandwidth_in_mbps: _BandwidthIn = 5
    internet_charge_type: _ChargeType = "PayByBandwidth"
    image: _Image = "acs:ubuntu_24_04_x64"
    zones: _Zones = 3
    cidr_block: _CidrBlock = "10.20.30.0/24"
    open_ports: OpenPorts = Field(
        default_factory=OpenPorts, description="Ports that everybody may reach, per protocol."
    )
    allow_ssh: Annotated[
        tuple[Annotated[str, Written(read_ssh_source, _BLOCK)], ...],
        Field(
            max_length=MAX_SSH_SOURCES,
            description="IPv4 addresses and blocks that may reach port 22; none by default.",
        ),
        AfterValidator(distinct),
    ] = ()
    public_keys: Annotated[
        tuple[
            Annotated[str, Written(read_public_key, {"type": "string", "maxLength": MAX_TEXT})], ...
        ],
        Field(
            max_length=MAX_PUBLIC_KEYS,
            description="SSH public keys that may log in, as in a `.pub` file.",
        ),
        AfterValidator(distinct),
    ] = ()
    logs: bool = Field(default=False, description="Ship the nodes' logs to Simple Log Service.")
    logs_retention_days: int = Field(
        default=7, ge=1, le=3650, description="Days that logs are kept; 3650 keeps them for good."
    )
    metrics: bool = Field(default=False, description="Install the CloudMonitor agent.")
    tags: Annotated[
        Mapping[
            Annotated[str, Written(read_tag_key, {**_TAG, "minLength": 1})],
            Annotated[str, Written(read_tag, _TAG)],
        ],
        Field(max_length=MAX_TAGS),
        AfterValidator(MappingProxyType),
    ] = Field(
        default_factory=lambda: MappingProxyType({}),
        description="Tags of everything that is created.",
    )

    @field_validator("bandwidth_in_mbps")
    @classmethod
    def _inbound_follows_outbound(cls, inbound: int, info: ValidationInfo) -> int:
        outbound = info.data.get("bandwidth_out_mbps")
        if outbound is not None and (refusal := _bandwidth_refusal(inbound, outbound)):
            raise WrongValueError(refusal)
        return inbound

    @field_validator("cidr_block")
    @classmethod
    def _room_for_zones(cls, block: str, info: ValidationInfo) -> str:
        zones = info.data.get("zones")
        if zones is not None and (refusal := _block_refusal(block, zones)):
            raise WrongValueError(refusal)
        return block


class RegionOverrides(BaseModel):
    """What differs in one region; what is not given stays as in `fleet`."""

    model_config = STRICT

    capacity: Annotated[Level | None, Written(read_level, LEVEL_SCHEMA)] = Field(
        default=None, description="Instances in this region, or `-` to leave it unmanaged."
    )
    adopt: bool = Field(
        default=False,
        description="Take over the scaling group of our name that somebody else has made, instead"
        " of building a stack; on destroy it is handed back, empty.",
    )
    instance_types: _InstanceTypes | None = None
    disk_categories: _DiskCategories | None = None
    disk_size_gb: _DiskSize | None = None
    bandwidth_out_mbps: _BandwidthOut | None = None
    bandwidth_in_mbps: _BandwidthIn | None = None
    internet_charge_type: _ChargeType | None = None
    image: _Image | None = None
    zones: _Zones | None = None
    cidr_block: _CidrBlock | None = None


_OVERRIDABLE: Final = tuple(
    name for name in RegionOverrides.model_fields if name in FleetTemplate.model_fields
)


def template_for(fleet: FleetTemplate, overrides: RegionOverrides) -> FleetTemplate:
    """Return the template of one region."""
    given = {name: getattr(overrides, name) for name in _OVERRIDABLE}
    return fleet.model_copy(update={name: v for name, v in given.items() if v is not None})


def override_refusals(fleet: FleetTemplate, overrides: RegionOverrides) -> list[tuple[Path, str]]:
    """Say which overrides do not fit together with the rest of the region's template."""
    template = template_for(fleet, overrides)
    inbound, outbound = template.bandwidth_in_mbps, template.bandwidth_out_mbps
    refusals = (
        ("bandwidth_in_mbps", "bandwidth_out_mbps", _bandwidth_refusal(inbound, outbound)),
        ("cidr_block", "zones", _block_refusal(template.cidr_block, template.zones)),
    )
    return [
        ((name if getattr(overrides, name) is not None else other,), refusal)
        for name, other, refusal in refusals
        if refusal
    ]


def vswitch_prefix(fleet: FleetTemplate) -> int:
    """Return the length of the mask of each vSwitch: the VPC's block in `zones` equal parts."""
    return int(fleet.cidr_block.partition("/")[2]) + _split_bits(fleet.zones)


def _split_bits(zones: int) -> int:
    """Return how much longer the mask of each of `zones` equal parts is."""
    return (zones - 1).bit_length()


def _block_refusal(block: str, zones: int) -> str | None:
    prefix = int(block.partition("/")[2]) + _split_bits(zones)
    if prefix <= LONGEST_VSWITCH_PREFIX:
        return None
    longest = LONGEST_VSWITCH_PREFIX - _split_bits(zones)
    return f"`{block}` is too small for `zones: {zones}`; write a block of /{longest} or larger"


def _bandwidth_refusal(inbound: int, outbound: int) -> str | None:
    most = max(FREE_BANDWIDTH_IN_MBPS, outbound)
    if inbound <= most:
        return None
    return f"`{inbound}` Mbit/s inbound is over {most}, the most with {outbound} outbound"
