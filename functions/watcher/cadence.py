"""Whether the schedule that fired a poll is to fire at another cadence. Pure.

The document is compared with what the event carries, not with what stands, so that a poll that has
nothing to change asks nobody. Only an accepted document counts, and only the fleet's own schedule
is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from functions.watcher.cadence_cron import read_cadence
from functions.watcher.event import Firing
from shared.control.accept import Acceptance
from shared.control.intent import Intent
from shared.failure import Failure
from shared.instants import Duration
from shared.report import ScheduleOutcomeKind
from shared.schedule import cron_of, poll_name


@dataclass(frozen=True, slots=True)
class CadenceDecision:
    """What is to become of the schedule that fired a poll, and why.

    `carried`: the cron that the event carries; `wanted`: the cron of the accepted document. None
    where there is none. `change_to`: the cadence to change to, None to leave the schedule alone.
    """

    carried: str | None
    wanted: str | None
    reason: str
    change_to: Duration | None = None


@dataclass(frozen=True, slots=True)
class CadenceOutcome:
    """What became of the decision; `writes` counts the requests that were carried out."""

    decision: CadenceDecision
    kind: ScheduleOutcomeKind = "none"
    writes: int = 0
    failure: Failure | None = None

    def because(self, reason: str) -> CadenceOutcome:
        """Return the same with another reason: what acting came to know."""
        return replace(self, decision=replace(self.decision, reason=reason))


def decide_cadence(fired_by: Firing, fleet: str, acceptance: Acceptance) -> CadenceDecision:
    """Decide about the schedule that fired a poll, once its document is accepted or not."""
    carried = None if fired_by.cadence is None else fired_by.cadence.text
    document = acceptance.document
    if document is None or not isinstance(acceptance.verdict, Intent):
        return CadenceDecision(carried, None, "the document is held, and the schedule stays")
    every = document.poll_every
    wanted = cron_of(every)
    if fired_by.name != poll_name(fleet):
        reason = f"this schedule is not the fleet's, which is {poll_name(fleet)}: it is left alone"
    elif carried is None:
        reason = "the event carries no cadence that can be read: the schedule is left alone"
    elif fits(carried, every):
        reason = f"every {every}, as the document says"
    else:
        reason = f"the document says every {every}"
        return CadenceDecision(carried, wanted, reason, every)
    return CadenceDecision(carried, wanted, reason)


def fits(cron: str, every: Duration) -> bool:
    """Whether a schedule's expression fires at a cadence, at whichever of its minutes."""
    cadence = read_cadence(cron)
    return cadence is not None and cadence.period == timedelta(minutes=every.minutes or 0)
