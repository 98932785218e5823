"""`p2p-fleet status`: would every region start now? GO, or NO-GO with what to do."""

from __future__ import annotations

import click

from cli.readiness_table import print_readiness
from cli.stack_command import json_option, regions_option, run_and_print


@click.command()
@regions_option
@json_option
def status(*, regions: tuple[str, ...] | None, as_json: bool) -> int:
    """Say of every configured region whether it would start now; nothing is written.

    Exit code 0 is GO, 3 is NO-GO.
    """
    event = {"action": "status", "regions": regions}
    return run_and_print(event, title="looking", as_json=as_json, show=print_readiness)
