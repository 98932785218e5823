"""What a schedule consists of, and what is due next for it to stand, or to be gone. Pure.

There are two kinds: EventBridge's (a bus, a source that fires on a cron, a rule that sends its
events to the watcher) and Function Compute's own (a time trigger of the watcher).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, Literal

from shared.cloud.eventbridge import EventRule, EventSource, FunctionTarget
from shared.cloud.fc_timers import Timer
from shared.schedule import UTC_ZONE, is_our_cron, poll_name

Verb = Literal["found", "created", "changed", "removed", "left"]
TARGET_ID: Final = "watcher"
"""Which target of our rule is ours; targets that somebody added beside it stay as they are."""


class Part(enum.StrEnum):
    """What a schedule is made of, as reports call it."""

    ROLE = "service-linked role"
    BUS = "event bus"
    SOURCE = "event source"
    RULE = "event rule"
    TARGET = "event target"
    TIMER = "timer trigger"


class Step(enum.Enum):
    """One request that changes something."""

    CREATE_ROLE = ("created", Part.ROLE)
    CREATE_BUS = ("created", Part.BUS)
    CREATE_SOURCE = ("created", Part.SOURCE)
    UPDATE_SOURCE = ("changed", Part.SOURCE)
    CREATE_RULE = ("created", Part.RULE)
    UPDATE_RULE = ("changed", Part.RULE)
    PUT_TARGET = ("changed", Part.TARGET)
    DELETE_RULE = ("removed", Part.RULE)
    DELETE_SOURCE = ("removed", Part.SOURCE)
    DELETE_BUS = ("removed", Part.BUS)
    CREATE_TIMER = ("created", Part.TIMER)
    UPDATE_TIMER = ("changed", Part.TIMER)
    DELETE_TIMER = ("removed", Part.TIMER)

    def __init__(self, verb: Verb, part: Part) -> None:
        self.verb: Verb = verb
        self.part = part


@dataclass(frozen=True, slots=True)
class BridgeSeen:
    """What EventBridge has of a fleet's schedule.

    `sources` and `rule_names` are everything on the fleet's bus, whoever put it there.
    """

    bus: bool = False
    sources: tuple[EventSource, ...] = ()
    rule_names: tuple[str, ...] = ()
    rule: EventRule | None = None

    def source(self, fleet: str) -> EventSource | None:
        """Return the fleet's own source."""
        return next((one for one in self.sources if one.name == poll_name(fleet)), None)

    def holds_others(self, fleet: str) -> bool:
        """Whether somebody else uses the fleet's bus."""
        names = {*self.rule_names, *(source.name for source in self.sources)}
        return bool(names - {poll_name(fleet)})


def bridge_to_stand(
    fleet: str, seen: BridgeSeen, target: FunctionTarget, *, may_send: bool
) -> tuple[Step, ...]:
    """Return the steps, in order, after which every event of the source goes to the target.

    `may_send`: whether EventBridge may invoke functions. The source's cron is kept, whatever it is.
    """
    steps: list[Step] = []
    if not may_send:
        steps.append(Step.CREATE_ROLE)
    if not seen.bus:
        steps.append(Step.CREATE_BUS)
    source = seen.source(fleet)
    if source is None:
        steps.append(Step.CREATE_SOURCE)
    elif source.cron is None:
        steps.append(Step.UPDATE_SOURCE)
    if seen.rule is None:
        steps.append(Step.CREATE_RULE)
    else:
        steps.extend(_to_mend(fleet, seen.rule, target))
    return tuple(steps)


def _to_mend(fleet: str, rule: EventRule, target: FunctionTarget) -> list[Step]:
    steps = []
    if target not in rule.targets:
        steps.append(Step.PUT_TARGET)
    if not rule.enabled or rule.sources != (poll_name(fleet),):
        steps.append(Step.UPDATE_RULE)
    return steps


def bridge_to_go(fleet: str, seen: BridgeSeen) -> tuple[Step, ...]:
    """Return the steps after which nothing of ours is left; the rule first, so that nothing fires.

    A bus that somebody else uses too stays.
    """
    steps = []
    if seen.rule is not None:
        steps.append(Step.DELETE_RULE)
    if seen.source(fleet) is not None:
        steps.append(Step.DELETE_SOURCE)
    if seen.bus and not seen.holds_others(fleet):
        steps.append(Step.DELETE_BUS)
    return tuple(steps)


def timer_to_stand(seen: Timer | None, wanted: Timer) -> tuple[Step, ...]:
    """Return the steps after which the timer is as wanted."""
    if seen is None:
        return (Step.CREATE_TIMER,)
    return () if seen == wanted else (Step.UPDATE_TIMER,)


def timer_to_go(seen: Timer | None) -> tuple[Step, ...]:
    """Return the steps after which there is no timer."""
    return () if seen is None else (Step.DELETE_TIMER,)


def timer_of(fleet: str, cron: str) -> Timer:
    """Return the fleet's timer; its events carry their cadence, as those of EventBridge do."""
    return Timer(poll_name(fleet), cron, enabled=True, payload=cron)


def cron_to_move(fleet: str, seen: BridgeSeen | Timer | None) -> str | None:
    """Return the cadence of one kind of schedule that the other kind can take over, else None.

    Only a cadence that we set ourselves means the same in both.
    """
    if isinstance(seen, Timer):
        return seen.cron if is_our_cron(seen.cron) else None
    source = seen.source(fleet) if seen is not None else None
    if source is None or source.cron is None or source.zone != UTC_ZONE:
        return None
    return source.cron if is_our_cron(source.cron) else None
