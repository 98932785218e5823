"""The calendar of recurring tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.ess.recurrence import Recurrence, RecurrenceType, next_launch

LAUNCH = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # a Monday


def first(recurrence: Recurrence, count: int, launch: datetime = LAUNCH) -> list[str]:
    """The first times that a task fires, `mm-ddThh:mm`."""

    def times() -> Iterator[str]:
        due = next_launch(launch, recurrence, launch - timedelta(seconds=1))
        while due is not None:
            yield due.strftime("%m-%dT%H:%M")
            due = next_launch(launch, recurrence, due)

    return list(islice(times(), count))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("Daily", "1", ["11-23T08:30", "11-24T08:30", "11-25T08:30"]),
        ("Daily", "31", ["11-23T08:30", "12-24T08:30", "01-24T08:30"]),
        ("Weekly", "1", ["11-23T08:30", "11-30T08:30", "12-07T08:30"]),
        ("Weekly", "0,3", ["11-25T08:30", "11-29T08:30", "12-02T08:30"]),
        ("Monthly", "1-2", ["12-01T08:30", "12-02T08:30", "01-01T08:30"]),
        ("Monthly", "31-31", ["12-31T08:30", "01-31T08:30", "03-31T08:30"]),
        ("Cron", "15 10 * * *", ["11-23T10:15", "11-24T10:15", "11-25T10:15"]),
        ("Cron", "30 8 ? * *", ["11-23T08:30", "11-24T08:30", "11-25T08:30"]),
        ("Cron", "0 */12 * * *", ["11-23T12:00", "11-24T00:00", "11-24T12:00"]),
        ("Cron", "0 0 L * *", ["11-30T00:00", "12-31T00:00", "01-31T00:00"]),
        ("Cron", "0 6 * * 5#1", ["12-04T06:00", "01-01T06:00", "02-05T06:00"]),
    ],
)
def test_when_a_recurring_task_fires(kind: str, value: str, expected: list[str]) -> None:
    """From LaunchTime on, in UTC, as the API reference describes each type."""
    assert first(Recurrence(RecurrenceType(kind), value), 3) == expected


def test_a_recurrence_ends() -> None:
    """The end itself is the last possible time."""
    end = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    daily = Recurrence(RecurrenceType.DAILY, "1", end)
    assert first(daily, 9) == ["11-23T08:30", "11-24T08:30", "11-25T08:30"]


def test_a_one_shot_task_fires_once() -> None:
    """At its LaunchTime and never after."""
    before = LAUNCH - timedelta(seconds=1)
    assert [next_launch(LAUNCH, None, after) for after in (before, LAUNCH)] == [LAUNCH, None]


def test_a_cron_that_never_comes_never_fires() -> None:
    """An expression without any instant gives none."""
    never = Recurrence(RecurrenceType.CRON, "0 0 29 2 *", LAUNCH + timedelta(days=365))
    assert next_launch(LAUNCH, never, LAUNCH) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Daily", "0"),
        ("Daily", "32"),
        ("Daily", "1,2"),
        ("Daily", "\u0661"),  # an Arabic one
        ("Weekly", "7"),
        ("Weekly", ""),
        ("Weekly", "1;2"),
        ("Monthly", "5"),
        ("Monthly", "9-5"),
        ("Monthly", "0-5"),
        ("Monthly", "1-32"),
        ("Cron", "* * * * *"),
        ("Cron", "0,30 * * * *"),
        ("Cron", "*/5 * * * *"),
        ("Cron", "0 24 * * *"),
        ("Cron", "0 0 * *"),
        ("Cron", "0 0 0 * * *"),
        ("Cron", "0 0 15W * *"),
    ],
)
def test_wrong_recurrences_are_refused(kind: str, value: str) -> None:
    """Out of range, malformed, or more often than once an hour."""
    with pytest.raises(ValueError, match=r"is not a|does not have|cron expression"):
        Recurrence(RecurrenceType(kind), value)


VALUES = {
    RecurrenceType.DAILY: st.integers(1, 31).map(str),
    RecurrenceType.WEEKLY: st.sets(st.integers(0, 6), min_size=1).map(
        lambda days: ",".join(map(str, sorted(days)))
    ),
    RecurrenceType.MONTHLY: st.tuples(st.integers(1, 31), st.integers(1, 31)).map(
        lambda days: f"{min(days)}-{max(days)}"
    ),
    RecurrenceType.CRON: st.integers(0, 59).map(lambda minute: f"{minute} * * * *"),
}
RECURRENCES = st.sampled_from(list(RecurrenceType)).flatmap(
    lambda kind: VALUES[kind].map(lambda value: Recurrence(kind, value))
)


@given(RECURRENCES, st.integers(-1000, 500_000), st.integers(0, 100_000))
def test_the_next_time_does_not_depend_on_when_one_asks(
    recurrence: Recurrence, asked_minutes: int, later_minutes: int
) -> None:
    """It lies after the question and not before the launch, and stays the answer until it comes."""
    asked = LAUNCH + timedelta(minutes=asked_minutes)
    due = recurrence.next_after(LAUNCH, asked)
    assert due is not None
    assert due > asked
    assert due >= LAUNCH
    again = min(asked + timedelta(minutes=later_minutes), due - timedelta(seconds=1))
    assert recurrence.next_after(LAUNCH, again) == due
