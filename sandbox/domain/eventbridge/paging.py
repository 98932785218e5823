"""Pages of a list: Limit and NextToken in, NextToken and Total out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sandbox.domain.eventbridge.errors import invalid_argument
from sandbox.domain.product import Params

_Item = TypeVar("_Item")
_LARGEST_PAGE: Final = 100


def page(
    params: Params, items: Sequence[_Item], name: str, render: Callable[[_Item], dict[str, Any]]
) -> dict[str, Any]:
    """One page of `items` under `name`; a token is the position of the next item.

    A page without Limit is as large as it can be. Raises ApiError for an impossible Limit, and
    for a token that no page has given.
    """
    size = params.get("Limit", _LARGEST_PAGE)
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_argument("Limit")
    token = params.get("NextToken") or "0"
    if not (token.isascii() and token.isdigit()) or int(token) > len(items):
        raise invalid_argument("NextToken")
    start = int(token)
    answer: dict[str, Any] = {
        name: [render(item) for item in items[start : start + size]],
        "Total": len(items),
    }
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer
