"""The records that readiness is made of; no I/O here.

What a question to the cloud came to is a value too: the answer, or the failure that stands in its
place. Nothing follows from a failure but that something is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.cloud.permissions import is_denial
from shared.cloud.records import ScalingActivity, ScalingGroup, ScheduledTask
from shared.cloud.stack_records import AccountLimits, Image, TemplateVersion
from shared.control.window import Window
from shared.failure import Failure, Reaction
from shared.regions import BY_ID

CheckName = Literal[
    "endpoint",
    "permissions",
    "document",
    "group",
    "template",
    "stock",
    "quota",
    "image",
    "armed",
    "account",
]
State = Literal["ok", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so, and whether it is; `failure` exactly where it is bad."""

    name: CheckName
    state: State
    said: str
    failure: Failure | None = None


def ok(name: CheckName, said: str) -> Check:
    """Return a check that holds."""
    return Check(name, "ok", said)


def bad(name: CheckName, failure: Failure) -> Check:
    """Return a check that keeps the region from starting."""
    return Check(name, "bad", failure.message, failure)


def unknown(name: CheckName, why: str) -> Check:
    """Return a check that nothing can tell now; by itself it keeps nobody from starting."""
    return Check(name, "unknown", why)


def unmade(name: CheckName, why: str | Failure) -> Check:
    """Return a check that could not be made.

    One that failed is bad: who would rely on it must know. What our key may not look at is told
    by the permissions, and where there was nothing to look at another check tells why.
    """
    if isinstance(why, str):
        return unknown(name, why)
    return not_looked_at(name, why) if is_denial(why.code) else bad(name, why)


def not_looked_at(name: CheckName, why: Failure) -> Check:
    """Return a check that could not be made because of what another check tells."""
    return unknown(name, f"not known: {why.code}: {why.message}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the document wants of one region, at the instant `now`."""

    region: str
    fleet: str
    nodes: int
    window: Window
    now: datetime
    fingerprint: str | None
    adopting: bool

    @property
    def is_mainland(self) -> bool:
        """Whether the region lies in mainland China."""
        return BY_ID[self.region].mainland


@dataclass(frozen=True, slots=True)
class Source:
    """What the group makes instances from: types, disk, and its vSwitches by zone."""

    version: TemplateVersion
    template_id: str
    instance_types: tuple[str, ...]
    vswitches: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stocked:
    """An instance type that a zone of the group has now, with the template's disk."""

    instance_type: str
    zone: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the account may have in the region, and what of it is taken."""

    account: AccountLimits | Failure
    scaling: Mapping[str, int] | Failure
    tasks: int | Failure


Trial = Failure | Literal["passed", "not made"]
"""What came of making one instance in a dry run."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our group and all around it, as far as it could be read.

    `source` is None where the group makes its instances from no launch template; then, and where
    it could not be read, the rest is not asked. `stocked` is None where nothing is in stock,
    `vcpus` are those of one node. `trial` is what stands against one more instance; it is not
    made where no node is missing.
    """

    group: ScalingGroup
    tasks: Sequence[ScheduledTask] | Failure
    activities: Sequence[ScalingActivity] | Failure
    source: Source | Failure | None = None
    image: Image | Failure | None = None
    stocked: Stocked | Failure | None = None
    vcpus: int | Failure | None = None
    trial: Trial = "not made"


@dataclass(frozen=True, slots=True)
class View:
    """What one region said: groups of our name or tag, quotas, and our group if there is one."""

    groups: Sequence[ScalingGroup] | Failure
    limits: Limits | None = None
    ours: Ours | None = None


def human(code: str, message: str, remedy: str) -> Failure:
    """Return a failure that only a person can mend."""
    return Failure(code, message, Reaction.HUMAN, remedy)


def rebuild(region: str) -> str:
    """Return the remedy for a stack that is missing, unfinished or damaged."""
    return f"Let bootstrap build what is missing: p2p-fleet bootstrap --regions {region}"
