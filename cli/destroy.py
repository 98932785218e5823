"""`p2p-fleet destroy`: remove the fleet, or some regions' stacks, from the terminal."""

from __future__ import annotations

import click

from cli.stack_command import json_option, regions_option, run_and_print


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
    dry_run = confirm is None
    event = {"action": "destroy", "regions": regions, "dry_run": dry_run, "confirm": confirm}
    code = run_and_print(event, title="removing stacks", as_json=as_json)
    if dry_run and not as_json:
        click.echo("Nothing was removed. To remove all this: add --confirm and the fleet's name.")
    return code
