"""Rails: limits set at deployment, out of reach of the control repository.

A document over a rail is refused as a whole; the sentence says which rail, by how much, and how
to raise it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.price import Price

_RAISE = "raise {rail} in the environment of the watcher, or lower the capacity"


@dataclass(frozen=True, slots=True)
class Rails:
    """Nodes per region, nodes in all, and US dollars a day (None: no limit)."""

    max_nodes_per_region: int
    max_nodes: int
    max_usd_per_day: float | None


def rail_breach(rails: Rails, nodes: Mapping[str, int], price: Price | None) -> str | None:
    """Say which rail a document breaks, or None.

    `nodes`: wanted instances of every managed region. `price`: None where none is known, and then
    a spending rail refuses everything but an empty fleet (it fails closed).
    """
    for region, wanted in nodes.items():
        if wanted > rails.max_nodes_per_region:
            return (
                f"{region} asks for {wanted} nodes, {wanted - rails.max_nodes_per_region} over"
                f" MAX_NODES_PER_REGION = {rails.max_nodes_per_region}; "
            ) + _RAISE.format(rail="MAX_NODES_PER_REGION")
    total = sum(nodes.values())
    if total > rails.max_nodes:
        return (
            f"the fleet asks for {total} nodes, {total - rails.max_nodes} over"
            f" MAX_NODES = {rails.max_nodes}; "
        ) + _RAISE.format(rail="MAX_NODES")
    return _spending_breach(rails, total, price)


def _spending_breach(rails: Rails, total: int, price: Price | None) -> str | None:
    if rails.max_usd_per_day is None or total == 0:
        return None
    if price is None:
        return (
            "MAX_USD_PER_DAY is set but no price is known for this `fleet` template; return to the"
            " default template, or set MAX_USD_PER_DAY to off in the environment of the watcher"
        )
    usd_per_day = total * price.usd_per_node_day
    if usd_per_day > rails.max_usd_per_day:
        return (
            f"the fleet may cost {usd_per_day:.2f} USD a day,"
            f" {usd_per_day - rails.max_usd_per_day:.2f} over"
            f" MAX_USD_PER_DAY = {rails.max_usd_per_day:.2f}; "
        ) + _RAISE.format(rail="MAX_USD_PER_DAY")
    return None
