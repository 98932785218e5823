"""Put the readiness of a fleet together as its report: GO, or NO-GO with the reasons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from functions.bootstrap.readiness import Assessed, Readiness
from functions.bootstrap.report import Run, before_report
from shared.control.intake_report import commit_report, window_report
from shared.failure import Failure
from shared.naming import TaskRole, task_name
from shared.regions import BY_ID
from shared.report import (
    ArmedReport,
    CheckReport,
    RegionReport,
    Report,
    Status,
    Totals,
    error_report,
)

GO: Final = "GO"
NO_GO: Final = "NO-GO"
_REGIONS_NAMED: Final = 3


def status_report(run: Run, assessed: Assessed) -> Report:
    """Return the report of a look at the readiness of all regions."""
    intake, regions = assessed.intake, assessed.regions
    stopped = [one for one in regions if one.failure is not None]
    is_go = assessed.refusal is None and not stopped
    rows = tuple(_row(one, run) for one in regions)
    starting = [one for one in regions if one.nodes and one.failure is None]
    return Report(
        action=run.action,
        status=Status.CONVERGED if is_go else Status.PARTIAL,
        reason=_go(starting) if is_go else _no_go(assessed, stopped),
        commit=commit_report(intake.choice),
        window=window_report(intake.acceptance.verdict),
        dry_run=run.dry_run,
        regions=rows,
        sources=intake.choice.sources,
        totals=Totals(
            regions=len(rows),
            target=sum(one.nodes or 0 for one in starting),
            active=sum(row.before.active for row in rows if row.before),
            writes=0,
            calls=run.calls,
        ),
        cost=None,
        unseen=(),
        now=run.now,
        elapsed_ms=run.elapsed_ms,
    )


def blind_report(run: Run, failure: Failure) -> Report:
    """Return the report of a look that could not even begin."""
    return Report(
        action=run.action,
        status=Status.PARTIAL,
        reason=f"{NO_GO}: {failure.message} {failure.remedy}",
        commit=None,
        window=None,
        dry_run=run.dry_run,
        regions=(),
        sources=(),
        totals=Totals(0, 0, 0, 0, run.calls),
        cost=None,
        unseen=(),
        now=run.now,
        elapsed_ms=run.elapsed_ms,
    )


def _go(starting: Sequence[Readiness]) -> str:
    nodes = sum(one.nodes or 0 for one in starting)
    return f"{GO}: {_count(len(starting), 'region')}, {_count(nodes, 'node')}"


def _no_go(assessed: Assessed, stopped: Sequence[Readiness]) -> str:
    if assessed.refusal is not None:
        return f"{NO_GO}: {assessed.refusal.message}"
    kinds: dict[str, list[Readiness]] = {}
    for one in stopped:
        if one.failure is not None:
            kinds.setdefault(one.failure.code, []).append(one)
    wanted = sum(1 for one in assessed.regions if one.idle is None)
    told = "; ".join(_told(code, alike).rstrip(".") for code, alike in kinds.items())
    end = "" if told.endswith(".)") else "."
    return f"{NO_GO}: {len(stopped)} of {_count(wanted, 'region')} would not start: {told}{end}"


def _told(code: str, alike: Sequence[Readiness]) -> str:
    """Say of regions with the same trouble which they are, and what it is."""
    names = [one.region for one in alike]
    more = len(names) - _REGIONS_NAMED
    shown = ", ".join(names[:_REGIONS_NAMED]) + (f" and {more} more" if more > 0 else "")
    messages = {one.failure.message for one in alike if one.failure is not None}
    return f"{shown}: {messages.pop() if len(messages) == 1 else code}"


def _row(one: Readiness, run: Run) -> RegionReport:
    failure = one.failure
    return RegionReport(
        region=one.region,
        local_name=BY_ID[one.region].local_name,
        decision="none",
        reason=_reason(one),
        before=before_report(one.group),
        target=one.nodes,
        target_in_window=one.nodes,
        armed=_armed(one, run),
        outcome="none",
        error=error_report(failure) if failure is not None else None,
        checks=tuple(
            CheckReport(
                check.name, check.state, check.said, check.failure.remedy if check.failure else None
            )
            for check in one.checks
        ),
    )


def _reason(one: Readiness) -> str:
    if one.failure is not None:
        return one.failure.message
    return GO if one.idle is None else f"{GO}: {one.idle}"


def _armed(one: Readiness, run: Run) -> ArmedReport:
    """Return the instants at which Auto Scaling acts by itself, as things stand."""
    if one.group is None:
        return ArmedReport(None, None)
    name = one.group.name
    ahead = {
        task.name: task.launch_time
        for task in one.tasks
        if task.enabled and task.launch_time > run.now
    }
    stops = [task_name(name, role) for role in (TaskRole.STOP, TaskRole.NEXT_STOP)]
    return ArmedReport(
        ahead.get(task_name(name, TaskRole.START)),
        min((ahead[stop] for stop in stops if stop in ahead), default=None),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
