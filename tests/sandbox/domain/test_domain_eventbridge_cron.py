"""A schedule's six fields and its time zone, read as EventBridge reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.domain.eventbridge.cron import Schedule

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("0 * * * * *", "GMT+0:00", "2026-11-23T08:01:00"),
        ("30 * * * * *", "GMT+0:00", "2026-11-23T08:00:30"),
        ("0 */10 * * * *", "GMT+0:00", "2026-11-23T08:10:00"),
        ("0 0 */6 * * *", "GMT+0:00", "2026-11-23T12:00:00"),
        ("0 0 0 * * *", "GMT+0:00", "2026-11-24T00:00:00"),
        ("0 0 0 * * ?", "GMT+0:00", "2026-11-24T00:00:00"),
        ("0 0 0 * * *", "GMT+8:00", "2026-11-23T16:00:00"),
        ("0 0 0 * * *", "GMT-5:30", "2026-11-24T05:30:00"),
        ("0 0 9 * * MON", "GMT+08:00", "2026-11-30T01:00:00"),
    ],
)
def test_the_next_instant(cron: str, zone: str, expected: str) -> None:
    """Seconds come first, and the zone says whose midnight it is."""
    due = Schedule(cron, zone).next_after(MONDAY)

    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_instant_that_is_now_is_over() -> None:
    """A schedule that is set at its own instant waits for the next one."""
    assert Schedule("0 0 8 * * *", "GMT+0:00").next_after(MONDAY) == datetime(
        2026, 11, 24, 8, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("cron", "zone"),
    [
        ("*/10 * * * *", "GMT+0:00"),
        ("0 0 0 * * * 2026", "GMT+0:00"),
        ("0 61 * * * *", "GMT+0:00"),
        ("@every 5m", "GMT+0:00"),
        ("", "GMT+0:00"),
        ("0 * * * * *", "UTC"),
        ("0 * * * * *", "Europe/Berlin"),
        ("0 * * * * *", "GMT+15:00"),
        ("0 * * * * *", "GMT+0:75"),
    ],
)
def test_what_is_no_schedule(cron: str, zone: str) -> None:
    """Other dialects of cron and other names of zones are refused."""
    with pytest.raises(ValueError, match=r"fields|cron expression|time zone"):
        Schedule(cron, zone)
