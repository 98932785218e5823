"""Put one poll together as its report. Pure; every other output is drawn from this record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.watcher.cadence import CadenceOutcome
from functions.watcher.records import Observation, Ours, Outcome, Unknown
from shared.control.accept import Acceptance
from shared.control.choose import Choice
from shared.control.document import ControlDocument
from shared.control.intake_report import commit_report, window_report
from shared.control.intent import Hold, Intent, Verdict
from shared.price import price_of
from shared.regions import BY_ID
from shared.report import (
    ArmedReport,
    BeforeReport,
    CostReport,
    RegionReport,
    Report,
    ScheduleReport,
    Status,
    Totals,
    error_report,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a poll came to know, in the order in which it did.

    `cadence`: what became of the schedule that fired the poll, None where none did.
    """

    action: str
    choice: Choice
    acceptance: Acceptance
    observations: Mapping[str, Observation]
    outcomes: Sequence[Outcome]
    cadence: CadenceOutcome | None
    now: datetime
    calls: int
    elapsed_ms: int


def report_of(material: Material) -> Report:
    """Return the report of one poll or plan."""
    verdict = material.acceptance.verdict
    regions = tuple(
        _region(outcome, material.observations[outcome.decision.region])
        for outcome in material.outcomes
    )
    listed = {region.region for region in regions}
    return Report(
        action=material.action,
        status=_status(material),
        reason=verdict.reason if isinstance(verdict, Hold) else None,
        commit=commit_report(material.choice),
        window=window_report(verdict),
        dry_run=material.action == "plan",
        regions=regions,
        sources=material.choice.sources,
        totals=_totals(regions, material),
        cost=_cost(material.acceptance.document, material.acceptance.nodes, verdict),
        unseen=tuple(
            region
            for region, seen in material.observations.items()
            if region not in listed and isinstance(seen.sighting, Unknown)
        ),
        now=material.now,
        elapsed_ms=material.elapsed_ms,
        schedule=_schedule(material.cadence),
    )


def _status(material: Material) -> Status:
    """First match of: held, failed, partial, changed, converged.

    The schedule is no region: its failure alone is partial, even where there is no region at all.
    """
    outcomes, cadence = material.outcomes, material.cadence
    if isinstance(material.acceptance.verdict, Hold):
        return Status.HELD
    attempted = [outcome for outcome in outcomes if outcome.kind != "skipped"]
    if attempted and all(outcome.kind == "failed" for outcome in attempted):
        return Status.FAILED
    steps: list[Outcome | CadenceOutcome] = [*outcomes, *([cadence] if cadence else [])]
    if any(step.failure is not None for step in steps):
        return Status.PARTIAL
    if any(step.kind in {"done", "changed", "would_change"} for step in steps):
        return Status.CHANGED
    if material.action == "plan" and any(outcome.decision.actions for outcome in outcomes):
        return Status.CHANGED
    return Status.CONVERGED


def _region(outcome: Outcome, observation: Observation) -> RegionReport:
    decision = outcome.decision
    return RegionReport(
        region=decision.region,
        local_name=BY_ID[decision.region].local_name,
        decision=decision.kind,
        reason=decision.reason,
        before=_before(observation),
        target=decision.target,
        target_in_window=decision.target_in_window,
        armed=ArmedReport(decision.armed.start, decision.armed.stop),
        outcome=outcome.kind,
        error=error_report(outcome.failure) if outcome.failure else None,
    )


def _before(observation: Observation) -> BeforeReport | None:
    if not isinstance(observation.sighting, Ours):
        return None
    group = observation.sighting.group
    capacity = group.capacity
    return BeforeReport(
        capacity.minimum, capacity.maximum, capacity.desired, group.active, group.pending
    )


def _schedule(cadence: CadenceOutcome | None) -> ScheduleReport | None:
    if cadence is None:
        return None
    decision = cadence.decision
    return ScheduleReport(
        carried=decision.carried,
        wanted=decision.wanted,
        outcome=cadence.kind,
        reason=decision.reason,
        error=error_report(cadence.failure) if cadence.failure else None,
    )


def _totals(regions: Sequence[RegionReport], material: Material) -> Totals:
    of_schedule = 0 if material.cadence is None else material.cadence.writes
    return Totals(
        regions=len(regions),
        target=sum(region.target or 0 for region in regions),
        active=sum(region.before.active for region in regions if region.before),
        writes=sum(outcome.writes for outcome in material.outcomes) + of_schedule,
        calls=material.calls,
    )


def _cost(
    document: ControlDocument | None, nodes: Mapping[str, int | None], verdict: Verdict
) -> CostReport | None:
    if document is None:
        return None
    price = price_of(document)
    if price is None:
        return None
    usd_per_day = sum(count or 0 for count in nodes.values()) * price.usd_per_node_day
    usd_window = None
    if isinstance(verdict, Intent) and verdict.window.stop is not None:
        days = (verdict.window.stop - verdict.window.start) / _DAY
        usd_window = round(usd_per_day * days, 2)
    return CostReport(round(usd_per_day, 2), usd_window, price.basis)
