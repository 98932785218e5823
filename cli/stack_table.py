"""Region stacks as a table: what was built or removed where, drawn from the report alone."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.report import RegionReport, Report, Status

_STATUS_STYLE = {
    Status.CONVERGED: "bold green",
    Status.CHANGED: "bold cyan",
    Status.HELD: "bold yellow",
    Status.PARTIAL: "bold yellow",
    Status.FAILED: "bold red",
}
_WOULD = {"created": "create", "changed": "change", "removed": "remove", "left": "hand back"}


def print_stacks(report: Report, console: Console) -> None:
    """Print head, one line a region, what to do, and sums."""
    head = Text(f"{report.action}: ")
    head.append(report.status.value, _STATUS_STYLE[report.status])
    if report.dry_run:
        head.append("  (a plan: nothing was written)")
    console.print(head)
    if report.reason is not None:
        console.print(Text(report.reason, "yellow"))
    if report.regions:
        console.print(_table(report))
    for region in report.regions:
        if region.error is not None:
            said = f"{region.region}: {region.error.code}: {region.error.message}"
            console.print(Text(said, "red"), soft_wrap=True)
            console.print(Text(f"  what to do: {region.error.remedy}"), soft_wrap=True)
    _print_sums(report, console)


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("region", "name", "stack", "what"):
        table.add_column(title, no_wrap=title == "region")
    for region in report.regions:
        style = "red" if region.error else None
        table.add_row(
            region.region,
            region.local_name,
            Text(region.reason, style or ""),
            _deeds(region, planned=report.dry_run),
        )
    return table


def _deeds(region: RegionReport, *, planned: bool) -> str:
    """Say how many things were done, by verb; in a plan also which."""
    if planned:
        said = (
            f"{_WOULD[one.verb]} {one.kind} {one.name}"
            for one in region.resources
            if one.verb in _WOULD
        )
        return "\n".join(said)
    counts = Counter(one.verb for one in region.resources)
    return ", ".join(f"{count} {verb}" for verb, count in counts.items())


def _print_sums(report: Report, console: Console) -> None:
    totals = report.totals
    console.print(
        f"{totals.regions} regions, {totals.writes} writes, {totals.calls} calls,"
        f" {report.elapsed_ms / 1000:.1f} s",
        highlight=False,
    )
    if report.cost is not None:
        console.print(
            f"nodes that go have cost {report.cost.usd_per_day:.2f} USD a day {report.cost.basis}",
            highlight=False,
        )
