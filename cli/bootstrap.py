"""`p2p-fleet bootstrap`: build the missing region stacks, from the terminal."""

from __future__ import annotations

import click

from cli.stack_command import json_option, regions_option, run_and_print


@click.command()
@regions_option
@click.option("--dry-run", is_flag=True, help="Say what would be built, and write nothing.")
@json_option
def bootstrap(*, regions: tuple[str, ...] | None, dry_run: bool, as_json: bool) -> int:
    """Build what the control document asks for and the cloud has not."""
    event = {"action": "provision", "regions": regions, "dry_run": dry_run}
    title = "looking" if dry_run else "building stacks"
    return run_and_print(event, title=title, as_json=as_json)
