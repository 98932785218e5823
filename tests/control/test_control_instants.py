"""Instants and durations: what is read, what is refused, and the calendar's laws."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.instants import (
    Duration,
    Unit,
    ceil_minute,
    format_countdown,
    format_instant,
    parse_duration,
    parse_instant,
)

LAW = settings(deadline=None)
UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month")
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 -- hypothesis wants its bounds naive
    max_value=datetime(2199, 12, 30),  # noqa: DTZ001 -- as above
    timezones=st.just(UTC),
)
DURATIONS = st.builds(
    Duration, count=st.integers(min_value=1, max_value=120), unit=st.sampled_from(UNITS)
)


def refusal(read: Callable[[str], object], text: str) -> str | None:
    """The sentence with which `read` refuses `text`; None where it accepts it."""
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01T18:00:00Z", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01t18:00:00z", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01 18:00:00Z", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01T19:30:00+01:30", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01T00:30:00-05:45", datetime(2026, 12, 1, 6, 15, tzinfo=UTC)),
        ("2026-12-01T18:00:00-00:00", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01T18:00:00.25Z", datetime(2026, 12, 1, 18, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-12-01T18:00:00.123456789Z", datetime(2026, 12, 1, 18, 0, 0, 123_456, tzinfo=UTC)),
        ("2028-02-29T23:59:59Z", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2000-01-01T00:00:00+00:00", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_form_of_rfc_3339_is_read_as_utc(text: str, expected: datetime) -> None:
    """Any zone, either case, `T` or a space, and a fraction name the same instant in UTC."""
    instant = parse_instant(text)

    assert (instant, instant.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "2026-12-01T18:00:00",
            "`2026-12-01T18:00:00` has no zone; for UTC write `2026-12-01T18:00:00Z`",
        ),
        (
            "2026-12-01",
            "`2026-12-01` has neither time nor zone; write for example `2026-12-01T00:00:00Z`",
        ),
        (
            "tomorrow",
            "`tomorrow` is not an instant; write date, time and zone such as"
            " `2026-12-01T18:00:00Z`",
        ),
        (
            "2026-12-01T18:00Z",
            "`2026-12-01T18:00Z` is not an instant; write date, time and zone such as"
            " `2026-12-01T18:00:00Z`",
        ),
        (
            "2026-02-30T00:00:00Z",
            "`2026-02-30T00:00:00Z` is not an instant: the calendar or the clock has none",
        ),
        (
            "2026-12-01T24:00:00Z",
            "`2026-12-01T24:00:00Z` is not an instant: the calendar or the clock has none",
        ),
        (
            "2026-12-31T23:59:60Z",
            "`2026-12-31T23:59:60Z` is a leap second, which no clock here can show; write :59",
        ),
        (
            "2026-12-01T18:00:00+24:00",
            "`2026-12-01T18:00:00+24:00` has an impossible zone; offsets go up to 23:59",
        ),
        (
            "0001-01-01T00:00:00+23:59",
            "`0001-01-01T00:00:00+23:59` is too far away; the year must be 2000 to 2199",
        ),
        (
            "2200-01-01T00:00:00Z",
            "`2200-01-01T00:00:00Z` is too far away; the year must be 2000 to 2199",
        ),
    ],
)
def test_what_is_not_an_instant_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    """The message names the text, what it lacks, and where possible the right form."""
    assert refusal(parse_instant, text) == sentence


@LAW
@given(INSTANTS, st.integers(min_value=-1439, max_value=1439))
def test_an_instant_survives_any_zone_it_is_written_in(instant: datetime, minutes: int) -> None:
    """Writing an instant in any zone and reading it back gives the same instant."""
    zone = timezone(timedelta(minutes=minutes))

    assert parse_instant(instant.astimezone(zone).isoformat()) == instant


@LAW
@given(INSTANTS)
def test_the_written_form_reads_back_to_the_second(instant: datetime) -> None:
    """`format_instant` drops the fraction and nothing else."""
    assert parse_instant(format_instant(instant)) == instant.replace(microsecond=0)


def test_an_instant_without_a_zone_is_never_written() -> None:
    """A naive datetime is a bug of the caller, never taken for UTC."""
    with pytest.raises(ValueError, match="an instant without a zone cannot be written"):
        format_instant(datetime(2026, 12, 1))  # noqa: DTZ001 -- that is the point


@LAW
@given(st.text(max_size=40))
@example("2026-12-01T18:00:00٢Z")
@example("٢٠٢٦-12-01T18:00:00Z")
@example("9999-12-31T23:59:59-23:59")
def test_reading_an_instant_raises_nothing_but_value_errors(text: str) -> None:
    """Whatever the text, the answer is an aware instant or one sentence."""
    sentence = refusal(parse_instant, text)

    assert parse_instant(text).tzinfo is UTC if sentence is None else sentence.startswith("`")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 minute", Duration(1, "minute")),
        ("15 minutes", Duration(15, "minute")),
        ("1 hours", Duration(1, "hour")),
        ("12 hour", Duration(12, "hour")),
        ("7 days", Duration(7, "day")),
        ("2 weeks", Duration(2, "week")),
        ("3 months", Duration(3, "month")),
        ("5256000 minutes", Duration(5_256_000, "minute")),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, expected: Duration) -> None:
    """Both singular and plural are read, whatever the number."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("7d", "`7d` is not a duration; did you mean `7 days`?"),
        ("1h", "`1h` is not a duration; did you mean `1 hour`?"),
        ("90 min", "`90 min` is not a duration; did you mean `90 minutes`?"),
        ("7  days", "`7  days` is not a duration; did you mean `7 days`?"),
        ("7 Days", "`7 Days` is not a duration; did you mean `7 days`?"),
        ("07 days", "`07 days` is not a duration; did you mean `7 days`?"),
        (
            "0 days",
            "`0 days` is not a duration; write a number and a unit such as `15 minutes`,"
            " `12 hours` or `7 days`",
        ),
        (
            "1.5 hours",
            "`1.5 hours` is not a duration; write a number and a unit such as `15 minutes`,"
            " `12 hours` or `7 days`",
        ),
        (
            "1 year",
            "`1 year` is not a duration; write a number and a unit such as `15 minutes`,"
            " `12 hours` or `7 days`",
        ),
        ("121 months", "`121 months` is too long; at most `120 months`"),
        ("9999999999 days", "`9999999999 days` is too long; at most `3650 days`"),
    ],
)
def test_what_is_not_a_duration_is_refused_with_the_nearest(text: str, sentence: str) -> None:
    """The message gives the spelling that was probably meant."""
    assert refusal(parse_duration, text) == sentence


@LAW
@given(st.text(max_size=30))
def test_reading_a_duration_raises_nothing_but_value_errors(text: str) -> None:
    """Whatever the text, the answer is a duration that reads back, or one sentence."""
    sentence = refusal(parse_duration, text)

    if sentence is None:
        assert parse_duration(str(parse_duration(text))) == parse_duration(text)
    else:
        assert sentence.startswith("`")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2027-01-31T09:00:00Z", 1, "2027-02-28T09:00:00Z"),
        ("2028-01-31T09:00:00Z", 1, "2028-02-29T09:00:00Z"),
        ("2026-12-31T23:59:59Z", 2, "2027-02-28T23:59:59Z"),
        ("2026-10-15T00:00:00Z", 3, "2027-01-15T00:00:00Z"),
        ("2026-11-30T12:00:00Z", 12, "2027-11-30T12:00:00Z"),
        ("2026-12-01T12:00:00Z", 120, "2036-12-01T12:00:00Z"),
    ],
)
def test_months_follow_the_calendar(start: str, months: int, expected: str) -> None:
    """A month later is the same day, or the last one of a shorter month."""
    end = Duration(months, "month").after(parse_instant(start))

    assert format_instant(end) == expected


@LAW
@given(INSTANTS, DURATIONS)
def test_a_duration_leads_forward_and_keeps_order(instant: datetime, duration: Duration) -> None:
    """The end is later than the start, in UTC, and a later start never ends earlier."""
    end = duration.after(instant)

    assert end > instant
    assert end.tzinfo is UTC
    assert duration.after(instant + timedelta(days=1)) >= end


@LAW
@given(INSTANTS, st.integers(min_value=1, max_value=120))
def test_months_keep_the_time_and_at_most_cut_the_day(instant: datetime, count: int) -> None:
    """The end is `count` months on in the calendar, at the same time, on a day that exists."""
    end = Duration(count, "month").after(instant)
    months = (end.year - instant.year) * 12 + end.month - instant.month

    assert (months, end.timetz()) == (count, instant.timetz())
    assert end.day == instant.day or ((end + timedelta(days=1)).day == 1 and end.day < instant.day)


@LAW
@given(INSTANTS)
def test_rounding_to_the_minute_is_never_early_and_under_a_minute_late(instant: datetime) -> None:
    """The first whole minute at or after an instant."""
    rounded = ceil_minute(instant)

    assert (rounded.second, rounded.microsecond) == (0, 0)
    assert timedelta() <= rounded - instant < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        (timedelta(), "now"),
        (timedelta(milliseconds=400), "now"),
        (timedelta(seconds=40), "in 40 s"),
        (timedelta(minutes=12, seconds=59), "in 12 min"),
        (timedelta(hours=3, minutes=12), "in 3 h 12 min"),
        (timedelta(hours=3), "in 3 h"),
        (timedelta(days=2, hours=4, minutes=59), "in 2 d 4 h"),
        (timedelta(days=7), "in 7 d"),
        (-timedelta(days=2, hours=4), "2 d 4 h ago"),
        (-timedelta(seconds=1), "1 s ago"),
    ],
)
def test_a_countdown_is_read_at_a_glance(delta: timedelta, text: str) -> None:
    """Two units at most, cut off, with the direction in words."""
    assert format_countdown(delta) == text
