"""Names, instants and tags as ESS's API writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.domain.ess.errors import (
    empty_tag,
    invalid_parameter,
    malformed_tag_key,
    too_many_tags,
)
from sandbox.domain.ess.records import Tag

MAX_TAGS: Final = 20

_NAME: Final = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff_.-]{1,63}")
_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_MAX_TAG_LENGTH: Final = 128
_RESERVED_TAG_PREFIXES: Final = ("aliyun", "acs:", "http://", "https://")


def check_name(parameter: str, name: str) -> str:
    """The name, 2 to 64 characters long; raises ApiError for one that ESS does not take."""
    if not _NAME.fullmatch(name):
        raise invalid_parameter(parameter)
    return name


def parse_minute(parameter: str, text: str) -> datetime:
    """A UTC minute, `2026-11-23T08:30Z`; raises ApiError for anything else."""
    if not _MINUTE.fullmatch(text):
        raise invalid_parameter(parameter)
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        raise invalid_parameter(parameter) from None


def write_minute(instant: datetime) -> str:
    """A UTC minute as the API writes it."""
    return instant.strftime("%Y-%m-%dT%H:%MZ")


def write_second(instant: datetime) -> str:
    """A UTC second as the API writes it where it is exact to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def add_tags(present: Mapping[str, Tag], added: Iterable[Mapping[str, Any]]) -> dict[str, Tag]:
    """All tags together; a key that is there already gets the new value. Raises ApiError."""
    tags = dict(present)
    seen = set()
    for item in added:
        tag = _parse_tag(item)
        if tag.key in seen:
            raise malformed_tag_key(tag.key)
        seen.add(tag.key)
        tags[tag.key] = tag
    if len(tags) > MAX_TAGS:
        raise too_many_tags(MAX_TAGS)
    return tags


def _parse_tag(item: Mapping[str, Any]) -> Tag:
    key, value = item.get("Key") or "", item.get("Value") or ""
    if not key:
        raise empty_tag()
    if len(key) > _MAX_TAG_LENGTH or key.lower().startswith(_RESERVED_TAG_PREFIXES):
        raise malformed_tag_key(key)
    if len(value) > _MAX_TAG_LENGTH:
        raise invalid_parameter("Tags.Value")
    return Tag(key, value, propagate=bool(item.get("Propagate", False)))
