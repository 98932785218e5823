"""`p2p-fleet sandbox`: an Alibaba Cloud on loopback, in the foreground."""

from __future__ import annotations

import click

from sandbox.server import SandboxOptions, SandboxStartError, serve_forever


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any free one.")
@click.option("--regions", metavar="A,B", help="Only these regions exist.")
@click.option("--latency-ms", type=click.IntRange(0, 600_000), default=0, help="Added to answers.")
@click.option("--seed", type=int, default=0, help="Fixes credentials, ids and chances.")
@click.option("--speed", type=click.IntRange(1, 1000), default=1, help="Of the account's clock.")
@click.option("--with-groups", is_flag=True, help="One group of the fleet in each open region.")
def sandbox(  # noqa: PLR0913 (each one is an option)
    *,
    port: int,
    regions: str | None,
    latency_ms: int,
    seed: int,
    speed: int,
    with_groups: bool,
) -> int:
    """Run the sandbox; prints one JSON line with endpoint and credentials when ready."""
    options = SandboxOptions(
        port=port,
        regions=tuple(regions.split(",")) if regions else None,
        latency_ms=latency_ms,
        seed=seed,
        with_groups=with_groups,
        speed=speed,
    )
    try:
        serve_forever(options)
    except SandboxStartError as error:
        raise click.ClickException(str(error)) from error
    return 0
