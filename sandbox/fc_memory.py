"""How much memory a process and what it has started use, where the kernel tells (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_RESIDENT: Final = 1  # the second number in statm


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its descendants in MB; 0 where that cannot be told."""
    pages = sum(_resident_pages(one) for one in _family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _family(pid: int) -> Iterator[int]:
    """The process itself, its children, theirs, and so on, as far as they are still there."""
    yield pid
    try:
        lists = [
            (task / "children").read_text().split()
            for task in (_PROC / str(pid) / "task").iterdir()
        ]
    except OSError:
        return  # it has just ended, or there is no such file on this machine
    for children in lists:
        for child in children:
            yield from _family(int(child))


def _resident_pages(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[_RESIDENT])
    except (OSError, IndexError):
        return 0
