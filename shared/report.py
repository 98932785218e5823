"""The report of one run: the only thing that logs, tables, tags and notifications read.

`docs/report.schema.json` is generated from these types (`python -m shared.report_schema`).
Instants are aware UTC datetimes here and RFC 3339 text with `Z` in JSON.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from shared.failure import Failure
from shared.instants import format_instant


class Status(enum.StrEnum):
    """What a run came to; decides the exit code of the commands."""

    CONVERGED = "converged"
    CHANGED = "changed"
    HELD = "held"
    PARTIAL = "partial"
    FAILED = "failed"


EXIT_CODES = {
    Status.CONVERGED: 0,
    Status.CHANGED: 0,
    Status.HELD: 2,
    Status.PARTIAL: 3,
    Status.FAILED: 4,
}

DecisionKind = Literal["none", "hold", "provision", "scale", "arm", "stop"]
OutcomeKind = Literal["done", "failed", "skipped", "none"]
ScheduleOutcomeKind = Literal["none", "changed", "would_change", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CommitReport:
    """The commit whose document was read: id, committer time, source, signer (if verified)."""

    sha: str
    time: datetime
    source: str
    signed_by: str | None


@dataclass(frozen=True, slots=True)
class WindowReport:
    """The run window, half-open; `stop` is null for a fleet that runs forever."""

    start: datetime
    stop: datetime | None


@dataclass(frozen=True, slots=True)
class BeforeReport:
    """What the region looked like before the run; `desired` is null while that feature is off."""

    min: int
    max: int
    desired: int | None
    active: int
    pending: int


@dataclass(frozen=True, slots=True)
class ArmedReport:
    """Instants that Auto Scaling will act on by itself after this run; null: none is armed."""

    start: datetime | None
    stop: datetime | None


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """What went wrong in a region and what to do."""

    code: str
    message: str
    reaction: str
    remedy: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ResourceReport:
    """Something of a stack, or shared by all, and what this run did with it (bootstrap, destroy).

    `missing`: the region does without it.
    """

    kind: str
    name: str
    verb: Literal["found", "missing", "created", "changed", "removed", "left"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """One thing that must be so for a region to start, and whether it is (status)."""

    check: str
    state: Literal["ok", "bad", "unknown"]
    said: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class RegionReport:
    """One region: the decision with its reason, and what became of it.

    `target`: nodes this run wants now, null where it does not say. `target_in_window`: nodes the
    document asks for inside the run window, null where it leaves the region unmanaged.
    `resources` are told by bootstrap and destroy, `checks` by status; a poll has none.
    """

    region: str
    local_name: str
    decision: DecisionKind
    reason: str
    before: BeforeReport | None
    target: int | None
    target_in_window: int | None
    armed: ArmedReport
    outcome: OutcomeKind
    error: ErrorReport | None
    resources: tuple[ResourceReport, ...] = ()
    checks: tuple[CheckReport, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One place the document may be read from, and what it said."""

    source: str
    status: Literal["used", "same", "behind", "passed over", "failed"]
    commit: str | None
    message: str | None
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class ScheduleReport:
    """The schedule that fired a poll: its cadence as a cron, and whether the document changes it.

    `carried`: by the event, null where it carries none that can be read. `wanted`: by the
    document, null where that is held.
    """

    carried: str | None
    wanted: str | None
    outcome: ScheduleOutcomeKind
    reason: str
    error: ErrorReport | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the regions; `writes` and `calls` count all requests to the cloud."""

    regions: int
    target: int
    active: int
    writes: int
    calls: int


@dataclass(frozen=True, slots=True)
class CostReport:
    """What the fleet may cost at full capacity, in US dollars, and the basis of the figure."""

    usd_per_day: float
    usd_window: float | None
    basis: str


@dataclass(frozen=True, slots=True)
class Report:
    """One run of the watcher or of bootstrap.

    `unseen`: regions that could not be looked at. `shared`: what the fleet has one of, whatever
    its regions: schedule, resource group, role. `clear`: regions in which the last look of a
    removal, or of the plan of one, found nothing of the fleet's. `schedule`: what fired a poll,
    null where a person asked for it.
    """

    action: str
    status: Status
    reason: str | None
    commit: CommitReport | None
    window: WindowReport | None
    dry_run: bool
    regions: tuple[RegionReport, ...]
    sources: tuple[SourceReport, ...]
    totals: Totals
    cost: CostReport | None
    unseen: tuple[str, ...]
    now: datetime
    elapsed_ms: int
    shared: tuple[ResourceReport, ...] = ()
    clear: tuple[str, ...] = ()
    schedule: ScheduleReport | None = None

    @property
    def exit_code(self) -> int:
        """Exit code of the command that made this report."""
        return EXIT_CODES[self.status]


def error_report(failure: Failure) -> ErrorReport:
    """Return a failure as it stands in a report."""
    return ErrorReport(
        failure.code, failure.message, failure.reaction.value, failure.remedy, failure.request_id
    )


def as_json_object(record: Any) -> Any:  # noqa: ANN401 (any record of this module, any JSON value)
    """Turn a record of this module into plain JSON values."""
    if isinstance(record, datetime):
        return format_instant(record)
    if isinstance(record, tuple):
        return [as_json_object(item) for item in record]
    if dataclasses.is_dataclass(record):
        names = (field.name for field in dataclasses.fields(record))
        return {name: as_json_object(getattr(record, name)) for name in names}
    return record


def as_json(record: Any) -> str:  # noqa: ANN401 (as above)
    """Turn a record of this module into one line of JSON."""
    return json.dumps(as_json_object(record), ensure_ascii=False)
