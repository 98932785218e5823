"""One poll, one straight line: read → observe → decide → act → report.

Regions meet only at the two ends; in between each is on its own, and one that fails or hangs
changes nothing for the others. Reading Git and observing the regions happen at the same time:
neither needs the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

from functions.watcher.act import Hands, act, look_only
from functions.watcher.asking import Asking, NotAsked, Wishes, WouldAsk, tell, wishes_of
from functions.watcher.cadence import CadenceOutcome, decide_cadence
from functions.watcher.decide import decide
from functions.watcher.event import Event
from functions.watcher.observe import observe, our_mistake
from functions.watcher.provision import ask
from functions.watcher.records import (
    Decision,
    NotOurs,
    Observation,
    Ours,
    Outcome,
    Sighting,
    Unknown,
)
from functions.watcher.report import Material, report_of
from shared.cloud.ess import Ess
from shared.cloud.session import Session
from shared.control.accept import Acceptance, Recollection, accept
from shared.control.choose import Choice, choose
from shared.control.intent import Hold, Intent, Verdict
from shared.deadline import Deadline
from shared.edges import Edges
from shared.regions import CATALOGUE
from shared.report import Report
from shared.settings import Settings

_PAUSE_FIRST_S: Final = 0.5
_LOOKING_SHARE: Final = 2 / 3
"""How much of the poll's time may go into looking: a region that hangs leaves the others the rest,
in which they are acted on."""

Listener = Callable[[Observation | Outcome], None]
"""Told of every region as it answers and as it is done; for progress displays only."""


def poll(
    settings: Settings, event: Event, edges: Edges, listener: Listener = lambda _: None
) -> Report:
    """Do one poll, or one plan that writes nothing; never raises for what the world does."""
    began_s = edges.monotonic()
    deadline = Deadline.after(settings.deadline_s, edges.monotonic)
    looking = edges.open_session(deadline.share(_LOOKING_SHARE))
    acting = edges.open_session(deadline)
    with ThreadPoolExecutor(settings.max_concurrency + 1, "region") as pool:
        reading = pool.submit(edges.reader.read, settings, deadline)
        seen = _observe_all(pool, Ess(looking), settings.fleet, edges.rng, listener)
        answers = reading.result()
        now = edges.now()
        recollection = _recollect(seen)
        choice = choose(
            answers,
            recollection.newest_applied,
            edges.reader.ancestry(settings, deadline),
            now,
            allow_rewind=settings.allow_rewind,
        )
        acceptance = _accept(choice, recollection, settings, now)
        observations = {one.region: one for one in seen}
        decisions = _decide_all(observations, acceptance.verdict, event, now)
        hands = _hands(Ess(acting), settings, acceptance.verdict, edges)
        work = [(observations[one.region], one) for one in decisions]
        deed = partial(act, hands) if event.action == "poll" else partial(look_only, hands.ess)
        outcomes = _act_all(pool, deed, work, listener)
    wishes = wishes_of(acceptance.verdict, observations, outcomes, edges.now())
    if wishes is not None:
        would = event.action == "plan"
        asking = WouldAsk() if would else _ask(acting, settings, wishes, edges.now())
        outcomes = tell(outcomes, wishes, asking)
    cadence = _keep_cadence(acting, settings, event, acceptance, edges)
    elapsed_ms = round((edges.monotonic() - began_s) * 1000)
    return report_of(
        Material(
            event.action,
            choice,
            acceptance,
            observations,
            outcomes,
            cadence,
            now,
            looking.calls + acting.calls,
            elapsed_ms,
        )
    )


def _observe_all(
    pool: ThreadPoolExecutor, ess: Ess, fleet: str, rng: random.Random, listener: Listener
) -> list[Observation]:
    """Look at every region of the catalogue, in an order drawn anew in each poll.

    A group of ours may live where the document no longer says so, and no region is always last.
    """

    def look(region: str) -> Observation:
        try:
            seen = observe(ess, fleet, region)
        except Exception as error:  # noqa: BLE001 (a mistake of ours ends no other region's poll)
            seen = Observation(region, Unknown(our_mistake(region, error)))
        listener(seen)
        return seen

    order = [region.region_id for region in CATALOGUE]
    rng.shuffle(order)
    seen = {one.region: one for one in pool.map(look, order)}
    return [seen[region.region_id] for region in CATALOGUE]


def _recollect(seen: Sequence[Observation]) -> Recollection:
    ours = (one.sighting.memory for one in seen if isinstance(one.sighting, Ours))
    unknown = (one.region for one in seen if isinstance(one.sighting, Unknown))
    return Recollection(tuple(ours), frozenset(unknown))


def _accept(
    choice: Choice, recollection: Recollection, settings: Settings, now: datetime
) -> Acceptance:
    if choice.chosen is None:
        return Acceptance(Hold(choice.reason), None, {})
    return accept(choice.chosen, recollection, settings.rails, now)


def _decide_all(
    observations: Mapping[str, Observation], verdict: Verdict, event: Event, now: datetime
) -> list[Decision]:
    """Decide the configured regions, and any other that has a group with our tag."""
    configured = verdict.nodes if isinstance(verdict, Intent) else verdict.configured
    return [
        decide(seen, verdict, now)
        for region, seen in observations.items()
        if (region in configured or _bears_our_tag(seen.sighting))
        and (event.regions is None or region in event.regions)
    ]


def _bears_our_tag(sighting: Sighting) -> bool:
    return isinstance(sighting, Ours) or (isinstance(sighting, NotOurs) and sighting.tagged)


def _hands(ess: Ess, settings: Settings, verdict: Verdict, edges: Edges) -> Hands:
    return Hands(
        ess=ess,
        observe=lambda region: observe(ess, settings.fleet, region),
        decide=lambda seen: decide(seen, verdict, edges.now()),
        now=edges.now,
        pause=partial(_pause, edges),
    )


def _pause(edges: Edges, attempt: int) -> None:
    edges.sleep(_PAUSE_FIRST_S * 2 ** (attempt - 1) * edges.rng.uniform(0.5, 1.0))


def _act_all(
    pool: ThreadPoolExecutor,
    deed: Callable[[Observation, Decision], Outcome],
    work: Sequence[tuple[Observation, Decision]],
    listener: Listener,
) -> list[Outcome]:
    def do(one: tuple[Observation, Decision]) -> Outcome:
        try:
            outcome = deed(*one)
        except Exception as error:  # noqa: BLE001 (as above)
            seen, decision = one
            outcome = Outcome(decision, "failed", failure=our_mistake(seen.region, error))
        listener(outcome)
        return outcome

    return list(pool.map(do, work))


def _ask(session: Session, settings: Settings, wishes: Wishes, now: datetime) -> Asking:
    """Ask bootstrap for all regions at once, which only acting on them has made known."""
    try:
        return ask(session, settings, wishes, now)
    except Exception as error:  # noqa: BLE001 (as above)
        return NotAsked(our_mistake("asking bootstrap", error))


def _keep_cadence(
    session: Session, settings: Settings, event: Event, acceptance: Acceptance, edges: Edges
) -> CadenceOutcome | None:
    """Bring the schedule that fired this poll to the document's cadence; last, as it can wait."""
    if event.schedule is None:
        return None
    decision = decide_cadence(event.schedule, settings.fleet, acceptance)
    if decision.change_to is None:
        return CadenceOutcome(decision)
    # Most polls change no schedule, and are not to pay for what it takes.
    from functions.watcher.cadence_hands import change_cadence  # noqa: PLC0415 (see above)

    try:
        return change_cadence(session, settings, event, decision, partial(_pause, edges))
    except Exception as error:  # noqa: BLE001 (as above)
        return CadenceOutcome(decision, "failed", failure=our_mistake("the schedule", error))
