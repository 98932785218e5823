"""Settle: ask, decide, do one request, ask again, until a resource stands or is gone.

Every round begins with what the cloud says, so it does not matter who did what before, whether an
answer was lost, or how often this is run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ready,
    Stuck,
    Wait,
    Write,
)
from functions.bootstrap.resource import Resource
from functions.bootstrap.site import Site
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.deadline import Deadline
from shared.failure import Failure, FailureError, Reaction

_Found = TypeVar("_Found")
_PAUSE_FIRST_S: Final = 0.8
_PAUSE_GROWTH: Final = 1.3
_PAUSE_MOST_S: Final = 5.0
_GRACE_S: Final = 30.0
"""How long what was just created may stay invisible (facts of the VPC API: some seconds)."""
_PATIENCE_S: Final = 90.0
"""How long a resource may fail, and nothing else, before its region gives up for this run."""
_MOST_ATTEMPTS: Final = 3
"""How often something is created that never comes to light."""
_TOKEN_IS_USED: Final = ("IdempotentParameterMismatch", "Duplicated.ClientToken")
_OUT_OF_SIGHT: Final = (
    # What was just created is not known everywhere yet.
    "InvalidVSwitchId.NotFound",
    "LaunchTemplateSet.NotFound",
    "LaunchTemplateVersionSet.NotFound",
    "ResourceNotAvailable.VPCNetwork",
    # Somebody was quicker, or an answer was lost; what they made is still to be seen.
    "InvalidScalingGroupName.Duplicate",
    "LaunchTemplateName.Duplicated",
    "EntityAlreadyExists.",
    "ProjectAlreadyExist",
)
"""Codes (or their beginnings) that are for a person to mend, unless another look mends them."""


class PendingError(Exception):
    """Time ran out while the cloud was at work, or asked for patience; the next run goes on."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Patience:
    """How an engine waits: time comes from outside."""

    deadline: Deadline
    sleep: Callable[[float], None]
    rng: random.Random

    def pause(self, rounds: int, what: str) -> None:
        """Wait before the next round, longer with every one.

        Raises:
            PendingError: there is no time left.
        """
        grown_s = min(_PAUSE_FIRST_S * _PAUSE_GROWTH**rounds, _PAUSE_MOST_S)
        pause_s = self.rng.uniform(0.8, 1.0) * grown_s
        if pause_s >= self.deadline.remaining_s():
            raise PendingError(what)
        self.sleep(pause_s)


@dataclass(slots=True)
class Ledger:
    """The deeds of one region, in order; `tell` hears of each, and of every wait."""

    tell: Callable[[str, str], None]
    planning: bool = False
    deeds: list[Deed] = field(default_factory=list)

    def add(self, deed: Deed) -> None:
        """Note a deed; a plan has each of them once."""
        if self.planning and deed in self.deeds:
            return
        self.deeds.append(deed)
        self.tell(deed.kind, deed.verb)


def build(resource: Resource[_Found], site: Site, patience: Patience, ledger: Ledger) -> Site:
    """Let a resource stand, and return the site with it on its ground.

    Raises:
        FailureError: a failure that waiting does not mend.
        PendingError: there was no time to finish.
    """
    return _Settling(resource, site, patience, ledger, building=True).run()


def destroy(resource: Resource[_Found], site: Site, patience: Patience, ledger: Ledger) -> None:
    """Let a resource be gone; raises as `build`."""
    _Settling(resource, site, patience, ledger, building=False).run()


@dataclass(slots=True)
class _Settling(Generic[_Found]):
    """One resource on its way."""

    resource: Resource[_Found]
    site: Site
    patience: Patience
    ledger: Ledger
    building: bool
    _rounds: int = 0
    _last: Deed | None = None
    _last_at_s: float = 0.0
    _attempts: int = 1
    _failing_since_s: float | None = None
    _unanswered: Write | None = None

    def run(self) -> Site:
        while True:
            try:
                found = self.resource.find(self.site)
                move = self._decide(found)
                self._note_unanswered(move)
                if isinstance(move, Ready | Gone):
                    if isinstance(move, Ready):
                        self._note(move, found)
                    return self._done(found)
                if self.ledger.planning and isinstance(move, Write | Wait):
                    return self._plan(move, found)
                self._do(move)
                self._failing_since_s = None
            except DeadlinePassedError as error:
                raise PendingError(f"its {self.resource.kind}") from error
            except CallFailedError as error:
                self._endure(error)

    def _decide(self, found: _Found) -> BuildMove | DestroyMove:
        if self.building:
            return self.resource.build(self.site, found)
        return self.resource.destroy(self.site, found)

    def _note_unanswered(self, move: BuildMove | DestroyMove) -> None:
        """Note what was done although its answer was lost: it is not what is due any more."""
        lost = self._unanswered
        is_due = lost is not None and isinstance(move, Write) and move.deed == lost.deed
        if lost is not None and not is_due and not isinstance(move, Stuck):
            self._add(lost.deed, *lost.besides)
        self._unanswered = None

    def _add(self, *deeds: Deed) -> None:
        for deed in deeds:
            self.ledger.add(deed)

    def _done(self, found: _Found) -> Site:
        """Return the site with what stands; other resources have attempts of their own."""
        ground = self.resource.know(self.site.ground, found)
        return replace(self.site, ground=ground, attempt=0)

    def _note(self, ready: Ready, found: _Found) -> None:
        kind = self.resource.kind
        if ready.lacking is not None:
            self.ledger.add(Deed("missing", kind, ready.lacking))
        elif found and not any(deed.kind == kind for deed in self.ledger.deeds):
            self.ledger.add(Deed("found", kind, self.site.name))

    def _plan(self, move: Write | Wait, found: _Found) -> Site:
        site = self._done(found)
        if isinstance(move, Wait):
            return site
        self._add(*move.deeds)
        if self.building:
            self._note(Ready(), found)
        return site.with_ground(move.foreseen(site.ground))

    def _do(self, move: BuildMove | DestroyMove) -> None:
        if isinstance(move, Stuck):
            raise FailureError(move.failure)
        if isinstance(move, Write):
            if move.deed == self._last and not self._overdue():
                self._wait(f"{move.deed.name} to come to light")
                return
            if move.deed == self._last:
                self._try_anew(move.deed)
                return
            self._send(move)
        elif isinstance(move, Wait):
            self._wait(move.what)

    def _send(self, write: Write) -> None:
        is_new = True
        try:
            write.send()
        except CallFailedError as error:
            # A run before us, or beside us, has made it with this token, perhaps by another
            # commit: what it made comes to light, or is gone and wants another token.
            is_new = error.failure.code not in _TOKEN_IS_USED
            if is_new:
                self._unanswered = write if error.perhaps_applied else None
                raise
        self._last, self._last_at_s, self._rounds = write.deed, self._clock_s(), 0
        if is_new:
            self._add(write.deed, *write.besides)

    def _try_anew(self, deed: Deed) -> None:
        """Let go of what was answered and never seen: only another token makes another one."""
        if self._attempts >= _MOST_ATTEMPTS:
            raise FailureError(_never_seen(self.site.region, deed))
        self._attempts += 1
        self.site = replace(self.site, attempt=self.site.attempt + 1)
        self._last = None

    def _overdue(self) -> bool:
        return self._clock_s() - self._last_at_s >= _GRACE_S

    def _wait(self, what: str) -> None:
        self.ledger.tell(self.resource.kind, f"waiting for {what}")
        self.patience.pause(self._rounds, what)
        self._rounds += 1

    def _endure(self, error: CallFailedError) -> None:
        """Wait where the next round may find it mended; else give up."""
        failure = error.failure
        now_s = self._clock_s()
        if self._failing_since_s is None:
            self._failing_since_s = now_s
        patient = now_s - self._failing_since_s < _patience_s(failure)
        if not (patient and (error.perhaps_applied or _may_pass(failure))):
            raise FailureError(failure) from error
        try:
            self._wait(f"{self.resource.kind} ({failure.code})")
        except PendingError:
            if error.cut_short:
                raise  # nothing has gone wrong but that the time was too short for an answer
            # What went wrong says more than that the time has run out.
            raise FailureError(failure) from error

    def _clock_s(self) -> float:
        return self.patience.deadline.monotonic()


def _may_pass(failure: Failure) -> bool:
    return failure.reaction is Reaction.TRANSIENT or failure.code.startswith(_OUT_OF_SIGHT)


def _patience_s(failure: Failure) -> float:
    """How long a failure is endured: what is only out of sight comes to light soon."""
    return _PATIENCE_S if failure.reaction is Reaction.TRANSIENT else _GRACE_S


def _never_seen(region: str, deed: Deed) -> Failure:
    return Failure(
        "NeverSeen",
        f"{deed.kind} {deed.name} was {deed.verb} {_MOST_ATTEMPTS} times in {region}, and"
        " nothing of it shows.",
        Reaction.HUMAN,
        "Look for it in the console; if it is there, the API has changed: report this.",
    )
