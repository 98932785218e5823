"""Virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from sandbox.domain.clock import VirtualClock

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """So many seconds after START."""
    return START + timedelta(seconds=seconds)


def test_events_run_in_order_of_time_then_of_planning() -> None:
    """Whatever the order of planning, earlier events run first, equal ones first come first."""
    clock = VirtualClock(START)
    seen: list[tuple[str, datetime]] = []

    def note(name: str) -> None:
        seen.append((name, clock.now))

    for name, seconds in (("late", 9), ("early", 3), ("early too", 3), ("at the end", 10)):
        clock.after(seconds, partial(note, name))
    clock.advance_to(later(10))
    assert seen == [
        ("early", later(3)),
        ("early too", later(3)),
        ("late", later(9)),
        ("at the end", later(10)),
    ]


def test_an_event_may_plan_others_that_run_in_the_same_move() -> None:
    """A chain of events is followed as far as the move of the clock reaches."""
    clock = VirtualClock(START)
    ticks: list[datetime] = []

    def tick() -> None:
        ticks.append(clock.now)
        clock.after(10, tick)

    tick()
    clock.advance_to(later(25))
    assert ticks == [START, later(10), later(20)]
    assert (clock.now, clock.next_due) == (later(25), later(30))


def test_the_clock_never_goes_back() -> None:
    """An earlier instant is ignored, and an event planned for the past is due at once."""
    clock = VirtualClock(START)
    clock.advance_to(later(60))
    clock.advance_to(later(30))
    assert clock.now == later(60)
    seen: list[datetime] = []
    clock.at(later(5), lambda: seen.append(clock.now))
    clock.advance_to(later(60))
    assert seen == [later(60)]


def test_a_cancelled_event_does_not_happen() -> None:
    """Cancelling prevents an event, and one that has happened cannot be cancelled any more."""
    clock = VirtualClock(START)
    seen: list[str] = []
    first = clock.after(1, lambda: seen.append("first"))
    second = clock.after(2, lambda: seen.append("second"))
    assert (first.pending, clock.next_due) == (True, later(1))
    first.cancel()
    assert (first.pending, clock.next_due) == (False, later(2))
    clock.advance_to(later(5))
    second.cancel()
    assert (seen, clock.next_due) == (["second"], None)


def test_instants_of_any_zone_are_understood() -> None:
    """The clock shows UTC whatever zone it is given."""
    tokyo = timezone(timedelta(hours=9))
    clock = VirtualClock(START.astimezone(tokyo))
    seen: list[datetime] = []
    clock.at(later(60).astimezone(tokyo), lambda: seen.append(clock.now))
    clock.advance_to(later(90).astimezone(tokyo))
    assert [str(one) for one in (*seen, clock.now)] == [str(later(60)), str(later(90))]


def test_a_start_without_zone_is_refused() -> None:
    """An instant without zone could mean anything."""
    with pytest.raises(ValueError, match="needs a start with a time zone"):
        VirtualClock(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001  (the point of the test)


def test_an_event_must_not_move_the_clock() -> None:
    """An event that moved the clock would run others inside itself, out of order."""
    clock = VirtualClock(START)
    clock.after(1, lambda: clock.advance_to(later(9)))
    with pytest.raises(RuntimeError, match="must not move the clock"):
        clock.advance_to(later(5))
