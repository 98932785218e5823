"""`python -m infra.ram deployer tokyo`: prints a policy document for a fleet."""

from __future__ import annotations

import json
import sys
from typing import get_args

from infra.ram.documents import WRITTEN_FOR, PolicyName, policy_document
from shared.naming import FLEET_NAME

_USAGE = f"usage: python -m infra.ram {{{','.join(get_args(PolicyName))}}} [FLEET]"


def main(arguments: list[str]) -> int:
    """Print the document; returns the exit code."""
    match arguments:
        case [("watcher" | "bootstrap" | "instance" | "deployer") as name, *rest] if len(rest) <= 1:
            fleet = rest[0] if rest else WRITTEN_FOR
        case _:
            print(_USAGE, file=sys.stderr)
            return 1
    if not FLEET_NAME.fullmatch(fleet):
        print(f"{fleet[:40]!r} cannot be a fleet's name.", file=sys.stderr)
        return 1
    print(json.dumps(policy_document(name, fleet), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
