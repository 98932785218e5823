"""Several at once: two bootstraps end in one stack, and removal beside building leaves none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import FRANKFURT, LONDON, Json, Yard, error_of, told

ROOT: Final = Path(__file__).parents[2]
TWO_STACKS: Final = {
    kind: count if kind.startswith("r") else 2 * count for kind, count in ONE_STACK.items()
}


@contextmanager
def passing_time(yard: Yard) -> Iterator[None]:
    """Let the account's clock run twenty times as fast: processes wait for real."""
    over = threading.Event()

    def push() -> None:
        while not over.wait(0.05):
            yard.admin("clock", {"advance_s": 1.0})

    thread = threading.Thread(target=push)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def process(yard: Yard, event: Json) -> Json:
    """Run bootstrap as its own process and return its report."""
    done = subprocess.run(
        [sys.executable, "-m", "functions.bootstrap", "--event", json.dumps(event)],
        cwd=ROOT,
        env={**yard.environment, "PATH": os.environ["PATH"], "DEADLINE_S": "60"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: Json = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("lines", [(), ("fleet: {logs: true}",)])
def test_two_bootstraps_at_once_end_in_one_stack(yard: Yard, lines: tuple[str, ...]) -> None:
    """Neither fails, whoever is the quicker at each step."""
    yard.commit(*lines)

    with ThreadPoolExecutor(2) as pool:
        reports = [run.result() for run in [pool.submit(yard.run) for _ in range(2)]]

    assert [error_of(one)[0] for one in reports] == ["none", "none"]
    logs = {"log projects": 1} if lines else {}
    assert yard.inventory() == {**ONE_STACK, **logs}
    assert (yard.run()["status"], yard.writes) == ("converged", [])


def test_five_bootstraps_at_once_end_in_one_stack(yard: Yard) -> None:
    """The shared parts are built once, too."""
    yard.commit(regions=(FRANKFURT, LONDON))

    with ThreadPoolExecutor(5) as pool:
        reports = [run.result() for run in [pool.submit(yard.run) for _ in range(5)]]

    assert {code for one in reports for code in told(one).values()} <= {
        "provision done",
        "none none",
    }
    counts = yard.inventory()
    assert {**counts, "vpc vswitches": 0} == {**TWO_STACKS, "vpc vswitches": 0}


def test_two_bootstraps_by_different_commits_end_in_one_stack(yard: Yard) -> None:
    """The second begins while the first is at work, by a commit that has come in between."""
    yard.commit()
    began = threading.Event()

    def after(action: str) -> None:
        if action == "CreateVpc":
            yard.commit("poll_every: 10 minutes")
            began.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(yard.run, after=after)
        began.wait(20)
        second = pool.submit(yard.run)
        reports = [first.result(), second.result()]

    assert [error_of(one)[0] for one in reports] == ["none", "none"]
    assert yard.inventory() == ONE_STACK


def test_two_removals_at_once_leave_nothing(yard: Yard) -> None:
    """What the other one has just deleted is as good as deleted."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    yard.scale(FRANKFURT, 1)

    with ThreadPoolExecutor(2) as pool:
        reports = [run.result() for run in [pool.submit(yard.destroy) for _ in range(2)]]

    assert {error_of(one, row["region"])[0] for one in reports for row in one["regions"]} == {
        "none"
    }
    assert yard.ours() == {}


@pytest.mark.parametrize("action", ["CreateVpc", "CreateSecurityGroup", "EnableScalingGroup"])
def test_removal_beside_building_leaves_no_orphans_after_one_more(yard: Yard, action: str) -> None:
    """They may spoil each other's work; whatever they leave is found by its tags."""
    yard.commit()
    reached = threading.Event()

    def after(done: str) -> None:
        if done == action:
            reached.set()

    with ThreadPoolExecutor(2) as pool:
        building = pool.submit(yard.run, after=after)
        reached.wait(20)
        removing = pool.submit(yard.destroy)
        building.result()
        removing.result()
    yard.destroy()

    assert yard.ours() == {}


def test_two_processes_at_once_end_in_one_stack_and_go_together(yard: Yard) -> None:
    """As two functions would: nothing is shared but the cloud."""
    yard.commit("fleet: {metrics: true}")
    event = {"action": "destroy", "confirm": "p2p-agent"}
    with passing_time(yard), ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: process(yard, {}), range(2)))
        standing = yard.inventory()
        removals = list(pool.map(lambda _: process(yard, event), range(2)))

    assert {error_of(one)[0] for one in reports} == {"none"}
    assert standing == {**ONE_STACK, "ram roles": 2}
    assert {one["status"] for one in removals} <= {"changed", "converged"}
    assert yard.ours() == {"ram roles": 1}
