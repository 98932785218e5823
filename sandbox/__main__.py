"""`python -m sandbox`: the sandbox in the foreground."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Final

from sandbox.server import SandboxOptions, SandboxStartError, serve_forever

MAX_PORT: Final = 65535
MAX_LATENCY_MS: Final = 600_000
MAX_SPEED: Final = 1000


def main(arguments: Sequence[str] | None = None) -> None:
    """Parses the command line and serves; exits with 1 and one sentence where it cannot."""
    parser = _parser()
    given = parser.parse_args(arguments)
    options = SandboxOptions(
        port=given.port,
        regions=given.regions,
        latency_ms=given.latency_ms,
        seed=given.seed,
        with_groups=given.with_groups,
        speed=given.speed,
    )
    try:
        serve_forever(options)
    except SandboxStartError as error:
        parser.exit(1, f"{error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="An Alibaba Cloud account on loopback, for the real SDKs.",
    )
    parser.add_argument(
        "--port", type=_number(0, MAX_PORT), default=0, help="port to listen on; 0: any free one"
    )
    parser.add_argument(
        "--regions",
        type=lambda text: tuple(text.split(",")),
        default=None,
        metavar="A,B",
        help="the regions that exist; all of the catalogue by default",
    )
    parser.add_argument(
        "--latency-ms",
        type=_number(0, MAX_LATENCY_MS),
        default=0,
        help="added to every API answer, in milliseconds",
    )
    parser.add_argument("--seed", type=int, default=0, help="fixes credentials, ids and chances")
    parser.add_argument(
        "--with-groups",
        action="store_true",
        help="put one Active group of the fleet, with no instances, into each open region",
    )
    parser.add_argument(
        "--speed",
        type=_number(1, MAX_SPEED),
        default=1,
        help="how many of the account's seconds pass in a real one",
    )
    return parser


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"must be from {low} to {high}, not {text!r}")
        return int(text)

    return parse


if __name__ == "__main__":
    main()
