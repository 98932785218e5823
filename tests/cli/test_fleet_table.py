"""The table that a person reads: one line a region, troubles once, with what to do."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console

from cli.fleet_table import print_report
from shared.report import (
    ArmedReport,
    BeforeReport,
    CommitReport,
    CostReport,
    ErrorReport,
    RegionReport,
    Report,
    SourceReport,
    Status,
    Totals,
    WindowReport,
)

NOW = datetime(2026, 12, 1, 14, 48, tzinfo=UTC)
START = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
STOP = START + timedelta(days=7)
NO_STOCK = ErrorReport("X.NoStock", "3 of 4 nodes run: out of stock.", "shortage", "Wait.", None)


def region(name: str, where: str, **changes: object) -> RegionReport:
    """A region that waits for its start, with some fields changed."""
    waiting = RegionReport(
        region=name,
        local_name=where,
        decision="arm",
        reason="before start: armed for 3",
        before=BeforeReport(0, 0, None, 0, 0),
        target=0,
        target_in_window=3,
        armed=ArmedReport(START, STOP),
        outcome="done",
        error=None,
    )
    return replace(waiting, **changes)  # type: ignore[arg-type]  # fields by name


REPORT = Report(
    action="poll",
    status=Status.PARTIAL,
    reason=None,
    commit=CommitReport("0123456789abcdef", NOW, "https://git.example/fleet.git", None),
    window=WindowReport(START, STOP),
    dry_run=False,
    regions=(
        region("eu-central-1", "Germany (Frankfurt)"),
        region(
            "us-west-1",
            "US (Silicon Valley)",
            decision="none",
            before=BeforeReport(4, 4, None, 3, 0),
            target=4,
            target_in_window=4,
            armed=ArmedReport(None, STOP),
            error=NO_STOCK,
        ),
        region("us-east-1", "US (Virginia)", decision="none", error=NO_STOCK),
        region(
            "me-east-1",
            "UAE (Dubai)",
            decision="hold",
            reason="the region cannot be read",
            before=None,
            target=None,
            outcome="failed",
            armed=ArmedReport(None, None),
            error=ErrorReport("EndpointTimeout", "No answer.", "transient", "Next poll.", None),
        ),
        region(
            "eu-west-1",
            "UK (London)",
            decision="scale",
            reason="inside the window: 5 wanted, was 3",
            before=BeforeReport(3, 3, None, 3, 2),
            target=5,
            target_in_window=5,
        ),
    ),
    sources=(SourceReport("https://mirror.example/f.git", "failed", None, "It is down.", 9),),
    totals=Totals(regions=5, target=9, active=6, writes=3, calls=12),
    cost=CostReport(12.96, 90.72, "a basis"),
    unseen=("cn-nanjing",),
    now=NOW,
    elapsed_ms=420,
)


def shown(report: Report, width: int = 160) -> list[str]:
    """The lines that a report prints, without trailing blanks."""
    stream = io.StringIO()
    print_report(report, Console(file=stream, width=width))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_the_fleet_is_shown_in_one_line_a_region_with_troubles_below() -> None:
    """Head, table, each kind of trouble once with its remedy, then sums."""
    assert shown(REPORT) == [
        "poll: partial",
        "commit 0123456789ab of 2026-12-01 14:48 UTC from https://git.example/fleet.git",
        "start 2026-12-01 18:00 UTC (in 3 h 12 min), stop 2026-12-08 18:00 UTC (in 7 d 3 h)",
        "source https://mirror.example/f.git: failed: It is down.",
        "region       where               now → target in window start armed (UTC)        "
        " stop armed (UTC)       what happened",
        "eu-central-1 Germany (Frankfurt)        0 → 0         3 12-01 18:00 in 3 h 12 min"
        " 12-08 18:00 in 7 d 3 h armed",
        "us-west-1    US (Silicon Valley)        3 → 4         4 -                        "
        " 12-08 18:00 in 7 d 3 h X.NoStock",
        "us-east-1    US (Virginia)              0 → 0         3 12-01 18:00 in 3 h 12 min"
        " 12-08 18:00 in 7 d 3 h X.NoStock",
        "me-east-1    UAE (Dubai)                ? → ?         3 -                        "
        " -                      failed: EndpointTimeout",
        "eu-west-1    UK (London)              3+2 → 5         5 12-01 18:00 in 3 h 12 min"
        " 12-08 18:00 in 7 d 3 h capacity set: inside the window: 5 wanted, was 3",
        "X.NoStock",
        "  us-west-1, us-east-1: 3 of 4 nodes run: out of stock.",
        "  → Wait.",
        "EndpointTimeout",
        "  me-east-1: No answer.",
        "  → Next poll.",
        "5 regions, 6 nodes active, 9 wanted now; 3 writes, 12 calls, 0.4 s",
        "up to 12.96 USD a day, 90.72 in all: a basis",
        "could not look at (not configured): cn-nanjing",
    ]


def test_a_held_document_says_why_and_a_plan_says_that_nothing_was_written() -> None:
    """The two things that a reader must not miss stand at the top."""
    held = replace(
        REPORT,
        action="plan",
        status=Status.HELD,
        reason="control.yaml:1:1: broken",
        dry_run=True,
        commit=None,
        window=None,
        regions=(),
        sources=(),
        cost=None,
        unseen=(),
    )

    assert shown(held) == [
        "plan: held  (a plan: nothing was written)",
        "held: control.yaml:1:1: broken",
        "5 regions, 6 nodes active, 9 wanted now; 3 writes, 12 calls, 0.4 s",
    ]


def test_a_fleet_without_an_end_is_said_to_run_forever() -> None:
    """A missing stop is stated, not left to be noticed."""
    forever = replace(REPORT, window=WindowReport(START, None))

    assert shown(forever)[2] == "start 2026-12-01 18:00 UTC (in 3 h 12 min), runs forever"


def test_a_narrow_terminal_still_shows_one_line_a_region() -> None:
    """Names and the target inside the window are spared where there is no room for them."""
    lines = shown(replace(REPORT, regions=REPORT.regions[:2], sources=()), width=100)

    assert lines[3:6] == [
        "region         now → target start armed (UTC)        "
        " stop armed (UTC)       what happened",
        "eu-central-1          0 → 0 12-01 18:00 in 3 h 12 min 12-08 18:00 in 7 d 3 h armed",
        "us-west-1             3 → 4 -                         12-08 18:00 in 7 d 3 h X.NoStock",
    ]
