"""What a node may cost: only what is known, labelled with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.control.document import FleetTemplate

_DAYS_A_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per node and day, and the basis of the figure."""

    usd_per_node_day: float
    basis: str


# The dearest of all regions (China, Hong Kong): instance 14.81, 20 GB disk 1.53, 5 Mbit/s 17 USD a
# month; rounded up to the cent a day, so that it stays an upper bound.
_DEFAULT_TEMPLATE: Final = Price(
    usd_per_node_day=1.08,
    basis=(
        "upper bound: ecs.e-c1m1.large, 20 GB, 5 Mbit/s pay-by-bandwidth in the dearest region,"
        f" 33.34 USD a month of {_DAYS_A_MONTH} days"
    ),
)


def price_of(template: FleetTemplate) -> Price | None:
    """Return an upper bound for a node of this template, or None when none is known.

    Only the default template has a known bound; another type, disk or bandwidth may cost more.
    """
    default = FleetTemplate()
    costs = (
        "instance_types",
        "disk_categories",
        "disk_size_gb",
        "bandwidth_out_mbps",
        "internet_charge_type",
    )
    same = all(getattr(template, name) == getattr(default, name) for name in costs)
    return _DEFAULT_TEMPLATE if same else None
