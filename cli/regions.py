"""`p2p-fleet regions`: the catalogue of regions that the fleet knows."""

from __future__ import annotations

import dataclasses
import json

import click
from rich.table import Table

from cli.terminal import stdout_console
from shared.regions import CATALOGUE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def regions(*, as_json: bool) -> int:
    """List the public regions and their Auto Scaling endpoints."""
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(region) for region in CATALOGUE]))
        return 0
    table = Table(box=None, pad_edge=False)
    for heading in ("region", "where", "mainland China", "state", "Auto Scaling endpoint"):
        table.add_column(heading)
    for region in CATALOGUE:
        table.add_row(
            region.region_id,
            region.local_name,
            "yes" if region.mainland else "",
            "closing: only when named" if region.closing else "open",
            region.ess_host,
        )
    stdout_console().print(table)
    return 0
