"""Readiness: GO only where everything that can be known is well, and nothing written for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pytest

from shared.instants import format_instant
from tests.bootstrap.countdown import (
    BOOTSTRAP,
    NOBODY_KNOWS,
    arm,
    build_and_arm,
    no_go,
    said,
    status,
    trouble,
)
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, NOON, START, STOP, Yard

_MEND: Final = (
    "Mend the document (p2p-fleet validate control.yaml) or what the reason names, and commit."
)


def test_a_fleet_that_is_built_and_armed_is_go(armed_yard: Yard) -> None:
    """Every check holds but one, which nothing can tell before an instance has run."""
    report = status(armed_yard)

    assert (report["status"], report["reason"]) == ("converged", "GO: 1 region, 2 nodes")
    assert said(report, "ok") == {
        "endpoint": "ess.eu-central-1.aliyuncs.com answers",
        "permissions": "the access key may do all that the launch needs",
        "document": f"commit {report['commit']['sha'][:12]} is accepted",
        "group": "p2p-agent-eu-central-1 is ours and Active",
        "template": "version 1 would start an instance (dry run)",
        "stock": "ecs.e-c1m1.large with cloud_essd_entry in eu-central-1a",
        "quota": "0 of 2000 vCPUs are used, 4 more are wanted",
        "image": "ubuntu_24_04_x64_20G_alibase_20260916.vhd is available",
        "armed": "2 nodes are armed for 2026-12-01T18:00:00Z",
    }
    assert said(report, "unknown") == {"account": NOBODY_KNOWS}


def test_the_report_has_the_frame_of_all_runs(armed_yard: Yard) -> None:
    """Nodes wanted, what is armed, and the sums of those that would start."""
    report = status(armed_yard)

    (row,) = report["regions"]
    totals = report["totals"]
    assert report["action"] == "status"
    assert report["window"] == {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"}
    assert (totals["regions"], totals["target"], totals["active"], totals["writes"]) == (1, 2, 0, 0)
    assert {key: row[key] for key in row if key not in {"checks", "local_name"}} == {
        "region": FRANKFURT,
        "decision": "none",
        "reason": "GO",
        "before": {"min": 0, "max": 0, "desired": None, "active": 0, "pending": 0},
        "target": 2,
        "target_in_window": 2,
        "armed": {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"},
        "outcome": "none",
        "error": None,
        "resources": [],
    }


def test_regions_without_nodes_are_go_and_say_so(yard: Yard) -> None:
    """Nothing is to start there, so that nothing is missing; they count for nothing."""
    build_and_arm(
        yard,
        f"capacity: {{aliyun: {{{FRANKFURT}: 2, {LONDON}: 0, {HANGZHOU}: '-'}}}}",
        regions=(FRANKFURT, LONDON, HANGZHOU),
    )

    report = status(yard)

    assert report["reason"] == "GO: 1 region, 2 nodes"
    assert {one["region"]: (one["reason"], one["target"]) for one in report["regions"]} == {
        FRANKFURT: ("GO", 2),
        LONDON: ("GO: no nodes are wanted here", 0),
        HANGZHOU: ("GO: capacity is unmanaged here", None),
    }


def test_one_region_that_is_not_ready_is_no_go_for_all(yard: Yard) -> None:
    """The reason names it, and the prediction counts the others."""
    build_and_arm(yard)
    yard.commit(regions=(FRANKFURT, LONDON))

    report = status(yard)

    assert (report["reason"], report["totals"]["target"]) == (
        "NO-GO: 1 of 2 regions would not start: eu-west-1: The scaling group is missing: bootstrap"
        " has not built it yet.",
        2,
    )


def test_regions_that_are_named_are_looked_at_alone(yard: Yard) -> None:
    """Whatever is wrong elsewhere; one that is not configured has nothing to start."""
    build_and_arm(yard)
    yard.commit(regions=(FRANKFURT, LONDON))

    report = status(yard, FRANKFURT, HANGZHOU)

    assert report["reason"] == "GO: 1 region, 2 nodes"
    assert {one["region"]: one["reason"] for one in report["regions"]} == {
        FRANKFURT: "GO",
        HANGZHOU: "GO: the document does not configure this region",
    }


def test_many_regions_with_one_trouble_are_told_together(yard: Yard) -> None:
    """Codes are not repeated thirty times."""
    yard.commit(regions=(FRANKFURT, LONDON, HANGZHOU))

    assert status(yard)["reason"] == (
        "NO-GO: 3 of 3 regions would not start: cn-hangzhou, eu-central-1, eu-west-1: The scaling"
        " group is missing: bootstrap has not built it yet."
    )


# --- the document -----------------------------------------------------------------------------


def test_a_held_document_is_no_go(armed_yard: Yard) -> None:
    """What cannot be accepted starts nothing new; the reason says where it is wrong."""
    armed_yard.commit("capacity: 300")

    report = status(armed_yard)

    assert trouble(report) == no_go(
        "document",
        "DocumentHeld",
        "The document is held: over a rail: eu-central-1 asks for 300 nodes, 280 over"
        " MAX_NODES_PER_REGION = 20; raise MAX_NODES_PER_REGION in the environment of the watcher,"
        " or lower the capacity.",
        _MEND,
    )
    assert report["reason"].startswith("NO-GO: The document is held: over a rail")


def test_an_unreadable_document_is_no_go(armed_yard: Yard) -> None:
    """Nobody knows then which regions are meant; the reason says why."""
    armed_yard.repository.commit("capacity: [1\n", at=armed_yard.now())

    report = status(armed_yard)

    assert (report["status"], report["regions"], report["reason"]) == (
        "partial",
        [],
        "NO-GO: The document is held: control.yaml:1:11: in the list that begins here a `,` or the"
        " closing `]` is missing.",
    )


def test_a_suspended_document_is_no_go(armed_yard: Yard) -> None:
    """No start is armed while it is."""
    sha = armed_yard.commit("suspend: true")

    assert trouble(status(armed_yard)) == no_go(
        "document",
        "Suspended",
        f"Commit {sha[:12]} says `suspend: true`: no start is armed.",
        "Commit `suspend: false`.",
    )


def test_a_window_that_is_over_is_no_go(armed_yard: Yard) -> None:
    """A forgotten document starts nothing, whatever stands."""
    armed_yard.wait((STOP - NOON + timedelta(hours=1)).total_seconds())
    report = status(armed_yard)

    assert trouble(report) == no_go(
        "document",
        "WindowOver",
        f"The run window of commit {report['commit']['sha'][:12]} is over (2026-12-08T18:00:00Z):"
        " nothing starts.",
        "Commit a later `start` and `stop`, or with `start: now` a higher `start_version`.",
    )


# --- the group --------------------------------------------------------------------------------


def test_a_region_that_is_not_built_is_no_go(yard: Yard) -> None:
    """Only bootstrap can change that."""
    yard.commit()

    assert trouble(status(yard)) == no_go(
        "group",
        "GroupMissing",
        "The scaling group is missing: bootstrap has not built it yet.",
        BOOTSTRAP,
    )


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        pytest.param(
            "DisableScalingGroup",
            {},
            (
                "GroupNotActive",
                "The scaling group is Inactive: it starts nothing until it is enabled.",
                BOOTSTRAP,
            ),
            id="inactive",
        ),
        pytest.param(
            "SuspendProcesses",
            {"Processes": ["ScheduledAction"]},
            (
                "GroupProcessesSuspended",
                "Processes of p2p-agent-eu-central-1 are suspended: ScheduledAction.",
                "Resume them in the ESS console (ResumeProcesses).",
            ),
            id="suspended",
        ),
        pytest.param(
            "DeleteScalingGroup",
            {"ForceDelete": True},
            (
                "GroupDeleting",
                "p2p-agent-eu-central-1 is being deleted.",
                "Wait until it is gone; it is then provisioned anew.",
            ),
            id="deleting",
        ),
    ],
)
def test_a_group_that_would_do_nothing_is_no_go(
    armed_yard: Yard, action: str, params: dict[str, object], expected: tuple[str, str, str]
) -> None:
    """Inactive, suspended or on its way out: its tasks would fire in vain."""
    armed_yard.console("ess", FRANKFURT, action, ScalingGroupId=group_id(armed_yard), **params)

    assert trouble(status(armed_yard)) == no_go("group", *expected)


def test_a_group_without_our_tag_is_no_go(armed_yard: Yard) -> None:
    """It is not ours to start, until the document adopts it."""
    untag(armed_yard, "p2p-fleet")

    assert trouble(status(armed_yard)) == no_go(
        "group",
        "GroupNotOurs",
        "A group named p2p-agent-eu-central-1 exists without the tag p2p-fleet=p2p-agent.",
        "To hand it to the fleet, set `regions.eu-central-1.adopt: true` in the control document;"
        " else rename or delete it.",
    )


def test_a_group_that_is_to_be_adopted_is_no_go_until_it_is(armed_yard: Yard) -> None:
    """Then it is as good as one of our own, but for what nobody can try out."""
    untag(armed_yard, "p2p-fleet")
    armed_yard.commit(f"regions: {{{FRANKFURT}: {{adopt: true}}}}")

    before = trouble(status(armed_yard))
    armed_yard.run()
    arm(armed_yard)

    assert before == no_go(
        "group",
        "GroupNotAdopted",
        "The scaling group is not the fleet's yet: bootstrap has not adopted it.",
        BOOTSTRAP,
    )
    assert status(armed_yard)["reason"] == "GO: 1 region, 2 nodes"


def test_a_tag_that_the_fleet_did_not_write_is_no_go(armed_yard: Yard) -> None:
    """The watcher would leave the group alone."""
    tag = {"Key": "p2p-fleet-start", "Value": "soon"}
    armed_yard.console(
        "ess",
        FRANKFURT,
        "TagResources",
        ResourceType="scalinggroup",
        ResourceIds=[group_id(armed_yard)],
        Tags=[tag],
    )

    assert trouble(status(armed_yard)) == no_go(
        "group",
        "TagUnreadable",
        "p2p-agent-eu-central-1: tag p2p-fleet-start holds 'soon', which the fleet did not write.",
        "Delete this tag of the group in the ESS console; it is written again when needed.",
    )


# --- the schedule of a far launch ---------------------------------------------------------------


def test_a_launch_too_far_ahead_to_be_armed_is_go(yard: Yard) -> None:
    """Auto Scaling takes no task for then; the watcher arms in time."""
    commit_window(yard, NOON + timedelta(days=100), "run_duration: 7 days")
    yard.run()
    arm(yard)

    report = status(yard)

    assert report["reason"] == "GO: 1 region, 2 nodes"
    assert said(report, "ok")["armed"] == (
        "the start is too far ahead to be armed: that is done 80 days before it"
    )


@pytest.mark.parametrize("length", ["run_duration: 6 months", "run_duration: forever"])
def test_a_fleet_without_a_near_end_is_go(yard: Yard, length: str) -> None:
    """A nearer stop stands in the place of a far one; without an end there is none to be armed."""
    commit_window(yard, START, length)
    yard.run()
    arm(yard)

    assert status(yard)["reason"] == "GO: 1 region, 2 nodes"


def commit_window(yard: Yard, start: datetime, length: str) -> None:
    """Commit a document for two nodes in one region, with another window than usual."""
    text = f"start: {format_instant(start)}\n{length}\ncapacity: 2\nregions: [{FRANKFURT}]\n"
    yard.repository.commit(text, at=yard.now())


def group_id(yard: Yard) -> str:
    """Id of the region's group."""
    (group,) = yard.holdings("ess", FRANKFURT)["scaling_groups"]
    found: str = group["ScalingGroupId"]
    return found


def untag(yard: Yard, key: str) -> None:
    """Take a tag off the region's group."""
    yard.console(
        "ess",
        FRANKFURT,
        "UntagResources",
        ResourceType="scalinggroup",
        ResourceIds=[group_id(yard)],
        TagKeys=[key],
    )
