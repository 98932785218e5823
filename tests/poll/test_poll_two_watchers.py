"""Two watchers at once, on two continents: nobody is elected, and nothing goes wrong."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.poll.launch import (
    DAY,
    FRANKFURT,
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
)

SLOW: Final = {"delay_ms": 15}
"""Added to every request, so that the two really meet."""


def poll_twice_at_once(launch: Launch) -> list[Json]:
    """Run two polls side by side in this process."""
    launch.faults(SLOW)
    with ThreadPoolExecutor(2) as watchers:
        polls = [watchers.submit(launch.poll) for _ in range(2)]
        reports = [one.result() for one in polls]
    launch.faults()
    return reports


def assert_settled(launch: Launch, tasks: dict[str, str]) -> None:
    """Exactly these tasks are in every region, and nothing is left to do."""
    assert {region: launch.tasks(region) for region in REGIONS} == everywhere(tasks)
    assert launch.poll()["status"] == "converged"


@pytest.mark.parametrize("_attempt", range(2))
def test_two_watchers_arm_a_fleet_once(launch: Launch, _attempt: int) -> None:
    """Task names are unique: the second finds the first one's task and goes on from there."""
    launch.commit(document(2))

    reports = poll_twice_at_once(launch)

    assert [errors(report) for report in reports] == [{}, {}]
    assert "changed" in {report["status"] for report in reports}
    assert_settled(launch, {"stop": "2026-12-08T18:00Z 0..0", "start": "2026-12-01T18:00Z 2..2"})


def test_two_watchers_change_a_running_fleet_once(launch: Launch) -> None:
    """New capacity, new stop, a fired start to be cleared: all idempotent."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.commit(document(4, stop=STOP + DAY))

    reports = poll_twice_at_once(launch)

    assert [errors(report) for report in reports] == [{}, {}]
    launch.advance_to(START + 2 * HOUR)
    assert_settled(launch, {"stop": "2026-12-09T18:00Z 0..0"})
    assert launch.sizes(FRANKFURT) == "4..4, 4 active"


def test_two_watchers_move_a_running_fleet_ahead_once(launch: Launch) -> None:
    """Both stops and the start are armed exactly once."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.poll()
    launch.commit(document(3, start=STOP + DAY, stop=STOP + 3 * DAY))

    poll_twice_at_once(launch)

    assert_settled(
        launch,
        {
            "stop": "2026-12-08T18:00Z 0..0",
            "stop-next": "2026-12-11T18:00Z 0..0",
            "start": "2026-12-09T18:00Z 3..3",
        },
    )


def test_two_watchers_resolve_now_to_the_same_instant(launch: Launch) -> None:
    """It is the commit's time, not the watcher's."""
    launch.commit(document(2, "run_duration: 1 day", start="now", stop=None), at=NOON)

    reports = poll_twice_at_once(launch)

    assert [one["window"]["start"] for one in reports] == ["2026-12-01T12:15:00Z"] * 2
    assert_settled(launch, {"stop": "2026-12-02T12:15Z 0..0", "start": "2026-12-01T12:15Z 2..2"})


def test_a_watcher_behind_a_lagging_mirror_undoes_nothing(launch: Launch) -> None:
    """What the other has applied is remembered by the groups: the older commit is passed over."""
    launch.commit(document(2))
    launch.repository.fork(launch.repository.path.parent / "mirror.git")
    launch.commit(document(3))
    lagging = {"CONTROL_SOURCES": launch.host.url_of("mirror.git")}
    launch.poll()
    before = launch.fleet()

    behind = launch.poll(given=lagging)

    assert (behind["status"], launch.all_writes) == ("held", [])
    assert launch.fleet() == before


def test_watchers_that_meet_with_different_commits_end_with_the_newer(launch: Launch) -> None:
    """Whoever writes last, the next poll of the one that sees the newer commit puts it right."""
    launch.commit(document(2))
    launch.repository.fork(launch.repository.path.parent / "mirror.git")
    launch.commit(document(3))
    lagging = {"CONTROL_SOURCES": launch.host.url_of("mirror.git")}
    launch.faults(SLOW)
    with ThreadPoolExecutor(2) as watchers:
        polls = [watchers.submit(launch.poll), watchers.submit(launch.poll, given=lagging)]
        for one in polls:
            one.result()
    launch.faults()

    launch.poll()

    assert_settled(launch, {"stop": "2026-12-08T18:00Z 0..0", "start": "2026-12-01T18:00Z 3..3"})
    assert launch.poll(given=lagging)["status"] == "held"


def test_two_processes_arm_a_fleet_once(launch: Launch) -> None:
    """The same as two functions in two regions would."""
    launch.commit(document(2))
    launch.faults(SLOW)

    with ThreadPoolExecutor(2) as watchers:
        runs = [watchers.submit(launch.run, "functions.watcher") for _ in range(2)]
        done = [one.result() for one in runs]
    launch.faults()

    assert [one.returncode for one in done] == [0, 0]
    assert {json.loads(one.stdout)["status"] for one in done} <= {"changed", "converged"}
    assert_settled(launch, {"stop": "2026-12-08T18:00Z 0..0", "start": "2026-12-01T18:00Z 2..2"})
