"""The watcher's schedule: set up, kept, changed from one kind to the other, and removed.

Every run looks first and does only what is missing, so it may end at any request, be repeated, or
run twice at once. A change of kind sets up the new one before the old one goes: for a moment both
fire, which does no harm; at no moment does neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from functions.bootstrap.schedule_hands import BridgeHand, Move, ScheduleDeed, TimerHand
from functions.bootstrap.schedule_plan import (
    TARGET_ID,
    Part,
    bridge_to_stand,
    cron_to_move,
    timer_of,
    timer_to_stand,
)
from shared.cloud.eventbridge import EventBridge, FunctionTarget
from shared.cloud.fc_timers import FcTimers
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.failure import Failure, FailureError, Reaction
from shared.instants import Duration
from shared.schedule import bus_name, cron_of, poll_name
from shared.settings import Settings

_PAUSES_S: Final = (0.0, 0.5, 1.5, 4.0, 8.0, 8.0)
"""Before each look: what was created, a role above all, may take some seconds to be known."""
_PASSING: Final = ("AlreadyExist", "NotExist", "NotFound")
"""In codes of refusals that another look explains: somebody else was faster, or it is too new."""

_Answer = TypeVar("_Answer")
Due = Callable[[], Sequence[Move]]
"""Looks at the cloud, and says what is still to be done."""


@dataclass(frozen=True, slots=True)
class ScheduleOutcome:
    """What was done, in order, and in a dry run what would be.

    `cron` is the cadence in force, None where there is no schedule, or not yet. `failure`: why it
    is not finished; what `deeds` lists has been done all the same.
    """

    cron: str | None
    deeds: tuple[ScheduleDeed, ...]
    failure: Failure | None = None


def ensure_schedule(
    session: Session,
    settings: Settings,
    poll_every: Duration,
    *,
    sleep: Callable[[float], None],
    dry_run: bool = False,
) -> ScheduleOutcome:
    """Let the watcher be invoked on a schedule, of the kind that SCHEDULER names.

    A cadence that is there already, of either kind, is kept; `poll_every`, one of the control
    document's choices, counts where there is none. A schedule that somebody paused runs again.
    """
    region, function, fleet = settings.fc_region, settings.watcher_function, settings.fleet
    if region is None or function is None:
        return ScheduleOutcome(None, (), _not_configured(settings))
    work = _Work(sleep, dry_run=dry_run)
    bridge = BridgeHand(EventBridge(session), fleet, region)
    timer = TimerHand(FcTimers(session), fleet, region, function)
    cron = None
    try:
        arn = work.ask(lambda: _watcher_arn(timer))
        if settings.scheduler == "timer":
            cron = _let_timer_stand(work, timer, bridge, poll_every)
            work.settle(bridge.moves_to_go)
        else:
            target = FunctionTarget(TARGET_ID, arn, function)
            cron = _let_bridge_stand(work, bridge, timer, target, poll_every)
            work.settle(timer.moves_to_go)
    except FailureError as error:
        return ScheduleOutcome(cron, tuple(work.deeds), error.failure)
    return ScheduleOutcome(cron, tuple(work.deeds))


def remove_schedule(
    session: Session,
    settings: Settings,
    *,
    sleep: Callable[[float], None],
    dry_run: bool = False,
) -> ScheduleOutcome:
    """Let nothing invoke the watcher any more: both kinds of schedule are removed.

    Finding nothing is fine. The service-linked role stays: it belongs to the whole account. A bus
    that somebody else uses too stays and is listed as left.
    """
    region, function, fleet = settings.fc_region, settings.watcher_function, settings.fleet
    if region is None:
        # A terminal that knows of no function has nothing to unschedule; but who names a function
        # and not its region must not believe that its schedule is gone.
        is_vague = function is not None or settings.bootstrap_function is not None
        return ScheduleOutcome(None, (), _not_configured(settings) if is_vague else None)
    work = _Work(sleep, dry_run=dry_run)
    bridge = BridgeHand(EventBridge(session), fleet, region)
    kinds: list[Due] = [bridge.moves_to_go]
    if function is not None:
        kinds.insert(0, TimerHand(FcTimers(session), fleet, region, function).moves_to_go)
    failures = []
    for moves_to_go in kinds:  # one that cannot be removed must not keep the other alive
        try:
            work.settle(moves_to_go)
        except FailureError as error:
            failures.append(error.failure)
    if not failures:
        failures = _tell_left(work, bridge)
    return ScheduleOutcome(None, tuple(work.deeds), failures[0] if failures else None)


def _let_bridge_stand(
    work: _Work,
    bridge: BridgeHand,
    timer: TimerHand,
    target: FunctionTarget,
    poll_every: Duration,
) -> str:
    """Let EventBridge's schedule stand; return its cadence."""
    old = work.ask(timer.look)
    cron = cron_to_move(bridge.fleet, old) or cron_of(poll_every)

    def due() -> Sequence[Move]:
        nonlocal cron
        seen = bridge.look()
        source = seen.source(bridge.fleet)
        if source is not None and source.cron is not None:
            cron = source.cron
        steps = bridge_to_stand(bridge.fleet, seen, target, may_send=bridge.may_send())
        return bridge.moves(steps, cron, target)

    work.settle(due, ScheduleDeed("found", Part.SOURCE, poll_name(bridge.fleet)))
    return cron


def _let_timer_stand(
    work: _Work, timer: TimerHand, bridge: BridgeHand, poll_every: Duration
) -> str:
    """Let the timer stand; return its cadence."""
    cron = _cron_of_bridge(bridge) or cron_of(poll_every)

    def due() -> Sequence[Move]:
        nonlocal cron
        seen = timer.look()
        if seen is not None:
            cron = seen.cron
        return timer.moves(timer_to_stand(seen, timer_of(timer.fleet, cron)), cron)

    work.settle(due, ScheduleDeed("found", Part.TIMER, poll_name(timer.fleet)))
    return cron


def _cron_of_bridge(bridge: BridgeHand) -> str | None:
    """Return the cadence that the timer is to take over, None where EventBridge tells of none."""
    try:
        return cron_to_move(bridge.fleet, bridge.look_for_rest())
    except (CallFailedError, DeadlinePassedError):
        return None  # the timer comes first; removing what EventBridge has tells of the trouble


def _watcher_arn(timer: TimerHand) -> str:
    """Return the ARN of the watcher, which neither kind of schedule checks by itself."""
    arn = timer.api.function_arn(timer.region, timer.function)
    if arn is None:
        raise FailureError(_no_watcher(timer.region, timer.function))
    return arn


def _tell_left(work: _Work, bridge: BridgeHand) -> list[Failure]:
    """Note a bus that somebody else uses; return why that could not be seen."""
    try:
        seen = work.ask(bridge.look_for_rest)
    except FailureError as error:
        return [error.failure]
    if seen.bus and seen.holds_others(bridge.fleet):
        work.deeds.append(ScheduleDeed("left", Part.BUS, bus_name(bridge.fleet)))
    return []


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What went wrong, and with which deed; None where looking did."""

    deed: ScheduleDeed | None
    error: CallFailedError

    @property
    def may_pass(self) -> bool:
        failure = self.error.failure
        named = any(one in failure.code for one in _PASSING)
        return self.error.perhaps_applied or named or failure.reaction is Reaction.TRANSIENT


@dataclass(slots=True)
class _Work:
    """What one run has done so far, and how it waits."""

    sleep: Callable[[float], None]
    dry_run: bool
    deeds: list[ScheduleDeed] = field(default_factory=list)

    def ask(self, question: Callable[[], _Answer]) -> _Answer:
        """Ask the cloud something; raises FailureError."""
        try:
            return question()
        except CallFailedError as error:
            raise FailureError(error.failure) from error
        except DeadlinePassedError as error:
            raise FailureError(_no_time()) from error

    def settle(self, due: Due, found: ScheduleDeed | None = None) -> None:
        """Do what is due until nothing is; `found` is the deed where nothing had to be done.

        A refusal is looked into, whatever its code: if the deed is not due any more, somebody else
        has done it, or it was done though the answer was lost.

        Raises:
            FailureError: a refusal that neither another look nor waiting mends.
        """
        before = len(self.deeds)
        refusal: _Refusal | None = None
        for pause_s in _PAUSES_S:
            self.sleep(pause_s)
            latest = self.ask(lambda: self._look_and_do(due))
            if latest is None:
                if found is not None and len(self.deeds) == before:
                    self.deeds.append(found)
                return
            is_stuck = latest.deed is None or (refusal and refusal.deed == latest.deed)
            refusal = latest
            if is_stuck and not latest.may_pass:
                break
        if refusal is not None:
            raise FailureError(refusal.error.failure) from refusal.error

    def _look_and_do(self, due: Due) -> _Refusal | None:
        """Look once and do what is due then; return what went wrong."""
        deed = None
        try:
            for move in due():
                deed = move.deed
                if not self.dry_run:
                    move.send()
                if deed not in self.deeds:  # a role is asked for again until it is known
                    self.deeds.append(deed)
        except CallFailedError as error:
            return _Refusal(deed, error)
        return None


def _not_configured(settings: Settings) -> Failure:
    name = "FC_REGION" if settings.fc_region is None else "WATCHER_FUNCTION"
    return Failure(
        "ScheduleNotConfigured",
        f"{name} is not set, so nobody knows which function the schedule invokes.",
        Reaction.HUMAN,
        f"Set {name}; inside Function Compute the deployment does.",
    )


def _no_watcher(region: str, function: str) -> Failure:
    return Failure(
        "WatcherNotFound",
        f"{region} has no function {function}, so a schedule would invoke nothing.",
        Reaction.HUMAN,
        "Deploy the watcher (make deploy), or correct WATCHER_FUNCTION or FC_REGION.",
    )


def _no_time() -> Failure:
    return Failure(
        "ScheduleUnfinished",
        "There was no time left to finish the schedule.",
        Reaction.TRANSIENT,
        "Run bootstrap with the same action again: it goes on where this run ended.",
    )
