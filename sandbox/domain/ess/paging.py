"""Pages of a list, as ESS's Describe actions cut them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.domain.ess.errors import invalid_parameter
from sandbox.domain.product import Params

_Item = TypeVar("_Item")


def page(
    params: Params,
    items: Sequence[_Item],
    name: str,
    render: Callable[[_Item], dict[str, Any]],
    largest: int = 50,
) -> dict[str, Any]:
    """One page of `items` under `name`, with the totals; ten to a page unless PageSize says more.

    Raises ApiError for a page before the first or of an impossible size.
    """
    number = params.get("PageNumber", 1)
    size = params.get("PageSize", 10)
    if number < 1:
        raise invalid_parameter("PageNumber")
    if not 1 <= size <= largest:
        raise invalid_parameter("PageSize")
    chosen = items[(number - 1) * size : number * size]
    return {
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": len(items),
        name: [render(item) for item in chosen],
    }
