"""The fleet as a table that a person reads at a glance; drawn from the report alone."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.instants import format_countdown
from shared.regions import BY_ID
from shared.report import RegionReport, Report, Status

_STATUS_STYLE = {
    Status.CONVERGED: "bold green",
    Status.CHANGED: "bold cyan",
    Status.HELD: "bold yellow",
    Status.PARTIAL: "bold yellow",
    Status.FAILED: "bold red",
}
_SAID = {
    "none": "as wanted",
    "hold": "held",
    "provision": "provisioning",
    "scale": "capacity set",
    "arm": "armed",
    "stop": "stopped",
}
_PLANNED = {
    "none": "as wanted",
    "hold": "would hold",
    "provision": "would provision",
    "scale": "would set capacity",
    "arm": "would arm",
    "stop": "would stop",
}
_SELF_EVIDENT = {"none", "arm"}
_WIDE, _ROOMY = 120, 95
_LONGEST_ID = max(len(region_id) for region_id in BY_ID)


def print_report(report: Report, console: Console) -> None:
    """Print head, table, what to do, and sums of one report."""
    _print_head(report, console)
    if report.regions:
        console.print(_table(report, console.width))
    _print_errors(report, console)
    _print_sums(report, console)


def _print_head(report: Report, console: Console) -> None:
    head = Text(f"{report.action}: ")
    head.append(report.status.value, _STATUS_STYLE[report.status])
    if report.dry_run:
        head.append("  (a plan: nothing was written)")
    console.print(head)
    if report.commit is not None:
        console.print(
            Text(
                f"commit {report.commit.sha[:12]} of {_minute(report.commit.time)} UTC"
                f" from {report.commit.source}"
            )
        )
    if report.window is not None:
        console.print(Text(_window(report)))
    if report.reason is not None:
        console.print(Text(f"held: {report.reason}", "yellow"))
    for source in report.sources:
        if source.status not in {"used", "same"}:
            console.print(Text(f"source {source.source}: {source.status}: {source.message}"))


def _window(report: Report) -> str:
    window = report.window
    if window is None:
        return ""
    start = f"start {_minute(window.start)} UTC ({_until(window.start, report.now)})"
    if window.stop is None:
        return f"{start}, runs forever"
    return f"{start}, stop {_minute(window.stop)} UTC ({_until(window.stop, report.now)})"


def _table(report: Report, width: int) -> Table:
    """One line a region; a narrow terminal does without what can be spared."""
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    table.add_column("region", no_wrap=True, min_width=None if wide else _LONGEST_ID)
    if wide:
        table.add_column("where", no_wrap=True)
    table.add_column("now → target", justify="right", no_wrap=True, min_width=6)
    if wide:
        table.add_column("in window", justify="right", no_wrap=True)
    table.add_column("start armed (UTC)", no_wrap=wide)
    table.add_column("stop armed (UTC)", no_wrap=wide)
    table.add_column("what happened", overflow="fold")
    for region in report.regions:
        in_window = "-" if region.target_in_window is None else str(region.target_in_window)
        table.add_row(
            region.region,
            *([region.local_name] if wide else []),
            _now_and_target(region),
            *([in_window] if wide else []),
            _instant(region.armed.start, report.now, countdown=width >= _ROOMY),
            _instant(region.armed.stop, report.now, countdown=width >= _ROOMY),
            _happened(region, dry_run=report.dry_run),
        )
    return table


def _now_and_target(region: RegionReport) -> Text:
    now = "?" if region.before is None else str(region.before.active)
    if region.before is not None and region.before.pending:
        now += f"+{region.before.pending}"
    target = "?" if region.target is None else str(region.target)
    style = "green" if now == target and target != "0" else ""
    return Text(f"{now} → {target}", style)


def _happened(region: RegionReport, *, dry_run: bool) -> Text:
    said = (_PLANNED if dry_run else _SAID)[region.decision]
    if region.outcome in {"failed", "skipped"}:
        said = region.outcome
    text = Text(said if region.decision in _SELF_EVIDENT else f"{said}: {region.reason}")
    if region.error is not None:
        code = region.error.code
        text = Text(code if region.decision == "none" else f"{said}: {code}", "red")
    return text


def _print_errors(report: Report, console: Console) -> None:
    """Say what went wrong and what to do: once for all regions that have the same trouble."""
    troubles: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for region in report.regions:
        if region.error is not None:
            kind = (region.error.code, region.error.remedy)
            troubles.setdefault(kind, []).append((region.region, region.error.message))
    for (code, remedy), told in troubles.items():
        console.print(Text(f"{code}", "bold red"))
        for message in dict.fromkeys(message for _, message in told):
            regions = ", ".join(region for region, its in told if its == message)
            console.print(Text(f"  {regions}: {message}"))
        console.print(Text(f"  → {remedy}", "bold"))


def _print_sums(report: Report, console: Console) -> None:
    totals = report.totals
    console.print(
        Text(
            f"{totals.regions} regions, {totals.active} nodes active, {totals.target} wanted now;"
            f" {totals.writes} writes, {totals.calls} calls, {report.elapsed_ms / 1000:.1f} s",
            "bold",
        )
    )
    if report.cost is not None:
        window = "" if report.cost.usd_window is None else f", {report.cost.usd_window:.2f} in all"
        console.print(
            Text(f"up to {report.cost.usd_per_day:.2f} USD a day{window}: {report.cost.basis}")
        )
    if report.unseen:
        console.print(Text(f"could not look at (not configured): {', '.join(report.unseen)}"))


def _instant(instant: datetime | None, now: datetime, *, countdown: bool) -> str:
    if instant is None:
        return "-"
    return f"{instant:%m-%d %H:%M}" + (f" {_until(instant, now)}" if countdown else "")


def _until(instant: datetime, now: datetime) -> str:
    return format_countdown(instant - now)


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
