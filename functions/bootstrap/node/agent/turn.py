"""One run at a time: whoever comes while another runs goes, or ends the other one if it hangs."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from .journal import Journal
from .processes import Process, end_group, process_of

_PATIENCE_S: Final = 15.0


class TakenError(Exception):
    """Another run is under way, and not for too long yet."""


class Turn:
    """The right to run; tells others who has it, and which program is under way."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def note(self, program: int | None = None) -> None:
        """Write down this run and its program, for a later run that has to end them."""
        held = {
            "agent": _written(process_of(os.getpid())),
            "program": _written(process_of(program)) if program else None,
            "since_s": time.monotonic(),
        }
        if (before := _read(self._file)).get("agent") == held["agent"]:
            held["since_s"] = before["since_s"]
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(held))
        self._file.flush()


@contextmanager
def turn(path: Path, journal: Journal, limit_s: float) -> Iterator[Turn]:
    """Hold the right to run.

    What a run has left behind that was killed is ended first.

    Raises:
        TakenError: another run has it, for less than `limit_s`.
        OSError: the lock's file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Nothing that this run starts inherits the file, or a daemon would hold the turn for ever.
    with path.open("a+", encoding="utf-8") as file:
        if not _try_lock(file):
            _end_hung(_read(file), journal, limit_s)
            _lock_soon(file)
        _end(_read(file).get("program"), journal, "a program that a killed run has left")
        mine = Turn(file)
        mine.note()
        yield mine
        file.truncate(0)


def _end_hung(held: Mapping[str, Any], journal: Journal, limit_s: float) -> None:
    lasted_s = time.monotonic() - held.get("since_s", time.monotonic())
    if lasted_s < limit_s:
        raise TakenError(f"another run is under way since {lasted_s:.0f} s")
    _end(held.get("agent"), journal, f"a run that hangs since {lasted_s:.0f} s")
    _end(held.get("program"), journal, "the program of that run")


def _end(written: object, journal: Journal, what: str) -> None:
    if isinstance(written, dict):
        process = Process(written["pid"], written["birth"])
        if process.alive:
            journal.say(f"ending {what}, process {process.pid}")
            end_group(process)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_soon(file: IO[str]) -> None:
    patience_ends = time.monotonic() + _PATIENCE_S
    while not _try_lock(file):
        if time.monotonic() > patience_ends:
            raise TakenError("the run that hangs cannot be ended")
        time.sleep(0.1)


def _read(file: IO[str]) -> Mapping[str, Any]:
    """Return what the lock's file says; nothing where a run died while it wrote."""
    file.seek(0)
    try:
        held = json.loads(file.read())
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _written(process: Process | None) -> Mapping[str, int] | None:
    return None if process is None else {"pid": process.pid, "birth": process.birth}
