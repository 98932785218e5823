"""How often an expression fires, however it is written; the sandbox's clockwork is the witness."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import pytest
from cronsim import CronSim

from functions.watcher.cadence_cron import Cadence, read_cadence
from shared.control.timing import POLL_CHOICES
from shared.instants import Duration
from shared.schedule import cron_of

NEW_YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


@pytest.mark.parametrize("every", POLL_CHOICES, ids=str)
def test_what_poll_every_writes_is_read_back(every: Duration) -> None:
    """The cron of each of the document's choices has that choice as its distance."""
    period = timedelta(minutes=every.minutes or 0)

    assert read_cadence(cron_of(every)) == Cadence(cron_of(every), period)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("0 0/5 * * * *", 5 * MINUTE),
        ("0 0/5 * * * ?", 5 * MINUTE),
        ("0 2/5 * ? * *", 5 * MINUTE),
        ("30 2-59/5 * * * *", 5 * MINUTE),
        ("0 5,15,25,35,45,55 * * * *", 10 * MINUTE),
        ("0 0,30 * * * *", 30 * MINUTE),
        ("0 */60 * * * *", HOUR),
        ("0 17 * 1/1 * ?", HOUR),
        ("0 0 1-23/6 * * *", 6 * HOUR),
        ("0 45 23 */1 */1 *", 24 * HOUR),
        ("  0 */5 * * * *  ", 5 * MINUTE),
        ("@every 5m", 5 * MINUTE),
        ("@every 1440m", 24 * HOUR),
        ("CRON_TZ=Asia/Shanghai 0 */5 * * * *", 5 * MINUTE),
        ("CRON_TZ=Asia/Shanghai   0 0 4 * * *", 24 * HOUR),
    ],
)
def test_the_same_cadence_has_many_spellings(text: str, period: timedelta) -> None:
    """Another minute of the hour, another zone or another dialect is the same distance."""
    assert read_cadence(text) == Cadence(text, period)


@pytest.mark.parametrize(
    "text",
    [
        "0 */7 * * * *",
        "0 0,10 * * * *",
        "0 */5 9-17 * * *",
        "0 0 9,18 * * *",
        "*/30 * * * * *",
        "* * * * * *",
        "0 */5 * * * MON-FRI",
        "0 0 0 1,15 * *",
        "0 0 0 L * ?",
        "0 0 0 ? JAN MON#1",
    ],
)
def test_a_cron_may_fire_at_no_one_distance(text: str) -> None:
    """It is a cadence, and none that `poll_every` could say."""
    assert read_cadence(text) == Cadence(text, None)


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        {"cron": "0 */5 * * * *"},
        "",
        "every five minutes",
        "please poll every five minutes now",
        "*/5 * * * *",
        "0 */5 * * * * 2026",
        "0 60 * * * *",
        "0 0 24 * * *",
        "0 5-2 * * * *",
        "0 */0 * * * *",
        "0 -5 * * * *",
        "0 5, * * * *",
        "0 \u0665 * * * *",
        "@every 5 minutes",
        "@every 0m",
        "@hourly",
        "CRON_TZ=Asia/Shanghai",
        "{}",
        '{"workflowInstanceId": "39639"}',
        "0 " + "0," * 100 + "0 * * * *",
    ],
    ids=str,
)
def test_anything_else_is_no_cadence(text: object) -> None:
    """A payload that somebody wrote for other ends is never taken for a schedule."""
    assert read_cadence(text) is None


def test_distances_are_those_at_which_a_cron_really_fires() -> None:
    """Random expressions, run for a day and on to the next by another implementation."""
    rng = random.Random(4)

    def field(most: int) -> str:
        low, high = sorted(rng.sample(range(most + 1), 2))
        step = rng.choice([2, 3, 4, 5, 6, 7])
        forms = ["*", "*", f"*/{step}", f"{low}/{step}", str(low), f"{low}-{high}", f"{low},{high}"]
        return rng.choice(forms)

    even = 0
    for _ in range(150):
        text = f"{rng.randint(0, 59)} {field(59)} {field(23)} * * *"
        clockwork = CronSim(text, NEW_YEAR)
        instants = [next(clockwork)]
        while instants[-1] < instants[0] + timedelta(days=1):
            instants.append(next(clockwork))
        distances = {later - earlier for earlier, later in pairwise(instants)}
        period = distances.pop() if len(distances) == 1 else None
        even += period is not None

        assert read_cadence(text) == Cadence(text, period), text
    assert 15 < even < 135  # both kinds were met
