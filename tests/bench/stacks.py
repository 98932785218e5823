"""What building and removing region stacks takes: all regions at once, beside one alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sandbox.git_host import ControlRepository, start_git_host
from sandbox.process import sandbox_process
from shared.instants import format_instant
from shared.regions import OPEN_REGION_IDS
from tests.bench.measure import Cost, cost_of

LATENCY_MS: Final = 200
ALONE: Final = ("cn-shanghai", "cn-hongkong", "ap-northeast-1", "ap-southeast-3")
"""Regions with three vSwitches, behind the central endpoint and behind their own: the slowest."""
_BUILD: Final = ("-m", "functions.bootstrap", "--event", "{}")
_CLEAR: Final = (
    "-m",
    "functions.bootstrap",
    "--event",
    '{"action": "destroy", "confirm": "p2p-agent"}',
)


@dataclass(frozen=True, slots=True)
class Life:
    """Building from nothing, finding all of it again, removing it."""

    regions: int
    build: Cost
    again: Cost
    clear: Cost


def stacks_section() -> str:
    """Measure and return the section of the page."""
    alone = {region: _life((region,)) for region in ALONE}
    world = _life(OPEN_REGION_IDS)
    slowest = max(alone.values(), key=lambda life: life.build.wall_s)
    rows = [
        *(_row(f"{region} alone", life, slowest) for region, life in alone.items()),
        _row(f"all {world.regions} open regions", world, slowest),
    ]
    return "\n".join(
        [
            "## Region stacks: all regions at once",
            "",
            f"`python -m functions.bootstrap`, cold, in an empty account, {LATENCY_MS} ms injected"
            " latency per API call;",
            "a VPC takes 3 s in the sandbox, a vSwitch 3 s, an IPv4 gateway 2 s and 2 s more to be",
            "enabled, a route 1 s, a scaling group 5 s, and 10 s to be deleted. One run each.",
            "",
            "| what | build s | × slowest alone | CPU s | peak MB | again, nothing to do s"
            " | remove s |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _row(name: str, life: Life, slowest: Life) -> str:
    return (
        f"| {name} | {life.build.wall_s:.1f} | {life.build.wall_s / slowest.build.wall_s:.2f} |"
        f" {life.build.cpu_s:.1f} | {life.build.peak_mb:.0f} | {life.again.wall_s:.1f} |"
        f" {life.clear.wall_s:.1f} |"
    )


def _life(regions: tuple[str, ...]) -> Life:
    with _place(regions) as environment:
        return Life(
            len(regions),
            build=cost_of(_BUILD, environment),
            again=cost_of(_BUILD, environment),
            clear=cost_of(_CLEAR, environment),
        )


@contextmanager
def _place(regions: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """Run an empty account and a Git host whose document wants these regions in an hour."""
    with (
        tempfile.TemporaryDirectory() as folder,
        start_git_host(Path(folder)) as host,
        sandbox_process("--latency-ms", str(LATENCY_MS)) as ready,
    ):
        start = format_instant(datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1))
        ControlRepository(Path(folder) / "control.git").commit(
            f"start: {start}\ncapacity: 1\nregions: [{', '.join(regions)}]\n"
        )
        yield {
            **os.environ,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": ready["access_key_id"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ready["access_key_secret"],
            "ALIBABA_CLOUD_ENDPOINT_URL": ready["endpoint"],
            "CONTROL_SOURCES": host.url_of("control.git"),
        }
