"""Tags as RAM and the resource manager take them: a mapping, with limits that differ a little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.domain.errors import ApiError

MAX_TAGS: Final = 20
"""How many tags a resource may carry, and a call may name."""

_LONGEST_KEY: Final = 128
_RESERVED: Final = ("aliyun", "acs:")
_FORBIDDEN: Final = ("http://", "https://")

Wanted = Iterable[Mapping[str, Any]]
"""Tags of a filter: `Key`, and `Value` where it matters."""


@dataclass(frozen=True, slots=True)
class TagRules:
    """A product's limits, and how it refuses a wrong parameter and one tag too many."""

    longest_value: int
    invalid: Callable[[str], ApiError]
    too_many: Callable[[], ApiError]

    def add(self, present: Mapping[str, str], added: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """All tags together; a key that is there gets the new value. Raises ApiError."""
        tags = dict(present)
        for item in added:
            key, value = item.get("Key") or "", item.get("Value") or ""
            lowered = key.lower()
            wrong_key = (
                not 1 <= len(key) <= _LONGEST_KEY
                or lowered.startswith(_RESERVED)
                or any(part in lowered for part in _FORBIDDEN)
            )
            if wrong_key:
                raise self.invalid("Tag.Key")
            if len(value) > self.longest_value:
                raise self.invalid("Tag.Value")
            tags[key] = value
        if len(tags) > MAX_TAGS:
            raise self.too_many()
        return tags


def carries(tags: Mapping[str, str], wanted: Wanted) -> bool:
    """Whether tags include every wanted one."""
    return all(_is_one_of(one, tags) for one in wanted)


def chosen(tags: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The tags that a filter is about; without a filter, all."""
    keys = {one.get("Key") for one in wanted}
    return {key: value for key, value in tags.items() if not keys or key in keys}


def show_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    """Tags as a part of the resource that carries them."""
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def _is_one_of(one: Mapping[str, Any], tags: Mapping[str, str]) -> bool:
    present = tags.get(one.get("Key") or "")
    return present is not None and one.get("Value") in {None, present}
