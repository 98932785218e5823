"""Parts of a list, as RAM cuts them: Marker and MaxItems."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sandbox.domain.product import Params
from sandbox.domain.ram.errors import invalid_parameter

_Item = TypeVar("_Item")


def part(
    params: Params,
    items: Iterable[_Item],
    name_of: Callable[[_Item], str],
    largest: int = 1000,
) -> tuple[list[_Item], dict[str, Any]]:
    """The items after Marker, in order of name, and what the answer says about the rest.

    A hundred at a time unless MaxItems says otherwise. A marker stands for a name, so that what
    is created or deleted meanwhile shifts nothing. Raises ApiError for one that is none.
    """
    size = params.get("MaxItems", 100)
    if not 1 <= size <= largest:
        raise invalid_parameter("MaxItems")
    after = _decode(params.get("Marker"))
    rest = sorted((item for item in items if name_of(item) > after), key=name_of)
    if len(rest) <= size:
        return rest, {"IsTruncated": False}
    shown = rest[:size]
    return shown, {"IsTruncated": True, "Marker": _encode(name_of(shown[-1]))}


def _encode(name: str) -> str:
    return base64.b64encode(name.encode()).decode()


def _decode(marker: str | None) -> str:
    try:
        return base64.b64decode((marker or "").encode(), validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise invalid_parameter("Marker") from None
