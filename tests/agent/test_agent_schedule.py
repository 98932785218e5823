"""When a run is due, and how long it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.agent.yard import NOON, Yard


def runs_at(yard: Yard, minutes: list[float]) -> list[float]:
    """Tick at these minutes after noon; return those at which something ran."""
    ran = []
    for minute in minutes:
        yard.now = NOON + timedelta(minutes=minute)
        if yard.run(forced=False) is not None:
            ran.append(minute)
    return ran


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("15 minutes", [0, 15, 30, 45, 60]), ("1 hour", [0, 60]), ("7 days", [0])],
)
def test_runs_come_as_often_as_the_document_says(
    yard: Yard, schedule: str, expected: list[float]
) -> None:
    """The timer ticks each minute, and most ticks are none of the agent's business."""
    yard.order(delay=0, schedule=schedule)

    assert runs_at(yard, [*range(61)]) == expected


def test_a_new_schedule_counts_from_the_next_run(yard: Yard) -> None:
    """What was an hour becomes ten minutes as soon as a run has read it."""
    yard.order(delay=0, schedule="1 hour")
    first = runs_at(yard, [*range(10)])
    yard.order(NOON + timedelta(minutes=9), delay=0, schedule="10 minutes")

    assert (first, runs_at(yard, [*range(10, 91)])) == ([0], [60, 70, 80, 90])


def test_a_clock_that_was_set_back_does_not_stop_the_runs(yard: Yard) -> None:
    """A node whose clock was ahead at boot runs at once when it has the right time."""
    yard.order(delay=0)
    yard.run(forced=False)

    assert runs_at(yard, [-60.0, -50.0, -45.0]) == [-60.0, -45.0]


def test_a_late_tick_does_not_move_the_schedule_by_a_whole_tick(yard: Yard) -> None:
    """A tick that comes a few seconds early by the last one's measure is taken."""
    yard.order(delay=0)

    assert runs_at(yard, [0.2, 15.0]) == [0.2, 15.0]


def test_a_run_waits_a_random_time_within_the_delay(yard: Yard) -> None:
    """Nodes that started together do not come to the Git host together."""
    yard.order(delay=1000)
    yard.run(forced=False)
    yard.later(hours=1)
    yard.run(forced=False)

    first, second = yard.slept_s
    assert 0 <= first <= 60 < second <= 1000


def test_who_asks_for_a_run_does_not_wait(yard: Yard) -> None:
    """A person at the node wants to see it now, due or not."""
    yard.order(delay=1000)
    yard.run()

    assert (yard.run() is not None, yard.slept_s) == (True, [])
