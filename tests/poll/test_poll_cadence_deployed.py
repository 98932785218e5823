"""Both functions deployed and run by Function Compute, woken by their own schedule and nobody else.

What is polled here is what the account's own clock fires, in a process of its own each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

import pytest

from cli.demo_deployment import BOOTSTRAP, WATCHER
from shared.settings import Scheduler
from tests.poll.schedules import CHANGE, KINDS, LOOK, told
from tests.together.account import HOUR, MINUTE, SINGAPORE, Account, Json, Place, opened_place

FIVE, HALF, HOURLY = "0 */5 * * * *", "0 */30 * * * *", "0 0 * * * *"
_NUMBERS: Final = count(1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A sandbox of three regions with a Git host."""
    with opened_place(tmp_path_factory.mktemp("schedules")) as opened:
        yield opened


@pytest.fixture(params=KINDS)
def scheduled(place: Place, request: pytest.FixtureRequest) -> tuple[Account, Scheduler]:
    """A fleet that is armed in one region, its watcher on a schedule of five minutes."""
    kind: Scheduler = request.param
    account = place.open_account(f"schedule-{next(_NUMBERS)}")
    account.configure(BOOTSTRAP, SCHEDULER=kind)
    account.configure(WATCHER, SCHEDULER=kind)
    account.prepare("poll_every: 5 minutes")
    assert account.invoke({"action": "schedule"})["status"] == "changed"
    return account, kind


def fired(account: Account) -> list[Json]:
    """Return the report of every poll that the schedule has fired so far, in order."""
    account.rest()
    runs = account.runs(WATCHER)
    assert [run.error for run in runs if run.report is None] == []
    return [run.report for run in runs if run.report and run.report["schedule"]]


def asked(account: Account, kind: Scheduler) -> list[str]:
    """Return the looks at the schedule and the changes of it that the watcher has made."""
    words = {LOOK[kind], CHANGE[kind]}
    begun = False
    journal = []
    for one in account.admin("requests"):
        begun = begun or one["action"] in {"CreateRule", "CreateTrigger"}  # bootstrap is done then
        if begun and one["action"] in words and one["region"] == SINGAPORE:
            journal.append(one["action"])
    return journal


def test_a_commit_changes_the_schedule_that_runs_and_a_deployment_keeps_it(
    scheduled: tuple[Account, Scheduler],
) -> None:
    """Five minutes, an hour, half an hour; between two commits the watcher asks nothing of it."""
    account, kind = scheduled

    account.advance_to(account.noon + 5 * MINUTE)
    assert [told(report) for report in fired(account)] == [f"none [{FIVE}] [{FIVE}]"]

    account.commit("poll_every: 1 hour")
    account.advance_to(account.noon + 10 * MINUTE)
    assert told(fired(account)[-1]) == f"changed [{FIVE}] [{HOURLY}]"
    account.advance_to(account.noon + HOUR)
    assert [told(report) for report in fired(account)][2:] == [f"none [{HOURLY}] [{HOURLY}]"]

    account.commit("poll_every: 30 minutes")
    kept = account.invoke({"action": "schedule"})
    assert (kept["status"], HOURLY in kept["reason"]) == ("converged", True)
    account.advance_to(account.noon + 2 * HOUR)
    assert told(fired(account)[-1]) == f"changed [{HOURLY}] [{HALF}]"
    account.advance_to(account.noon + 2 * HOUR + 30 * MINUTE)
    assert [told(report) for report in fired(account)][4:] == [f"none [{HALF}] [{HALF}]"]

    assert asked(account, kind).count(CHANGE[kind]) == 2


def test_events_that_pile_up_change_the_schedule_once(
    scheduled: tuple[Account, Scheduler],
) -> None:
    """The watcher was held back for half an hour: six events of the old cadence then run at once.

    Whoever comes too late finds nothing to do, and the fleet is as one poll leaves it.
    """
    account, kind = scheduled
    account.commit("poll_every: 1 hour", capacity=3)
    account.hold_back(WATCHER)
    account.advance_to(account.noon + 30 * MINUTE)
    account.let_go(WATCHER)
    account.advance_to(account.noon + 31 * MINUTE)

    reports = fired(account)

    assert len(reports) == 6
    outcomes = {told(report) for report in reports}
    assert outcomes <= {f"changed [{FIVE}] [{HOURLY}]", f"none [{FIVE}] [{HOURLY}]"}
    changes = asked(account, kind).count(CHANGE[kind])
    assert 1 <= changes == [told(one).split()[0] for one in reports].count("changed")
    assert {one["status"] for one in reports} <= {"changed", "converged"}
    account.advance_to(account.noon + HOUR)
    assert told(fired(account)[-1]) == f"none [{HOURLY}] [{HOURLY}]"
    assert fired(account)[-1]["status"] == "converged"
