"""Stacks as a table: rendered from a report alone, on terminals wide and narrow, and in pipes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

import pytest
from rich.console import Console

from cli.removal import Removal, print_removal
from cli.stack_table import print_stacks
from cli.stack_words import in_kinds, in_numbers
from shared.regions import BY_ID
from shared.report import (
    ArmedReport,
    BeforeReport,
    CommitReport,
    CostReport,
    ErrorReport,
    RegionReport,
    Report,
    ResourceReport,
    SourceReport,
    Status,
    Totals,
    WindowReport,
)

NOON: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
GOES_ON: Final = "Nothing to do: the next run goes on from here."
PENDING: Final = ErrorReport(
    "Pending", "us-east-1 is not finished: time ran out.", "transient", GOES_ON, None
)
QUOTA: Final = ErrorReport("QuotaExceeded.Vpc", "VPCs are used up.", "human", "Raise it.", "0A-1B")

Outcome = Literal["done", "failed", "skipped", "none"]


def resources(*said: str) -> tuple[ResourceReport, ...]:
    """Resources of one name, each written as `verb kind`."""
    words = (one.split(" ", 1) for one in said)
    return tuple(ResourceReport(kind, "p2p", verb) for verb, kind in words)  # type: ignore[arg-type]


CREATED: Final = resources(
    "found image",
    "created VPC",
    "created IPv4 gateway",
    "changed IPv4 gateway",
    "created vSwitch",
    "created vSwitch",
    "changed launch template",
)


def row(
    region: str,
    reason: str,
    deeds: tuple[ResourceReport, ...] = (),
    outcome: Outcome = "done",
    error: ErrorReport | None = None,
) -> RegionReport:
    """One region of a report, in which no node ran before."""
    return RegionReport(
        region=region,
        local_name=BY_ID[region].local_name,
        decision="provision",
        reason=reason,
        before=None,
        target=None,
        target_in_window=2,
        armed=ArmedReport(None, None),
        outcome=outcome,
        error=error,
        resources=deeds,
    )


def running(region: RegionReport, active: int, pending: int) -> RegionReport:
    """The region with nodes that ran before, and others on their way."""
    return replace(region, before=BeforeReport(active, active, None, active, pending))


REPORT: Final = Report(
    action="provision",
    status=Status.PARTIAL,
    reason=None,
    commit=CommitReport("0123456789abcdef", NOON, "https://git.example/fleet.git", None),
    window=WindowReport(NOON.replace(hour=18), None),
    dry_run=False,
    regions=(
        row("us-west-1", "the stack cannot be finished", (), "failed", QUOTA),
        row("eu-west-1", "the stack cannot be finished", (), "failed", QUOTA),
        row("us-east-1", "being built", resources("created VPC"), "skipped", PENDING),
        row("eu-central-1", "the stack stands", CREATED),
        row("me-east-1", "the stack stands as the document says", outcome="none"),
    ),
    sources=(SourceReport("https://mirror.example/f.git", "failed", None, "It is down.", 9),),
    totals=Totals(regions=5, target=0, active=0, writes=7, calls=41),
    cost=None,
    unseen=(),
    now=NOON,
    elapsed_ms=8040,
    shared=resources("created resource group", "found instance role"),
)


def shown(report: Report, width: int = 160, *, terminal: bool = False) -> list[str]:
    """The lines that a report prints, without trailing blanks."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=terminal, color_system=None)
    print_stacks(report, console)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_each_region_is_one_line_and_those_in_trouble_come_last() -> None:
    """Pending before failed; below the table each code once, with its regions and the remedy."""
    assert shown(REPORT) == [
        "bootstrap: partial",
        "commit 0123456789ab of 2026-12-01 12:00 UTC from https://git.example/fleet.git",
        "start 2026-12-01 18:00 UTC (in 6 h), runs forever",
        "source https://mirror.example/f.git: failed: It is down.",
        "shared by all regions: created resource group",
        "region        where                stack                        done",
        "eu-central-1  Germany (Frankfurt)  stands                     "
        "  created VPC, IPv4 gateway, vSwitch ×2; changed launch template",
        "me-east-1     UAE (Dubai)          stands as the document says",
        "us-east-1     US (Virginia)        pending                      created VPC",
        "us-west-1     US (Silicon Valley)  failed: QuotaExceeded.Vpc",
        "eu-west-1     UK (London)          failed: QuotaExceeded.Vpc",
        "Pending",
        "  us-east-1 is not finished: time ran out.",
        f"  → {GOES_ON}",
        "QuotaExceeded.Vpc",
        "  us-west-1, eu-west-1: VPCs are used up.",
        "  → Raise it.",
        "5 regions: 1 changed, 1 left as they are, 1 pending, 2 failed; 7 writes, 41 calls, 8.0 s",
    ]


def test_a_narrow_terminal_gets_counts_and_wrapped_sentences() -> None:
    """No line is longer than the terminal is wide, and what is wrapped stays indented."""
    long = replace(PENDING, message=f"us-east-1 is not finished: {'time ran out ' * 5}.")
    report = replace(REPORT, regions=(*REPORT.regions[3:], replace(REPORT.regions[2], error=long)))

    lines = shown(report, width=80, terminal=True)

    assert max(map(len, lines)) <= 80
    assert lines[5:12] == [
        "region        stack                        done",
        "eu-central-1  stands                       4 created, 1 changed",
        "me-east-1     stands as the document says",
        "us-east-1     pending                      1 created",
        "Pending",
        "  us-east-1 is not finished: time ran out time ran out time ran out time ran out",
        "  time ran out .",
    ]


def test_a_sentence_is_one_line_in_a_pipe() -> None:
    """However long it is, so that it can be searched for."""
    said = f"control.yaml:1:1: {'far too long ' * 30}indeed"
    held = replace(REPORT, status=Status.HELD, reason=said, regions=(), sources=(), shared=())

    assert shown(held)[3:] == [f"held: {said}", "0 regions; 7 writes, 41 calls, 8.0 s"]


@pytest.mark.parametrize(
    ("deeds", "kinds", "numbers"),
    [
        (resources("found VPC"), "", ""),
        (
            resources("changed IPv4 gateway", "removed scheduled task", "removed scheduled task"),
            "changed IPv4 gateway; removed scheduled task ×2",
            "1 changed, 2 removed",
        ),
        (
            resources("left adopted group", "missing log project"),
            "handed back adopted group; without log project (p2p)",
            "1 handed back, without log project (p2p)",
        ),
        (resources("created VPC", "changed VPC"), "created VPC", "1 created"),
    ],
)
def test_deeds_are_told_by_kind_or_in_numbers(
    deeds: tuple[ResourceReport, ...], kinds: str, numbers: str
) -> None:
    """What was found is not worth a word; what makes something new complete is no change."""
    assert (in_kinds(deeds, planned=False), in_numbers(deeds, planned=False)) == (kinds, numbers)


def test_a_plan_shows_every_thing_under_its_region() -> None:
    """With the nodes that run there; a region that cannot be looked at is the last."""
    report = replace(
        REPORT,
        action="destroy",
        dry_run=True,
        commit=None,
        window=None,
        sources=(),
        regions=(
            REPORT.regions[0],
            running(
                row(
                    "eu-central-1",
                    "the stack would be removed",
                    resources("removed scaling group", "removed VPC", "left adopted group"),
                    "none",
                ),
                active=2,
                pending=1,
            ),
        ),
        shared=resources("removed resource group"),
        unseen=("cn-nanjing",),
        totals=replace(REPORT.totals, writes=0),
    )

    assert shown(report, width=80) == [
        "destroy: partial  (a plan: nothing was written)",
        "eu-central-1  Germany (Frankfurt), 3 nodes: would be removed",
        "  remove     scaling group  p2p",
        "  remove     VPC            p2p",
        "  hand back  adopted group  p2p",
        "us-west-1  US (Silicon Valley): failed: QuotaExceeded.Vpc",
        "shared by all regions:",
        "  remove  resource group  p2p",
        "not open to this account, so nothing can be there: cn-nanjing",
        "QuotaExceeded.Vpc",
        "  us-west-1: VPCs are used up.",
        "  → Raise it.",
        "2 regions: 1 to remove, 1 failed; 0 writes, 41 calls, 8.0 s",
    ]


def test_a_plan_of_something_new_lists_it_once() -> None:
    """What makes it complete is no line of its own; what there is no room for is one."""
    report = replace(
        REPORT,
        dry_run=True,
        commit=None,
        window=None,
        sources=(),
        regions=(
            row(
                "eu-west-1",
                "the stack would be built",
                resources(
                    *("created VPC", "created gateway", "changed gateway", "missing vSwitch")
                ),
                "none",
            ),
        ),
        shared=(),
    )

    assert shown(report)[1:-1] == [
        "eu-west-1  UK (London): would be built",
        "  create   VPC      p2p",
        "  create   gateway  p2p",
        "  without  vSwitch  p2p",
    ]


def test_trouble_that_nearly_all_regions_have_is_told_with_their_number() -> None:
    """A list of thirty names is no sentence; the table has them."""
    rows = [replace(REPORT.regions[0], region=region) for region in tuple(BY_ID)[:11]]
    report = replace(REPORT, regions=tuple(rows), shared=())

    lines = shown(report, width=200)

    assert lines[lines.index("QuotaExceeded.Vpc") :][:3] == [
        "QuotaExceeded.Vpc",
        "  11 regions: VPCs are used up.",
        "  → Raise it.",
    ]


REMOVED: Final = replace(
    REPORT,
    action="destroy",
    status=Status.CHANGED,
    commit=None,
    window=None,
    sources=(),
    regions=(row("eu-west-1", "the stack is gone", resources("removed VPC")),),
    shared=(),
    clear=tuple(BY_ID)[:6],
)


def last_words(report: Report, removal: Removal) -> list[str]:
    """What is said after the sums."""
    stream = io.StringIO()
    print_removal(removal, report, Console(file=stream, width=160))
    lines = stream.getvalue().splitlines()
    sums = next(number for number, line in enumerate(lines) if " calls, " in line)
    return lines[sums + 1 :]


def test_the_proof_names_what_was_looked_at() -> None:
    """Many regions are counted; with the schedule's region known, nothing is left open."""
    assert last_words(REMOVED, Removal("blue", None, has_schedule=True)) == [
        "Nothing tagged p2p-fleet=blue is left in 6 regions.",
        "Role and resource group are gone (a deleted resource group stays listed for some days).",
    ]


def test_a_resource_group_that_is_handed_back_is_not_said_to_be_gone() -> None:
    """What it holds is named, so that the operator knows why it stays."""
    left = ResourceReport("resource group", "blue (it holds blue-eu-west-1)", "left")
    report = replace(REMOVED, shared=(left,), clear=())

    assert last_words(report, Removal("blue", None, has_schedule=True)) == [
        "The role is gone; the resource group stays, without our tags:"
        " blue (it holds blue-eu-west-1).",
    ]


def test_a_removal_that_failed_claims_nothing() -> None:
    """No region is known to be clear, so there is no word of it, only how to go on."""
    failed = replace(REMOVED, status=Status.FAILED, regions=REPORT.regions[:1], clear=())

    assert last_words(failed, Removal("blue", ("us-west-1",), has_schedule=False)) == [
        "The removal is not finished; to go on:"
        " p2p-fleet destroy --confirm blue --regions us-west-1",
    ]


def test_a_plan_that_could_not_look_everywhere_does_not_say_that_there_is_nothing() -> None:
    """A region that did not answer may still hold something."""
    blind = replace(
        REMOVED, status=Status.PARTIAL, dry_run=True, regions=REPORT.regions[:1], shared=()
    )

    assert last_words(blind, Removal("blue", None, has_schedule=True)) == [
        "0 nodes would be released.",
        "Nothing was removed. To remove all this: p2p-fleet destroy --confirm blue",
    ]


def test_one_node_costs_what_it_costs() -> None:
    """The singular is kept, and the basis of the figure stands beside it."""
    one = running(REMOVED.regions[0], active=1, pending=0)
    report = replace(REMOVED, regions=(one,), cost=CostReport(1.09, None, "list price"), clear=())

    assert last_words(report, Removal("blue", ("eu-west-1",), has_schedule=True)) == [
        "1 node ran before. It costs 1.09 USD a day (list price).",
    ]
