"""The head of a report: what was run, what came of it, which commit and window it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.console import Console
from rich.text import Text

from cli.sentences import print_sentence
from shared.instants import format_countdown
from shared.report import Report, Status

STATUS_STYLES: Final = {
    Status.CONVERGED: "bold green",
    Status.CHANGED: "bold cyan",
    Status.HELD: "bold yellow",
    Status.PARTIAL: "bold yellow",
    Status.FAILED: "bold red",
}


def print_head(report: Report, console: Console, *, title: str) -> None:
    """Print status, commit, window, reason, and every source that was of no use."""
    head = Text(f"{title}: ")
    head.append(report.status.value, STATUS_STYLES[report.status])
    if report.dry_run:
        head.append("  (a plan: nothing was written)")
    console.print(head)
    commit = report.commit
    if commit is not None:
        said = f"commit {commit.sha[:12]} of {_minute(commit.time)} UTC from {commit.source}"
        print_sentence(console, said)
    if report.window is not None:
        print_sentence(console, _said_of_window(report))
    if report.reason is not None:
        held = "held: " if report.status is Status.HELD else ""
        print_sentence(console, f"{held}{report.reason}", "yellow")
    for source in report.sources:
        if source.status not in {"used", "same"}:
            said = f"source {source.source}: {source.status}: {source.message}"
            print_sentence(console, said)


def _said_of_window(report: Report) -> str:
    window = report.window
    if window is None:
        return ""
    start = f"start {_until(window.start, report.now)}"
    if window.stop is None:
        return f"{start}, runs forever"
    return f"{start}, stop {_until(window.stop, report.now)}"


def _until(instant: datetime, now: datetime) -> str:
    return f"{_minute(instant)} UTC ({format_countdown(instant - now)})"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
