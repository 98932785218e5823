"""Processes by number and birth: a number alone may belong to another process by now."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_GRACE_S: Final = 5.0
_PAUSE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Process:
    """A process that leads a group of its own; `birth` in ticks since the machine started."""

    pid: int
    birth: int

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return _look(self.pid) == self


def process_of(pid: int) -> Process | None:
    """Return the running process of a number, None where there is none."""
    return _look(pid)


def end_group(process: Process) -> None:
    """End a process and what it has started in its group: kindly first, then for certain."""
    if not process.alive:
        return
    _signal(process, signal.SIGTERM)
    patience_ends = time.monotonic() + _GRACE_S
    while time.monotonic() < patience_ends:
        if not process.alive:
            break
        time.sleep(_PAUSE_S)
    _signal(process, signal.SIGKILL)


def _signal(process: Process, number: int) -> None:
    try:
        # A group keeps its number while any process is in it, its leader dead or not.
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _look(pid: int) -> Process | None:
    """Read state and birth (proc(5), /proc/[pid]/stat); the name before them may hold anything."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else Process(pid, int(fields[19]))
