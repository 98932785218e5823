"""What EventBridge keeps: buses with their sources and rules, and what became of events.

These are the model's entities: they have an identity and change over time. Values are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.domain.clock import Event
from sandbox.domain.eventbridge.cron import Schedule
from sandbox.domain.eventbridge.patterns import Pattern


@dataclass(slots=True, eq=False)
class EventSource:
    """Where events come from; one without a `schedule` never fires here.

    `kind` is the ExternalSourceType, `settings` what else was given, under wire names.
    """

    name: str
    bus_name: str
    description: str | None
    created_at: datetime
    linked: bool
    kind: str | None
    settings: Mapping[str, Any]
    schedule: Schedule | None
    firing: Event | None = None


@dataclass(frozen=True, slots=True)
class TargetParam:
    """How one argument of a target is made from an event; `form` is CONSTANT, ORIGINAL or so."""

    key: str
    form: str
    value: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule sends events; `settings` are attributes that are kept and given back."""

    target_id: str
    kind: str
    endpoint: str
    params: tuple[TargetParam, ...]
    settings: Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Rule:
    """Which events of a bus go where; targets by id, in the order in which they came."""

    name: str
    description: str | None
    pattern: Pattern
    enabled: bool
    created_at: datetime
    targets: dict[str, Target] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class EventBus:
    """One bus with everything on it, in order of creation."""

    name: str
    description: str | None
    created_at: datetime
    sources: dict[str, EventSource] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Tally:
    """How many events of a region were published, and what became of them.

    `delivered` and `misfired` count deliveries to targets; why the last one failed is kept.
    """

    published: int = 0
    delivered: int = 0
    misfired: int = 0
    last_misfire: str | None = None
