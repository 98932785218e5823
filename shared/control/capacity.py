"""How many instances each region runs: the `capacity` of a document, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from shared.control.document import ControlDocument

Level = int | Literal["-"]
"""What one level says: a number of instances, or `-` (leave unmanaged)."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """`capacity` in normal form; None where a level says nothing.

    `default_key` is the key in the document that holds `default`: `capacity` or `capacity.all`.
    """

    default: Level | None
    default_key: str = "capacity"
    aliyun: Level | None = None
    regions: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RegionCapacity:
    """What one region shall run: `instances` is None where the region is left unmanaged.

    `said_by` is the key of the document that decides, None where no key speaks of the region.
    """

    instances: int | None
    said_by: str | None


def capacity_of(document: ControlDocument, region_id: str) -> int | None:
    """Return how many instances `region_id` shall run; None: leave it unmanaged."""
    return resolve_capacity(document, region_id).instances


def resolve_capacity(document: ControlDocument, region_id: str) -> RegionCapacity:
    """Return what `region_id` shall run and which key says so: region, `aliyun.all`, `all`."""
    capacity = document.capacity
    overrides = document.regions.get(region_id)
    levels = (
        (overrides.capacity if overrides else None, f"regions.{region_id}.capacity"),
        (capacity.regions.get(region_id), f"capacity.aliyun.{region_id}"),
        (capacity.aliyun, "capacity.aliyun.all"),
        (capacity.default, capacity.default_key),
    )
    for level, key in levels:
        if level is not None:
            return RegionCapacity(None if level == "-" else level, key)
    return RegionCapacity(None, None)
