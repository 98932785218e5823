"""When nothing is to be built: the reason is told, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from shared.naming import log_project_name
from tests.bootstrap.yard import (
    FRANKFURT,
    HANGZHOU,
    LONDON,
    START,
    Json,
    Yard,
    done_to,
    error_of,
    told,
)

NAME: Final = "p2p-agent-eu-central-1"


def reasons(report: Json) -> dict[str, str]:
    """Return the reason of each region that nothing was done in."""
    return {one["region"]: one["reason"] for one in report["regions"] if not one["resources"]}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["capacity: 0"], "no nodes are wanted; nothing is provisioned"),
        (["capacity: '-'"], "capacity is unmanaged here"),
        (["suspend: true"], "suspended: nothing is provisioned"),
        (["capacity: {aws: {all: 3}}"], "capacity is unmanaged here"),
    ],
)
def test_a_region_that_wants_nothing_gets_nothing(
    yard: Yard, lines: list[str], reason: str
) -> None:
    """Not even what regions share is built."""
    yard.commit(*lines)

    report = yard.run()

    assert (report["status"], reasons(report), yard.writes, yard.inventory()) == (
        "converged",
        {FRANKFURT: reason},
        [],
        {},
    )


def test_after_the_window_nothing_is_built(yard: Yard) -> None:
    """What stands stays: removing it is asked for in so many words."""
    yard.commit()
    yard.wait(timedelta(days=8).total_seconds())

    report = yard.run()

    assert (reasons(report), yard.inventory()) == (
        {FRANKFURT: "the run window is over; nothing is provisioned"},
        {},
    )


def test_regions_that_want_nothing_do_not_keep_others_waiting(yard: Yard) -> None:
    """Each region is decided by itself; the report lists them in the catalogue's order."""
    yard.commit(
        "capacity: {aliyun: {all: 1, eu-west-1: 0, cn-hangzhou: '-'}}",
        regions=(FRANKFURT, LONDON, HANGZHOU),
    )

    report = yard.run()

    assert told(report) == {
        HANGZHOU: "none none",
        FRANKFURT: "provision done",
        LONDON: "none none",
    }
    assert list(told(report)) == [HANGZHOU, FRANKFURT, LONDON]
    targets = {one["region"]: one["target_in_window"] for one in report["regions"]}
    assert targets == {HANGZHOU: None, FRANKFURT: 1, LONDON: 0}


def test_a_region_that_is_asked_for_and_not_configured_is_not_built(yard: Yard) -> None:
    """The event chooses among what the document configures."""
    yard.commit(regions=(FRANKFURT, HANGZHOU))

    report = yard.run({"regions": [LONDON, FRANKFURT]})

    assert (told(report), reasons(report)) == (
        {FRANKFURT: "provision done", LONDON: "none none"},
        {LONDON: "the document does not configure this region"},
    )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            ["capacity: many"],
            "control.yaml:3:11: capacity: `many` is not a number of instances; ",
        ),
        (["capacity: 100"], "over a rail: "),
        (["fleet: {instance_types: [large]}"], "control.yaml:3:26: "),
        (["fleet: {cidr_block: 10.0.0.0/28, zones: 3}"], "control.yaml:3:21: "),
        (["fleet: {open_ports: {tcp: [70000]}}"], "control.yaml:3:28: "),
        (["fleet: {public_keys: [AAAA]}"], "control.yaml:3:23: "),
        (["regions: [mars-1]"], "control.yaml:3:11: "),
    ],
)
def test_a_document_that_is_not_accepted_builds_nothing(
    yard: Yard, lines: list[str], reason: str
) -> None:
    """The reason says where it is wrong; what stands is not touched."""
    yard.commit()
    yard.run()
    yard.commit(*lines)

    report = yard.run()

    assert (report["status"], yard.writes) == ("held", [])
    assert report["reason"].startswith(reason)


def test_without_a_document_nothing_is_built(yard: Yard) -> None:
    """An empty repository is no reason to guess."""
    report = yard.run()

    assert (report["status"], report["regions"], yard.writes) == ("held", [], [])


def test_a_rewound_repository_builds_nothing(yard: Yard) -> None:
    """The groups remember a newer commit than the one that is shown now."""
    old = yard.commit()
    yard.wait(60)
    yard.commit("poll_every: 10 minutes")
    yard.run()
    yard.repository.rewind(old)

    report = yard.run()

    assert (report["status"], yard.writes) == ("held", [])


def test_a_plan_lists_what_would_be_created_and_writes_nothing(yard: Yard) -> None:
    """In an empty account that is everything; the watcher is not told."""
    yard.commit("fleet: {logs: true}")

    report = yard.run({"dry_run": True})

    assert (report["status"], report["dry_run"], told(report), yard.inventory()) == (
        "changed",
        True,
        {FRANKFURT: "provision none"},
        {},
    )
    assert report["regions"][0]["reason"] == "the stack would be built"
    project = log_project_name("p2p-agent", FRANKFURT, yard.sandbox.account_id)
    assert [one.replace(project, NAME) for one in done_to(report)] == [
        f"created VPC {NAME}",
        f"created IPv4 gateway {NAME}",
        f"changed IPv4 gateway {NAME} enabled",
        f"created default route {NAME}",
        "created vSwitch p2p-agent-eu-central-1a",
        "created vSwitch p2p-agent-eu-central-1c",
        f"created security group {NAME}",
        f"changed security group {NAME} egress",
        f"changed security group {NAME} ingress",
        f"created launch template {NAME}",
        f"created scaling group {NAME}",
        f"changed scaling group {NAME} enabled",
        f"created log project {NAME}",
        f"created logstore {NAME}",
        f"created log index {NAME}",
        f"created machine group {NAME}",
        f"created Logtail configuration {NAME}",
        f"changed Logtail configuration {NAME}",
    ]
    assert yard.writes == []


def test_a_plan_of_a_change_names_the_change(yard: Yard) -> None:
    """What stands is found; only what would be written is listed."""
    yard.commit()
    yard.run()
    yard.commit("fleet: {disk_size_gb: 40}")

    report = yard.run({"dry_run": True})

    assert (done_to(report), yard.writes) == (
        [
            f"changed launch template {NAME} version 2",
            f"changed launch template {NAME} default 2",
            f"changed group tags {NAME}",
        ],
        [],
    )


@pytest.mark.parametrize("deadline_s", ["6", "12", "20"])
def test_what_time_does_not_suffice_for_is_pending_and_finished_by_the_next_run(
    yard: Yard, deadline_s: str
) -> None:
    """It is no failure: the region is skipped, and says what it was waiting for."""
    yard.commit()

    report = yard.run(given={"DEADLINE_S": deadline_s})

    assert (report["status"], told(report)) == (
        "partial",
        {FRANKFURT: "provision skipped Pending"},
    )
    _, message, remedy = error_of(report)
    assert message.startswith("eu-central-1 is not finished: time ran out while waiting for ")
    assert remedy == (
        "Nothing to do: the next run goes on from here. If it lasts, raise DEADLINE_S."
    )
    assert told(yard.run()) == {FRANKFURT: "provision done"}


def test_what_a_group_remembers_is_what_the_watcher_has_resolved(yard: Yard) -> None:
    """Commit and window come with the event; they stand on the group from its first moment."""
    sha = yard.commit()
    event = {
        "commit": {"sha": sha, "time": "2026-12-01T12:00:00Z"},
        "window": {"start": "2026-12-01T19:00:00Z", "stop": "2026-12-05T19:00:00Z"},
        "now": {"key": "v1+15minutes", "instant": "2026-12-01T18:45:00Z"},
    }

    yard.run(event)

    tags = {one["TagKey"]: one["TagValue"] for one in yard.group()["Tags"]}
    assert {key: tags[f"p2p-fleet-{key}"] for key in ("commit", "start", "stop", "now")} == {
        "commit": sha,
        "start": "2026-12-01T19:00:00Z",
        "stop": "2026-12-05T19:00:00Z",
        "now": "v1+15minutes@2026-12-01T18:45:00Z",
    }


def test_what_was_resolved_from_an_older_commit_does_not_count(yard: Yard) -> None:
    """The document has been changed since; the next poll resolves it anew."""
    sha = yard.commit()
    event = {
        "commit": {"sha": "0" * 40, "time": "2026-12-01T11:00:00Z"},
        "window": {"start": "2026-12-01T19:00:00Z", "stop": None},
    }

    yard.run(event)

    tags = {one["TagKey"]: one["TagValue"] for one in yard.group()["Tags"]}
    assert (tags["p2p-fleet-commit"], tags["p2p-fleet-start"]) == (
        sha,
        START.isoformat().replace("+00:00", "Z"),
    )
