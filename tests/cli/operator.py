"""An operator at a terminal: an account in which nothing takes time, and commands to run on it.

Every command is a process of its own, as a person starts it; in a pipe, or on a terminal of some
width.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from sandbox.domain.timing import Timing
from sandbox.git_host import ControlRepository, start_git_host
from sandbox.server import start_sandbox
from tests.bootstrap.yard import NOON, Yard

SCHEMA: Final = Path(__file__).parents[2] / "docs" / "report.schema.json"
TIMEOUT_S: Final = 60
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ERASED: Final = "\x1b[1A\x1b[2K"
"""What the moving line ends with: one line up, and that line cleared."""
_VARYING: Final = (
    (re.compile(r"\d+ calls?, \d+\.\d s"), "CALLS, TIME"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "GIT"),
    (re.compile(r"commit [0-9a-f]{12} of [0-9: -]+ UTC"), "commit SHA of THEN"),
    (re.compile(r"\b(vpc|vsw|vtb|sg|lt|ipv4gw)-\w+"), r"\1-ID"),
    (re.compile(r"\(in [^)]*\)"), "(COUNTDOWN)"),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: its exit code, and what it said to whom."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The output without what is different each time."""
        return [line.rstrip() for line in settled(self.out).splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        """The output as a report; fails where it is none by the published schema."""
        report: dict[str, Any] = json.loads(self.out)
        Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(report)
        return report


def settled(text: str) -> str:
    """Return a text with a word in the place of whatever is different each time."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def start(
    environment: Mapping[str, str], arguments: Sequence[str], stream: int
) -> subprocess.Popen[str]:
    """Start `p2p-fleet` with both outputs going where `stream` says."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments],
        env={"PATH": os.defpath, "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=stream,
        stderr=stream,
        text=True,
    )


def run(environment: Mapping[str, str], *arguments: str) -> Ended:
    """Run `p2p-fleet` in a pipe."""
    with start(environment, arguments, subprocess.PIPE) as process:
        out, err = process.communicate(timeout=TIMEOUT_S)
    return Ended(process.returncode, out, err)


@contextmanager
def terminal(columns: int) -> Iterator[tuple[int, int]]:
    """Open a pseudo-terminal; yields the end of the person and that of the program."""
    person, program = pty.openpty()
    size = struct.pack("HHHH", 40, columns, 0, 0)
    fcntl.ioctl(program, termios.TIOCSWINSZ, size)
    try:
        yield person, program
    finally:
        os.close(person)


def seen(person: int, *, until: str | None = None) -> str:
    """Return what a terminal shows, raw, until some words come, or else until its program ends."""
    shown = ""
    while until is None or until not in shown:
        try:
            more = os.read(person, 65_536)
        except OSError:  # Linux says so when nobody has the other end open any more
            break
        if not more:
            break
        shown += more.decode(errors="replace")
    return shown


def run_on_terminal(
    environment: Mapping[str, str], *arguments: str, columns: int = 80
) -> tuple[int, str]:
    """Run `p2p-fleet` on a terminal; returns exit code and everything shown, raw."""
    with terminal(columns) as (person, program):
        process = start(environment, arguments, program)
        os.close(program)
        shown = seen(person)
        return process.wait(TIMEOUT_S), shown


def plain(shown: str) -> list[str]:
    """Return what is left standing on a terminal: without colours, and without the moving line."""
    _, _, standing = shown.rpartition(_ERASED)
    text = _CONTROL.sub("", standing).replace("\r\n", "\n")
    return [line.rstrip() for line in text.removesuffix("\n").split("\n")]


@contextmanager
def opened_account(root: Path, *regions: str) -> Iterator[Yard]:
    """Open an empty account at noon in which whatever is asked for is there at once."""
    with (
        start_sandbox(seed=1, start=NOON, regions=regions, timing=Timing.instant()) as sandbox,
        start_git_host(root) as host,
    ):
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": sandbox.endpoint,
            "P2P_FLEET_CLOCK_URL": sandbox.endpoint,
            "CONTROL_SOURCES": host.url_of("control.git"),
        }
        yield Yard(sandbox, host, ControlRepository(root / "control.git"), environment)
