"""What Function Compute keeps: functions, triggers, layers and invocations."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.domain.account import TemporaryKey
from sandbox.domain.clock import Event
from sandbox.domain.fc.packages import Package
from sandbox.domain.fc.timer import Timer


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """One version of a layer; never changes."""

    name: str
    version: int
    arn: str
    package: Package
    created_at: datetime
    runtimes: tuple[str, ...]
    description: str | None
    licence: str | None


@dataclass(slots=True, eq=False)
class Trigger:
    """One trigger; `timer` for a time trigger only, `firing` while it is going to fire."""

    trigger_id: str
    name: str
    kind: str
    config: str
    qualifier: str
    created_at: datetime
    modified_at: datetime
    description: str | None = None
    invocation_role: str | None = None
    source_arn: str | None = None
    timer: Timer | None = None
    firing: Event | None = None


@dataclass(slots=True, eq=False)
class AsyncConfig:
    """What was put for asynchronous invocations, under wire names."""

    settings: Mapping[str, Any]
    created_at: datetime
    modified_at: datetime


@dataclass(slots=True, eq=False)
class Function:
    """One function; `settings` are its configuration under wire names, defaults included."""

    function_id: str
    name: str
    arn: str
    settings: Mapping[str, Any]
    created_at: datetime
    modified_at: datetime
    package: Package | None = None
    layers: tuple[LayerVersion, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    resource_group_id: str | None = None
    triggers: dict[str, Trigger] = field(default_factory=dict)
    async_config: AsyncConfig | None = None
    reserved_concurrency: int | None = None
    provision_config: Mapping[str, Any] | None = None
    scaling_config: Mapping[str, Any] | None = None


LOG_TAIL_BYTES: Final = 4096
"""How much of the log `X-Fc-Log-Result` has."""


class InvocationStatus(enum.StrEnum):
    """What becomes of an invocation."""

    QUEUED = "Queued"
    """Due, waiting for an instance."""
    RUNNING = "Running"
    RETRYING = "Retrying"
    """Failed, and due again later."""
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    EXPIRED = "Expired"
    """Older than maxAsyncEventAgeInSeconds before it could succeed."""
    TERMINATED = "Terminated"
    """Ended because the sandbox was reset or stopped."""


ENDED = frozenset(
    {
        InvocationStatus.SUCCEEDED,
        InvocationStatus.FAILED,
        InvocationStatus.EXPIRED,
        InvocationStatus.TERMINATED,
    }
)
"""The states that an invocation does not leave."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended.

    `error_type` is None for a success, else what FC says in `X-Fc-Error-Type`; `payload` is the
    handler's result, or the error as JSON; `log` what was written to stdout and stderr;
    `peak_memory_mb` 0 where nobody could measure it.
    """

    error_type: str | None
    payload: bytes
    log: bytes = b""
    duration_ms: float = 0.0
    peak_memory_mb: float = 0.0

    @property
    def log_tail(self) -> bytes:
        """The end of the log, as much of it as an answer carries."""
        return self.log[-LOG_TAIL_BYTES:]


@dataclass(slots=True, eq=False)
class Invocation:
    """One invocation, with all its attempts. `sync`: somebody waits for it to end.

    `launch` is its latest attempt, as it was started.
    """

    request_id: str
    function_name: str
    event: bytes
    sync: bool
    accepted_at: datetime
    status: InvocationStatus = InvocationStatus.QUEUED
    attempts: int = 0
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    launch: Launch | None = field(default=None, repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Logging:
    """Where a function's log goes: a project and logstore, empty where it goes nowhere."""

    project: str = ""
    logstore: str = ""
    request_metrics: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """One attempt that is to be run now, with everything that running it takes.

    `key` is that of the function's role, None for a function that has none.
    `layers` are in the function's order: of two files of one name, the earlier layer's wins.
    """

    invocation: Invocation
    region_id: str
    account_id: str
    instance_id: str
    function_name: str
    runtime: str
    handler: str
    timeout_s: int
    memory_mb: int
    disk_mb: int
    environment: Mapping[str, str]
    logging: Logging
    started_at: datetime
    key: TemporaryKey | None
    package: Package | None
    layers: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class InvocationCounts:
    """How many invocations are due and wait, run, and have ended.

    Those that are to be retried later are in none of them.
    """

    queued: int
    running: int
    done: int
