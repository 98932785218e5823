"""One run of bootstrap: what the event asks for, and the report of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Final

from functions.bootstrap.aftermath import tell_watcher
from functions.bootstrap.destroy import Destroyed, destroy
from functions.bootstrap.engine import Ledger
from functions.bootstrap.event import Event, EventError
from functions.bootstrap.intake import Intake, take_in
from functions.bootstrap.notices import Notices
from functions.bootstrap.provision import Provisioned, provision
from functions.bootstrap.readiness import assess
from functions.bootstrap.readiness_report import blind_report, status_report
from functions.bootstrap.report import (
    Run,
    deeds_of,
    destroy_report,
    failed_report,
    provision_report,
    schedule_report,
)
from functions.bootstrap.schedule import ScheduleOutcome, ensure_schedule, remove_schedule
from functions.bootstrap.setting import Listener, Setting
from functions.bootstrap.site import Clouds
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.deadline import Deadline
from shared.edges import Edges
from shared.failure import Failure, FailureError, Reaction
from shared.instants import format_instant
from shared.report import Report
from shared.settings import Settings

_WORK_SHARE: Final = 0.95
"""How much of the time may go into the work itself: the watcher must still be told."""
_TELLING_S: Final = 5.0
_TELLING_SHARE_AT_MOST: Final = 0.25
"""That takes some seconds, of which a short run spares a quarter of its time."""


def run(
    settings: Settings, event: Event, edges: Edges, listener: Listener = lambda _: None
) -> Report:
    """Do what the event asks for; never raises for what the world does.

    Raises:
        EventError: a removal without the fleet's name as `confirm`.
    """
    _check_confirmation(settings, event)
    began_s = edges.monotonic()
    deadline = Deadline.after(settings.deadline_s, edges.monotonic)
    working_until = deadline.share(_work_share(settings.deadline_s))
    session, working = edges.open_session(deadline), edges.open_session(working_until)
    clouds = Clouds.behind(working)

    def told() -> Run:
        elapsed_ms = round((edges.monotonic() - began_s) * 1000)
        calls = session.calls + working.calls
        return Run(event.action, event.dry_run, edges.now(), calls, elapsed_ms)

    account_id = settings.account_id or _account_of(clouds)
    if isinstance(account_id, Failure):
        failed = blind_report if event.action == "status" else failed_report
        return failed(told(), account_id)
    with ThreadPoolExecutor(settings.max_concurrency + 1, "region") as pool:
        setting = Setting(
            settings,
            working_until,
            pool,
            session,
            clouds,
            edges,
            listener,
            account_id,
        )
        return _do(setting, event, told)


def _work_share(deadline_s: float) -> float:
    return min(_WORK_SHARE, 1 - min(_TELLING_S / deadline_s, _TELLING_SHARE_AT_MOST))


def _account_of(clouds: Clouds) -> str | Failure:
    """Return the account's id, or why nobody can tell: without it nothing can be begun."""
    try:
        return clouds.sts.account_id()
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return Failure(
            "DeadlinePassed",
            "There was no time to begin.",
            Reaction.TRANSIENT,
            "Raise DEADLINE_S.",
        )


def _do(setting: Setting, event: Event, told: Callable[[], Run]) -> Report:
    match event.action:
        case "destroy":
            destroyed = _destroy(setting, event)
            return destroy_report(told(), destroyed)
        case "schedule" | "unschedule":
            outcome = _schedule(setting, event)
            return schedule_report(told(), outcome)
        case "status":
            assessed = assess(setting, event)
            return status_report(told(), assessed)
        case _:
            provisioned, failure = _provision(setting, event)
            return provision_report(told(), provisioned, failure)


def _provision(setting: Setting, event: Event) -> tuple[Provisioned, Failure | None]:
    """Build, and tell the watcher; the failure is that of telling."""
    if event.dry_run:
        return provision(setting, event), None
    notices = Notices(setting)
    unsaid = notices.building_begins()
    # Read after the own notice is written, as the removal does the other way round: of two that
    # begin at the same time at least one sees the other.
    clearing_until = None if event.resolved is None else notices.clearing_until()
    provisioned = provision(setting, event, clearing_until)
    return provisioned, tell_watcher(setting, event, provisioned, notices) or unsaid


def _destroy(setting: Setting, event: Event) -> Destroyed:
    """Remove what is to go; whoever could build it anew meanwhile is told not to."""
    notices = Notices(setting)
    destroyed = destroy(setting, event, _unscheduling(setting, event, notices))
    if event.dry_run or not destroyed.is_complete:
        return destroyed
    building_until = notices.building_until()
    untold = notices.clearing_ended()
    return replace(destroyed, remark=_remark(building_until, untold))


def _remark(building_until: datetime | None, untold: Failure | None) -> str | None:
    """Say why the fleet may not be gone for good."""
    if building_until is not None:
        return (
            "bootstrap was building at the same time and may have left something: destroy once"
            f" more when it has ended, at {format_instant(building_until)} at the latest"
        )
    if untold is None or untold.code.endswith("NotFound"):
        return None  # where there is no watcher, nobody asks for anything
    return f"the watcher could not be told that the fleet goes ({untold.code}: {untold.message})"


def _check_confirmation(settings: Settings, event: Event) -> None:
    if event.action != "destroy" or event.dry_run or event.confirm == settings.fleet:
        return
    if event.confirm is None:
        raise EventError(f'to destroy, say "confirm": "{settings.fleet}", the fleet\'s name.')
    raise EventError(f"confirm says {event.confirm[:40]!r}, but the fleet is {settings.fleet!r}.")


def _schedule(setting: Setting, event: Event) -> ScheduleOutcome | Intake:
    """Set the watcher's schedule up, or remove it; the intake where the document is not read."""
    settings, sleep = setting.settings, setting.edges.sleep
    if event.action == "unschedule":
        return remove_schedule(setting.session, settings, sleep=sleep, dry_run=event.dry_run)
    intake = take_in(setting)
    document = intake.acceptance.document
    if document is None:
        return intake
    return ensure_schedule(
        setting.session, settings, document.poll_every, sleep=sleep, dry_run=event.dry_run
    )


def _unscheduling(setting: Setting, event: Event, notices: Notices) -> Callable[[Ledger], None]:
    """Return what removes the schedule, as the first part of a full removal."""

    def unschedule(ledger: Ledger) -> None:
        outcome = remove_schedule(
            setting.session, setting.settings, sleep=setting.edges.sleep, dry_run=event.dry_run
        )
        for deed in deeds_of(outcome):
            ledger.add(deed)
        if outcome.failure is not None:
            raise FailureError(outcome.failure)
        if not event.dry_run:
            notices.clearing_begins()  # that it could not be said is said at the end

    return unschedule
