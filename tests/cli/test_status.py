"""`p2p-fleet status`: what a person sees, and the exit code that a script goes by."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from cli.main import main
from cli.readiness_table import print_readiness
from shared.report import (
    ArmedReport,
    CheckReport,
    ErrorReport,
    RegionReport,
    Report,
    SourceReport,
    Status,
    Totals,
    WindowReport,
)
from tests.bootstrap.countdown import arm
from tests.bootstrap.yard import FRANKFURT, LONDON, Yard, opened_yard

START = datetime(2026, 12, 1, 18, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 14, 48, tzinfo=UTC)
ENDPOINT = CheckReport("endpoint", "ok", "it answers", None)
UNPROVED = CheckReport("account", "unknown", "no instance has run here yet", None)
MISSING = CheckReport("group", "bad", "The scaling group is missing.", "Build it.")
NO_STOCK = CheckReport("stock", "bad", "Nothing is in stock.", "Wait.")


def row(name: str, where: str, *checks: CheckReport) -> RegionReport:
    """A region with these checks, GO unless one of them is bad."""
    bad = next((one for one in checks if one.state == "bad"), None)
    error = None if bad is None else ErrorReport("Code", bad.said, "human", bad.remedy or "", None)
    return RegionReport(
        region=name,
        local_name=where,
        decision="none",
        reason="GO" if bad is None else bad.said,
        before=None,
        target=2,
        target_in_window=2,
        armed=ArmedReport(None, None),
        outcome="none",
        error=error,
        checks=checks,
    )


REPORT = Report(
    action="status",
    status=Status.PARTIAL,
    reason="NO-GO: 2 of 3 regions would not start: eu-west-1: The scaling group is missing.",
    commit=None,
    window=WindowReport(START, None),
    dry_run=False,
    regions=(
        row("eu-central-1", "Germany (Frankfurt)", ENDPOINT, UNPROVED),
        row("eu-west-1", "UK (London)", ENDPOINT, MISSING, NO_STOCK),
        replace(
            row("us-east-1", "US (Virginia)"),
            error=ErrorReport("UnexpectedError", "A mistake.", "bug", "Report it.", None),
        ),
        replace(row("us-west-1", "US (Silicon Valley)"), reason="GO: no nodes are wanted here"),
    ),
    sources=(SourceReport("https://mirror.example/f.git", "failed", None, "It is down.", 9),),
    totals=Totals(regions=4, target=2, active=0, writes=0, calls=50),
    cost=None,
    unseen=(),
    now=NOW,
    elapsed_ms=900,
)


def shown(report: Report, width: int = 160) -> list[str]:
    """The lines that a report prints, without trailing blanks."""
    stream = io.StringIO()
    print_readiness(report, Console(file=stream, width=width))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_each_trouble_is_a_line_with_what_to_do_and_the_verdict_comes_last() -> None:
    """What is unknown is told below the table."""
    assert shown(REPORT) == [
        "start 2026-12-01 18:00 UTC (in 3 h 12 min)",
        "source https://mirror.example/f.git: failed: It is down.",
        "region       where               nodes       what is bad                          what to"
        " do",
        "eu-central-1 Germany (Frankfurt)     2 GO",
        "eu-west-1    UK (London)             2 NO-GO group: The scaling group is missing. Build"
        " it.",
        "                                             stock: Nothing is in stock.          Wait.",
        "us-east-1    US (Virginia)           2 NO-GO A mistake.                           Report"
        " it.",
        "us-west-1    US (Silicon Valley)     2 GO    no nodes are wanted here",
        "unknown: account (eu-central-1): no instance has run here yet",
        "NO-GO: 2 of 3 regions would not start: eu-west-1: The scaling group is missing.",
    ]


def test_a_narrow_terminal_does_without_the_names() -> None:
    """The verdict and what to do stay."""
    assert shown(replace(REPORT, sources=()), width=80)[1:4] == [
        "region       nodes       what is bad                          what to do",
        "eu-central-1     2 GO",
        "eu-west-1        2 NO-GO group: The scaling group is missing. Build it.",
    ]


def test_what_is_bad_in_many_regions_is_told_once() -> None:
    """Below the table, with what to do; the table names the check, and in full what is rare."""
    denied = CheckReport("permissions", "bad", "The key may not.", "Grant it.")
    common = tuple(row(f"region-{number}", "", denied) for number in range(3))
    regions = (*common, row("region-3", "", denied, NO_STOCK))

    assert shown(replace(REPORT, regions=regions, sources=()))[1:-1] == [
        "region   where nodes       what is bad                 what to do",
        "region-0           2 NO-GO permissions                 see below",
        "region-1           2 NO-GO permissions                 see below",
        "region-2           2 NO-GO permissions                 see below",
        "region-3           2 NO-GO permissions                 see below",
        "                           stock: Nothing is in stock. Wait.",
        "permissions (4 regions): The key may not.",
        "  → Grant it.",
    ]


def test_what_is_unknown_in_many_regions_is_told_once() -> None:
    """With their number instead of their names."""
    rows = tuple(row(f"region-{number}", "", UNPROVED) for number in range(4))

    assert shown(replace(REPORT, regions=rows, sources=()))[-2] == (
        "unknown: account (4 regions): no instance has run here yet"
    )


def test_a_report_without_regions_is_the_verdict_alone() -> None:
    """An unreadable document configures nothing that could be shown."""
    empty = replace(REPORT, regions=(), window=None, sources=(), reason="NO-GO: it is held.")

    assert shown(empty) == ["NO-GO: it is held."]


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    """A fleet of one region that is built and not armed, as the environment names it."""
    with opened_yard(tmp_path, regions=(FRANKFURT, LONDON)) as opened:
        opened.commit()
        opened.run()
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def test_the_exit_code_is_go_or_no_go(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    """0 and 3, and the last line says why."""
    codes = [main(["status"])]
    arm(yard)
    codes.append(main(["status"]))

    verdicts = [line for line in capsys.readouterr().out.splitlines() if "GO:" in line]
    assert codes == [3, 0]
    assert verdicts == [
        "NO-GO: 1 of 1 region would not start: eu-central-1: No start is armed: its scheduled task"
        " is missing.",
        "GO: 1 region, 2 nodes",
    ]


def test_json_is_the_report_of_the_named_regions(
    yard: Yard, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same frame as that of every run."""
    arm(yard)

    assert main(["status", "--json", "--regions", FRANKFURT]) == 0

    report = json.loads(capsys.readouterr().out)
    assert (report["action"], report["status"]) == ("status", "converged")
    assert [one["region"] for one in report["regions"]] == [FRANKFURT]


def test_a_wrong_command_line_is_one_sentence_and_exit_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """3 would mean that the fleet is not ready."""
    assert main(["status", "--regions", "mars-1"]) == 1
    assert main(["status", "--region=eu-west-1", "more"]) == 1

    first, second = capsys.readouterr().err.splitlines()
    assert "`mars-1` is not a region of Alibaba Cloud" in first
    assert "No such option" in second


def test_a_wrong_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, as for every command."""
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID", raising=False)

    assert main(["status"]) == 1
    assert "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set" in capsys.readouterr().err
