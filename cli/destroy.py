"""`p2p-fleet destroy`: remove the fleet, or some regions' stacks, from the terminal."""

from __future__ import annotations

import os
from functools import partial

import click

from cli.removal import Removal, print_removal
from cli.stack_command import json_option, regions_option, run_and_print
from shared.settings import SettingsError, cloud_settings_from


@click.command()
@click.option(
    "--confirm",
    metavar="FLEET",
    help="The fleet's name; without it nothing is removed, only listed.",
)
@regions_option
@json_option
def destroy(*, confirm: str | None, regions: tuple[str, ...] | None, as_json: bool) -> int:
    """Remove everything of the fleet's, or the stacks of regions that are configured no longer."""
    try:
        settings = cloud_settings_from(os.environ)
    except SettingsError as error:
        raise click.ClickException(f"environment: {error}") from error
    removal = Removal(settings.fleet, regions, has_schedule=settings.fc_region is not None)
    if confirm == removal.fleet:
        click.echo(removal.intent, err=True)
    dry_run = confirm is None
    event = {"action": "destroy", "regions": regions, "dry_run": dry_run, "confirm": confirm}
    title = "looking" if dry_run else "removing stacks"
    show = partial(print_removal, removal)
    return run_and_print(event, title=title, as_json=as_json, show=show)
