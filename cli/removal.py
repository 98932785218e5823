"""The end of a removal: what it costs and how to confirm it, or that nothing is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from cli.sentences import counted, named, print_sentence
from cli.stack_table import nodes_of, print_stacks
from cli.stack_words import changes
from shared.naming import Tag
from shared.report import Report, Status

_FINISHED: Final = frozenset({Status.CONVERGED, Status.CHANGED})
_REGIONS_NAMED: Final = 5
_SHARED_IS_GONE: Final = (
    "Role and resource group are gone (a deleted resource group stays listed for some days)."
)
_NOTHING: Final = "nothing tagged {tag}"


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to go: of which fleet, and in which regions; None is everywhere.

    `has_schedule`: whether the environment says where the fleet's schedule would be.
    """

    fleet: str
    regions: Sequence[str] | None
    has_schedule: bool

    @property
    def command(self) -> str:
        """The command line that really does it."""
        regions = f" --regions {','.join(self.regions)}" if self.regions is not None else ""
        return f"p2p-fleet destroy --confirm {self.fleet}{regions}"

    @property
    def intent(self) -> str:
        """What is about to happen."""
        if self.regions is not None:
            return f"removing the stacks of {self.fleet} in {', '.join(self.regions)}"
        schedule = "its schedule, " if self.has_schedule else ""
        return (
            f"removing everything of {self.fleet}: {schedule}its stacks in all regions, its role"
            " and its resource group"
        )


def print_removal(removal: Removal, report: Report, console: Console) -> None:
    """Print what went or would go, and what that means."""
    print_stacks(report, console)
    last_words = _of_plan if report.dry_run else _of_deeds
    for said in last_words(removal, report):
        print_sentence(console, said)


def _of_plan(removal: Removal, report: Report) -> Iterator[str]:
    if report.status in {Status.HELD, Status.FAILED}:
        yield "Nothing was removed."
        return
    if _touches_nothing(report):
        yield from _nothing_there(removal, report, f"There is nothing to remove: {_NOTHING} is")
        return
    nodes = nodes_of(report)
    yield f"{counted(nodes, 'node')} would be released.{_cost(report)}"
    yield from _unknown_schedule(removal)
    yield f"Nothing was removed. To remove all this: {removal.command}"


def _of_deeds(removal: Removal, report: Report) -> Iterator[str]:
    nodes = nodes_of(report)
    if nodes:
        yield f"{counted(nodes, 'node')} ran before.{_cost(report)}"
    yield from _nothing_there(removal, report, f"{_NOTHING.capitalize()} is left")
    if report.status in {Status.PARTIAL, Status.FAILED}:
        yield f"The removal is not finished; to go on: {removal.command}"


def _nothing_there(removal: Removal, report: Report, said: str) -> Iterator[str]:
    """Say of exactly what was looked at, in this run and after its last deed, that it is empty."""
    if report.clear:
        tag = f"{Tag.FLEET}={removal.fleet}"
        yield f"{said.format(tag=tag)} in {named(report.clear, _REGIONS_NAMED)}."
    if removal.regions is not None or report.status not in _FINISHED:
        return
    left = [one.name for one in report.shared if one.verb == "left"]
    if left:
        yield f"The role is gone; the resource group stays, without our tags: {', '.join(left)}."
    else:
        yield _SHARED_IS_GONE
    yield from _unknown_schedule(removal)


def _unknown_schedule(removal: Removal) -> Iterator[str]:
    if removal.regions is None and not removal.has_schedule:
        yield (
            "FC_REGION is not set, so nobody has looked for a schedule of the watcher: one that is"
            " there may have the stacks built again."
        )


def _cost(report: Report) -> str:
    nodes = nodes_of(report)
    if report.cost is None:
        return ""
    subject = "It costs" if nodes == 1 else "They cost"
    return f" {subject} {report.cost.usd_per_day:.2f} USD a day ({report.cost.basis})."


def _touches_nothing(report: Report) -> bool:
    """Whether no thing is to be removed; regions that cannot be seen may still have some."""
    told = (report.shared, *(row.resources for row in report.regions))
    return report.status in _FINISHED and not any(changes(one) for one in told)
