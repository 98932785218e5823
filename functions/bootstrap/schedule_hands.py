"""The two kinds of schedule as they are looked at and changed in the cloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from functions.bootstrap.schedule_plan import (
    BridgeSeen,
    Part,
    Step,
    Verb,
    bridge_to_go,
    timer_of,
    timer_to_go,
)
from shared.cloud.eventbridge import (
    NOT_OFFERED,
    SEND_ROLE,
    EventBridge,
    EventSource,
    FunctionTarget,
)
from shared.cloud.fc_timers import FcTimers, Timer
from shared.cloud.session import CallFailedError
from shared.schedule import UTC_ZONE, bus_name, poll_name

_NOTHING_THERE: Final = frozenset({NOT_OFFERED, "ServiceNotEnable", "ServiceAccessDenied"})
"""Where EventBridge is not offered or was never activated, there is nothing to remove."""


@dataclass(frozen=True, slots=True)
class ScheduleDeed:
    """Something that was done, or found: `name` says which one of its `part`."""

    verb: Verb
    part: Part
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """The one request that does a deed."""

    deed: ScheduleDeed
    send: Callable[[], object]


@dataclass(frozen=True, slots=True)
class BridgeHand:
    """EventBridge's schedule of one fleet, in the region of its functions."""

    api: EventBridge
    fleet: str
    region: str

    def look(self) -> BridgeSeen:
        """Return what there is; raises CallFailedError or DeadlinePassedError."""
        bus, poll = bus_name(self.fleet), poll_name(self.fleet)
        if not self.api.bus_exists(self.region, bus):
            return BridgeSeen()
        names = self.api.rule_names(self.region, bus)
        return BridgeSeen(
            bus=True,
            sources=self.api.sources(self.region, bus),
            rule_names=names,
            rule=self.api.rule(self.region, bus, poll) if poll in names else None,
        )

    def may_send(self) -> bool:
        """Whether EventBridge may invoke functions; raises as `look`."""
        return self.api.send_role_exists(self.region)

    def moves(self, steps: Sequence[Step], cron: str, target: FunctionTarget) -> list[Move]:
        """Return the moves for steps that let the schedule stand."""
        bus, poll = bus_name(self.fleet), poll_name(self.fleet)
        api, region = self.api, self.region
        source = EventSource(poll, cron, UTC_ZONE)
        what = f"Invokes the watcher of {self.fleet}"
        sends: dict[Step, Callable[[], object]] = {
            Step.CREATE_ROLE: partial(api.create_send_role, region),
            Step.CREATE_BUS: partial(api.create_bus, region, bus, what),
            Step.CREATE_SOURCE: partial(api.create_source, region, bus, poll, cron),
            Step.UPDATE_SOURCE: partial(api.update_source, region, bus, source),
            Step.CREATE_RULE: partial(api.create_rule, region, bus, poll, poll, target),
            Step.UPDATE_RULE: partial(api.update_rule, region, bus, poll, poll),
            Step.PUT_TARGET: partial(api.put_target, region, bus, poll, target),
        }
        return [Move(self.deed(step), sends[step]) for step in steps]

    def moves_to_go(self) -> list[Move]:
        """Look, and return the moves after which nothing of ours is left; raises as `look`."""
        bus, poll = bus_name(self.fleet), poll_name(self.fleet)
        sends: dict[Step, Callable[[], object]] = {
            Step.DELETE_RULE: partial(self.api.delete_rule, self.region, bus, poll),
            Step.DELETE_SOURCE: partial(self.api.delete_source, self.region, bus, poll),
            Step.DELETE_BUS: partial(self.api.delete_bus, self.region, bus),
        }
        steps = bridge_to_go(self.fleet, self.look_for_rest())
        return [Move(self.deed(step), sends[step]) for step in steps]

    def look_for_rest(self) -> BridgeSeen:
        """As `look`, but where EventBridge cannot have anything, nothing is what it has."""
        try:
            return self.look()
        except CallFailedError as error:
            if error.failure.code in _NOTHING_THERE:
                return BridgeSeen()
            raise

    def deed(self, step: Step) -> ScheduleDeed:
        """Return the deed that a step does."""
        names = {Part.ROLE: SEND_ROLE, Part.BUS: bus_name(self.fleet)}
        return ScheduleDeed(step.verb, step.part, names.get(step.part, poll_name(self.fleet)))


@dataclass(frozen=True, slots=True)
class TimerHand:
    """The time trigger of one fleet's watcher."""

    api: FcTimers
    fleet: str
    region: str
    function: str

    def look(self) -> Timer | None:
        """Return the timer that there is; raises CallFailedError or DeadlinePassedError."""
        return self.api.timer(self.region, self.function, poll_name(self.fleet))

    def moves(self, steps: Sequence[Step], cron: str) -> list[Move]:
        """Return the moves for steps that let the timer stand."""
        timer = timer_of(self.fleet, cron)
        sends: dict[Step, Callable[[], object]] = {
            Step.CREATE_TIMER: partial(self.api.create_timer, self.region, self.function, timer),
            Step.UPDATE_TIMER: partial(self.api.update_timer, self.region, self.function, timer),
        }
        return [Move(self.deed(step), sends[step]) for step in steps]

    def moves_to_go(self) -> list[Move]:
        """Look, and return the moves after which there is no timer; raises as `look`."""
        delete = partial(self.api.delete_timer, self.region, self.function, poll_name(self.fleet))
        return [Move(self.deed(step), delete) for step in timer_to_go(self.look())]

    def deed(self, step: Step) -> ScheduleDeed:
        """Return the deed that a step does."""
        return ScheduleDeed(step.verb, step.part, poll_name(self.fleet))
