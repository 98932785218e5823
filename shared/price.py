"""What a node may cost: only what is known, labelled with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.control.document import ControlDocument, FleetTemplate

_COST_KEYS: Final = (
    "instance_types",
    "disk_categories",
    "disk_size_gb",
    "bandwidth_out_mbps",
    "internet_charge_type",
)


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per node and day, and the basis of the figure."""

    usd_per_node_day: float
    basis: str


# The dearest of all regions, China (Hong Kong): instance 14.81, disk 1.53 and bandwidth 17 USD make
# 33.34 USD a month; by 31 days that is 1.0755, rounded up to the cent.
DEFAULT_TEMPLATE_PRICE: Final = Price(
    usd_per_node_day=1.08,
    basis=(
        "ecs.e-c1m1.large, 20 GB, 5 Mbit/s in the dearest region; a fallback type may cost more"
    ),
)


def price_of(document: ControlDocument) -> Price | None:
    """Return what a node of this document may cost a day, or None when that is not known.

    Only the default template has a known bound; another type, disk or bandwidth, in `fleet` or in
    any region, may cost more.
    """
    default = FleetTemplate()
    templates = (document.template_for(region) for region in document.configured_regions)
    known = all(
        getattr(template, key) == getattr(default, key)
        for template in templates
        for key in _COST_KEYS
    )
    return DEFAULT_TEMPLATE_PRICE if known else None
