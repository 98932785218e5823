"""What Auto Scaling asks of the rest of the account: vSwitches and launch templates.

ESS only ever sees ids. While the account has no VPC and ECS of its own, every well-formed id is
taken for one that exists; a product that keeps them can stand in by offering the same methods.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Protocol

from sandbox.domain.regions import BY_ID


@dataclass(frozen=True, slots=True)
class Template:
    """What a launch template says about stock: instance types and the system disk's category."""

    instance_types: tuple[str, ...]
    disk: str


class Surroundings(Protocol):
    """What ESS asks of VPC and ECS."""

    def zone_of(self, region_id: str, vswitch_id: str) -> str | None:
        """The zone of a vSwitch, None where it does not exist."""

    def vpc_of(self, region_id: str, vswitch_id: str) -> str:
        """The VPC of an existing vSwitch."""

    def template(self, region_id: str, template_id: str, version: str) -> Template | None:
        """A version of a launch template, None where it does not exist."""


class AssumedSurroundings:
    """Surroundings in which every well-formed id exists.

    A vSwitch's zone follows from its id, unless `place` has put it elsewhere; each region has one
    VPC; a launch template asks for the fleet's usual instance.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._zones: dict[str, str] = {}

    def place(self, vswitch_id: str, zone: str) -> None:
        """Says in which zone a vSwitch is."""
        self._zones[vswitch_id] = zone

    def zone_of(self, region_id: str, vswitch_id: str) -> str | None:
        """The zone of a vSwitch, None for an id of another form."""
        if not vswitch_id.startswith("vsw-"):
            return None
        zones = BY_ID[region_id].zones
        return self._zones.get(vswitch_id, zones[zlib.crc32(vswitch_id.encode()) % len(zones)])

    def vpc_of(self, region_id: str, _vswitch_id: str) -> str:
        """The region's one VPC."""
        return f"vpc-{zlib.crc32(region_id.encode()):020d}"

    def template(self, _region_id: str, template_id: str, _version: str) -> Template | None:
        """The usual template, None for an id of another form."""
        return self._template if template_id.startswith("lt-") else None
