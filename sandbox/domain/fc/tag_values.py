"""Tags of functions: what a key and a value may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.domain.fc.errors import invalid_argument

MAX_TAGS: Final = 20

_MAX_KEY: Final = 64
_MAX_VALUE: Final = 128
_RESERVED_PREFIXES: Final = ("aliyun", "acs:")
_FORBIDDEN: Final = ("http://", "https://")


def add_tags(present: Mapping[str, str], added: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """All tags together; a key that is there already gets the new value. Raises ApiError."""
    tags = dict(present)
    for tag in added:
        key, value = tag.get("Key", ""), tag.get("Value", "")
        _check(key, value)
        tags[key] = value
    if len(tags) > MAX_TAGS:
        raise invalid_argument(f"a function has at most {MAX_TAGS} tags, not {len(tags)}")
    return tags


def carries(tags: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    """Whether there is a wanted tag; one without a value is met by any value."""
    value = tags.get(wanted.get("Key", ""))
    return value is not None and wanted.get("Value", value) == value


def _check(key: str, value: str) -> None:
    if not 1 <= len(key) <= _MAX_KEY or key.lower().startswith(_RESERVED_PREFIXES):
        raise invalid_argument(
            f"tag key '{key}' must have 1 to {_MAX_KEY} characters and not begin with aliyun "
            "or acs:"
        )
    if len(value) > _MAX_VALUE:
        raise invalid_argument(f"the value of tag '{key}' has more than {_MAX_VALUE} characters")
    if any(word in text for word in _FORBIDDEN for text in (key, value)):
        raise invalid_argument(f"tag '{key}' must not contain http:// or https://")
