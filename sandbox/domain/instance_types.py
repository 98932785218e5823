"""Instance types, and with which system disks each zone sells them.

What is sold where is invented, but of the kind that users meet: a zone sells some types and not
others, and one type with different disks in different zones. It never changes; whether there is
stock just now is another matter (`sandbox.domain.stock`).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from sandbox.domain.regions import BY_ID, Region

DISK_CATEGORIES: Final = (
    "cloud_essd_entry",
    "cloud_auto",
    "cloud_essd",
    "cloud_ssd",
    "cloud_efficiency",
)
"""System disks on sale, the fleet's usual one first."""


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One instance type; `architecture` is X86 or ARM."""

    name: str
    vcpus: int
    memory_gib: int
    level: str = "EnterpriseLevel"
    category: str = "General-purpose"
    architecture: str = "X86"

    @property
    def family(self) -> str:
        """The family's name: `ecs.e` of `ecs.e-c1m1.large`."""
        return self.name.rpartition(".")[0].partition("-")[0]


INSTANCE_TYPES: Final = (
    InstanceType("ecs.e-c1m1.large", 2, 2, "EntryLevel", "Shared"),
    InstanceType("ecs.e-c1m2.large", 2, 4, "EntryLevel", "Shared"),
    InstanceType("ecs.e-c1m4.large", 2, 8, "EntryLevel", "Shared"),
    InstanceType("ecs.u1-c1m1.large", 2, 2),
    InstanceType("ecs.u1-c1m2.large", 2, 4),
    InstanceType("ecs.u1-c1m4.large", 2, 8),
    InstanceType("ecs.t6-c1m1.large", 2, 2, "CreditEntryLevel", "Shared"),
    InstanceType("ecs.t6-c1m2.large", 2, 4, "CreditEntryLevel", "Shared"),
    InstanceType("ecs.c7.large", 2, 4, category="Compute-optimized"),
    InstanceType("ecs.c7.xlarge", 4, 8, category="Compute-optimized"),
    InstanceType("ecs.g7.large", 2, 8),
    InstanceType("ecs.g7.xlarge", 4, 16),
    InstanceType("ecs.c8y.large", 2, 4, category="Compute-optimized", architecture="ARM"),
    InstanceType("ecs.g8y.large", 2, 8, architecture="ARM"),
)

TYPES_BY_NAME: Final = {one.name: one for one in INSTANCE_TYPES}

_ENTRY: Final = ("cloud_essd_entry", "cloud_auto", "cloud_essd")
_AUTO: Final = ("cloud_auto", "cloud_essd")
_ESSD: Final = ("cloud_essd",)
_OLD: Final = ("cloud_essd", "cloud_ssd", "cloud_efficiency")

_DISKS_BY_FAMILY: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "ecs.e": (_ENTRY, _AUTO, _ESSD, ()),
    "ecs.u1": (_ENTRY, _AUTO),
    "ecs.t6": (_OLD, ()),
    "ecs.c7": (_AUTO,),
    "ecs.g7": (_AUTO, _ESSD),
    "ecs.c8y": ((), _AUTO, ()),
    "ecs.g8y": ((), _AUTO, ()),
}
"""How a family's disks change from zone to zone; only `ecs.e` and `ecs.u1` take the entry disk.

Economy types go as they did in Seoul in October 2026: one zone with all three disks, one without
the entry disk, one with cloud_essd only.
"""


def sold_disks(region_id: str, zone: str, instance_type: str) -> tuple[str, ...]:
    """The system disks with which a zone sells an instance type; none where it does not."""
    kind = TYPES_BY_NAME.get(instance_type)
    region = BY_ID[region_id]
    if kind is None or zone not in region.zones:
        return ()
    choices = _DISKS_BY_FAMILY[kind.family]
    return choices[(region.zones.index(zone) + _first_choice(region)) % len(choices)]


def sold_types(region_id: str, zone: str) -> list[InstanceType]:
    """The instance types that a zone sells."""
    return [one for one in INSTANCE_TYPES if sold_disks(region_id, zone, one.name)]


def _first_choice(region: Region) -> int:
    """Where a region's first zone begins; every region sells economy types there."""
    return zlib.crc32(region.region_id.encode()) % 3
