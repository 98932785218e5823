"""What bootstrap is wanted for, and what a poll says of having asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from functions.watcher.health import DEADLINE_CODE
from functions.watcher.records import Observation, Ours, Outcome, Provision
from functions.watcher.stack import may_choose_again
from shared.control.intent import Intent, Verdict
from shared.control.window import Phase, phase
from shared.failure import Failure, Reaction
from shared.instants import format_instant
from shared.report import OutcomeKind

_BUILDING_TAKES_MINUTES: Final = 15
"""A run of bootstrap ends within ten minutes; what is not there after this long is in trouble."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What bootstrap is wanted for, under one accepted document.

    `builds`: regions whose stack is missing, unfinished, to be adopted or out of date.
    `shortages`: regions short of nodes that another offer may help, with the code of the shortage.
    """

    intent: Intent
    builds: tuple[str, ...]
    shortages: Mapping[str, str]

    @property
    def regions(self) -> tuple[str, ...]:
        """All regions, each once."""
        return tuple(dict.fromkeys((*self.builds, *self.shortages)))


@dataclass(frozen=True, slots=True)
class WouldAsk:
    """A plan asks nobody."""


@dataclass(frozen=True, slots=True)
class AskedNow:
    """Bootstrap was asked; `forgotten`: why that could not be remembered."""

    forgotten: Failure | None = None


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """Bootstrap was asked whole minutes ago for the same, and is not asked again yet."""

    minutes: int


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Bootstrap could not be asked."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Clearing:
    """The fleet is being destroyed; bootstrap is asked for nothing before `until`."""

    until: datetime

    @property
    def note(self) -> str:
        """The sentence that a region's reason ends with."""
        return f"the fleet is being destroyed: nothing is built before {format_instant(self.until)}"


Asking = WouldAsk | AskedNow | AskedBefore | NotAsked | Clearing


def wishes_of(
    verdict: Verdict,
    observations: Mapping[str, Observation],
    outcomes: Sequence[Outcome],
    now: datetime,
) -> Wishes | None:
    """Return what bootstrap is wanted for after all regions were acted on; None: for nothing."""
    if not isinstance(verdict, Intent):
        return None
    builds = [one.decision.region for one in outcomes if Provision() in one.decision.actions]
    shortages = {
        one.decision.region: one.failure.code
        for one in outcomes
        if one.failure is not None
        and one.failure.reaction is Reaction.SHORTAGE
        and _needs_an_offer(verdict, observations[one.decision.region], now)
    }
    return Wishes(verdict, tuple(builds), shortages) if builds or shortages else None


def _needs_an_offer(intent: Intent, seen: Observation, now: datetime) -> bool:
    """Whether a region that falls short is to run, and its stack is bootstrap's to change."""
    wanted = intent.nodes.get(seen.region)
    is_open = not intent.suspended and phase(intent.window, now) is not Phase.AFTER
    return (
        bool(wanted)
        and is_open
        and isinstance(seen.sighting, Ours)
        and may_choose_again(seen.sighting.stack, now)
    )


def tell(outcomes: Sequence[Outcome], wishes: Wishes, asking: Asking) -> list[Outcome]:
    """Say in the outcome of each region that waits for bootstrap what became of asking it."""
    return [_told(outcome, wishes, asking) for outcome in outcomes]


def _told(outcome: Outcome, wishes: Wishes, asking: Asking) -> Outcome:
    region = outcome.decision.region
    if region in wishes.builds:
        outcome = _told_of_building(outcome, asking)
    if region in wishes.shortages:
        outcome = _told_of_shortage(outcome, asking)
    return outcome


def _told_of_building(outcome: Outcome, asking: Asking) -> Outcome:
    """What was done or failed in the region itself counts for more than the asking."""
    idle = outcome.kind == "none"
    match asking:
        case AskedNow(forgotten):
            note = f"asked, but not remembered ({forgotten.code})" if forgotten else ""
            return _noted(replace(outcome, kind="done" if idle else outcome.kind), note)
        case AskedBefore(minutes):
            told = _noted(outcome, f"asked for {_ago(minutes)}")
            if minutes < _BUILDING_TAKES_MINUTES:
                return told
            return replace(told, failure=outcome.failure or _still_waiting(outcome, minutes))
        case NotAsked(failure):
            kind: OutcomeKind = "skipped" if failure.code == DEADLINE_CODE else "failed"
            return replace(
                outcome,
                kind=kind if idle else outcome.kind,
                failure=outcome.failure or failure,
            )
        case Clearing():
            return _noted(outcome, asking.note)
        case WouldAsk():
            return outcome


def _still_waiting(outcome: Outcome, minutes: int) -> Failure:
    """Say that bootstrap does not come to an end with a region: silence would look like success."""
    region = outcome.decision.region
    return Failure(
        "StackUnfinished",
        f"Bootstrap was asked for {region} {_ago(minutes)}, and its stack is not as it should be.",
        Reaction.TRANSIENT,
        "Bootstrap's last report says why; it is asked again every hour. To try at once:"
        f" p2p-fleet bootstrap --regions {region}",
    )


def _told_of_shortage(outcome: Outcome, asking: Asking) -> Outcome:
    """The error stays the shortage; where bootstrap is at work, a person need not be."""
    match asking:
        case AskedNow():
            return _noted(_left_to_bootstrap(outcome), "bootstrap looks for another offer")
        case AskedBefore(minutes):
            note = f"bootstrap was asked for another offer {_ago(minutes)}"
            return _noted(_left_to_bootstrap(outcome), note)
        case NotAsked(failure):
            note = f"bootstrap could not be asked for another offer ({failure.code})"
            return _noted(outcome, note)
        case Clearing():
            return _noted(outcome, asking.note)
        case WouldAsk():
            return _noted(outcome, "bootstrap would be asked for another offer")


def _left_to_bootstrap(outcome: Outcome) -> Outcome:
    if outcome.failure is None:
        return outcome
    remedy = "Nothing to do yet: bootstrap looks for another offer."
    return replace(outcome, failure=replace(outcome.failure, remedy=remedy))


def _noted(outcome: Outcome, note: str) -> Outcome:
    if not note:
        return outcome
    decision = replace(outcome.decision, reason=f"{outcome.decision.reason}; {note}")
    return replace(outcome, decision=decision)


def _ago(minutes: int) -> str:
    if minutes == 0:
        return "just now"
    return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
