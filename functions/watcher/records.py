"""The records that a poll is made of, in the order in which they arise; no I/O here.

`event → Settings → ControlDocument at commit → Observation[region] → Decision[region]
→ Outcome[region] → Report`
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.cloud.records import Capacity, ScalingGroup, ScheduledTask, TaskSpec
from shared.failure import Failure
from shared.memory import Memory
from shared.report import DecisionKind, OutcomeKind

# --- what one region's API said -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unknown:
    """The region could not be read; nothing may be concluded about it."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Absent:
    """The region has no group of ours and none of our name."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A group stands in our place that is not (clearly) ours; `failure` says why.

    `tagged`: it carries our tag all the same, so that a person must look at it wherever it is.
    `adoptable`: all it lacks is our tag, so that the document may hand it to the fleet.
    """

    failure: Failure
    tagged: bool = False
    adoptable: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """What the group's tags say of the stack around it.

    `fingerprint`: of the template that bootstrap last brought it to, None for a group that was
    handed over by hand. `adopted`: the fleet drives the group but has not made it. `next_offer`:
    before this instant a shortage needs no new choice of instance type, disk and zones.
    """

    fingerprint: str | None = None
    adopted: bool = False
    next_offer: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """Our group, its scheduled tasks (foreign ones too) and what its tags remember."""

    group: ScalingGroup
    tasks: tuple[ScheduledTask, ...]
    memory: Memory
    stack: Stack = Stack()


Sighting = Unknown | Absent | NotOurs | Ours


@dataclass(frozen=True, slots=True)
class Observation:
    """What one region's API said in this poll."""

    region: str
    sighting: Sighting


# --- what is to be done in one region -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetCapacity:
    """Set the bounds of the group in one call."""

    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Remember:
    """Write the memory into the group's tags."""

    memory: Memory


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Arm a scheduled task that does not exist."""

    spec: TaskSpec


@dataclass(frozen=True, slots=True)
class ModifyTask:
    """Change a live scheduled task in place."""

    task_id: str
    spec: TaskSpec


@dataclass(frozen=True, slots=True)
class DeleteTask:
    """Delete a scheduled task."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Provision:
    """Ask bootstrap for the region's stack: to build, finish, adopt or update it."""


TaskAction = CreateTask | ModifyTask | DeleteTask
Action = SetCapacity | Remember | TaskAction | Provision


@dataclass(frozen=True, slots=True)
class Armed:
    """Instants that ESS acts on by itself."""

    start: datetime | None = None
    stop: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Pure result for one region.

    `target`: instances wanted now, None where this poll does not say. `armed`: what is armed once
    the actions are done. `failure`: a trouble that the decision itself found.
    """

    region: str
    kind: DecisionKind
    reason: str
    actions: tuple[Action, ...] = ()
    target: int | None = None
    target_in_window: int | None = None
    armed: Armed = Armed()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to a decision; `writes` counts the requests that were carried out."""

    decision: Decision
    kind: OutcomeKind
    writes: int = 0
    failure: Failure | None = None
