"""The RAM policies beside this file, for a fleet of any name.

As they stand they are those of the fleet `p2p-agent`, and can be pasted into RAM's console.
`README.md` says of every action which call needs it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

PolicyName = Literal["watcher", "bootstrap", "instance", "deployer"]
"""A file beside this one, without its ending."""
WRITTEN_FOR: Final = "p2p-agent"
"""The fleet whose name stands in the files."""
LONGEST_DOCUMENT: Final = 6144
"""Characters that a policy may have (RAM API, CreatePolicy)."""

FUNCTION_TRUST: Final[Mapping[str, Any]] = {
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": ["fc.aliyuncs.com"]},
        }
    ],
    "Version": "1",
}
"""Who may assume the roles of the two functions: Function Compute, and nobody else."""

_ARN_PARTS: Final = 5


def policy_document(name: PolicyName, fleet: str) -> dict[str, Any]:
    """Return a policy document for a fleet."""
    path = Path(__file__).with_name(f"{name}.json")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    statements = [_statement_for(one, fleet) for one in document["Statement"]]
    return {**document, "Statement": statements}


def as_text(document: Mapping[str, Any]) -> str:
    """Return a document as RAM gets it, without a space too many."""
    return json.dumps(document, separators=(",", ":"))


def _statement_for(statement: Mapping[str, Any], fleet: str) -> dict[str, Any]:
    resources = [_resource_for(one, fleet) for one in statement["Resource"]]
    return {**statement, "Resource": resources}


def _resource_for(resource: str, fleet: str) -> str:
    """Give a resource to another fleet: `acs:<product>:<region>:<account>:<kind>/<name>/…`."""
    arn = resource.split(":", _ARN_PARTS - 1)
    if len(arn) < _ARN_PARTS:
        return resource  # `*`
    *place, path = arn
    names = [_name_for(one, fleet) for one in path.split("/")]
    return ":".join([*place, "/".join(names)])


def _name_for(name: str, fleet: str) -> str:
    """Everything that a fleet owns bears its name, or begins with that and a hyphen."""
    if name == WRITTEN_FOR:
        return fleet
    if name.startswith(f"{WRITTEN_FOR}-"):
        return fleet + name.removeprefix(WRITTEN_FOR)
    return name
