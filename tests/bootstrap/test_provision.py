"""Provisioning: from an empty account to stacks that the watcher can drive, and no further."""

from __future__ import annotations

from typing import Final

from tests.bootstrap.yard import FRANKFURT, LONDON, Yard, told

ONE_STACK: Final = {
    "ecs launch_templates": 1,
    "ecs security_groups": 1,
    "ess scaling_groups": 1,
    "ram policies": 1,
    "ram roles": 1,
    "resourcemanager resource_groups": 1,
    "vpc ipv4_gateways": 1,
    "vpc route_entries": 1,
    "vpc vpcs": 1,
    "vpc vswitches": 2,
}


def test_an_empty_account_gets_exactly_one_of_each(yard: Yard) -> None:
    """One run builds everything that a region's stack consists of, and the shared parts."""
    yard.commit()

    report = yard.run()

    assert (report["status"], told(report)) == ("changed", {FRANKFURT: "provision done"})
    assert yard.inventory() == ONE_STACK


def test_a_second_run_writes_nothing(yard: Yard) -> None:
    """What stands as the document says is found, not touched."""
    yard.commit()
    yard.run()

    report = yard.run()

    assert (report["status"], told(report), yard.writes) == (
        "converged",
        {FRANKFURT: "none none"},
        [],
    )


def test_the_group_is_born_empty_enabled_and_remembering(yard: Yard) -> None:
    """It is Active with no capacity, and its tags say whose, by which commit, when, from what."""
    sha = yard.commit()
    yard.run()

    (group,) = yard.holdings("ess", FRANKFURT)["scaling_groups"]
    tags = {tag["TagKey"]: tag["TagValue"] for tag in group["Tags"]}
    assert (group["LifecycleState"], group["MinSize"], group["MaxSize"]) == ("Active", 0, 0)
    assert tags == {
        "p2p-fleet": "p2p-agent",
        "p2p-fleet-commit": sha,
        "p2p-fleet-commit-time": "2026-12-01T12:00:00Z",
        "p2p-fleet-start": "2026-12-01T18:00:00Z",
        "p2p-fleet-stop": "2026-12-08T18:00:00Z",
        "p2p-fleet-earlier-stop": "-",
        "p2p-fleet-now": "-",
        "p2p-fleet-stack": tags["p2p-fleet-stack"],
    }


def test_a_region_that_is_added_by_a_commit_is_built_beside_the_others(yard: Yard) -> None:
    """The shared parts and the other stacks are found and stay as they are."""
    yard.commit()
    yard.run()
    before = yard.holdings("vpc", FRANKFURT)
    yard.commit(regions=(FRANKFURT, LONDON))

    report = yard.run()

    assert told(report) == {FRANKFURT: "none none", LONDON: "provision done"}
    assert yard.holdings("vpc", FRANKFURT) == before
