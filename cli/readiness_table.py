"""The readiness of the fleet as a table: GO or NO-GO, drawn from the report alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.instants import format_countdown
from shared.report import CheckReport, RegionReport, Report, Status

Trouble = tuple[str, str, str]
"""A check that is bad: its name, what it says, and what to do."""

_WIDE = 120
_REGIONS_NAMED = 3
_GO = Text("GO", "green")
_NO_GO = Text("NO-GO", "bold red")


def print_readiness(report: Report, console: Console) -> None:
    """Print when it starts, one line for each region and trouble, what is unknown, the verdict."""
    if report.window is not None:
        start = report.window.start
        until = format_countdown(start - report.now)
        console.print(Text(f"start {start:%Y-%m-%d %H:%M} UTC ({until})"))
    for source in report.sources:
        if source.status not in {"used", "same"}:
            said = f"source {source.source}: {source.status}: {source.message}"
            console.print(Text(said), soft_wrap=True)
    widespread = _widespread(report)
    if report.regions:
        console.print(_table(report, frozenset(widespread), console.width))
    for (name, said, remedy), count in widespread.items():
        console.print(Text(f"{name} ({count} regions): {said}", "red"), soft_wrap=True)
        console.print(Text(f"  → {remedy}", "bold"), soft_wrap=True)
    for line in _unknowns(report):
        console.print(Text(line, "yellow"), soft_wrap=True)
    verdict = report.reason or report.status.value
    style = "bold green" if report.status is Status.CONVERGED else "bold red"
    console.print(Text(verdict, style), soft_wrap=True)


def _trouble(check: CheckReport) -> Trouble:
    return check.check, check.said, check.remedy or ""


def _widespread(report: Report) -> dict[Trouble, int]:
    """Count what is bad in the very same way in many regions, which is told once for all."""
    counts = Counter(
        _trouble(check)
        for region in report.regions
        for check in region.checks
        if check.state == "bad"
    )
    return {trouble: count for trouble, count in counts.items() if count > _REGIONS_NAMED}


def _table(report: Report, widespread: frozenset[Trouble], width: int) -> Table:
    """One line for each trouble of a region; a narrow terminal does without the names."""
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    table.add_column("region", no_wrap=True)
    if wide:
        table.add_column("where", no_wrap=True)
    table.add_column("nodes", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("what is bad", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for region in report.regions:
        nodes = "-" if region.target is None else str(region.target)
        verdict = _GO if region.error is None else _NO_GO
        where = [region.local_name] if wide else []
        head: list[str | Text] = [region.region, *where, nodes, verdict]
        for said, remedy in _troubles(region, widespread):
            table.add_row(*head, said, remedy)
            head = [""] * len(head)
    return table


def _troubles(region: RegionReport, widespread: frozenset[Trouble]) -> Iterator[tuple[Text, str]]:
    """Tell what is bad in a region, with its remedy; one empty line where nothing is."""
    bad = [_trouble(check) for check in region.checks if check.state == "bad"]
    below = [trouble[0] for trouble in bad if trouble in widespread]
    if below:
        yield Text(", ".join(below), "red"), "see below"
    for name, said, remedy in (trouble for trouble in bad if trouble not in widespread):
        yield Text(f"{name}: {said}", "red"), remedy
    if not bad and region.error is not None:
        yield Text(region.error.message, "red"), region.error.remedy
    if not bad and region.error is None:
        yield Text(region.reason.removeprefix("GO").removeprefix(": "), "dim"), ""


def _unknowns(report: Report) -> Iterator[str]:
    """Tell once what nobody knows, and of which regions."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for region in report.regions:
        for check in region.checks:
            if check.state == "unknown":
                kinds.setdefault((check.check, check.said), []).append(region.region)
    for (name, said), regions in kinds.items():
        many = len(regions) > _REGIONS_NAMED
        where = f"{len(regions)} regions" if many else ", ".join(regions)
        yield f"unknown: {name} ({where}): {said}"
