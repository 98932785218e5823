"""`p2p-fleet poll`: one poll from the terminal, with progress while regions answer."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.fleet_table import print_report
from cli.terminal import stderr_console, stdout_console
from functions.watcher.entry import run
from functions.watcher.event import EventError, parse_event
from functions.watcher.poll import Listener
from functions.watcher.records import Observation
from shared.regions import CATALOGUE
from shared.report import as_json as report_json
from shared.settings import SettingsError

_INTERRUPTED = 130  # as shells count it


@click.command()
@click.option("--plan", is_flag=True, help="Read the live state and write nothing.")
@click.option("--event", "event_text", default="{}", metavar="JSON", help="What FC would pass.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def poll(*, plan: bool, event_text: str, as_json: bool) -> int:
    """Do one poll with the settings of the environment."""
    before = signal.signal(signal.SIGINT, _leave)
    try:
        event = parse_event(event_text)
        if plan:
            event = replace(event, action="plan")
        with _progress() as listener:
            report = run(os.environ, event, listener)
    except EventError as error:
        raise click.ClickException(f"--event: {error}") from error
    except SettingsError as error:
        raise click.ClickException(f"environment: {error}") from error
    finally:
        signal.signal(signal.SIGINT, before)
    if as_json:
        click.echo(report_json(report))
    else:
        print_report(report, stdout_console())
    return report.exit_code


def _leave(_signal: int, _frame: object) -> None:
    """End at once: a poll may be cut off anywhere, the next one goes on from what it finds."""
    print("\ninterrupted; run it again to go on", file=sys.stderr, flush=True)
    os._exit(_INTERRUPTED)


@contextmanager
def _progress() -> Iterator[Listener]:
    """Show how many regions have answered, where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=stderr_console(), transient=True) as progress:
        yield _listener(progress)


def _listener(progress: Progress) -> Callable[[object], None]:
    looking = progress.add_task("looking at the regions", total=len(CATALOGUE))
    acting = progress.add_task("acting", total=None)

    def listen(news: object) -> None:
        progress.advance(looking if isinstance(news, Observation) else acting)

    return listen
