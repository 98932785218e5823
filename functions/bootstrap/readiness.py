"""Readiness: would every region start now? Looks at everything and writes nothing.

What no call can tell is unknown, and told; only what is known to be bad makes a NO-GO.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from functions.bootstrap.checks.account import check_account
from functions.bootstrap.checks.armed import check_armed
from functions.bootstrap.checks.group import check_endpoint, check_group
from functions.bootstrap.checks.launching import check_image, check_stock, check_template
from functions.bootstrap.checks.look import look
from functions.bootstrap.checks.permissions import check_permissions, denials
from functions.bootstrap.checks.quota import check_quota
from functions.bootstrap.checks.records import Check, View, Wanted, bad, human, ok
from functions.bootstrap.engine import Ledger
from functions.bootstrap.event import Event
from functions.bootstrap.intake import Intake, Seen, take_in
from functions.bootstrap.regions import work_on_all
from functions.bootstrap.setting import Setting
from shared.cloud.permissions import Permissions, denied_action
from shared.cloud.records import ScalingGroup, ScheduledTask
from shared.control.intent import Hold, Intent, Verdict
from shared.control.window import Phase, phase
from shared.failure import Failure
from shared.instants import format_instant

_MEND: Final = (
    "Mend the document (p2p-fleet validate control.yaml) or what the reason names, and commit."
)
_NEW_WINDOW: Final = (
    "Commit a later `start` and `stop`, or with `start: now` a higher `start_version`."
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether one region would start: `nodes` of it, None where the document does not say.

    `idle`: why nothing is to start here, so that there is nothing to check. `mistake`: this
    program failed here.
    """

    region: str
    nodes: int | None
    checks: tuple[Check, ...] = ()
    idle: str | None = None
    group: ScalingGroup | None = None
    tasks: Sequence[ScheduledTask] = ()
    mistake: Failure | None = None

    @property
    def failure(self) -> Failure | None:
        """The first thing that keeps the region from starting, None for GO."""
        failures = (check.failure for check in self.checks if check.failure is not None)
        return next(failures, self.mistake)


@dataclass(frozen=True, slots=True)
class Assessed:
    """The readiness of all regions; `refusal`: why the document would start nothing at all."""

    intake: Intake
    regions: Sequence[Readiness]
    refusal: Failure | None = None


def assess(setting: Setting, event: Event) -> Assessed:
    """Tell of every configured region whether it would start, all at once."""
    intake = take_in(setting)
    verdict, now = intake.acceptance.verdict, setting.now()
    configured = verdict.nodes if isinstance(verdict, Intent) else verdict.configured
    regions = tuple(configured) if event.regions is None else event.regions
    document = _document_check(verdict, now)
    if document.failure is not None or not isinstance(verdict, Intent):
        nodes, groups = intake.acceptance.nodes, intake.groups
        checks = (*_denied_looks(setting, intake, regions), document)
        held = [
            Readiness(region, nodes.get(region), checks, group=groups.get(region))
            for region in regions
        ]
        return Assessed(intake, held, document.failure)
    wanted = _wanted(setting.settings.fleet, verdict, regions, now)
    looked = _look_everywhere(setting, wanted, intake.seen)
    answering = [region for region, one in looked.items() if one.answers]
    permissions = check_permissions(
        setting.pool,
        Permissions(setting.session),
        answering,
        setting.now(),
        met=[action for one in looked.values() for action in one.denied],
    )
    return Assessed(
        intake,
        [
            looked[region].with_checks(permissions, document)
            if region in wanted
            else _idle(region, verdict, intake)
            for region in regions
        ],
    )


def _denied_looks(setting: Setting, intake: Intake, regions: Sequence[str]) -> Iterator[Check]:
    """Yield the permissions that are missing, where a document is held perhaps only for them."""
    seen = [intake.seen[region] for region in regions]
    met = [name for one in seen if isinstance(one, Failure) and (name := denied_action(one))]
    if met:
        permissions = Permissions(setting.session)
        yield check_permissions(setting.pool, permissions, regions, setting.now(), met=met)


def _document_check(verdict: Verdict, now: datetime) -> Check:
    """Whether there is an accepted document, and it wants anything to start."""
    if isinstance(verdict, Hold):
        said = f"The document is held: {verdict.reason.rstrip('.')}."
        return bad("document", human("DocumentHeld", said, _MEND))
    window, sha = verdict.window, verdict.commit.sha[:12]
    if phase(window, now) is Phase.AFTER:
        ended = format_instant(window.stop) if window.stop else "at once"
        said = f"The run window of commit {sha} is over ({ended}): nothing starts."
        return bad("document", human("WindowOver", said, _NEW_WINDOW))
    if verdict.suspended:
        said = f"Commit {sha} says `suspend: true`: no start is armed."
        return bad("document", human("Suspended", said, "Commit `suspend: false`."))
    return ok("document", f"commit {sha} is accepted")


def _wanted(fleet: str, intent: Intent, regions: Sequence[str], now: datetime) -> dict[str, Wanted]:
    """Return what is wanted of the regions in which something is to start."""
    return {
        region: Wanted(
            region=region,
            fleet=fleet,
            nodes=nodes,
            window=intent.window,
            now=now,
            fingerprint=intent.stacks.get(region),
            adopting=region in intent.adopting,
        )
        for region in regions
        if (nodes := intent.nodes.get(region))
    }


def _idle(region: str, intent: Intent, intake: Intake) -> Readiness:
    """Return the readiness of a region in which nothing is to start."""
    if region not in intent.nodes:
        why = "the document does not configure this region"
    elif intent.nodes[region] is None:
        why = "capacity is unmanaged here"
    else:
        why = "no nodes are wanted here"
    group = intake.groups.get(region)
    return Readiness(region, intent.nodes.get(region), idle=why, group=group)


def _look_everywhere(
    setting: Setting, wanted: Mapping[str, Wanted], seen: Seen
) -> dict[str, _Looked]:
    found: dict[str, _Looked] = {}

    def work(region: str, _ledger: Ledger) -> None:
        view = look(setting.clouds, wanted[region], seen[region])
        found[region] = replace(_judge(wanted[region], view), denied=tuple(denials(view)))

    results = work_on_all(
        setting.pool, wanted, lambda region: setting.ledger(region, planning=True), work
    )
    mistakes = {
        region: _Looked(Readiness(region, wanted[region].nodes, mistake=result.failure))
        for region, result in results.items()
        if result.failure is not None
    }
    return found | mistakes


@dataclass(frozen=True, slots=True)
class _Looked:
    """A region that was looked at; `endpoint` is None where this program failed.

    `denied`: actions that our key was refused on the way.
    """

    readiness: Readiness
    endpoint: Check | None = None
    denied: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        return self.endpoint is not None and self.endpoint.failure is None

    def with_checks(self, permissions: Check, document: Check) -> Readiness:
        """Return the readiness with what is the same in every region."""
        if self.endpoint is None:
            return self.readiness
        checks = (self.endpoint, permissions, document, *self.readiness.checks)
        return replace(self.readiness, checks=checks)


def _judge(wanted: Wanted, view: View) -> _Looked:
    endpoint = check_endpoint(wanted, view)
    readiness = Readiness(wanted.region, wanted.nodes)
    if endpoint.failure is not None:
        return _Looked(readiness, endpoint)  # of the rest nothing can be said
    group, limits, ours = check_group(wanted, view), view.limits, view.ours
    if limits is None:
        return _Looked(replace(readiness, checks=(group,)), endpoint)
    quota = check_quota(wanted, limits, ours)
    account = check_account(wanted, limits, ours)
    if ours is None:
        return _Looked(replace(readiness, checks=(group, quota, account)), endpoint)
    checks = (
        group,
        check_template(wanted, ours),
        check_stock(wanted, ours),
        quota,
        check_image(wanted, ours),
        check_armed(wanted, ours),
        account,
    )
    tasks = () if isinstance(ours.tasks, Failure) else ours.tasks
    return _Looked(replace(readiness, checks=checks, group=ours.group, tasks=tasks), endpoint)
