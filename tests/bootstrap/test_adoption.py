"""Adoption: a group that somebody else has made is driven by the fleet, and handed back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from shared.instants import format_instant
from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import FRANKFURT, LONDON, NOON, Json, Yard, done_to, error_of, tags_of

NAME: Final = "p2p-agent-eu-central-1"
ADOPT: Final = "regions: {eu-central-1: {adopt: true}}"


def hand_made(yard: Yard) -> None:
    """Make an Active group of our name with a scheduled task, as Terraform would."""
    yard.sandbox.cloud.add_group(FRANKFURT, NAME, None)
    schedule(yard, "terraform-start")


def schedule(yard: Yard, name: str) -> None:
    """Make a scheduled task of any name on the region's group."""
    yard.console(
        "ess",
        FRANKFURT,
        "CreateScheduledTask",
        ScalingGroupId=yard.group()["ScalingGroupId"],
        ScheduledTaskName=name,
        LaunchTime=format_instant(NOON + timedelta(hours=3))[:-4] + "Z",
        MinValue=1,
        MaxValue=1,
    )


def with_no_tags(thing: Json) -> Json:
    """Return a group without its tags and the time of its last change."""
    return {key: value for key, value in thing.items() if key not in {"Tags", "ModificationTime"}}


def test_a_hand_made_group_is_tagged_and_nothing_else_is_built(yard: Yard) -> None:
    """It stays what it is; who still drives it is told before it becomes ours."""
    hand_made(yard)
    before, vpcs = with_no_tags(yard.group()), yard.holdings("vpc", FRANKFURT)
    sha = yard.commit(ADOPT)

    report = yard.run()

    assert (report["status"], done_to(report)) == (
        "changed",
        [f"changed adopted group {NAME} (still driven by terraform-start)"],
    )
    assert (with_no_tags(yard.group()), yard.holdings("vpc", FRANKFURT)) == (before, vpcs)
    assert tags_of(yard.group()) == {
        "p2p-fleet": "p2p-agent",
        "p2p-fleet-adopted": "true",
        "p2p-fleet-commit": sha,
        "p2p-fleet-commit-time": "2026-12-01T12:00:00Z",
        "p2p-fleet-start": "2026-12-01T18:00:00Z",
        "p2p-fleet-stop": "2026-12-08T18:00:00Z",
        "p2p-fleet-earlier-stop": "-",
        "p2p-fleet-now": "-",
    }


def test_an_adopted_group_is_found_again_whatever_the_document_says_of_it(yard: Yard) -> None:
    """Adopting is done once; a second run writes nothing, with `adopt` or without."""
    hand_made(yard)
    yard.commit(ADOPT)
    yard.run()
    again = (yard.run()["status"], yard.writes)
    yard.commit()

    without = (yard.run()["status"], yard.writes)

    assert (again, without) == (("converged", []), ("converged", []))


def test_an_inactive_group_is_enabled(yard: Yard) -> None:
    """What nobody has enabled yet could not start anything."""
    hand_made(yard)
    yard.console(
        "ess", FRANKFURT, "DisableScalingGroup", ScalingGroupId=yard.group()["ScalingGroupId"]
    )
    yard.commit(ADOPT)

    report = yard.run()

    assert (done_to(report)[1:], yard.group()["LifecycleState"]) == (
        [f"changed adopted group {NAME} enabled"],
        "Active",
    )


def test_removal_hands_the_group_back_empty_and_untagged(yard: Yard) -> None:
    """Our tasks go, theirs stay; the group is theirs again, with nothing running for us."""
    hand_made(yard)
    there = yard.holdings("vpc", FRANKFURT)
    yard.commit(ADOPT)
    yard.run()
    schedule(yard, f"{NAME}-stop")
    yard.scale(FRANKFURT, 2)
    planned = yard.run({"action": "destroy", "dry_run": True})

    report = yard.destroy()

    wanted = [
        f"removed scheduled task {NAME}-stop",
        f"changed adopted group {NAME} to 0",
        f"left adopted group {NAME}",
    ]
    assert (done_to(planned), done_to(report)) == (wanted, wanted)
    yard.wait(120)
    group, tasks = yard.group(), yard.holdings("ess", FRANKFURT)["scheduled_tasks"]
    assert (tags_of(group), group["MaxSize"], group["TotalCapacity"], group["LifecycleState"]) == (
        {},
        0,
        0,
        "Active",
    )
    assert [one["ScheduledTaskName"] for one in tasks] == ["terraform-start"]
    assert yard.holdings("vpc", FRANKFURT) == there


def test_a_handed_back_group_can_be_adopted_again(yard: Yard) -> None:
    """Nothing of the first time stands in the way."""
    hand_made(yard)
    yard.commit(ADOPT)
    yard.run()
    yard.destroy()

    report = yard.run()

    assert (report["status"], tags_of(yard.group())["p2p-fleet-adopted"]) == ("changed", "true")


def test_without_such_a_group_a_stack_is_built(yard: Yard) -> None:
    """There is nothing to adopt, and the region is configured."""
    yard.commit(ADOPT)
    yard.run()
    again = yard.run()

    assert (yard.inventory(), again["status"]) == (ONE_STACK, "converged")
    assert "p2p-fleet-adopted" not in tags_of(yard.group())


def test_without_adopt_the_group_is_not_touched(yard: Yard) -> None:
    """It is reported with what to write into the document."""
    hand_made(yard)
    before = yard.group()
    yard.commit()

    report = yard.run()

    code, _, remedy = error_of(report)
    assert (code, yard.group()) == ("GroupNotOurs", before)
    assert "`regions.eu-central-1.adopt: true`" in remedy


def test_another_fleet_s_group_is_not_adopted(yard: Yard) -> None:
    """Its tag says whose it is; `adopt` is for groups that are nobody's."""
    yard.sandbox.cloud.add_group(FRANKFURT, NAME, "other")
    before = yard.group()
    yard.commit(ADOPT)

    report = yard.run()

    assert (error_of(report)[0], yard.group()) == ("GroupOfAnotherFleet", before)


@pytest.mark.parametrize("action", ["TagResources", "EnableScalingGroup"])
@pytest.mark.parametrize("fault", ["http_500", "reset"])
def test_adoption_survives_an_answer_that_is_lost(yard: Yard, action: str, fault: str) -> None:
    """It is looked at again, and ends the same."""
    hand_made(yard)
    yard.console(
        "ess", FRANKFURT, "DisableScalingGroup", ScalingGroupId=yard.group()["ScalingGroupId"]
    )
    yard.commit(ADOPT)
    yard.faults({"product": "ess", "action": action, "fault": fault, "times": 1})

    report = yard.run()

    group = yard.group()
    assert (error_of(report)[0], group["LifecycleState"], tags_of(group)["p2p-fleet"]) == (
        "none",
        "Active",
        "p2p-agent",
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_resource_group_that_holds_an_adopted_group_is_handed_back_at_once(
    yard: Yard, times: int
) -> None:
    """It cannot be deleted, and waiting would not help; nothing keeps our tags."""
    yard.commit(regions=(LONDON,))
    yard.run()
    (shared,) = yard.holdings("resourcemanager")["resource_groups"]
    surroundings = yard.sandbox.cloud.add_surroundings(FRANKFURT, NAME, None)
    yard.console(
        "ess",
        FRANKFURT,
        "CreateScalingGroup",
        ScalingGroupName=NAME,
        MinSize=0,
        MaxSize=0,
        LaunchTemplateId=surroundings.template_id,
        VSwitchIds=list(surroundings.vswitch_ids),
        ResourceGroupId=shared["Id"],
    )
    yard.commit("regions: {eu-central-1: {adopt: true}, eu-west-1: {}}")
    yard.run()
    planned, began = yard.run({"action": "destroy", "dry_run": True}), yard.now()

    for _ in range(times):
        report = yard.destroy()

    (left,) = yard.holdings("resourcemanager")["resource_groups"]
    assert (report["status"], left) == (
        "changed" if times == 1 else "converged",
        {**shared, "Tags": {}},
    )
    assert planned["shared"][-1] == {
        "kind": "resource group",
        "name": f"p2p-agent (it holds {NAME})",
        "verb": "left",
    }
    assert times == 2 or report["shared"] == planned["shared"]
    assert yard.now() - began < timedelta(minutes=1)
