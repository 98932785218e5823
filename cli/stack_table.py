"""Region stacks as a table: what was built or removed where, drawn from the report alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.report_head import print_head
from cli.sentences import counted, named, print_sentence
from cli.stack_words import changes, in_kinds, in_numbers, one_by_one, state_of
from cli.troubles import print_troubles
from shared.report import RegionReport, Report

_WIDE: Final = 120
_REGIONS_NAMED: Final = 5
_TITLES: Final = {"provision": "bootstrap"}
"""What the command is called that has another name than its action."""
_DONE: Final = {"destroy": ("removed", "to remove")}
_CHANGED: Final = ("changed", "to change")


def print_stacks(report: Report, console: Console) -> None:
    """Print head, what is shared, one line a region (a plan: one a thing), what to do, and sums."""
    print_head(report, console, title=_TITLES.get(report.action, report.action))
    if report.dry_run:
        _print_plan(report, console)
    else:
        _print_deeds(report, console)
    if report.unseen:
        closed = named(report.unseen, _REGIONS_NAMED)
        print_sentence(console, f"not open to this account, so nothing can be there: {closed}")
    regions = _troubled_last(report.regions)
    print_troubles(((one.region, one.error) for one in regions if one.error is not None), console)
    print_sentence(console, _sums(report), "bold")


def nodes_of(report: Report) -> int:
    """How many nodes the regions of a report had before it, those on their way included."""
    return sum(one.before.active + one.before.pending for one in report.regions if one.before)


def _print_deeds(report: Report, console: Console) -> None:
    """Print what is shared, then the regions: as they should be first, failed last."""
    shared = in_kinds(report.shared, planned=False)
    if shared:
        print_sentence(console, f"shared by all regions: {shared}")
    if not report.regions:
        return
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("region", no_wrap=True)
    if wide:
        table.add_column("where", no_wrap=True)
    table.add_column("stack", overflow="fold")
    table.add_column("done", overflow="fold")
    say = in_kinds if wide else in_numbers
    for region in _troubled_last(report.regions):
        table.add_row(
            region.region,
            *([region.local_name] if wide else []),
            Text(state_of(region), _style(region)),
            Text(say(region.resources, planned=False)),
        )
    console.print(table)


def _print_plan(report: Report, console: Console) -> None:
    """List every single thing under its region, so that nothing of it comes as a surprise."""
    for region in _troubled_last(report.regions):
        running = ""
        if region.before is not None and region.before.active + region.before.pending:
            nodes = region.before.active + region.before.pending
            running = f", {counted(nodes, 'node')}"
        heading = Text(f"{region.region}  {region.local_name}{running}: ", "bold")
        console.print(heading.append(state_of(region), _style(region)))
        _print_things(one_by_one(region.resources), console)
    shared = one_by_one(report.shared)
    if shared:
        console.print(Text("shared by all regions:", "bold"))
        _print_things(shared, console)


def _print_things(things: Sequence[tuple[str, str, str]], console: Console) -> None:
    verbs = max((len(verb) for verb, _, _ in things), default=0)
    kinds = max((len(kind) for _, kind, _ in things), default=0)
    for verb, kind, name in things:
        print_sentence(console, f"{verb:<{verbs}}  {kind:<{kinds}}  {name}", indent=2)


def _troubled_last(regions: Sequence[RegionReport]) -> list[RegionReport]:
    """Return the regions in their order, pending and then failed ones at the end."""
    return sorted(regions, key=lambda one: (one.error is not None, one.outcome != "skipped"))


def _style(region: RegionReport) -> str:
    if region.outcome == "skipped":
        return "yellow"
    return "red" if region.error is not None else ""


def _sums(report: Report) -> str:
    """Count the regions by what came of them, and say what it took."""
    pending = sum(one.outcome == "skipped" for one in report.regions)
    failed = sum(one.error is not None for one in report.regions) - pending
    fine = [one for one in report.regions if one.error is None]
    changed = sum(bool(changes(one.resources)) for one in fine)
    done, planned = _DONE.get(report.action, _CHANGED)
    said = [
        f"{number} {what}"
        for number, what in (
            (changed, planned if report.dry_run else done),
            (len(fine) - changed, "left as they are"),
            (pending, "pending"),
            (failed, "failed"),
        )
        if number
    ]
    regions = counted(len(report.regions), "region")
    told = f"{regions}: {', '.join(said)}" if said else regions
    totals = report.totals
    writes, calls = counted(totals.writes, "write"), counted(totals.calls, "call")
    return f"{told}; {writes}, {calls}, {report.elapsed_ms / 1000:.1f} s"
