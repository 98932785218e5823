"""What the nodes that go cost a day: asked of the cloud before they go, or said to be a guess."""

from __future__ import annotations

from typing import Final

import pytest

from tests.bootstrap.yard import FRANKFURT, Json, Yard

LIST_PRICE: Final = (
    "at most, at list price: each node as the dearest that its group may make; traffic that is"
    " paid by volume is not in it"
)
ESTIMATE: Final = (
    "an estimate, for the cloud told no price in US dollars: ecs.e-c1m1.large, 20 GB, 5 Mbit/s in"
    " the dearest region; a fallback type may cost more"
)
PLAN: Final = {"action": "destroy", "dry_run": True}


def cost(usd_per_day: float, basis: str) -> Json:
    """The cost as reports have it."""
    return {"usd_per_day": usd_per_day, "usd_window": None, "basis": basis}


def test_running_nodes_cost_the_list_price_of_the_dearest_kind(yard: Yard) -> None:
    """Instance, disk and bandwidth of two nodes: 24 h of 0.0199 + 0.00212 + 0.0236 USD each."""
    yard.commit()
    yard.run()
    yard.scale(FRANKFURT, 2)

    assert yard.run(PLAN)["cost"] == cost(2.19, LIST_PRICE)


def test_nodes_of_an_older_template_count_as_the_dearer_one(yard: Yard) -> None:
    """Those that run were made from the version before: a new template leaves them as they are."""
    yard.commit("fleet: {disk_size_gb: 500}")
    yard.run()
    yard.scale(FRANKFURT, 1)
    dear = yard.run(PLAN)["cost"]
    yard.commit()
    yard.run()

    assert yard.run(PLAN)["cost"] == dear == cost(2.32, LIST_PRICE)


@pytest.mark.parametrize("code", ["PriceNotFound", "Odd"])
def test_without_a_price_the_figure_is_called_an_estimate(yard: Yard, code: str) -> None:
    """And the removal does not wait for it."""
    yard.commit()
    yard.run()
    yard.scale(FRANKFURT, 2)
    yard.faults({"action": "DescribePrice", "fault": "error", "code": code, "message": "No."})

    done = yard.destroy()

    assert (done["status"], done["cost"]) == ("changed", cost(2.16, ESTIMATE))


def test_a_fleet_without_nodes_costs_nothing_and_nobody_is_asked(yard: Yard) -> None:
    """Empty stacks are free."""
    yard.commit()
    yard.run()

    report = yard.run(PLAN)

    assert report["cost"] == cost(0, LIST_PRICE)
    assert "DescribePrice" not in {one["action"] for one in yard.requests}
