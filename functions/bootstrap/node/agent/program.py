"""Running another program: its output into the log, its time limited, its children ended too."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from .journal import Journal
from .processes import end_group, process_of

_MOST_LINES: Final = 20_000
"""Of one program; what it says beyond is dropped, so that no program can fill the disk."""
_LONGEST_LINE: Final = 4_000
_LAST_WORDS_S: Final = 2.0


def path_of_programs() -> str:
    """Return where programs are looked for: as systemd says."""
    return os.environ.get("PATH", os.defpath)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended; `status` is None where it was ended for taking too long."""

    status: int | None

    @property
    def well(self) -> bool:
        """Whether the program says that it did its work."""
        return self.status == 0

    def __str__(self) -> str:
        if self.status is None:
            return "was ended: it took too long"
        if self.status < 0:
            return f"was ended by signal {-self.status}"
        return f"ended with status {self.status}"


def run_program(  # noqa: PLR0913 (what to run, and all that it may not do)
    command: Sequence[str],
    journal: Journal,
    *,
    limit_s: float,
    environment: Mapping[str, str],
    folder: Path | None = None,
    started: Callable[[int | None], None] = lambda _: None,
) -> Ended:
    """Run a program to its end, or end it and all that it has started after `limit_s`.

    A program that cannot be started counts as ended with the shell's status for that, 127.
    `started` is told its process number, and None once it is over.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 (running what the operator names is the job)
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        journal.say(f"{command[0]} cannot be started: {error.strerror}")
        return Ended(127)
    started(process.pid)
    leader = process_of(process.pid)
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    listener = threading.Thread(target=_note, args=(process.stdout, journal), daemon=True)
    listener.start()
    status: int | None = None
    try:
        status = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        status = None
    finally:  # also where this run itself is told to end
        if status is None and leader is not None:
            end_group(leader)
            process.wait()
    started(None)
    # A daemon that the program has left behind keeps the pipe open; it is not waited for.
    listener.join(_LAST_WORDS_S)
    return Ended(status)


def _note(output: IO[str], journal: Journal) -> None:
    with output:
        for number, line in enumerate(output):
            if number < _MOST_LINES:
                journal.quote(line.rstrip("\n")[:_LONGEST_LINE])
            elif number == _MOST_LINES:
                journal.say(f"what follows its first {_MOST_LINES} lines is dropped")
