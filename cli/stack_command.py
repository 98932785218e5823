"""What the commands about stacks share: options, one run of bootstrap, its report printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping

import click
from rich.console import Console

from cli.interruption import leaving_at_once
from cli.stack_progress import shown_progress
from cli.stack_table import print_stacks
from cli.terminal import stdout_console
from functions.bootstrap.entry import run
from functions.bootstrap.event import EventError, parse_event
from shared.report import Report
from shared.report import as_json as report_json
from shared.settings import SettingsError


def _region_list(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    return None if value is None else tuple(one.strip() for one in value.split(","))


regions_option = click.option(
    "--regions", callback=_region_list, metavar="A,B", help="Only these regions."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


def run_and_print(
    event: Mapping[str, object],
    *,
    title: str,
    as_json: bool,
    show: Callable[[Report, Console], None] = print_stacks,
) -> int:
    """Run bootstrap with an event and print its report; returns the exit code.

    Raises:
        ClickException: the event or the environment is wrong.
    """
    given = {key: value for key, value in event.items() if value is not None}
    try:
        with leaving_at_once("run it again to go on"), shown_progress(title) as listener:
            report = run(os.environ, parse_event(json.dumps(given)), listener)
    except EventError as error:
        raise click.ClickException(str(error)) from error
    except SettingsError as error:
        raise click.ClickException(f"environment: {error}") from error
    if as_json:
        click.echo(report_json(report))
    else:
        show(report, stdout_console())
    return report.exit_code
