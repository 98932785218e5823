"""`python3 -m agent`: one tick of the timer, or with `--now` a run at once."""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from .node import read_node
from .places import Places
from .run import Edges, run


def main() -> int:
    """Return the exit status: 0 unless a run has failed, 1 where it has, 2 on a broken node."""
    parser = argparse.ArgumentParser(prog="p2p-agent", description="Run what the fleet is to run.")
    parser.add_argument("--now", action="store_true", help="run at once, due or not")
    asked = parser.parse_args()
    os.umask(0o022)
    # Ending the agent ends what it has started: an exception unwinds, a bare signal would not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    places = Places(Path(os.environ.get("P2P_AGENT_ROOT", "/")))
    try:
        node = read_node(places)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{places.node} cannot be read: {error}; cloud-init writes it\n")
        return 2
    edges = Edges(now=_now, sleep=time.sleep, rng=random.Random())
    result = run(places, node, edges, forced=asked.now)
    return 1 if result is not None and result.status == "failed" else 0


def _now() -> datetime:
    return datetime.now(timezone.utc)  # noqa: UP017 (Python 3.10 has no datetime.UTC)


if __name__ == "__main__":
    sys.exit(main())
