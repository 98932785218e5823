"""The run window: its phases, its ends, and the key of a `start: now`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.control.document import ControlDocument
from shared.control.parse import parse_document
from shared.control.window import NowKey, Phase, Window, phase, window_of, window_refusal
from shared.instants import Duration, Unit

LAW = settings(deadline=None)
T = datetime(2026, 12, 1, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def document(text: str) -> ControlDocument:
    """The document that `text` holds; the test fails where it holds none."""
    parsed = parse_document(text.encode())
    assert isinstance(parsed, ControlDocument), parsed
    return parsed


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        (Window(T, T + 10 * MINUTE), T - MINUTE, Phase.BEFORE),
        (Window(T, T + 10 * MINUTE), T - timedelta(microseconds=1), Phase.BEFORE),
        (Window(T, T + 10 * MINUTE), T, Phase.INSIDE),
        (Window(T, T + 10 * MINUTE), T + 9.99 * MINUTE, Phase.INSIDE),
        (Window(T, T + 10 * MINUTE), T + 10 * MINUTE, Phase.AFTER),
        (Window(T, None), T - MINUTE, Phase.BEFORE),
        (Window(T, None), T + timedelta(days=9999), Phase.INSIDE),
        (Window(T, T), T - MINUTE, Phase.AFTER),
        (Window(T, T - MINUTE), T - 2 * MINUTE, Phase.AFTER),
    ],
)
def test_a_window_is_half_open(window: Window, now: datetime, expected: Phase) -> None:
    """The start belongs to it, the stop does not; one without length is over from the beginning."""
    assert phase(window, now) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("capacity: 1", Window(T + 15 * MINUTE, T + 15 * MINUTE + timedelta(days=7))),
        (
            "capacity: 1\nstart_offset: 1 hour\nrun_duration: 2 hours",
            Window(T + 60 * MINUTE, T + 180 * MINUTE),
        ),
        ("capacity: 1\nrun_duration: forever", Window(T + 15 * MINUTE, None)),
        (
            "capacity: 1\nstop: 2026-12-02T00:00:00Z",
            Window(T + 15 * MINUTE, datetime(2026, 12, 2, tzinfo=UTC)),
        ),
        (
            "capacity: 1\nstart: 2027-01-31T10:00:00+01:00\nrun_duration: 1 month",
            Window(datetime(2027, 1, 31, 9, tzinfo=UTC), datetime(2027, 2, 28, 9, tzinfo=UTC)),
        ),
        (
            "capacity: 1\nstart: 2026-12-24T00:00:00.2Z\nstop: 2026-12-24T00:10:00.2Z",
            Window(
                datetime(2026, 12, 24, 0, 0, 1, tzinfo=UTC),
                datetime(2026, 12, 24, 0, 10, 1, tzinfo=UTC),
            ),
        ),
    ],
)
def test_the_window_of_a_document(text: str, expected: Window) -> None:
    """`now` is the resolved instant plus the offset; an explicit start stands by itself."""
    assert window_of(document(text), T) == expected


def test_a_now_must_be_resolved_first() -> None:
    """Without the instant that `now` stands for there is no window to guess."""
    with pytest.raises(ValueError, match="needs the instant that `now` stands for"):
        window_of(document("capacity: 1"), None)


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        (Window(T, None), None),
        (Window(T, T + 10 * MINUTE), None),
        (
            Window(T, T + 9 * MINUTE),
            "the run window from 2026-12-01T18:00:00Z to 2026-12-01T18:09:00Z is under 10 minutes;"
            " move `stop`, or set capacity: 0",
        ),
        (
            Window(T, T),
            "the run window from 2026-12-01T18:00:00Z to 2026-12-01T18:00:00Z ends before it"
            " begins; to stop the fleet set capacity: 0",
        ),
    ],
)
def test_a_window_that_is_too_short_is_refused(window: Window, sentence: str | None) -> None:
    """Ten minutes are the least; the sentence says which window, and what to do."""
    assert window_refusal(window) == sentence


@LAW
@given(
    st.integers(min_value=1, max_value=1_000_000),
    st.integers(min_value=1, max_value=120),
    st.sampled_from(("minute", "hour", "day", "week", "month")),
)
def test_the_key_of_a_now_reads_back(version: int, count: int, unit: Unit) -> None:
    """What stands in a tag is the same key when it is read again."""
    key = NowKey(version, Duration(count, unit))

    assert NowKey.parse(str(key)) == key


def test_the_key_of_a_now_is_a_short_tag_value() -> None:
    """Version and offset, without spaces."""
    assert str(NowKey(1, Duration(15, "minute"))) == "v1+15minutes"


def test_the_same_offset_in_other_words_is_the_same_now() -> None:
    """Rewriting `60 minutes` as `1 hour` does not move a launch, but another month does."""
    assert NowKey(1, Duration(60, "minute")) == NowKey(1, Duration(1, "hour"))
    assert NowKey(1, Duration(7, "day")) == NowKey(1, Duration(1, "week"))
    assert NowKey(1, Duration(1, "month")) != NowKey(1, Duration(30, "day"))


@pytest.mark.parametrize(
    "text", ["", "v1", "1+15minutes", "v0+15minutes", "v1+0minutes", "v1+7d", "v1+15minutes "]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """A tag that somebody else wrote is an error, never a guess."""
    with pytest.raises(ValueError, match="`"):
        NowKey.parse(text)
