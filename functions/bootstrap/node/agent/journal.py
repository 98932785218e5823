"""The agent's log: one file, one line per entry, times in UTC.

A disk that is full must not end a run: what cannot be written to the file goes to standard error,
which systemd keeps in its journal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Journal:
    """Appends lines to the log; `run` tells apart what belongs to one run."""

    path: Path
    run: str
    now: Callable[[], datetime]

    def say(self, sentence: str) -> None:
        """Note what happens, or what is wrong."""
        self._append(f"{self._stamp()} {self.run} {sentence}\n")

    def quote(self, line: str) -> None:
        """Note a line that a program has written."""
        self._append(f"{self._stamp()} {self.run} | {line}\n")

    def _stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def _append(self, line: str) -> None:
        try:
            # Opened anew for each line, so that rotating the file needs no signal to anybody.
            with self.path.open("a", encoding="utf-8", errors="replace") as log:
                log.write(line)
        except OSError as error:
            sys.stderr.write(f"{self.path}: {error.strerror}: {line}")
