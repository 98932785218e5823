"""Offers: what is chosen from what the cloud has, by the document's order of preference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from functions.bootstrap.offers import Avoidance, choose_offer
from functions.bootstrap.records import Offer
from shared.control.fleet import FleetTemplate

NOW: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SMALL: Final = "ecs.e-c1m1.large"
OTHER: Final = "ecs.u1-c1m1.large"
LAST: Final = "ecs.t6-c1m1.large"
TEMPLATE: Final = FleetTemplate(
    instance_types=(SMALL, OTHER, LAST),
    disk_categories=("cloud_essd_entry", "cloud_essd"),
    zones=2,
)
Shelf = Mapping[tuple[str, str], tuple[str, ...]]


def chosen(shelf: Shelf, *, avoid: Avoidance | None = None, present: str = "") -> Offer | None:
    """Return the choice from what each type and disk is there in which zones."""
    return choose_offer(
        TEMPLATE,
        lambda instance_type, disk: shelf.get((instance_type, disk), ()),
        avoid=avoid or Avoidance(),
        now=NOW,
        present_zones=present.split(),
    )


@pytest.mark.parametrize(
    ("shelf", "offer"),
    [
        pytest.param(
            {(SMALL, "cloud_essd_entry"): ("a",), (SMALL, "cloud_essd"): ("a", "b")},
            Offer((SMALL,), "cloud_essd_entry", ("a",)),
            id="the first disk that the first type has, even in fewer zones",
        ),
        pytest.param(
            {(SMALL, "cloud_essd"): ("b",), (OTHER, "cloud_essd_entry"): ("a", "b")},
            Offer((SMALL,), "cloud_essd", ("b",)),
            id="the first type with another disk before another type",
        ),
        pytest.param(
            {(OTHER, "cloud_essd_entry"): ("c", "a", "b")},
            Offer((OTHER,), "cloud_essd_entry", ("a", "b")),
            id="the next type, in as many zones as the document allows",
        ),
        pytest.param(
            {
                (SMALL, "cloud_essd_entry"): ("a", "b"),
                (OTHER, "cloud_essd_entry"): ("b", "c"),
                (LAST, "cloud_essd_entry"): ("c",),
            },
            Offer((SMALL, OTHER), "cloud_essd_entry", ("a", "b")),
            id="a substitute shares a zone, or it is none",
        ),
        pytest.param(
            {(SMALL, "cloud_essd_entry"): ("b",), (LAST, "cloud_essd_entry"): ("a", "c")},
            Offer((SMALL, LAST), "cloud_essd_entry", ("b", "a")),
            id="a substitute brings zones of its own where the first leaves room",
        ),
        pytest.param(
            {(SMALL, "cloud_essd_entry"): ("a",), (OTHER, "cloud_essd"): ("a",)},
            Offer((SMALL,), "cloud_essd_entry", ("a",)),
            id="a type that has another disk only is no substitute",
        ),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_the_best_that_there_is_is_chosen(shelf: Shelf, offer: Offer | None) -> None:
    """Types come before disks, disks before zones; further types are substitutes."""
    assert chosen(shelf) == offer


def test_zones_that_have_a_vswitch_come_first() -> None:
    """A new vSwitch is only made where the present ones are not enough."""
    shelf = {(SMALL, "cloud_essd_entry"): ("a", "b", "c")}

    assert chosen(shelf, present="c b x") == Offer((SMALL,), "cloud_essd_entry", ("b", "c"))


def test_stock_is_asked_for_only_as_far_as_it_matters() -> None:
    """Nothing is asked of what is less wanted than what is there, but for substitutes."""
    asked: list[tuple[str, str]] = []

    def stock(instance_type: str, disk: str) -> tuple[str, ...]:
        asked.append((instance_type, disk))
        return ("a",) if instance_type == OTHER else ()

    choose_offer(TEMPLATE, stock, avoid=Avoidance(), now=NOW)

    assert asked == [
        (SMALL, "cloud_essd_entry"),
        (SMALL, "cloud_essd"),
        (OTHER, "cloud_essd_entry"),
        (LAST, "cloud_essd_entry"),
    ]


@pytest.mark.parametrize(
    ("code", "banned", "hours"),
    [
        ("RecommendEmpty.InstanceTypeNoStock", {SMALL, OTHER}, 1),
        ("OperationDenied.NoStock", {SMALL, OTHER}, 1),
        ("RecommendEmpty.InstanceTypeNotAuthorized", {SMALL, OTHER}, 24),
        ("InvalidInstanceType.NotAuthorized", {SMALL, OTHER}, 24),
        ("RecommendEmpty.DiskTypeNoStock", {"cloud_essd_entry"}, 1),
        ("InvalidSystemDiskCategory.ValueNotSupported", {"cloud_essd_entry"}, 1),
    ],
)
def test_a_code_says_what_is_avoided_and_for_how_long(
    code: str, banned: set[str], hours: int
) -> None:
    """Stock may come back within the hour; an authorisation takes a person."""
    offer = Offer((SMALL, OTHER), "cloud_essd_entry", ("a",))

    after = Avoidance().after(code, offer, NOW)

    assert after == Avoidance(dict.fromkeys(banned, NOW + timedelta(hours=hours)))


def test_what_is_avoided_is_not_chosen_until_its_ban_ends() -> None:
    """At the end of the ban it is as good as ever."""
    shelf = {(SMALL, "cloud_essd_entry"): ("a",), (OTHER, "cloud_essd"): ("a",)}
    avoid = Avoidance({SMALL: NOW + timedelta(seconds=1), "cloud_auto": NOW})

    during, after = chosen(shelf, avoid=avoid), chosen(shelf, avoid=Avoidance({SMALL: NOW}))

    assert (during, after) == (
        Offer((OTHER,), "cloud_essd", ("a",)),
        Offer((SMALL,), "cloud_essd_entry", ("a",)),
    )


def test_a_ban_is_neither_prolonged_nor_kept_beyond_its_end() -> None:
    """Hearing of the same failure again changes nothing; a ban that is over is forgotten."""
    end, offer = NOW + timedelta(minutes=5), Offer((SMALL,), "cloud_essd", ("a",))
    avoid = Avoidance({SMALL: end, OTHER: NOW})

    assert avoid.after("OperationDenied.NoStock", offer, NOW) == Avoidance({SMALL: end})


def test_a_ban_that_is_over_can_be_laid_anew() -> None:
    """What fails again after its ban is avoided again."""
    offer = Offer((SMALL,), "cloud_essd", ("a",))

    after = Avoidance({SMALL: NOW}).after("OperationDenied.NoStock", offer, NOW)

    assert after == Avoidance({SMALL: NOW + timedelta(hours=1)})
