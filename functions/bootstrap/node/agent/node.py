"""Who this node is, and what bootstrap has told it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .places import Places

CONTROL_KEY: Final = "control_key"
REPOSITORY_KEY: Final = "repository_key"
CONTROL_TOKEN: Final = "control_token"  # noqa: S105 (the name of a file)


@dataclass(frozen=True, slots=True)
class ControlSource:
    """One place of the control document; `takes_token`: the token may be shown to its host."""

    url: str
    ref: str
    path: str
    takes_token: bool


@dataclass(frozen=True, slots=True)
class Node:
    """What the node knows of itself before it has read anything.

    `package_mirrors`: tried in this order before the image's own package sources.
    """

    fleet: str
    region: str
    sources: tuple[ControlSource, ...]
    package_mirrors: tuple[str, ...]


def read_node(places: Places) -> Node:
    """Read what cloud-init has written.

    Raises:
        OSError, ValueError, KeyError, TypeError: it has not, or not all of it.
    """
    told: Mapping[str, Any] = json.loads(places.node.read_text("utf-8"))
    return Node(
        fleet=told["fleet"],
        region=told["region"],
        sources=tuple(ControlSource(**source) for source in told["sources"]),
        package_mirrors=tuple(told["package_mirrors"]),
    )


def secret_file(places: Places, name: str) -> Path | None:
    """Return the file of a secret, None where this fleet has none."""
    path = places.secrets / name
    return path if path.is_file() else None
