"""Tags as ECS's requests and answers write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    duplicate_tag_key,
    malformed_tag_key,
    malformed_tag_value,
    too_many_tags,
)

_MAX_TAGS: Final = 20
_MAX_LENGTH: Final = 128
_RESERVED_PREFIXES: Final = ("aliyun", "acs:")
_ADDRESSES: Final = ("http://", "https://")


def add_tags(present: Mapping[str, str], added: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """All tags together; a key that is there already gets the new value. Raises ApiError."""
    tags = read_tags(added)
    together = {**present, **tags}
    if len(together) > _MAX_TAGS:
        raise too_many_tags()
    return together


def read_tags(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The tags of a request; raises ApiError for one that ECS does not take."""
    tags: dict[str, str] = {}
    for item in items:
        key, value = _key(item), _value(item) or ""
        if not key or len(key) > _MAX_LENGTH or key.lower().startswith(_RESERVED_PREFIXES):
            raise malformed_tag_key()
        if any(address in key for address in _ADDRESSES):
            raise malformed_tag_key()
        if len(value) > _MAX_LENGTH or any(address in value for address in _ADDRESSES):
            raise malformed_tag_value()
        if key in tags:
            raise duplicate_tag_key()
        tags[key] = value
    return tags


def has_tags(tags: Mapping[str, str], wanted: Iterable[Mapping[str, Any]]) -> bool:
    """Whether all the wanted tags are there; one without value asks for the key only."""
    return all(_key(item) in tags and _value(item) in {None, tags[_key(item)]} for item in wanted)


def show_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    """Tags as answers write them."""
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def _key(item: Mapping[str, Any]) -> str:
    """Old clients write `key` and `value`."""
    return str(item.get("Key") or item.get("key") or "")


def _value(item: Mapping[str, Any]) -> str | None:
    value: str | None = item.get("Value", item.get("value"))
    return value
