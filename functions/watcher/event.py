"""What invoked the watcher: a schedule or a person. Anything else is refused.

Kinds: an EventBridge CloudEvent of a scheduled source, an FC timer event, or JSON from the console
(`{}`, `{"action": "poll" | "plan", "regions": […]}`). The first two carry the cadence that fired
them: EventBridge's by itself, a timer's in the payload that bootstrap gave it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from functions.watcher.cadence_cron import Cadence, read_cadence
from shared.control.suggest import did_you_mean, unknown_region
from shared.regions import BY_ID
from shared.settings import Scheduler

_SCHEDULED: Final = "eventbridge:Events:ScheduledEvent"
_TIMER_KEYS: Final = frozenset({"triggerTime", "triggerName", "payload"})
_CONSOLE_KEYS: Final = ("action", "regions")
_LONGEST: Final = 128 * 1024  # FC's own limit for asynchronous payloads


class EventError(ValueError):
    """The event is none that the watcher understands; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Firing:
    """The schedule that has fired: an event source of EventBridge, or a time trigger.

    `name`: what it is called in the cloud. `cadence`: None where the event carries none that can
    be read, as that of a timer that somebody made by hand.
    """

    kind: Scheduler
    name: str | None
    cadence: Cadence | None


@dataclass(frozen=True, slots=True)
class Event:
    """A run that is asked for; `regions` is None for all.

    `schedule`: what fired it, None for a person.
    """

    action: Literal["poll", "plan"] = "poll"
    regions: tuple[str, ...] | None = None
    schedule: Firing | None = None


def parse_event(text: str | bytes) -> Event:
    """Parse what invoked the function.

    Raises:
        EventError: it is not one of the kinds above.
    """
    if len(text) > _LONGEST:
        raise EventError(f"the event is longer than {_LONGEST} bytes.")
    try:
        event = json.loads(text, object_pairs_hook=_without_doubles)
    except EventError:
        raise
    except (ValueError, RecursionError) as error:
        raise EventError("the event is not JSON; use {} for a plain poll.") from error
    if not isinstance(event, dict):
        raise EventError("the event must be a JSON object; use {} for a plain poll.")
    if "specversion" in event:
        return _cloud_event(event)
    if event.keys() >= {"triggerTime", "triggerName"}:
        return _timer_event(event)
    return _console_event(event)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    event = dict(pairs)
    if len(event) < len(pairs):
        raise EventError("a key stands twice in the event.")
    return event


def _cloud_event(event: Mapping[str, Any]) -> Event:
    if event.get("type") != _SCHEDULED:
        raise EventError(f"the CloudEvent is not of type {_SCHEDULED}; only schedules may invoke.")
    data = event.get("data")
    cron = data.get("Schedule") if isinstance(data, dict) else None
    return Event(schedule=_firing("eventbridge", event.get("source"), cron))


def _timer_event(event: Mapping[str, Any]) -> Event:
    unknown = sorted(event.keys() - _TIMER_KEYS)
    if unknown:
        raise EventError(f"the timer event has the unknown key {unknown[0][:40]!r}.")
    return Event(schedule=_firing("timer", event["triggerName"], event.get("payload")))


def _firing(kind: Scheduler, name: object, cron: object) -> Firing:
    return Firing(kind, name if isinstance(name, str) else None, read_cadence(cron))


def _console_event(event: Mapping[str, Any]) -> Event:
    for key in event:
        if key not in _CONSOLE_KEYS:
            hint = did_you_mean(key, _CONSOLE_KEYS, "known are action and regions")
            raise EventError(_ended(f"the event has the unknown key {key[:40]!r}; {hint}"))
    action = event.get("action", "poll")
    if action not in ("poll", "plan"):
        raise EventError(f"action must be poll or plan, not {str(action)[:40]!r}.")
    return Event(action, _regions(event.get("regions")))


def _regions(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value:
        raise EventError('regions must be a list of region ids, e.g. ["eu-central-1"].')
    for item in value:
        if not isinstance(item, str) or item not in BY_ID:
            raise EventError(_ended(f"regions: {unknown_region(str(item)[:40])}"))
    return tuple(dict.fromkeys(value))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."
