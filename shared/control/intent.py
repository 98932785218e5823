"""What an accepted document wants of the whole fleet, or why the fleet is held; no I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.control.window import Window
from shared.memory import AppliedCommit, ResolvedNow


@dataclass(frozen=True, slots=True)
class Intent:
    """An accepted document, resolved: what every region is decided against.

    `nodes`: configured regions with their instances, None where a region is unmanaged.
    `rewound`: this commit is older than one applied before and was allowed all the same.
    `stacks`: the fingerprint that each region's stack is to have; `adopting`: regions in which a
    group of our name that somebody else has made is to be taken over.
    """

    commit: AppliedCommit
    window: Window
    resolved_now: ResolvedNow | None
    nodes: Mapping[str, int | None]
    suspended: bool
    rewound: bool = False
    stacks: Mapping[str, str] = field(default_factory=dict)
    adopting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hold:
    """The document is not accepted: the fleet stays as it is, for this reason."""

    reason: str
    configured: tuple[str, ...] = ()


Verdict = Intent | Hold
