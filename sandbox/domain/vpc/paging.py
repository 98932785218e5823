"""Pages of a list, as VPC's Describe and List actions cut them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sandbox.domain.product import Params
from sandbox.domain.vpc.errors import illegal_token, invalid_parameter

_Item = TypeVar("_Item")

_LARGEST_PAGE: Final = 50
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


def numbered_page(
    params: Params, items: Sequence[_Item], render: Callable[[_Item], dict[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One page by PageNumber, ten to a page unless PageSize says more: its totals and its items.

    Raises ApiError for a page before the first or of an impossible size.
    """
    number, size = params.get("PageNumber", 1), params.get("PageSize", 10)
    if number < 1:
        raise invalid_parameter("PageNumber")
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_parameter("PageSize")
    chosen = items[(number - 1) * size : number * size]
    totals = {"PageNumber": number, "PageSize": size, "TotalCount": len(items)}
    return totals, [render(item) for item in chosen]


def token_page(
    params: Params, items: Sequence[_Item], *, size_name: str, size: int, largest: int
) -> tuple[dict[str, Any], Sequence[_Item]]:
    """One page by NextToken: the token of the next page, if there is one, and the items.

    `size_name` is how the action calls the page size, `size` its default. Raises ApiError for an
    impossible size or a token that nobody gave out.
    """
    size = params.get(size_name, size)
    if not 1 <= size <= largest:
        raise invalid_parameter(size_name)
    first = _parse_token(params.get("NextToken"))
    more = first + size < len(items)
    following = {"NextToken": f"{first + size:032x}"} if more else {}
    return following, items[first : first + size]


def _parse_token(token: str | None) -> int:
    if not token:
        return 0
    if not _TOKEN.fullmatch(token):
        raise illegal_token()
    return int(token, 16)
