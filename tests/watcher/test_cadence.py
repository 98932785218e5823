"""Whether the schedule that fired is to be changed: by the event and the document alone."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest

from functions.watcher.cadence import CadenceDecision, CadenceOutcome, decide_cadence, fits
from functions.watcher.cadence_cron import read_cadence
from functions.watcher.event import Firing
from shared.control.accept import Acceptance
from shared.control.document import ControlDocument
from shared.control.intent import Hold
from shared.control.parse import parse_document
from shared.control.timing import POLL_CHOICES
from shared.instants import Duration, parse_duration
from shared.schedule import cron_of
from shared.settings import Scheduler
from tests.watcher.fleet import intent

FLEET: Final = "p2p-agent"
POLL: Final = "p2p-agent-poll"
FIVE_MINUTES: Final = "0 */5 * * * *"
HOURLY: Final = "0 0 * * * *"
KINDS: Final[tuple[Scheduler, ...]] = ("eventbridge", "timer")


def accepted(poll_every: str, *, suspended: bool = False) -> Acceptance:
    """An accepted document that says `poll_every`."""
    document = parse_document(f"capacity: 1\npoll_every: {poll_every}\n".encode())
    assert isinstance(document, ControlDocument)
    return Acceptance(intent(suspended=suspended), document, {})


def fired(cron: object, kind: Scheduler = "eventbridge", name: str | None = POLL) -> Firing:
    """A schedule that has fired with this in its event."""
    return Firing(kind, name, read_cadence(cron))


def decided(fired_by: Firing, acceptance: Acceptance) -> CadenceDecision:
    """What the fleet p2p-agent decides."""
    return decide_cadence(fired_by, FLEET, acceptance)


@pytest.mark.parametrize("kind", KINDS)
def test_another_cadence_is_changed_to(kind: Scheduler) -> None:
    """The event carries five minutes, the document says an hour."""
    assert decided(fired(FIVE_MINUTES, kind), accepted("1 hour")) == CadenceDecision(
        FIVE_MINUTES, HOURLY, "the document says every 1 hour", Duration(1, "hour")
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cron", [HOURLY, "0 0 0/1 * * ?", "0 17 * * * *"])
def test_the_same_cadence_is_left_alone_however_it_is_written(kind: Scheduler, cron: str) -> None:
    """Whoever moved it to another minute in the console keeps that."""
    assert decided(fired(cron, kind), accepted("1 hour")) == CadenceDecision(
        cron, HOURLY, "every 1 hour, as the document says"
    )


@pytest.mark.parametrize("cron", ["0 */7 * * * *", "0 0 9-17 * * MON-FRI", "*/30 * * * * *"])
def test_what_somebody_chose_in_the_console_yields_to_the_document(cron: str) -> None:
    """`poll_every` is the operator's intent, and a console is not where that stands."""
    assert decided(fired(cron), accepted("1 hour")).change_to == Duration(1, "hour")


def test_every_two_choices_of_poll_every_differ() -> None:
    """Exactly the changes from one to another are changes."""
    for before, after in product(POLL_CHOICES, POLL_CHOICES):
        decision = decided(fired(cron_of(before)), accepted(str(after)))
        assert decision.change_to == (None if before == after else after)
        assert decision.wanted == cron_of(after)


def test_a_held_document_changes_nothing() -> None:
    """Neither one that cannot be read, nor one that can and is not accepted."""
    held = CadenceDecision(FIVE_MINUTES, None, "the document is held, and the schedule stays")
    over_a_rail = Acceptance(Hold("over a rail"), accepted("1 hour").document, {})

    assert decided(fired(FIVE_MINUTES), Acceptance(Hold("unreadable"), None, {})) == held
    assert decided(fired(FIVE_MINUTES), over_a_rail) == held


def test_a_suspended_fleet_is_still_polled_as_the_document_says() -> None:
    """`suspend` is about nodes; it is taken back by a commit that a poll must see."""
    assert decided(fired(FIVE_MINUTES), accepted("1 hour", suspended=True)).change_to is not None


@pytest.mark.parametrize("payload", ["", "by hand", None])
def test_an_event_without_a_cadence_leaves_its_schedule_alone(payload: str | None) -> None:
    """Nobody knows what it is; bootstrap's action `schedule` gives it a payload again."""
    assert decided(fired(payload, "timer"), accepted("1 hour")) == CadenceDecision(
        None,
        HOURLY,
        "the event carries no cadence that can be read: the schedule is left alone",
    )


@pytest.mark.parametrize("name", ["nightly", "other-fleet-poll", "p2p-agent", None])
def test_a_schedule_of_others_is_left_alone(name: str | None) -> None:
    """What is not ours is never written, even where its event speaks our language."""
    assert decided(fired(FIVE_MINUTES, "timer", name), accepted("1 hour")) == CadenceDecision(
        FIVE_MINUTES,
        HOURLY,
        "this schedule is not the fleet's, which is p2p-agent-poll: it is left alone",
    )


def test_what_stands_is_judged_as_what_is_carried() -> None:
    """The look before the write goes by the same measure."""
    hour = parse_duration("1 hour")

    assert fits("0 30 * * * *", hour)
    assert not fits(FIVE_MINUTES, hour)
    assert not fits("0 0 9-17 * * *", hour)
    assert not fits("when I like", hour)


def test_acting_may_say_more_than_deciding_did() -> None:
    """The reason is replaced, the rest stays."""
    decision = decided(fired(FIVE_MINUTES), accepted("1 hour"))
    outcome = CadenceOutcome(decision).because("gone")

    assert (outcome.decision.reason, outcome.kind, outcome.writes) == ("gone", "none", 0)
    assert outcome.decision.change_to == decision.change_to
