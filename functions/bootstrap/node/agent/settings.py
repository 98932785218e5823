"""The `agent` section of the control document, as a node reads it.

The watcher checks every document strictly; what it refuses never starts a fleet. A node is lenient
with what it does not know, since the document may be newer than the node, and strict with what it
uses: a wrong value leaves the last settings in force.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import yaml

MAX_DOCUMENT_BYTES: Final = 256 * 1024
_UNIT_S: Final = {"minute": 60, "hour": 3600, "day": 86400}
_DURATION: Final = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day)s?")
_OUTSIDE_MAINLAND: Final = "cn-hongkong"


class SettingsError(ValueError):
    """The document says nothing that could be followed; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to run; `repositories` in the order in which they are tried, times in seconds."""

    repositories: tuple[str, ...] = ("https://github.com/p2p-way/p2p-agent-infra",)
    type: Literal["ansible", "shell"] = "ansible"
    main_run: str = "ansible/playbook.yml"
    pre_run: str = ""
    post_run: str = ""
    delay_s: int = 60
    force_run: bool = True
    schedule_s: int = 900


DEFAULTS: Final = Settings()


def settings_of(document: bytes, region: str) -> Settings:
    """Return what a control document wants run in a region.

    Raises:
        SettingsError: it is not YAML, too long, or a value is not what it must be.
    """
    if len(document) > MAX_DOCUMENT_BYTES:
        raise SettingsError(f"the control document is longer than {MAX_DOCUMENT_BYTES} bytes")
    try:
        read = yaml.safe_load(document)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError("the control document is not YAML") from error
    if not isinstance(read, dict) or "capacity" not in read:
        raise SettingsError("the file is no control document: it has no `capacity`")
    section = read.get("agent", {})
    if not isinstance(section, dict):
        raise SettingsError("`agent` is not a mapping")
    return Settings(
        repositories=(*_mirrors(section, region), _text(section, "repository", _REPOSITORY)),
        type=_type(section),
        main_run=_text(section, "main_run", DEFAULTS.main_run),
        pre_run=_text(section, "pre_run", ""),
        post_run=_text(section, "post_run", ""),
        delay_s=_number(section, "delay", DEFAULTS.delay_s),
        force_run=_truth(section, "force_run"),
        schedule_s=_duration(section, "schedule", DEFAULTS.schedule_s),
    )


def as_facts(settings: Settings) -> Mapping[str, object]:
    """Return settings as JSON can hold them."""
    return asdict(settings)


def from_facts(facts: Mapping[str, Any]) -> Settings | None:
    """Return settings that were remembered, None where there are none that can be used."""
    try:
        return Settings(**{**facts, "repositories": tuple(facts["repositories"])})
    except (KeyError, TypeError):
        return None


_REPOSITORY: Final = DEFAULTS.repositories[0]


def _text(section: Mapping[str, Any], key: str, default: str) -> str:
    value = section.get(key, default)
    if not isinstance(value, str) or "\0" in value:
        raise SettingsError(f"`agent.{key}` is not text")
    return value


def _type(section: Mapping[str, Any]) -> Literal["ansible", "shell"]:
    value = section.get("type", DEFAULTS.type)
    if value not in ("ansible", "shell"):
        raise SettingsError("`agent.type` is neither ansible nor shell")
    return "ansible" if value == "ansible" else "shell"


def _number(section: Mapping[str, Any], key: str, default: int) -> int:
    value = section.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingsError(f"`agent.{key}` is not a number of seconds")
    return value


def _truth(section: Mapping[str, Any], key: str) -> bool:
    value = section.get(key, DEFAULTS.force_run)
    if not isinstance(value, bool):
        raise SettingsError(f"`agent.{key}` is neither true nor false")
    return value


def _duration(section: Mapping[str, Any], key: str, default_s: int) -> int:
    value = section.get(key)
    if value is None:
        return default_s
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise SettingsError(f"`agent.{key}` is not a duration such as `15 minutes`")
    return int(match[1]) * _UNIT_S[match[2]]


def _mirrors(section: Mapping[str, Any], region: str) -> tuple[str, ...]:
    """Return the mirrors of `repository` that hold in a region: those of the narrowest group."""
    groups = section.get("mirrors", {})
    if not isinstance(groups, dict):
        raise SettingsError("`agent.mirrors` is not a mapping")
    fitting = [group for group in groups if _is_in(region, str(group))]
    if not fitting:
        return ()
    mirrors = groups[max(fitting, key=_narrowness)] or {}
    listed = mirrors.get("repositories", []) if isinstance(mirrors, dict) else None
    if not isinstance(listed, list) or not all(isinstance(url, str) for url in listed):
        raise SettingsError("`repositories` of `agent.mirrors` is not a list of addresses")
    return tuple(listed)


def _is_in(region: str, group: str) -> bool:
    if group == "mainland":
        return region.startswith("cn-") and region != _OUTSIDE_MAINLAND
    return fnmatchcase(region, group)


def _narrowness(group: str) -> tuple[int, int, str]:
    """A region's own entry goes before `mainland`, that before patterns, the longest first."""
    if "*" in group:
        return 0, len(group), group
    return (1 if group == "mainland" else 2), 0, group
