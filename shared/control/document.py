"""The control document: the operator's whole intent, typed, immutable and in normal form."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from shared.control.agent import AgentSettings
from shared.control.capacity import Capacity
from shared.control.capacity_reader import CAPACITY_SCHEMA, read_capacity
from shared.control.complaint import Path
from shared.control.fleet import FleetTemplate, RegionOverrides, override_refusals, template_for
from shared.control.region_choice import EVERYWHERE, MAX_NAMES, RegionId, Regions
from shared.control.timing import (
    DURATION_SCHEMA,
    INSTANT_SCHEMA,
    POLL_SCHEMA,
    RUN_DURATION_SCHEMA,
    START_SCHEMA,
    read_duration,
    read_instant,
    read_poll_every,
    read_run_duration,
    read_start,
)
from shared.control.window import Window, window_refusal
from shared.control.written import STRICT, Written, WrongValueError, distinct, refuse
from shared.instants import Duration
from shared.regions import BY_ID

__all__ = ["AgentSettings", "ControlDocument", "FleetTemplate", "RegionOverrides"]


class ControlDocument(BaseModel):
    """`control.yaml` at one commit: what the operator wants of the whole fleet.

    Fields stand in the order in which they are checked: a rule that ties two keys together is
    checked at the later one, if the earlier one could be read.
    """

    model_config = STRICT

    start: Annotated[datetime | Literal["now"], Written(read_start, START_SCHEMA)] = Field(
        default="now",
        description="First instant of the run window: RFC 3339 with a zone, or `now`, the time of"
        " the commit in which this `now` is first seen.",
    )
    start_offset: Annotated[Duration, Written(read_duration, DURATION_SCHEMA)] = Field(
        default=Duration(15, "minute"), description="Added to `now`."
    )
    stop: Annotated[datetime | None, Written(read_instant, INSTANT_SCHEMA)] = Field(
        default=None,
        description="End of the run window: the first instant at which nothing runs any more.",
    )
    run_duration: Annotated[
        Duration | Literal["forever"], Written(read_run_duration, RUN_DURATION_SCHEMA)
    ] = Field(
        default=Duration(7, "day"),
        description="Length of the run window, instead of `stop`; it plays no part beside one.",
    )
    start_version: int = Field(
        default=1, ge=1, le=1_000_000, description="Raise it to resolve `now` anew."
    )
    fleet: FleetTemplate = Field(
        default_factory=FleetTemplate, description="Template of what is created in each region."
    )
    regions: Regions = Field(
        default_factory=lambda: EVERYWHERE,
        description="Where to run: `all`, a list of region ids, or a mapping of region ids to what"
        " differs there. `all` leaves out regions that are being closed; they can be named.",
    )
    exclude: Annotated[tuple[RegionId, ...], AfterValidator(distinct)] = Field(
        default=(), max_length=MAX_NAMES, description="Regions to leave out of `regions`."
    )
    capacity: Annotated[Capacity, Written(read_capacity, CAPACITY_SCHEMA)] = Field(
        description="Instances per region: a number, `-` (leave unmanaged), or a mapping that other"
        " clouds share; the most special level counts: region, `aliyun.all`, `all`."
    )
    poll_every: Annotated[Duration, Written(read_poll_every, POLL_SCHEMA)] = Field(
        default=Duration(5, "minute"), description="How often the watcher looks at all this."
    )
    suspend: bool = Field(
        default=False,
        description="Leave capacity alone and start nothing; what was to stop still stops.",
    )
    agent: AgentSettings = Field(default_factory=AgentSettings, description="What the nodes run.")

    @property
    def configured_regions(self) -> tuple[str, ...]:
        """Ids of the regions to run in, in the order of the catalogue."""
        return tuple(region for region in self.regions if region not in self.exclude)

    def template_for(self, region_id: str) -> FleetTemplate:
        """Return `fleet` with what `regions` says of `region_id`."""
        return template_for(self.fleet, self.regions[region_id])

    @field_validator("start_offset")
    @classmethod
    def _offset_needs_now(cls, offset: Duration, info: ValidationInfo) -> Duration:
        if isinstance(info.data.get("start"), datetime):
            raise WrongValueError(
                "is only for `start: now`; move `start` itself, or remove this key"
            )
        return offset

    @field_validator("stop")
    @classmethod
    def _stop_ends_a_window(cls, stop: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start")
        if isinstance(start, datetime) and (refusal := window_refusal(Window(start, stop))):
            raise WrongValueError(refusal)
        return stop

    @field_validator("run_duration")
    @classmethod
    def _one_end(cls, duration: object, info: ValidationInfo) -> object:
        if info.data.get("stop") is not None:
            raise WrongValueError("and `stop` exclude each other; keep one of the two")
        return duration

    @field_validator("regions")
    @classmethod
    def _overrides_fit(cls, regions: Regions, info: ValidationInfo) -> Regions:
        fleet = info.data.get("fleet")
        if fleet is not None:
            findings: list[tuple[Path, str]] = [
                ((region, *path), sentence)
                for region, overrides in regions.items()
                for path, sentence in override_refusals(fleet, overrides)
            ]
            if findings:
                refuse(findings)
        return regions

    @field_validator("exclude")
    @classmethod
    def _exclusions_leave_something(
        cls, exclude: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        regions = info.data.get("regions")
        if regions is None:
            return exclude
        if set(exclude) >= set(regions):
            raise WrongValueError("leaves no region; to run nothing write `capacity: 0`")
        findings: list[tuple[Path, str]] = [
            ((position,), f"`{region}` is not among `regions`, so there is nothing to exclude")
            for position, region in enumerate(exclude)
            if region not in regions and not BY_ID[region].closing
        ]
        if findings:
            refuse(findings)
        return exclude

    @field_validator("capacity")
    @classmethod
    def _capacity_fits_regions(cls, capacity: Capacity, info: ValidationInfo) -> Capacity:
        regions = info.data.get("regions")
        if regions is None:
            return capacity
        findings: list[tuple[Path, str]] = []
        for region in capacity.regions:
            if region in regions and regions[region].capacity is not None:
                said = f"is also said by `regions.{region}.capacity`; keep one of the two"
                findings.append((("aliyun", region), said))
            elif region not in regions and region not in info.data.get("exclude", ()):
                closing = BY_ID[region].closing
                why = "is being closed and not part of `all`" if closing else "is not among them"
                said = f"speaks of a region that `regions` does not configure: it {why}"
                findings.append((("aliyun", region), f"{said}; name it there, or remove this key"))
        if findings:
            refuse(findings)
        return capacity
