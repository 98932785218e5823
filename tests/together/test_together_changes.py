"""One commit changes one thing: a region more, a region less, another template, a group adopted."""

from __future__ import annotations

from typing import Any

from cli.demo_deployment import BOOTSTRAP
from tests.together.account import FRANKFURT, LONDON, MINUTE, Account, told


def test_adding_a_region_is_one_commit(account: Account) -> None:
    """The new region is built and armed; in the other one nothing is written."""
    account.prepare(regions=(FRANKFURT,))
    before = account.group(), account.tasks(), account.writes(FRANKFURT)

    account.commit(regions=(FRANKFURT, LONDON))
    account.poll()
    account.rest()

    assert account.asked() == [[LONDON]]
    assert account.tasks(LONDON) == account.tasks(FRANKFURT)
    assert (account.group(), account.tasks(), account.writes(FRANKFURT)) == before


def test_removing_a_region_is_one_commit_and_its_stack_goes_with_destroy(
    account: Account,
) -> None:
    """It goes to 0 and is disarmed at once; its stack stays until it is destroyed by name."""
    account.prepare(regions=(FRANKFURT, LONDON))
    account.advance_to(account.start + 5 * MINUTE)
    account.poll_here()
    running = account.sizes(LONDON)
    kept = account.group(FRANKFURT)
    refused = account.invoke({"action": "destroy", "regions": [LONDON], "confirm": "p2p-agent"})

    account.commit(regions=(FRANKFURT,))
    polled = account.poll()
    account.advance(MINUTE)
    stopped, tasks = account.sizes(LONDON), account.tasks(LONDON)
    destroyed = account.invoke({"action": "destroy", "regions": [LONDON], "confirm": "p2p-agent"})
    again = account.poll_here()

    assert (running, stopped, tasks) == ((2, 2, 2), (0, 0, 0), {})
    assert refused["status"] == "held"
    assert told(polled) == {FRANKFURT: "none none", LONDON: "stop done"}
    assert (destroyed["status"], told(destroyed)) == ("changed", {LONDON: "stop done"})
    assert account.kept("ess", LONDON).get("scaling_groups", []) == []
    assert account.kept("vpc", LONDON).get("vpcs", []) == []
    assert (again["status"], told(again)) == ("converged", {FRANKFURT: "none none"})
    assert account.group(FRANKFURT) == kept
    assert account.asked() == []


def test_changing_the_template_is_one_commit_and_restarts_nothing(account: Account) -> None:
    """Bootstrap is asked once; nodes to come get a new version, and those that run stay."""
    account.prepare()
    account.advance_to(account.start + 5 * MINUTE)
    account.poll_here()
    running, stack = account.instance_ids(), account.tags()["p2p-fleet-stack"]

    account.commit("fleet: {disk_size_gb: 40, bandwidth_out_mbps: 10}")
    first = account.poll()
    account.rest()
    again = account.poll_here()

    assert told(first) == {FRANKFURT: "provision done"}
    assert account.asked() == [[FRANKFURT]]
    assert default_version(account)["VersionNumber"] == 2
    data = default_version(account)["LaunchTemplateData"]
    assert (data["SystemDisk.Size"], data["InternetMaxBandwidthOut"]) == (40, 10)
    assert (account.instance_ids(), account.sizes()) == (running, (2, 2, 2))
    assert account.tags()["p2p-fleet-stack"] != stack
    assert (again["status"], again["totals"]["writes"]) == ("converged", 0)


def default_version(account: Account) -> dict[str, Any]:
    """Return the version of the launch template that new nodes are made from."""
    (template,) = account.kept("ecs", FRANKFURT)["launch_templates"]
    (version,) = [one for one in template["Versions"] if one["DefaultVersion"]]
    return dict(version)


def test_adopting_a_group_is_one_commit(account: Account) -> None:
    """It is tagged by bootstrap and armed by the poll that bootstrap asks for.

    Around it nothing is built; the little that the fleet has one of is.
    """
    account.sandbox.cloud.add_group(FRANKFURT, f"p2p-agent-{FRANKFURT}", None)
    before = account.things()
    account.commit()
    held = account.poll_here()

    account.commit(f"regions: {{{FRANKFURT}: {{adopt: true}}}}")
    account.poll()
    account.rest()
    account.advance_to(account.start + 5 * MINUTE)

    assert told(held) == {FRANKFURT: "hold none GroupNotOurs"}
    assert len(account.runs(BOOTSTRAP)) == 1
    tags = account.tags()
    assert (tags["p2p-fleet"], tags["p2p-fleet-adopted"]) == ("p2p-agent", "true")
    assert account.sizes() == (2, 2, 2)
    made = {kind for kind, count in account.things().items() if count != before.get(kind, 0)}
    assert made == {
        "ecs instances",
        "ess instances",
        "ess scaling_activities",
        "ess scheduled_tasks",
        "ram policies",
        "ram roles",
        "resourcemanager resource_groups",
    }
