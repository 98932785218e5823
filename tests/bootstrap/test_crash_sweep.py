"""Bootstrap may die at any request: another run goes on, and the end is the same.

The request list of a clean run is recorded; for an index of it a run is killed there, and run
again. A dead process leaves behind what it has written and nothing else, so death between two
writes is the same wherever it comes: everyday runs die before and after every write, and with
P2P_FLEET_SWEEP=full (`make nightly`) at every single request.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from shared.cloud.session import CallFailedError
from shared.failure import Failure, Reaction
from tests.bootstrap.yard import FRANKFURT, Json, Yard, is_write, opened_yard

_PARTS: Final = 8
"""The sweep is cut into parts, so that several workers can share it."""
_FULL: Final = os.environ.get("P2P_FLEET_SWEEP") == "full"


class ProcessKilledError(BaseException):
    """The process is dead; nothing in it may catch this."""


class Killer:
    """Kills a run when it is about to send the request after so many."""

    def __init__(self, after_requests: int, counts: Callable[[str], bool]) -> None:
        self._left = after_requests
        self._counts = counts
        self._lock = threading.Lock()
        self._dead = False

    def before(self, action: str) -> None:
        """Count a request that is about to be sent, or die instead."""
        with self._lock:
            self._dead = self._dead or (self._left == 0 and self._counts(action))
            if self._dead:
                raise ProcessKilledError
            self._left -= self._counts(action)


def kill_before(number: int, counts: Callable[[str], bool], run: Callable[..., object]) -> None:
    """Run until the request with this number, of those that count, would be sent."""
    killer = Killer(number, counts)
    try:
        run(before=killer.before)
    except ProcessKilledError:
        return


def kill_after(number: int, run: Callable[..., object]) -> None:
    """Run until the write with this number is carried out, and die before its answer is read."""
    seen, lock = [0], threading.Lock()

    def after(action: str) -> None:
        with lock:
            seen[0] += is_write(action)
            if seen[0] > number:
                raise ProcessKilledError

    try:
        run(after=after)
    except ProcessKilledError:
        return


@contextmanager
def small_account(root: Path) -> Iterator[Yard]:
    """Open an account in a cloud of one region, with a document for it."""
    with opened_yard(root, regions=(FRANKFURT,)) as yard:
        yard.commit()
        yield yard


def clean_run(root: Path) -> tuple[Sequence[Json], Sequence[Json], dict[str, int]]:
    """Return the requests of building and of removing, and what stands in between."""
    root.mkdir()
    with small_account(root) as yard:
        yard.run()
        building, standing = yard.requests, yard.inventory()
        yard.destroy()
        return building, yard.requests, standing


def deaths(requests: Sequence[Json]) -> list[tuple[str, int]]:
    """Return where to die in a run that sends these requests."""
    if _FULL:
        return [("at request", index) for index in range(len(requests))]
    writes = sum(is_write(one["action"]) for one in requests)
    return [(when, index) for index in range(writes) for when in ("before write", "after write")]


def die(when: str, index: int, run: Callable[..., object]) -> None:
    """Run and die there."""
    if when == "after write":
        kill_after(index, run)
    else:
        counts = is_write if when == "before write" else (lambda _action: True)
        kill_before(index, counts, run)


@pytest.mark.parametrize("part", range(_PARTS))
def test_building_survives_death_at_any_request(tmp_path: Path, part: int) -> None:
    """Wherever it dies, a second run ends in exactly one of each."""
    building, _, standing = clean_run(tmp_path / "clean")
    ends = {}
    for when, index in deaths(building)[part::_PARTS]:
        root = tmp_path / f"{when} {index}"
        root.mkdir()
        with small_account(root) as yard:
            die(when, index, yard.run)
            report = yard.run()
            ends[when, index] = (report["regions"][0]["error"], yard.inventory())

    assert ends == dict.fromkeys(ends, (None, standing))


@pytest.mark.parametrize("part", range(_PARTS))
def test_removing_survives_death_at_any_request(tmp_path: Path, part: int) -> None:
    """Wherever it dies, a second run leaves nothing of ours."""
    _, removing, _ = clean_run(tmp_path / "clean")
    ends = {}
    for when, index in deaths(removing)[part::_PARTS]:
        root = tmp_path / f"{when} {index}"
        root.mkdir()
        with small_account(root) as yard:
            yard.run()
            die(when, index, yard.destroy)
            yard.destroy()
            ends[when, index] = yard.ours()

    assert [place for place, left in ends.items() if left] == []


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_lost_answer_ends_as_an_answer_does(tmp_path: Path, part: int) -> None:
    """A write that was carried out and never answered is found, not done again: in one run."""
    building, removing, standing = clean_run(tmp_path / "clean")
    ends = {}
    for number in range(part, sum(is_write(one["action"]) for one in building), _PARTS):
        root = tmp_path / f"building {number}"
        root.mkdir()
        with small_account(root) as yard:
            report = yard.run(after=lose_answer(number))
            ends["building", number] = (report["regions"][0]["error"], yard.inventory())
    for number in range(part, sum(is_write(one["action"]) for one in removing), _PARTS):
        root = tmp_path / f"removing {number}"
        root.mkdir()
        with small_account(root) as yard:
            yard.run()
            yard.destroy(after=lose_answer(number))
            ends["removing", number] = (None, yard.ours())

    wanted = {"building": (None, standing), "removing": (None, {})}
    assert ends == {place: wanted[place[0]] for place in ends}


def lose_answer(number: int) -> Callable[[str], None]:
    """Return what loses the answer of the write with this number, and no other."""
    seen, lock = [0], threading.Lock()

    def after(action: str) -> None:
        with lock:
            seen[0] += is_write(action)
            lost = is_write(action) and seen[0] == number + 1
        if lost:
            failure = Failure("EndpointTimeout", "No answer.", Reaction.TRANSIENT, "Wait.")
            raise CallFailedError(failure, perhaps_applied=True)

    return after
