"""Shortage: what failed is remembered with its end, and something else is chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.instants import format_instant, parse_instant
from tests.bootstrap.yard import FRANKFURT, LONDON, Json, Yard, done_to, error_of, tags_of, told

NAME: Final = "p2p-agent-eu-central-1"
SMALL: Final = "ecs.e-c1m1.large"
BIG: Final = "ecs.g7.large"
TWO_TYPES: Final = f"fleet: {{instance_types: [{SMALL}, {BIG}]}}"
ONE_TYPE: Final = f"fleet: {{instance_types: [{SMALL}]}}"
NO_TYPE: Final = "RecommendEmpty.InstanceTypeNoStock"
NO_DISK: Final = "RecommendEmpty.DiskTypeNoStock"
NOT_ALLOWED: Final = "InvalidInstanceType.NotAuthorized"
AVOID: Final = "p2p-fleet-avoid-"
SHARED_WRITES: Final = ["CreateResourceGroup", "CreateRole", "CreatePolicy", "AttachPolicyToRole"]


def shape(yard: Yard, region: str = FRANKFURT) -> tuple[list[str], str, str]:
    """Return what a region's next instances are made of: types, disk, last letters of zones."""
    group = yard.group(region)
    zones = {one["VSwitchId"]: one["ZoneId"] for one in yard.holdings("vpc", region)["vswitches"]}
    return (
        [one["InstanceType"] for one in group["LaunchTemplateOverrides"]],
        yard.template_data(region)["SystemDisk.Category"],
        "".join(zones[one][-1] for one in group["VSwitchIds"]),
    )


def bans(yard: Yard) -> dict[str, float]:
    """Return what is avoided, with the minutes from now until it ends, rounded."""
    now = yard.now()
    return {
        key.removeprefix(AVOID): round((parse_instant(value) - now) / timedelta(minutes=1), -1)
        for key, value in tags_of(yard.template()).items()
        if key.startswith(AVOID)
    }


def quiet_minutes(yard: Yard) -> int:
    """Return for how many minutes nobody need ask again."""
    until = parse_instant(tags_of(yard.group())["p2p-fleet-next-offer"])
    return round((until - yard.now()) / timedelta(minutes=1))


def short(yard: Yard, code: str, **how: Any) -> Json:  # noqa: ANN401 (what `run` takes)
    """Run as the watcher asks that has seen this code in Frankfurt's scaling activities."""
    return yard.run({"regions": [FRANKFURT], "shortages": {FRANKFURT: code}}, **how)


@pytest.mark.parametrize(
    ("fleet", "code", "banned", "after"),
    [
        (TWO_TYPES, NO_TYPE, {SMALL: 60}, ([BIG], "cloud_essd", "abc")),
        (TWO_TYPES, NOT_ALLOWED, {SMALL: 1440}, ([BIG], "cloud_essd", "abc")),
        (ONE_TYPE, NO_DISK, {"cloud_essd_entry": 60}, ([SMALL], "cloud_essd", "abc")),
    ],
)
def test_another_offer_is_chosen_and_the_group_reshaped(
    yard: Yard,
    fleet: str,
    code: str,
    banned: dict[str, float],
    after: tuple[list[str], str, str],
) -> None:
    """Another type, another disk, other zones with new vSwitches; nobody asks for five minutes."""
    yard.commit(fleet)
    yard.run()
    before = shape(yard)

    report = short(yard, code)

    assert (before, shape(yard)) == (([SMALL], "cloud_essd_entry", "a"), after)
    assert (bans(yard), quiet_minutes(yard)) == (banned, 5)
    (what,) = banned
    assert (report["status"], done_to(report)) == (
        "changed",
        [
            f"created ban {what}",
            f"changed group tags {NAME}",
            "created vSwitch p2p-agent-eu-central-1b",
            "created vSwitch p2p-agent-eu-central-1c",
            f"changed launch template {NAME} version 2",
            f"changed launch template {NAME} default 2",
            f"changed scaling group {NAME}",
        ],
    )


def test_what_runs_is_not_touched_by_a_new_choice(yard: Yard) -> None:
    """Only instances that are still missing are made of it."""
    yard.commit(TWO_TYPES)
    yard.run()
    running = yard.scale(FRANKFURT, 1)

    short(yard, NO_TYPE)

    assert yard.instance_ids(FRANKFURT) == running
    assert running < yard.scale(FRANKFURT, 3)


def test_without_an_alternative_it_is_tried_again_in_an_hour(yard: Yard) -> None:
    """Auto Scaling goes on trying with what the group has; the stack stays as it is."""
    yard.commit(f"fleet: {{instance_types: [{SMALL}], disk_categories: [cloud_auto]}}")
    yard.run()
    before = shape(yard)

    report = short(yard, NO_TYPE)

    assert (report["status"], shape(yard), quiet_minutes(yard)) == ("changed", before, 60)
    assert yard.writes == ["TagResources", "TagResources"]


def test_a_shortage_that_is_told_twice_bans_nothing_more(yard: Yard) -> None:
    """Functions are invoked at least once, not exactly once."""
    yard.commit(TWO_TYPES)
    yard.run()
    short(yard, NO_TYPE)
    before = (shape(yard), bans(yard))

    report = short(yard, NO_TYPE)

    assert (report["status"], yard.writes, (shape(yard), bans(yard))) == ("converged", [], before)


@pytest.mark.parametrize("write", range(8))
def test_a_shortage_survives_death_at_any_write(yard: Yard, write: int) -> None:
    """The same event once more ends as if nothing had happened."""
    yard.commit(TWO_TYPES)
    yard.run()

    short(yard, NO_TYPE, before=fail_at_write(write))
    short(yard, NO_TYPE)

    assert (shape(yard), bans(yard)) == (([BIG], "cloud_essd", "abc"), {SMALL: 60})


def test_when_the_ban_has_ended_the_preferred_offer_is_chosen_again(yard: Yard) -> None:
    """By whatever run comes next; the vSwitches that are there stay in use."""
    yard.commit(TWO_TYPES)
    yard.run()
    short(yard, NO_TYPE)
    during = yard.run()["status"]
    yard.wait(3600)

    yard.run()

    assert (during, shape(yard)) == ("converged", ([SMALL], "cloud_essd_entry", "a"))


def test_what_fails_again_after_its_ban_is_banned_again(yard: Yard) -> None:
    """The old tag is taken away, and a new one says the new end."""
    yard.commit(TWO_TYPES)
    yard.run()
    short(yard, NO_TYPE)
    yard.wait(3700)
    yard.run()

    short(yard, NO_TYPE)

    assert (shape(yard), bans(yard)) == (([BIG], "cloud_essd", "abc"), {SMALL: 60})


def test_bans_that_are_over_are_taken_away_with_the_next_one(yard: Yard) -> None:
    """A resource carries only so many tags."""
    yard.commit(TWO_TYPES)
    yard.run()
    short(yard, NO_TYPE)
    yard.wait(3700)

    short(yard, NO_DISK)

    assert bans(yard) == {"cloud_essd": 60}


def test_a_type_that_the_account_may_not_run_is_found_out_and_replaced(yard: Yard) -> None:
    """Stock does not tell; the first failed activity does, and the next choice works."""
    yard.commit(TWO_TYPES)
    yard.faults(account={"unauthorized_types": [SMALL]})
    yard.run()
    none = yard.scale(FRANKFURT, 2)
    (failed, *_) = yard.holdings("ess", FRANKFURT)["scaling_activities"]

    short(yard, failed["ErrorCode"])

    yard.wait(600)
    assert (none, failed["ErrorCode"], len(yard.instance_ids(FRANKFURT))) == (
        set(),
        NOT_ALLOWED,
        2,
    )


def test_where_nothing_fits_one_line_says_what_was_tried_and_nothing_is_built(yard: Yard) -> None:
    """Not even a VPC; the other region is built meanwhile."""
    yard.commit(TWO_TYPES, regions=(FRANKFURT, LONDON))
    yard.faults(stock=[{"region": FRANKFURT, "available": False}])

    report = yard.run()

    assert (told(report), yard.holdings("vpc", FRANKFURT)) == (
        {FRANKFURT: "provision failed NoOffer", LONDON: "provision done"},
        {},
    )
    assert error_of(report)[1:] == (
        "Nothing that the document lists can be had in eu-central-1: WithoutStock for"
        " ecs.e-c1m1.large with cloud_essd_entry, ecs.e-c1m1.large with cloud_essd,"
        " ecs.e-c1m1.large with cloud_auto, ecs.g7.large with cloud_essd_entry,"
        " ecs.g7.large with cloud_essd, ecs.g7.large with cloud_auto.",
        "Add an `instance_types` or `disk_categories` entry for this region, or exclude it.",
    )


@pytest.mark.parametrize("variant", ["omitted", "sold_out"])
def test_zones_without_stock_are_told_from_those_with_it(yard: Yard, variant: str) -> None:
    """Whether the cloud lists a sold-out zone or leaves it out."""
    yard.commit("fleet: {instance_types: [ecs.u1-c1m1.large], disk_categories: [cloud_auto]}")
    yard.faults(
        stock=[{"zone": "eu-central-1b", "available": False}],
        variants={"zones_without_match": variant},
    )

    yard.run()

    assert shape(yard) == (["ecs.u1-c1m1.large"], "cloud_auto", "ac")


def test_an_instance_type_that_does_not_exist_is_named(yard: Yard) -> None:
    """It looks like one, so only the cloud can tell; the region is not built."""
    yard.commit("fleet: {instance_types: [ecs.e-c1m9.large], disk_categories: [cloud_essd]}")

    report = yard.run()

    assert (error_of(report)[1], yard.writes) == (
        "eu-central-1 knows none of the instance types that the document lists: ecs.e-c1m9.large.",
        SHARED_WRITES,
    )


def test_stock_that_goes_while_a_region_is_built_does_not_stop_it(yard: Yard) -> None:
    """What was half-made with one offer is finished with another."""
    yard.commit(TWO_TYPES)
    yard.run(before=fail_at_write(9))
    yard.faults(stock=[{"instance_type": SMALL, "available": False}])

    report = yard.run()

    assert (told(report), shape(yard)) == (
        {FRANKFURT: "provision done"},
        ([BIG], "cloud_essd", "abc"),
    )


def test_a_ban_that_is_no_instant_bans_nothing(yard: Yard) -> None:
    """Somebody edited the tag; the offer is chosen as if it were not there."""
    yard.commit(TWO_TYPES)
    yard.run()
    yard.console(
        "ecs",
        FRANKFURT,
        "TagResources",
        ResourceType="launchtemplate",
        ResourceId=[yard.template()["LaunchTemplateId"]],
        Tag=[
            {"Key": AVOID + SMALL, "Value": "for ever"},
            {"Key": AVOID + BIG, "Value": format_instant(yard.now() + timedelta(hours=1))},
        ],
    )

    assert (yard.run()["status"], shape(yard)) == (
        "converged",
        ([SMALL], "cloud_essd_entry", "a"),
    )


def fail_at_write(number: int) -> Callable[[str], None]:
    """Return what ends a region's work where the write with this number would be sent."""
    seen = [0]

    def before(action: str) -> None:
        seen[0] += not action.startswith(("Describe", "Get", "List"))
        if seen[0] > number:
            raise RuntimeError(action)

    return before
