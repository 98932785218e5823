"""One run, one straight line: due → settings → ready → checkout → pre, main, post → noted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from .checkout import Checkout, NoCheckoutError, check_out
from .control import Wish, last_wish, read_wish
from .job import Job, environment_of
from .journal import Journal
from .limits import USUAL, Limits
from .node import Node
from .places import Places
from .prerequisites import NotReadyError, get_ready
from .remembered import recall, remember
from .settings import Settings
from .turn import TakenError, Turn, turn

_SLACK_S: Final = 30.0
"""The timer ticks each minute, not to the second; a run is due a little early rather than late."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Time, chance and patience; Unix seconds."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    rng: random.Random
    limits: Limits = USUAL


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended; `status` is done, unchanged or failed, `why` what failed."""

    status: str
    why: str = ""
    commit: str = ""


def run(places: Places, node: Node, edges: Edges, *, forced: bool = False) -> Result | None:
    """Do one run where one is due; None where none is, or another is under way.

    `forced`: somebody asked for it, so it is due, and waits for nobody else's sake.
    """
    if not forced and not _is_due(places, edges.now().timestamp()):
        return None
    began = edges.now()
    journal = Journal(places.log, f"run-{began:%d%H%M%S}", edges.now)
    try:
        with turn(places.lock, journal, edges.limits.run_s) as mine:
            result = _run(places, node, edges, journal, mine, forced=forced)
            _note(places, result, began, edges.now(), journal)
    except TakenError as error:
        if forced:
            journal.say(f"not now: {error}")
        return None
    return result


def _run(  # noqa: PLR0913 (one run's surroundings)
    places: Places, node: Node, edges: Edges, journal: Journal, mine: Turn, *, forced: bool
) -> Result:
    delay_s = last_wish(places).settings.delay_s
    journal.say(f"begins in {node.region}")
    if not forced and delay_s:
        pause_s = edges.rng.uniform(0.0, delay_s)
        journal.say(f"waits {pause_s:.0f} s, so that nodes do not all come at once")
        edges.sleep(pause_s)
    try:
        _get_ready(places, node, edges, journal, ansible=False)
        wish = read_wish(places, node, journal, edges.limits.control_s)
        _get_ready(places, node, edges, journal, ansible=wish.settings.type == "ansible")
        checkout = check_out(places, wish.settings.repositories, journal, edges.limits.fetch_s)
    except (NotReadyError, NoCheckoutError) as error:
        journal.say(f"failed: {error}")
        return Result("failed", str(error))
    if not forced and not wish.settings.force_run and _was_done(places, wish, checkout):
        journal.say(f"nothing has changed since commit {checkout.sha[:12]} was run")
        return Result("unchanged", commit=checkout.sha)
    job = Job(journal, environment_of(node), mine.note, edges.limits)
    failed = _carry_out(job, wish.settings, checkout)
    journal.say(f"failed: {failed}" if failed else "done")
    return Result("failed" if failed else "done", failed, checkout.sha)


def _get_ready(
    places: Places, node: Node, edges: Edges, journal: Journal, *, ansible: bool
) -> None:
    now_s = edges.now().timestamp()
    get_ready(places, node.package_mirrors, journal, ansible=ansible, now_s=now_s)


def _carry_out(job: Job, settings: Settings, checkout: Checkout) -> str:
    """Run all three; return which failed. What comes first failing keeps nothing else from it."""
    outcomes = {
        "pre_run": job.run_beside("pre_run", settings.pre_run),
        "main_run": job.run_main(settings, checkout),
        "post_run": job.run_beside("post_run", settings.post_run),
    }
    return ", ".join(name for name, well in outcomes.items() if not well)


def _is_due(places: Places, now_s: float) -> bool:
    """Whether the schedule, as it was read last, wants a run; a clock set back is no excuse."""
    began_s = recall(places.state / "last-run.json").get("began_s")
    if not isinstance(began_s, int | float) or began_s > now_s:
        return True
    return now_s >= began_s + last_wish(places).settings.schedule_s - _SLACK_S


def _was_done(places: Places, wish: Wish, checkout: Checkout) -> bool:
    """Whether this very job has succeeded before; one that failed is tried again."""
    return recall(places.state / "last-done.json") == _job_facts(wish, checkout.sha)


def _job_facts(wish: Wish, sha: str) -> dict[str, object]:
    parts = ("type", "main_run", "pre_run", "post_run")
    return {"sha": sha, **{name: asdict(wish.settings)[name] for name in parts}}


def _note(
    places: Places, result: Result, began: datetime, ended: datetime, journal: Journal
) -> None:
    """Remember how the run ended, for the next one and for whoever looks."""
    facts = {
        **asdict(result),
        "began": began.isoformat(),
        "began_s": began.timestamp(),
        "ended": ended.isoformat(),
    }
    try:
        remember(places.state / "last-run.json", facts)
        if result.status == "done":
            done = _job_facts(last_wish(places), result.commit)
            remember(places.state / "last-done.json", done)
    except OSError as error:
        journal.say(f"how it ended cannot be noted: {error.strerror}")
