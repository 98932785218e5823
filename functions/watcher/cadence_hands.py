"""Bring the schedule that fired a poll to another cadence, in EventBridge or Function Compute.

Imported only by a poll that has something to change. It looks first and writes only what still
differs: a late event, a second one, or another watcher's haste costs a look and no write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from functions.watcher.cadence import CadenceDecision, CadenceOutcome, fits
from functions.watcher.event import Event
from functions.watcher.health import DEADLINE_CODE
from shared.cloud.eventbridge import EventBridge
from shared.cloud.fc_timers import FcTimers
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.failure import Failure, FailureError, Reaction
from shared.instants import Duration
from shared.schedule import bus_name, cron_of, poll_name
from shared.settings import Scheduler, Settings

_MOST_WRITES: Final = 2
"""In one poll: with a rare cadence the next one may be a day away."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """The schedule as it stands: whether it is as it should be, and the request that makes it."""

    settled: bool
    change: Callable[[], None]


_Look = Callable[[], _Standing | None]
"""Looks at the schedule; None where it is gone."""


def change_cadence(
    session: Session,
    settings: Settings,
    event: Event,
    decision: CadenceDecision,
    pause: Callable[[int], None],
) -> CadenceOutcome:
    """Do what was decided about the schedule that fired; in a plan, say what would be done.

    `pause` waits before another try, of which it is told the number. Never raises for what the
    cloud does.
    """
    outcome = CadenceOutcome(decision)
    if event.schedule is None or decision.change_to is None:
        return outcome
    try:
        look = _look_of(session, settings, event.schedule.kind, decision.change_to)
        return _settle(look, outcome, pause, plan=event.action == "plan")
    except FailureError as error:
        return replace(outcome, kind="failed", failure=error.failure)
    except CallFailedError as error:
        return replace(outcome, kind="failed", failure=_in_a_poll(error.failure))
    except DeadlinePassedError:
        return replace(outcome, kind="skipped", failure=_no_time())


def _settle(
    look: _Look, outcome: CadenceOutcome, pause: Callable[[int], None], *, plan: bool
) -> CadenceOutcome:
    """Look and write until the schedule is as it should be.

    Raises:
        CallFailedError: it could not be looked at or changed.
        DeadlinePassedError: there was no time to begin.
    """
    trouble: CallFailedError | None = None
    for attempt in range(_MOST_WRITES + 1):
        standing = _look_again(look, trouble)
        if standing is None:
            return outcome.because("the schedule that fired this poll is gone")
        if standing.settled and trouble is not None and trouble.perhaps_applied:
            break  # the answer was lost, not the write
        if standing.settled:
            return outcome.because("another poll has changed it already")
        if plan:
            return replace(outcome, kind="would_change")
        if trouble is not None and attempt == _MOST_WRITES:
            raise trouble
        try:
            standing.change()
            break
        except CallFailedError as error:
            if error.failure.reaction is not Reaction.TRANSIENT:
                raise
            trouble = error
            pause(attempt + 1)
    return replace(outcome, kind="changed", writes=1)


def _look_again(look: _Look, trouble: CallFailedError | None) -> _Standing | None:
    """Look; where that fails after a write that did, the write's trouble is the one to tell."""
    try:
        return look()
    except (CallFailedError, DeadlinePassedError):
        if trouble is not None:
            raise trouble from None
        raise


def _look_of(session: Session, settings: Settings, kind: Scheduler, every: Duration) -> _Look:
    """Return what looks at the fleet's schedule of one kind.

    Raises:
        FailureError: it is not known where that is.
    """
    region, function = settings.fc_region, settings.watcher_function
    if region is None:
        raise FailureError(_not_configured("FC_REGION"))
    if kind == "eventbridge":
        return partial(_look_at_source, EventBridge(session), region, settings.fleet, every)
    if function is None:
        raise FailureError(_not_configured("WATCHER_FUNCTION"))
    return partial(_look_at_timer, FcTimers(session), region, function, settings.fleet, every)


def _look_at_source(api: EventBridge, region: str, fleet: str, every: Duration) -> _Standing | None:
    """EventBridge's source; its time zone and user data stay what they are."""
    bus = bus_name(fleet)
    source = api.source(region, bus, poll_name(fleet))
    if source is None or source.cron is None:
        return None
    wanted = source if fits(source.cron, every) else replace(source, cron=cron_of(every))
    return _Standing(source == wanted, partial(api.update_source, region, bus, wanted))


def _look_at_timer(
    api: FcTimers, region: str, function: str, fleet: str, every: Duration
) -> _Standing | None:
    """The time trigger; its payload is to be its cron, because that is what its events carry."""
    timer = api.timer(region, function, poll_name(fleet))
    if timer is None:
        return None
    cron = timer.cron if fits(timer.cron, every) else cron_of(every)
    wanted = replace(timer, cron=cron, payload=cron)
    return _Standing(timer == wanted, partial(api.update_timer, region, function, wanted))


def _in_a_poll(failure: Failure) -> Failure:
    """A passing trouble is no errand for a person: the event comes again as it was."""
    if failure.reaction is not Reaction.TRANSIENT:
        return failure
    return replace(
        failure, remedy="Nothing to do: the next poll that this schedule fires tries again."
    )


def _no_time() -> Failure:
    return Failure(
        DEADLINE_CODE,
        "There was no time left to change the schedule.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll that this schedule fires tries again. If it lasts, raise"
        " DEADLINE_S.",
    )


def _not_configured(name: str) -> Failure:
    return Failure(
        "ScheduleNotConfigured",
        f"{name} is not set, so the watcher does not know which schedule to change.",
        Reaction.HUMAN,
        f"Set {name}; inside Function Compute the deployment does.",
    )
