"""Put one poll together as its report. Pure; every other output is drawn from this record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    Status,
    Totals,
    error_report,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a poll came to know, in the order in which it did."""

    action: str
    choice: Choice
    acceptance: Acceptance
    observations: Mapping[str, Observation]
    outcomes: Sequence[Outcome]
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
        status=_status(verdict, material.outcomes, dry_run=material.action == "plan"),
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
    )


def _status(verdict: Verdict, outcomes: Sequence[Outcome], *, dry_run: bool) -> Status:
    """First match of: held, failed, partial, changed, converged."""
    if isinstance(verdict, Hold):
        return Status.HELD
    attempted = [outcome for outcome in outcomes if outcome.kind != "skipped"]
    if attempted and all(outcome.kind == "failed" for outcome in attempted):
        return Status.FAILED
    if any(outcome.failure is not None for outcome in outcomes):
        return Status.PARTIAL
    if any(outcome.kind == "done" for outcome in outcomes):
        return Status.CHANGED
    if dry_run and any(outcome.decision.actions for outcome in outcomes):
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


def _totals(regions: Sequence[RegionReport], material: Material) -> Totals:
    return Totals(
        regions=len(regions),
        target=sum(region.target or 0 for region in regions),
        active=sum(region.before.active for region in regions if region.before),
        writes=sum(outcome.writes for outcome in material.outcomes),
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
