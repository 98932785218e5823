"""Put one run of bootstrap together as its report, in the frame that all runs share. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.bootstrap.destroy import Destroyed
from functions.bootstrap.intake import Intake
from functions.bootstrap.provision import Provisioned
from functions.bootstrap.records import Deed
from functions.bootstrap.regions import Result, outcome_of
from functions.bootstrap.schedule import ScheduleOutcome
from shared.cloud.records import ScalingGroup
from shared.control.intake_report import commit_report, window_report
from shared.control.intent import Hold, Intent
from shared.failure import Failure
from shared.price import DEFAULT_TEMPLATE_PRICE
from shared.regions import BY_ID
from shared.report import (
    ArmedReport,
    BeforeReport,
    CommitReport,
    CostReport,
    DecisionKind,
    RegionReport,
    Report,
    ResourceReport,
    SourceReport,
    Status,
    Totals,
    WindowReport,
    error_report,
)

_NOTHING_ARMED = ArmedReport(None, None)
_LIST_PRICE = (
    "at most, at list price: each node as the dearest that its group may make; traffic that is"
    " paid by volume is not in it"
)
_ESTIMATE = (
    f"an estimate, for the cloud told no price in US dollars: {DEFAULT_TEMPLATE_PRICE.basis}"
)


@dataclass(frozen=True, slots=True)
class Run:
    """What every report tells of its run."""

    action: str
    dry_run: bool
    now: datetime
    calls: int
    elapsed_ms: int


def provision_report(run: Run, done: Provisioned, told: Failure | None) -> Report:
    """Return the report of a provisioning; `told`: why the watcher could not be told of it."""
    verdict, intake = done.intake.acceptance.verdict, done.intake
    held = isinstance(verdict, Hold)
    nodes = verdict.nodes if isinstance(verdict, Intent) else {}
    rows = [
        _row(result, "provision", _said_of_building(result, run), run, intake.groups)
        for result in done.results.values()
    ]
    rows += [
        _passive(region, why, intake.groups.get(region)) for region, why in done.passed_over.items()
    ]
    rows = [
        replace(row, target_in_window=nodes.get(row.region))
        for row in sorted(rows, key=lambda row: list(BY_ID).index(row.region))
    ]
    everything = [*([done.shared] if done.shared else []), *done.results.values()]
    reason = verdict.reason if isinstance(verdict, Hold) else None
    if reason is None and told is not None:
        reason = f"the watcher could not be told ({told.code}: {told.message})"
    return _report(
        run,
        Status.HELD if held else _status(rows, told, everything),
        reason,
        rows,
        results=everything,
        commit=commit_report(intake.choice),
        window=window_report(verdict),
        sources=intake.choice.sources,
        shared=done.shared.deeds if done.shared else (),
    )


def destroy_report(run: Run, done: Destroyed) -> Report:
    """Return the report of a removal; only regions in which something was, or failed, are told."""
    results = done.results.values()
    shown = [result for result in results if result.deeds or result.failure]
    rows = [
        _row(result, "stop", _said_of_clearing(result, run), run, done.groups) for result in shown
    ]
    others = [one for one in (done.schedule, done.shared) if one is not None]
    failed = next((one.failure for one in others if one.failure is not None), None)
    everything = [*results, *others]
    intake = done.intake
    return _report(
        run,
        _status_of_removal(done, _status(rows, failed, everything)),
        done.refusal or (_said_of(failed) if failed else done.remark),
        rows,
        results=everything,
        commit=commit_report(intake.choice) if intake else None,
        sources=intake.choice.sources if intake else (),
        cost=_cost_until_now(rows, done.prices),
        shared=[deed for one in others for deed in one.deeds],
        unseen=[one.region for one in results if one.region in done.closed],
        clear=[one.region for one in results if _is_clear(one, run, done)],
    )


def _status_of_removal(done: Destroyed, status: Status) -> Status:
    if done.refusal is not None:
        return Status.HELD
    return Status.PARTIAL if done.remark is not None else status


def schedule_report(run: Run, outcome: ScheduleOutcome | Intake) -> Report:
    """Return the report of setting the schedule up or removing it; it is about no region."""
    if isinstance(outcome, Intake):
        verdict = outcome.acceptance.verdict
        reason = verdict.reason if isinstance(verdict, Hold) else None
        sources = outcome.choice.sources
        return _report(run, Status.HELD, reason, [], results=(), sources=sources)
    deeds = deeds_of(outcome)
    result = Result("the schedule", deeds, outcome.failure)
    if outcome.failure is not None:
        failed = _said_of(outcome.failure)
        return _report(run, Status.FAILED, failed, [], results=[result], shared=deeds)
    status = Status.CHANGED if result.changes else Status.CONVERGED
    said = "; ".join(f"{deed.verb} {deed.kind} {deed.name}" for deed in deeds) or "no schedule"
    cadence = f" (cron {outcome.cron})" if outcome.cron else ""
    return _report(run, status, f"{said}{cadence}", [], results=[result], shared=deeds)


def deeds_of(outcome: ScheduleOutcome) -> tuple[Deed, ...]:
    """Return what was done to the schedule as deeds like all others."""
    return tuple(Deed(deed.verb, deed.part.value, deed.name) for deed in outcome.deeds)


def failed_report(run: Run, failure: Failure) -> Report:
    """Return the report of a run that could not even begin."""
    return _report(run, Status.FAILED, _said_of(failure), [], results=())


def _report(  # noqa: PLR0913 (a report consists of these)
    run: Run,
    status: Status,
    reason: str | None,
    rows: list[RegionReport],
    *,
    results: Iterable[Result],
    commit: CommitReport | None = None,
    window: WindowReport | None = None,
    sources: tuple[SourceReport, ...] = (),
    cost: CostReport | None = None,
    shared: Iterable[Deed] = (),
    unseen: Iterable[str] = (),
    clear: Iterable[str] = (),
) -> Report:
    return Report(
        action=run.action,
        status=status,
        reason=reason,
        commit=commit,
        window=window,
        dry_run=run.dry_run,
        regions=tuple(rows),
        sources=sources,
        totals=Totals(
            regions=len(rows),
            target=0,
            active=sum(row.before.active for row in rows if row.before),
            writes=0 if run.dry_run else sum(one.writes for one in results),
            calls=run.calls,
        ),
        cost=cost,
        unseen=tuple(unseen),
        now=run.now,
        elapsed_ms=run.elapsed_ms,
        shared=_resources(shared),
        clear=tuple(clear),
    )


def _status(rows: list[RegionReport], besides: Failure | None, results: Sequence[Result]) -> Status:
    """First match of: failed, partial, changed (what is shared counts too), converged.

    A region that was passed over was not attempted; one that stands as it should, or that only
    time did not suffice for, has not failed.
    """
    regions = {result.region for result in results}
    attempted = [row for row in rows if row.region in regions]
    if attempted and all(row.outcome == "failed" for row in attempted):
        return Status.FAILED
    if besides is not None or any(row.error is not None for row in rows):
        return Status.PARTIAL
    if any(one.changes for one in results):
        return Status.CHANGED
    return Status.CONVERGED


def _row(
    result: Result,
    decision: DecisionKind,
    reason: str,
    run: Run,
    groups: Mapping[str, ScalingGroup],
) -> RegionReport:
    return RegionReport(
        region=result.region,
        local_name=BY_ID[result.region].local_name,
        decision=decision if result.changes or result.failure else "none",
        reason=reason,
        before=before_report(groups.get(result.region)),
        target=None,
        target_in_window=None,
        armed=_NOTHING_ARMED,
        outcome=outcome_of(result, dry_run=run.dry_run),
        error=error_report(result.failure) if result.failure else None,
        resources=_resources(result.deeds),
    )


def _resources(deeds: Iterable[Deed]) -> tuple[ResourceReport, ...]:
    return tuple(ResourceReport(one.kind, one.name, one.verb) for one in deeds)


def _is_clear(result: Result, run: Run, done: Destroyed) -> bool:
    """Whether nothing of the fleet's is in a region, by a look that was really taken.

    A removal looks again after every deed of its own until it finds nothing; a plan looks once.
    """
    if result.failure is not None or result.region in done.closed:
        return False
    return not result.changes if run.dry_run else True


def _passive(region: str, why: str, group: ScalingGroup | None) -> RegionReport:
    return RegionReport(
        region=region,
        local_name=BY_ID[region].local_name,
        decision="none",
        reason=why,
        before=before_report(group),
        target=None,
        target_in_window=None,
        armed=_NOTHING_ARMED,
        outcome="none",
        error=None,
    )


def _cost_until_now(rows: list[RegionReport], prices: Mapping[str, float | None]) -> CostReport:
    """Return what the nodes that go have cost a day; a stack without nodes costs nothing."""
    nodes = {row.region: row.before.active + row.before.pending for row in rows if row.before}
    known = [
        count * (prices.get(region) or 0.0)
        for region, count in nodes.items()
        if prices.get(region) is not None or not count
    ]
    if len(known) == len(nodes):
        return CostReport(round(sum(known), 2), None, _LIST_PRICE)
    usd_per_day = sum(nodes.values()) * DEFAULT_TEMPLATE_PRICE.usd_per_node_day
    return CostReport(round(usd_per_day, 2), None, _ESTIMATE)


def before_report(group: ScalingGroup | None) -> BeforeReport | None:
    """Return what a group looks like now, None where there is none."""
    if group is None:
        return None
    capacity = group.capacity
    return BeforeReport(
        capacity.minimum, capacity.maximum, capacity.desired, group.active, group.pending
    )


def _said_of_building(result: Result, run: Run) -> str:
    if result.is_pending:
        return "the stack is being built; the next run finishes it"
    if result.failure is not None:
        return "the stack cannot be finished"
    if not result.changes:
        return "the stack stands as the document says"
    return "the stack would be built" if run.dry_run else "the stack stands"


def _said_of_clearing(result: Result, run: Run) -> str:
    if result.is_pending:
        return "the stack is being removed; the next run finishes it"
    if result.failure is not None:
        return "the stack cannot be removed"
    return "the stack would be removed" if run.dry_run else "the stack is gone"


def _said_of(failure: Failure) -> str:
    return f"{failure.code}: {failure.message} {failure.remedy}"
