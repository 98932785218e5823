"""What the cloud has none of, what there is no time for, and mistakes of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.git_host import Hang
from shared.cloud.session import Call
from tests.poll.launch import (
    FRANKFURT,
    HOUR,
    REGIONS,
    START,
    Json,
    Launch,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.sessions import hooked
from tests.poll.trouble import (
    LOOK,
    assert_armed_and_converged,
    run,
)


def test_a_shortage_is_partial_with_its_code_and_recovers_by_itself(launch: Launch) -> None:
    """No write helps: the poll looks up the last failed activity, and waits for stock."""
    run(launch)
    launch.faults(stock=[{"region": FRANKFURT}])
    launch.commit(document(4))
    launch.poll()
    launch.advance_to(START + 2 * HOUR)

    short = launch.poll()
    calls = launch.calls(FRANKFURT)
    launch.faults()
    launch.advance_to(START + 3 * HOUR)
    recovered = launch.poll()

    assert short["status"] == "partial"
    assert told(short) == everywhere("none 4 none") | {
        FRANKFURT: "none 4 none RecommendEmpty.InstanceTypeNoStock"
    }
    assert calls == [*LOOK, "DescribeScalingActivities"]
    assert errors(short)[FRANKFURT] == {
        "code": "RecommendEmpty.InstanceTypeNoStock",
        "message": "2 of 4 nodes run: No instance type is in stock.",
        "reaction": "shortage",
        "remedy": "Add another instance type, disk category or zone to `fleet`, or wait: ESS keeps"
        " trying.",
    }
    assert recovered["status"] == "converged"
    assert launch.sizes(FRANKFURT) == "4..4, 4 active"


@pytest.mark.parametrize(
    ("trouble", "code", "reaction"),
    [
        ({"account": {"risk_control": True}}, "Forbidden.RiskControl", "human"),
        (
            {"account": {"unauthorized_types": ["*"]}},
            "InvalidInstanceType.NotAuthorized",
            "shortage",
        ),
        (
            {"stock": [{"disk": "cloud_essd*"}]},
            "RecommendEmpty.DiskTypeNoStock",
            "shortage",
        ),
        ({"account": {"quotas": {"ecs:instances": 1}}}, "QuotaExceed.ElasticQuota", "human"),
    ],
)
def test_every_reason_for_missing_nodes_is_told_with_its_reaction(
    launch: Launch, trouble: Json, code: str, reaction: str
) -> None:
    """The code stands in the activity's text, where ESS puts it."""
    launch.faults(**trouble)
    run(launch)

    report = launch.poll()

    assert report["status"] == "partial"
    assert told(report) == everywhere(f"none 2 none {code}")
    assert {error["reaction"] for error in errors(report).values()} == {reaction}


def test_nodes_that_are_still_booting_are_no_shortage(launch: Launch) -> None:
    """Right after a change, and while an activity is running, nothing is missing."""
    run(launch)
    launch.commit(document(4))

    changed = launch.poll()
    booting = launch.poll()

    assert (changed["status"], booting["status"]) == ("changed", "converged")


# --- time ---------------------------------------------------------------------------------------


def test_what_the_deadline_did_not_allow_is_skipped_and_told(launch: Launch) -> None:
    """One call at a time, each slow: some regions are reached, the others are not lost."""
    launch.commit(document(2))
    launch.faults({"action": "Describe*", "fault": None, "delay_ms": 250})

    report = launch.poll(given={"DEADLINE_S": "2", "MAX_CONCURRENCY": "1"})

    skipped = {one["region"] for one in report["regions"] if one["outcome"] == "skipped"}
    reached = set(REGIONS) - skipped
    assert len(report["unseen"]) >= 20
    for error in (one["error"] for one in report["regions"] if one["region"] in skipped):
        assert error["code"] == "DeadlinePassed"
    assert report["elapsed_ms"] < 3000
    assert {one.split()[0] for one in launch.all_writes} <= reached
    assert report["status"] == ("partial" if skipped else "changed")


def test_a_tiny_deadline_skips_everything_and_breaks_nothing(launch: Launch) -> None:
    """Every region is reported as skipped; the next poll does the work."""
    launch.commit(document(2))
    launch.faults({"fault": None, "delay_ms": 900})

    report = launch.poll(given={"DEADLINE_S": "1"})
    launch.faults()
    launch.poll()

    assert (report["status"] in {"partial", "failed"}, report["totals"]["writes"]) == (True, 0)
    assert {one["outcome"] for one in report["regions"]} <= {"skipped", "failed"}
    assert_armed_and_converged(launch)


def test_a_git_host_that_hangs_leaves_time_for_the_regions(launch: Launch) -> None:
    """Sources are read beside the regions, and only for a share of the poll."""
    launch.commit(document(2))
    launch.host.misbehave("mirror.git", Hang())
    sources = f"{launch.host.url_of('mirror.git')} {launch.environment['CONTROL_SOURCES']}"

    report = launch.poll(given={"CONTROL_SOURCES": sources, "DEADLINE_S": "4"})

    assert told(report) == everywhere("arm 0 done")
    assert [one["status"] for one in report["sources"]] == ["failed", "used"]
    assert report["elapsed_ms"] < 4000


# --- mistakes of our own ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("DescribeScalingGroups", "hold None failed UnexpectedError"),
        ("CreateScheduledTask", "arm 0 failed UnexpectedError"),
    ],
)
def test_a_mistake_of_this_program_in_one_region_ends_no_other(
    launch: Launch, action: str, said: str
) -> None:
    """It is reported with its place, and without its words."""
    launch.commit(document(2))

    def stumble(call: Call) -> None:
        if (call.region, call.action) == (FRANKFURT, action):
            raise ZeroDivisionError("words that could hold anything")

    report = launch.poll(open_session=hooked(after=stumble))

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: said}
    error = errors(report)[FRANKFURT]
    assert error["reaction"] == "bug"
    here = Path(__file__).name
    assert error["message"].startswith(
        f"This program made a mistake in eu-central-1: ZeroDivisionError at {here}:"
    )
    launch.poll()
    assert_armed_and_converged(launch)
