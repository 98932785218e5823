"""Provision: the missing stacks of an accepted document, all regions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.bootstrap.denials import Denials, all_denials
from functions.bootstrap.engine import Ledger
from functions.bootstrap.event import Event
from functions.bootstrap.intake import Intake, take_in
from functions.bootstrap.records import Ground, StackSpec
from functions.bootstrap.regions import Result, attempt, work_on_all
from functions.bootstrap.setting import Setting
from functions.bootstrap.spec import Order, birth_memory, stack_spec
from functions.bootstrap.stack import SHARED, SHARED_PLACE, build_parts, build_stack
from shared.cloud.build_permissions import questions_of_building
from shared.cloud.permissions import denied_action
from shared.control.document import ControlDocument
from shared.control.intent import Intent
from shared.control.window import Phase, phase
from shared.failure import Failure, FailureError
from shared.instants import format_instant


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What came of it; `passed_over`: regions in which nothing is to be built, and why."""

    intake: Intake
    results: Mapping[str, Result] = field(default_factory=dict)
    passed_over: Mapping[str, str] = field(default_factory=dict)
    shared: Result | None = None


def provision(
    setting: Setting, event: Event, clearing_until: datetime | None = None
) -> Provisioned:
    """Build what is missing, and bring up to date what is not as the document says.

    `clearing_until`: the fleet is being destroyed, and the watcher has asked before it knew.
    """
    now = setting.now()
    intake = take_in(setting, event.resolved.memory if event.resolved else None)
    intent, document = intake.acceptance.verdict, intake.acceptance.document
    if not isinstance(intent, Intent):
        return _unseen(setting, event, intake, intent.configured)
    if document is None:
        return Provisioned(intake)
    if clearing_until is not None:
        until = format_instant(clearing_until)
        why = f"the fleet is being destroyed; nothing is built before {until}"
        return Provisioned(intake, passed_over=dict.fromkeys(_meant(document, event), why))
    passed_over = _passed_over(document, intent, event, now)
    wanted = [region for region in _meant(document, event) if region not in passed_over]
    if not wanted:
        return Provisioned(intake, passed_over=passed_over)
    order = Order(document, intent, event, setting.settings, setting.account_id)
    results, shared = _build(setting, order, wanted)
    denials = _denials(setting, document, [shared, *results.values()])
    named = {region: denials.told_of(result) for region, result in results.items()}
    return Provisioned(intake, named, passed_over, denials.told_of(shared))


def _unseen(
    setting: Setting, event: Event, intake: Intake, configured: Sequence[str]
) -> Provisioned:
    """Name the permissions that are missing where a document is held perhaps only for them."""
    met = {
        region: Result(region, failure=seen)
        for region in (configured if event.regions is None else event.regions)
        if isinstance(seen := intake.seen[region], Failure) and denied_action(seen) is not None
    }
    denials = _denials(setting, intake.acceptance.document, list(met.values()))
    return Provisioned(intake, {region: denials.told_of(one) for region, one in met.items()})


def _denials(
    setting: Setting, document: ControlDocument | None, results: Sequence[Result]
) -> Denials:
    metrics = document is not None and document.fleet.metrics
    questions = questions_of_building(setting.settings.fleet, metrics=metrics)
    return all_denials(setting, results, questions, again="bootstrap")


def _build(
    setting: Setting, order: Order, wanted: Sequence[str]
) -> tuple[Mapping[str, Result], Result]:
    """Build what is shared, then every region's stack on it; return what came of both."""
    planning, ground = order.event.dry_run, Ground()

    def build_shared(_place: str, ledger: Ledger) -> None:
        nonlocal ground
        site = setting.site(wanted[0], _shared_spec(order))
        ground = build_parts(SHARED, site, setting.patience, ledger).ground

    shared = attempt(SHARED_PLACE, setting.ledger(SHARED_PLACE, planning=planning), build_shared)
    if shared.failure is not None:
        return {region: Result(region, failure=shared.failure) for region in wanted}, shared

    def build(region: str, ledger: Ledger) -> None:
        spec = stack_spec(order, region)
        if isinstance(spec, Failure):
            raise FailureError(spec)
        site = setting.site(region, spec).with_ground(ground)
        build_stack(site, setting.patience, ledger)

    def ledger_of(region: str) -> Ledger:
        return setting.ledger(region, planning=planning)

    return work_on_all(setting.pool, wanted, ledger_of, build), shared


def _meant(document: ControlDocument, event: Event) -> Sequence[str]:
    return document.configured_regions if event.regions is None else event.regions


def _passed_over(
    document: ControlDocument, intent: Intent, event: Event, now: datetime
) -> dict[str, str]:
    """Say of each region that was meant why nothing is to be built there."""
    over = phase(intent.window, now) is Phase.AFTER
    passed_over: dict[str, str] = {}
    for region in _meant(document, event):
        if region not in intent.nodes:
            passed_over[region] = "the document does not configure this region"
        elif intent.nodes[region] is None:
            passed_over[region] = "capacity is unmanaged here"
        elif over:
            passed_over[region] = "the run window is over; nothing is provisioned"
        elif not intent.nodes[region]:
            passed_over[region] = "no nodes are wanted; nothing is provisioned"
        elif intent.suspended:
            passed_over[region] = "suspended: nothing is provisioned"
    return passed_over


def _shared_spec(order: Order) -> StackSpec:
    """Return what is to be of what the fleet has one of: no region's template matters there."""
    fleet = order.document.fleet
    return StackSpec(
        template=fleet,
        fingerprint="",
        memory=birth_memory(order.intent, order.event),
        user_data="",
        logs_somewhere=fleet.logs,
        metrics_somewhere=fleet.metrics,
    )
