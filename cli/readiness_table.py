"""The readiness of the fleet as a table: GO or NO-GO, drawn from the report alone."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.instants import format_countdown
from shared.report import RegionReport, Report, Status

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
    if report.regions:
        console.print(_table(report, console.width))
    for line in _unknowns(report):
        console.print(Text(line, "yellow"), soft_wrap=True)
    verdict = report.reason or report.status.value
    style = "bold green" if report.status is Status.CONVERGED else "bold red"
    console.print(Text(verdict, style), soft_wrap=True)


def _table(report: Report, width: int) -> Table:
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
        for said, remedy in _troubles(region):
            table.add_row(*head, said, remedy)
            head = [""] * len(head)
    return table


def _troubles(region: RegionReport) -> Iterator[tuple[Text, str]]:
    """Tell all that is bad in a region with its remedy; one empty line where nothing is."""
    bad = [check for check in region.checks if check.state == "bad"]
    for check in bad:
        yield Text(f"{check.check}: {check.said}", "red"), check.remedy or ""
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
