"""What was built, as `manifest.json` tells it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from infra.packaging.archive import Archive


@dataclass(frozen=True, slots=True)
class Bytecode:
    """Who compiled: full version and magic number (hex) of the interpreter."""

    python: str
    magic: str


@dataclass(frozen=True, slots=True)
class Included:
    """A distribution in the layer; sizes unpacked, without bytecode."""

    name: str
    version: str
    wheel: str
    built_from_source: bool
    bytes: int
    bytes_before: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """A locked distribution that is not in the layer, and why; size unpacked."""

    name: str
    version: str
    reason: str
    bytes_before: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about one build.

    `bytecode` is None where no interpreter of the target was at hand: imports cost more then.
    """

    runtime: str
    python: str
    platform: str
    bytecode: Bytecode | None
    artefacts: dict[str, Archive]
    included: tuple[Included, ...]
    excluded: tuple[Excluded, ...]

    def as_json(self) -> str:
        """Return the text of the manifest."""
        return json.dumps(asdict(self), indent=2) + "\n"
