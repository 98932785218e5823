"""Regions as tables: the catalogue, zones, stock, quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from cli.region_survey import Questions, Quotas, RegionFacts
from cli.sentences import counted, named, print_sentence
from cli.troubles import print_troubles
from shared.control.fleet import FleetTemplate
from shared.regions import BY_ID, Region

_WIDE: Final = 120
_REGIONS_NAMED: Final = 5
_UNKNOWN: Final = Text("?", "yellow")
_NOWHERE: Final = Text("-", "dim")
_VERIFIED: Final = {True: Text("yes"), False: Text("no", "red"), None: _UNKNOWN}


def print_catalogue(regions: Iterable[Region], console: Console) -> None:
    """Print what is known of the regions without asking anybody."""
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("region", no_wrap=True)
    table.add_column("where", overflow="fold")
    if wide:
        table.add_column("mainland China", no_wrap=True)
        table.add_column("state", no_wrap=True)
    table.add_column("Auto Scaling endpoint", no_wrap=True)
    for region in regions:
        state = "closing: only when named" if region.closing else "open"
        narrow = " (closing)" if region.closing and not wide else ""
        table.add_row(
            region.region_id,
            f"{region.local_name}{narrow}",
            *(["yes" if region.mainland else "", state] if wide else []),
            region.ess_host,
        )
    console.print(table)


def print_facts(questions: Questions, told: Sequence[RegionFacts], console: Console) -> None:
    """Print a table for each question, what failed with what to do, and sums."""
    if questions.zones:
        _print_zones(told, console)
    if questions.templates is not None:
        _print_stock(questions.templates, told, console)
    if questions.quotas:
        _print_quotas(told, console)
    print_troubles(
        ((one.region, failure) for one in told for failure in one.failures),
        console,
    )


def _print_zones(told: Sequence[RegionFacts], console: Console) -> None:
    table = _table(console, _Heading("zones", right=True), _Heading("which"))
    for one in told:
        if one.zones is None:
            cells = [_UNKNOWN, _codes(one)]
        else:
            cells = [Text(str(len(one.zones))), Text(_letters(one.region, one.zones))]
        table.add_row(*_place(one.region, console), *cells)
    console.print(table)
    known = [len(one.zones) for one in told if one.zones is not None]
    zones = counted(sum(known), "zone")
    print_sentence(console, f"{zones} in {counted(len(known), 'region')}", "bold")


def _print_stock(
    templates: Mapping[str, FleetTemplate], told: Sequence[RegionFacts], console: Console
) -> None:
    """Print the zones of each instance type with each disk, in the order of preference."""
    disks = list(
        dict.fromkeys(disk for one in told for disk in templates[one.region].disk_categories)
    )
    wide = console.width >= _WIDE
    headings = (_Heading(disk if wide else disk.removeprefix("cloud_")) for disk in disks)
    table = _table(console, _Heading("instance type", whole=True), *headings)
    for one in told:
        place = _place(one.region, console)
        if one.offered is None:
            table.add_row(*place, _UNKNOWN, _codes(one))
            continue
        for instance_type in dict.fromkeys(name for name, _ in one.offered):
            zones = [one.offered.get((instance_type, disk), ()) for disk in disks]
            cells = [Text(_letters(one.region, some)) if some else _NOWHERE for some in zones]
            table.add_row(*place, instance_type, *cells)
            place = [""] * len(place)
    console.print(table)
    known = [one for one in told if one.offered is not None]
    nothing = tuple(one.region for one in known if not any((one.offered or {}).values()))
    some = len(known) - len(nothing)
    verb = "has" if some == 1 else "have"
    said = f"{some} of {counted(len(known), 'region')} {verb} stock of at least one of the types"
    if nothing:
        said += f"; nothing of all this is in {named(nothing, _REGIONS_NAMED)}"
    print_sentence(console, said, "bold")


def _print_quotas(told: Sequence[RegionFacts], console: Console) -> None:
    columns: dict[str, Callable[[Quotas], Text]] = {
        "vCPUs": lambda it: _used(it.used_vcpus, it.max_vcpus),
        "groups": lambda it: _used(it.used_scaling_groups, it.max_scaling_groups),
        "tasks": lambda it: _used(it.used_scheduled_tasks, it.max_scheduled_tasks),
        "security groups": lambda it: _used(None, it.max_security_groups),
        "verified": lambda it: _VERIFIED[it.real_name_verified],
    }
    headings = (_Heading(name, right=True) for name in columns)
    table = _table(console, *headings, _Heading(""))
    for one in told:
        quotas = one.quotas or Quotas()
        cells = [say(quotas) for say in columns.values()]
        table.add_row(*_place(one.region, console), *cells, _codes(one))
    console.print(table)
    print_sentence(
        console,
        "used/most: vCPUs of pay-as-you-go instances, scaling groups, scheduled tasks, security"
        " groups; verified: real-name verification, which mainland China demands; ?: not told",
    )


@dataclass(frozen=True, slots=True)
class _Heading:
    """A column's title; `whole`: its words are never broken."""

    title: str
    right: bool = False
    whole: bool = False


def _table(console: Console, *headings: _Heading) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("region", no_wrap=True)
    if console.width >= _WIDE:
        table.add_column("where", no_wrap=True)
    for one in headings:
        justify: JustifyMethod = "right" if one.right else "left"
        table.add_column(one.title, justify=justify, overflow="fold", no_wrap=one.whole)
    return table


def _place(region: str, console: Console) -> list[str]:
    wide = console.width >= _WIDE
    return [region, BY_ID[region].local_name] if wide else [region]


def _letters(region: str, zones: Iterable[str]) -> str:
    """Return zones without their region's id, which stands in the same line: `a b c`."""
    return " ".join(zone.removeprefix(region).removeprefix("-") for zone in zones)


def _used(used: int | None, most: int | None) -> Text:
    if used is None and most is None:
        return _UNKNOWN
    return Text(f"{'?' if used is None else used}/{'?' if most is None else most}")


def _codes(one: RegionFacts) -> Text:
    """Return why a region has not answered; the sentences to the codes stand below the tables."""
    return Text(", ".join(failure.code for failure in one.failures), "red")
