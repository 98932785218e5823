"""Run a program and read from the kernel what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used: CPU of user and system, time on the wall, peak memory."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def cost_of(
    arguments: Sequence[str], environment: Mapping[str, str], python: str = sys.executable
) -> Cost:
    """Run a Python program in a process of its own.

    Raises:
        RuntimeError: it did not end with exit code 0.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [python, *arguments],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)[:80]} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024)


def median_cost(runs: Sequence[Cost]) -> Cost:
    """The middle of several runs, each figure on its own."""
    middle = len(runs) // 2
    return Cost(
        sorted(run.cpu_s for run in runs)[middle],
        sorted(run.wall_s for run in runs)[middle],
        max(run.peak_mb for run in runs),
    )
