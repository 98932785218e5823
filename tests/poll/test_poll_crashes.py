"""A watcher that dies after any of its writes, and is run again, ends where it would have ended."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    NOON,
    REGIONS,
    START,
    STOP,
    Json,
    Launch,
    document,
    errors,
    everywhere,
    launched,
)
from tests.poll.sessions import Killer, ProcessKilledError, hooked

ONE_BY_ONE: Final = {"MAX_CONCURRENCY": "1"}
"""One region after the other, so that the n-th write is the same in every run."""


def commit(launch: Launch, capacity: object, **window: datetime) -> None:
    """Commit at an instant that is the same in every run, so that the ids are too."""
    text = document(capacity, f"regions: [{', '.join(launch.fleet())}]", **window)
    launch.commit(text, at=NOON)


def first_sight(launch: Launch) -> None:
    """Nothing is armed yet."""
    commit(launch, 2)


def capacity_change(launch: Launch) -> None:
    """A running fleet is to grow in one region and shrink in the others."""
    commit(launch, 2)
    launch.advance_to(START + HOUR)
    launch.poll()
    commit(launch, {"aliyun": {"all": 1, FRANKFURT: 4}})


def window_moved_ahead(launch: Launch) -> None:
    """A running fleet is to stop as planned and to start anew later."""
    commit(launch, 2)
    launch.advance_to(START + HOUR)
    launch.poll()
    commit(launch, 3, start=STOP + DAY, stop=STOP + 3 * DAY)


def between_two_windows(launch: Launch) -> None:
    """The earlier stop has fired; the later one is to take its name."""
    window_moved_ahead(launch)
    launch.poll()
    launch.advance_to(STOP + HOUR)


def minutes_change_places(launch: Launch) -> None:
    """The new start is the old stop's minute."""
    commit(launch, 2, stop=START + DAY)
    launch.poll()
    commit(launch, 2, start=START + DAY, stop=START + 2 * DAY)


def desired_turned_off(launch: Launch) -> None:
    """Tasks must be deleted and made anew, without a desired capacity."""
    group = {"ScalingGroupId": launch.group(FRANKFURT)["ScalingGroupId"]}
    launch.console(FRANKFURT, "ModifyScalingGroup", **group, DesiredCapacity=0)
    commit(launch, 2)
    launch.poll()
    launch.console(FRANKFURT, "ModifyScalingGroup", **group, DisableDesiredCapacity=True)


def late_stop(launch: Launch) -> None:
    """The fleet runs on after its stop, and the document has changed meanwhile."""
    commit(launch, 2)
    launch.advance_to(START + HOUR)
    launch.poll()
    commit(launch, 3)
    paused = {
        "ScalingGroupId": launch.group(FRANKFURT)["ScalingGroupId"],
        "Processes": ["ScheduledAction"],
    }
    launch.console(FRANKFURT, "SuspendProcesses", **paused)
    launch.advance_to(STOP + HOUR)
    launch.console(FRANKFURT, "ResumeProcesses", **paused)


def orphaned_tasks(launch: Launch) -> None:
    """The group was built anew; the names it needs are taken by what outlived the old one."""
    commit(launch, 2)
    launch.poll()
    group_id = launch.group(FRANKFURT)["ScalingGroupId"]
    launch.console(FRANKFURT, "DeleteScalingGroup", ScalingGroupId=group_id)
    launch.advance_to(NOON + HOUR)
    launch.build(FRANKFURT)


Scenario = Callable[[Launch], None]
TWO: Final = (HANGZHOU, FRANKFURT)
ONE: Final = (FRANKFURT,)
STOP_STAYS_ARMED: Final[dict[Scenario, tuple[str, ...]]] = {
    first_sight: TWO,
    capacity_change: TWO,
    window_moved_ahead: ONE,
    between_two_windows: ONE,
    minutes_change_places: ONE,
}
"""What a poll finds, and in how many regions."""
STOP_IS_GONE: Final[dict[Scenario, tuple[str, ...]]] = {
    desired_turned_off: ONE,
    late_stop: ONE,
    orphaned_tasks: ONE,
}
"""As above; here the armed stop is useless, or gone, before the poll begins."""
SCENARIOS: Final = STOP_STAYS_ARMED | STOP_IS_GONE


def settle(launch: Launch) -> Json:
    """Return what lasts, once everything under way has come to rest."""
    launch.advance_to(launch.now() + HOUR / 2)
    return launch.fleet()


def assert_nothing_starts_without_a_stop(launch: Launch) -> None:
    """Every region that runs, or is to start by itself, has its stop armed behind it."""
    for region in launch.fleet():
        tasks = launch.tasks(region)
        starts = [parse_minute(one) for role, one in tasks.items() if role == "start"]
        stops = [parse_minute(one) for role, one in tasks.items() if role.startswith("stop")]
        due = [launch.now()] if launch.group(region)["MaxSize"] else []
        for start in [one for one in starts if one > launch.now()] + due:
            assert any(stop > start for stop in stops), (region, tasks)


def parse_minute(task: str) -> datetime:
    """Read the launch time of a task as tests say it."""
    return datetime.strptime(task.split(maxsplit=1)[0], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_a_crash_after_any_write_then_a_rerun_ends_in_the_same_state(
    tmp_path: Path, scenario: Scenario
) -> None:
    """Killed after each number of writes in turn; one more poll each time is enough."""
    with launched(tmp_path / "whole", built=SCENARIOS[scenario]) as launch:
        scenario(launch)
        launch.poll(given=ONE_BY_ONE)
        writes = len(launch.all_writes)
        expected = settle(launch)

    for survived in range(writes):
        with launched(tmp_path / str(survived), built=SCENARIOS[scenario]) as launch:
            scenario(launch)
            killer = Killer(after_writes=survived)
            with pytest.raises(ProcessKilledError):
                launch.poll(open_session=hooked(before=killer.before), given=ONE_BY_ONE)
            assert len(launch.all_writes) == survived
            if scenario in STOP_STAYS_ARMED:
                assert_nothing_starts_without_a_stop(launch)
            launch.poll()
            assert settle(launch) == expected


def test_a_killed_process_leaves_nothing_that_the_next_cannot_mend(launch: Launch) -> None:
    """The same with a real process and SIGKILL, in the middle of its requests."""
    launch.commit(document(2))
    launch.faults({"action": "CreateScheduledTask", "delay_ms": 200})
    watcher = subprocess.Popen(
        [sys.executable, "-m", "functions.watcher"],
        env={"PATH": os.defpath, **launch.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in itertools.takewhile(lambda _: not launch.tasks(FRANKFURT), itertools.count()):
        time.sleep(0.01)
    watcher.send_signal(signal.SIGKILL)
    assert watcher.wait() == -signal.SIGKILL
    launch.faults()

    report = launch.poll()

    assert errors(report) == {}
    assert {region: launch.tasks(region) for region in REGIONS} == everywhere(
        {"stop": "2026-12-08T18:00Z 0..0", "start": "2026-12-01T18:00Z 2..2"}
    )
    assert launch.poll()["status"] == "converged"
