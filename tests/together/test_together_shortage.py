"""Nodes are missing after the start: the watcher asks, bootstrap chooses anew, nodes arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from shared.instants import parse_instant
from tests.together.account import FRANKFURT, HOUR, LONDON, MINUTE, SINGAPORE, Account, told

SMALL: Final = "ecs.e-c1m1.large"
BIG: Final = "ecs.g7.large"
ENTRY: Final = "cloud_essd_entry"
NO_TYPE: Final = "RecommendEmpty.InstanceTypeNoStock"
NO_DISK: Final = "RecommendEmpty.DiskTypeNoStock"
NOT_AUTHORISED: Final = "InvalidInstanceType.NotAuthorized"

Shape = tuple[list[str], str, str]


def shape(account: Account, region: str) -> Shape:
    """Return types, disk and last letters of the zones that the next nodes are made of."""
    (template,) = account.kept("ecs", region)["launch_templates"]
    (data,) = [one["LaunchTemplateData"] for one in template["Versions"] if one["DefaultVersion"]]
    group = account.group(region)
    zones = {one["VSwitchId"]: one["ZoneId"] for one in account.kept("vpc", region)["vswitches"]}
    types = [one["InstanceType"] for one in group["LaunchTemplateOverrides"]]
    letters = "".join(zones[one][-1] for one in group["VSwitchIds"])
    return types, data["SystemDisk.Category"], letters


def next_offer(account: Account, region: str, since: datetime) -> timedelta:
    """Return how long after `since` a region is to be asked for again, to the minute."""
    until = parse_instant(account.tags(region)["p2p-fleet-next-offer"])
    return MINUTE * round((until - since) / MINUTE)


def test_another_type_another_disk_or_another_zone_brings_the_nodes(account: Account) -> None:
    """All regions that fall short are asked for at once, and no more while nodes are coming."""
    regions = (FRANKFURT, LONDON, SINGAPORE)
    account.prepare(f"fleet: {{instance_types: [{SMALL}, {BIG}], zones: 2}}", regions=regions)
    before = [shape(account, region) for region in regions]
    account.faults(
        stock=[
            {"region": FRANKFURT, "instance_type": SMALL},
            {"region": LONDON, "disk": "cloud_essd"},
            {"region": SINGAPORE, "zone": f"{SINGAPORE}c"},
        ]
    )
    account.advance_to(account.start + MINUTE)

    first = account.poll()
    account.rest()
    account.advance_to(account.start + 12 * MINUTE)  # Auto Scaling tries again by itself
    again = account.poll_here()

    assert before == [
        ([SMALL], ENTRY, "a"),
        ([SMALL, BIG], "cloud_essd", "ab"),
        ([SMALL], ENTRY, "c"),
    ]
    assert told(first) == {
        SINGAPORE: f"arm done {NO_TYPE}",
        FRANKFURT: f"arm done {NO_TYPE}",
        LONDON: f"arm done {NO_DISK}",
    }
    assert [shape(account, region) for region in regions] == [
        ([BIG], "cloud_essd", "ab"),
        ([SMALL, BIG], "cloud_auto", "ab"),
        ([BIG], "cloud_essd", "a"),
    ]
    assert [account.sizes(region) for region in regions] == [(2, 2, 2)] * 3
    assert (again["status"], account.asked()) == ("converged", [[SINGAPORE, FRANKFURT, LONDON]])


def test_where_nothing_else_can_be_had_bootstrap_is_asked_when_the_tag_says(
    account: Account,
) -> None:
    """Polls in between say what is missing and ask for nothing; what comes back in stock is taken.

    A type that the account may not use needs a person, and a new look at what there is only hourly.
    """
    types = f"{{{FRANKFURT}: {{instance_types: [{SMALL}]}}, {LONDON}: {{instance_types: [{BIG}]}}}}"
    account.prepare(f"regions: {types}")
    not_authorised = {"unauthorized_types": [SMALL]}
    account.faults(stock=[{"region": LONDON}], account=not_authorised)
    asked_at = account.start + MINUTE
    account.advance_to(asked_at)
    account.poll()
    account.rest()
    quiet = [next_offer(account, region, asked_at) for region in (FRANKFURT, LONDON)]

    account.advance_to(asked_at + 30 * MINUTE)
    waiting = account.poll_here()
    account.faults(account=not_authorised)
    account.advance_to(asked_at + 59 * MINUTE)
    before = account.poll_here()
    account.advance_to(asked_at + HOUR + MINUTE)
    account.poll_here()
    account.rest()

    assert quiet == [HOUR, HOUR]
    assert [told(waiting), told(before)] == [
        {FRANKFURT: f"none none {NOT_AUTHORISED}", LONDON: f"none none {NO_TYPE}"},
        {FRANKFURT: f"none none {NOT_AUTHORISED}", LONDON: "none none"},
    ]
    assert account.sizes(LONDON) == (2, 2, 2)
    assert account.asked() == [[FRANKFURT, LONDON], [FRANKFURT]]
