"""What invoked bootstrap: the watcher, the console, or a deployment hook. Else it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from shared.control.suggest import did_you_mean, unknown_region
from shared.control.window import NowKey, Window
from shared.instants import parse_instant
from shared.memory import AppliedCommit, Memory, ResolvedNow, read_instant
from shared.regions import BY_ID

BootstrapAction = Literal["provision", "destroy", "status", "schedule", "unschedule"]
_ACTIONS: Final = get_args(BootstrapAction)
_KEYS: Final = (
    "action",
    "regions",
    "dry_run",
    "confirm",
    "commit",
    "window",
    "now",
    "shortages",
)
_LONGEST: Final = 128 * 1024  # FC's own limit for asynchronous payloads


class EventError(ValueError):
    """The event is none that bootstrap understands; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the watcher has resolved from one commit, and hands on so that tags remember it."""

    commit: AppliedCommit
    window: Window
    now: ResolvedNow | None

    @property
    def memory(self) -> Memory:
        """What a group remembers that is born of this commit."""
        return Memory(self.commit, self.window, None, self.now)


@dataclass(frozen=True, slots=True)
class Event:
    """What is asked for; `regions` is None for all that are meant by the action.

    `shortages`: the code that Auto Scaling gave for a region's missing instances.
    """

    action: BootstrapAction = "provision"
    regions: tuple[str, ...] | None = None
    dry_run: bool = False
    confirm: str | None = None
    resolved: Resolved | None = None
    shortages: Mapping[str, str] = field(default_factory=dict)


def parse_event(text: str | bytes) -> Event:
    """Parse what invoked the function; without an action, what is missing is provisioned.

    Raises:
        EventError: it is not a JSON object of the keys above.
    """
    if len(text) > _LONGEST:
        raise EventError(f"the event is longer than {_LONGEST} bytes.")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EventError("the event is not JSON; use {} to provision what is missing.") from error
    if not isinstance(event, dict):
        raise EventError("the event must be a JSON object; use {} to provision what is missing.")
    for key in event:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"known are {', '.join(_KEYS)}")
            raise EventError(_ended(f"the event has the unknown key {key[:40]!r}; {hint}"))
    return Event(
        action=_action(event.get("action", "provision")),
        regions=_regions(event.get("regions")),
        dry_run=_flag(event, "dry_run"),
        confirm=_text_or_none(event, "confirm"),
        resolved=_resolved(event),
        shortages=_shortages(event.get("shortages")),
    )


def _action(value: object) -> BootstrapAction:
    for action in _ACTIONS:
        if value == action:
            return action  # type: ignore[no-any-return]  # get_args is untyped
    raise EventError(f"action must be one of {', '.join(_ACTIONS)}, not {str(value)[:40]!r}.")


def _regions(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value:
        raise EventError('regions must be a list of region ids, e.g. ["eu-central-1"].')
    for item in value:
        if not isinstance(item, str) or item not in BY_ID:
            raise EventError(_ended(f"regions: {unknown_region(str(item)[:40])}"))
    return tuple(dict.fromkeys(value))


def _flag(event: Mapping[str, Any], key: str) -> bool:
    value = event.get(key, False)
    if not isinstance(value, bool):
        raise EventError(f"{key} must be true or false, not {str(value)[:40]!r}.")
    return value


def _text_or_none(event: Mapping[str, Any], key: str) -> str | None:
    value = event.get(key)
    if value is not None and not isinstance(value, str):
        raise EventError(f"{key} must be text, not {str(value)[:40]!r}.")
    return value


def _resolved(event: Mapping[str, Any]) -> Resolved | None:
    """Read commit, window and now, which only come together."""
    if all(event.get(key) is None for key in ("commit", "window", "now")):
        return None
    try:
        commit, window = event["commit"], event["window"]
        stop = window["stop"]
        return Resolved(
            commit=AppliedCommit(str(commit["sha"]), read_instant(commit["time"])),
            window=Window(parse_instant(window["start"]), parse_instant(stop) if stop else None),
            now=_now(event.get("now")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EventError("commit, window and now must be as the watcher writes them.") from error


def _now(value: Mapping[str, str] | None) -> ResolvedNow | None:
    if value is None:
        return None
    instant: datetime = parse_instant(value["instant"])
    return ResolvedNow(NowKey.parse(value["key"]), instant)


def _shortages(value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        region in BY_ID and isinstance(code, str) for region, code in value.items()
    ):
        raise EventError('shortages must map region ids to codes, e.g. {"eu-west-1": "…NoStock"}.')
    return value


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."
