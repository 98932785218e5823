"""One run at a time, whatever happens to runs."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from functions.bootstrap.node.agent.run import Result
from tests.agent.yard import Yard, kill


def wait_for(path: Path, timeout_s: float = 20.0) -> None:
    """Wait until a program has made a file."""
    patience_ends = time.monotonic() + timeout_s
    while not path.exists():
        assert time.monotonic() < patience_ends, f"{path} was not made"
        time.sleep(0.02)


def ends(path: Path) -> bool:
    """Whether nothing touches a file any more."""
    before = path.stat().st_mtime_ns
    time.sleep(0.4)
    return path.stat().st_mtime_ns == before


def test_a_second_run_leaves_the_first_alone(yard: Yard) -> None:
    """It goes at once, says so in the log, and is no failure; the first one ends as ever."""
    begun, go_on = yard.folder / "begun", yard.folder / "go-on"
    yard.order(main_run=f"touch {begun}; until [ -e {go_on} ]; do sleep 0.05; done; echo ran")
    first = yard.start("--now")
    wait_for(begun)

    second = yard.start("--now")
    second.communicate(timeout=20)
    go_on.touch()
    first.communicate(timeout=20)

    assert (second.returncode, first.returncode, yard.quoted()) == (0, 0, ["ran"])
    assert [line for line in yard.said() if line.startswith("not now: another run is under way")]


def test_a_tick_while_a_run_is_under_way_is_silent(yard: Yard) -> None:
    """The timer ticks each minute; a long run must not fill the log with that."""
    begun = yard.folder / "begun"
    yard.order(main_run=f"touch {begun}; sleep 60")
    first = yard.start("--now")
    wait_for(begun)
    said = yard.said()

    tick = yard.start()
    tick.communicate(timeout=20)

    assert (tick.returncode, yard.said()) == (0, said)
    first.terminate()
    first.communicate(timeout=20)


def test_a_run_that_hangs_is_ended_by_the_next(yard: Yard) -> None:
    """With its program and the program's children; then the next one runs."""
    alive = yard.folder / "alive"
    yard.order(main_run=f"[ -e {alive} ] && exit; while touch {alive}; do sleep 0.05; done")
    hung = yard.start("--now")
    wait_for(alive)

    yard.limits = replace(yard.limits, run_s=0.0)
    result = yard.run()
    hung.communicate(timeout=20)

    assert (result, ends(alive)) == (Result("done", commit=yard.work.head), True)
    assert [line for line in yard.said() if line.startswith("ending a run that hangs since")]


def test_a_program_that_a_killed_run_has_left_is_ended(yard: Yard) -> None:
    """Or two playbooks would work on one machine at the same time."""
    alive = yard.folder / "alive"
    yard.order(main_run=f"[ -e {alive} ] && exit; while touch {alive}; do sleep 0.05; done")
    crashed = yard.start("--now")
    wait_for(alive)
    kill(crashed)
    assert not ends(alive)

    result = yard.run()

    assert (result, ends(alive)) == (Result("done", commit=yard.work.head), True)


def test_a_process_that_only_has_the_number_is_left_alone(yard: Yard) -> None:
    """After a crash the number of its program may be somebody else's."""
    yard.order(main_run="echo ran")
    yard.run()
    bystander = yard.start("--help")
    yard.places.lock.write_text(
        f'{{"agent": null, "program": {{"pid": {bystander.pid}, "birth": 1}}, "since_s": 0}}'
    )

    yard.run()
    bystander.communicate(timeout=20)

    assert (bystander.returncode, yard.quoted()) == (0, ["ran", "ran"])


def test_a_lock_with_rubbish_in_it_keeps_nobody_from_running(yard: Yard) -> None:
    """A crash may leave it half-written."""
    yard.order(main_run="echo ran")
    yard.places.lock.write_text('{"agent": {"pid"')

    yard.run()

    assert yard.quoted() == ["ran"]


def test_the_end_of_the_agent_is_the_end_of_its_program(yard: Yard) -> None:
    """Systemd stops the service: nothing is left."""
    alive = yard.folder / "alive"
    yard.order(main_run=f"while touch {alive}; do sleep 0.05; done")
    agent = yard.start("--now")
    wait_for(alive)

    agent.terminate()
    agent.communicate(timeout=20)

    assert (agent.returncode, ends(alive)) == (143, True)


def test_killed_at_any_moment_the_next_run_does_its_work(yard: Yard) -> None:
    """Whether it was reading, fetching or running."""
    yard.work.commit_files({"main.sh": "sleep 0.2; echo ran\n"})
    yard.order(main_run="main.sh")
    for delay_s in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7):
        crashed = yard.start("--now")
        time.sleep(delay_s)
        kill(crashed)

    assert yard.run() == Result("done", commit=yard.work.head)
