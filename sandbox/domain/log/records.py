"""What the Simple Log Service keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Settings = Mapping[str, Any]
"""A resource's settings under their wire names."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log. `time_s` is in seconds since 1970, `contents` are key and value in order."""

    time_s: int
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LogGroup:
    """Logs that arrived together, at `received`, in one shard."""

    received: datetime
    topic: str
    source: str
    tags: tuple[tuple[str, str], ...]
    logs: tuple[Log, ...]


@dataclass(slots=True, eq=False)
class Index:
    """What makes a logstore searchable: only logs that arrive from `created` on."""

    settings: Settings
    created: datetime
    modified: datetime


@dataclass(slots=True, eq=False)
class Logstore:
    """A logstore; `shards` hold its groups of logs in the order of arrival."""

    name: str
    settings: Settings
    created: datetime
    modified: datetime
    shards: tuple[list[LogGroup], ...]
    index: Index | None = None
    group_count: int = 0


@dataclass(slots=True, eq=False)
class MachineGroup:
    """Machines that collect logs; `configs` are the configurations applied to them, in order."""

    name: str
    settings: Settings
    configs: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class LogtailConfig:
    """What Logtail collects and where to."""

    name: str
    settings: Settings
    created: datetime
    modified: datetime


@dataclass(slots=True, eq=False)
class Project:
    """A project with all that is in it, which can be reached from `reachable_from` on."""

    name: str
    region_id: str
    settings: Settings
    created: datetime
    modified: datetime
    reachable_from: datetime
    tags: dict[str, str] = field(default_factory=dict)
    logstores: dict[str, Logstore] = field(default_factory=dict)
    machine_groups: dict[str, MachineGroup] = field(default_factory=dict)
    configs: dict[str, LogtailConfig] = field(default_factory=dict)
