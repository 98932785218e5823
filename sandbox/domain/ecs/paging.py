"""Pages of a list, as ECS's Describe actions cut them: by number, or by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sandbox.domain.ecs.errors import invalid, invalid_parameter
from sandbox.domain.product import Params

_LARGEST_PAGE: Final = 1000
"""Of any action; where less is allowed, the parameter's own bounds say so."""

_Item = TypeVar("_Item")


def page(
    params: Params, items: Sequence[_Item], names: str, render: Callable[[_Item], dict[str, Any]]
) -> dict[str, Any]:
    """One page of `items` under `names`, outer and inner name with a dot; ten unless told else.

    With MaxResults or NextToken the answer has a NextToken while there is more, else page number
    and size. Raises ApiError for a page that cannot be.
    """
    if "MaxResults" in params or "NextToken" in params:
        size = params.get("MaxResults", 10)
        first = parse_token(params.get("NextToken"))
        said = next_token(first + size, len(items))
    else:
        number, size = params.get("PageNumber", 1), params.get("PageSize", 10)
        if number < 1:
            raise invalid_parameter("PageNumber")
        first = (number - 1) * size
        said = {"PageNumber": number, "PageSize": size}
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_parameter("PageSize")
    outer, inner = names.split(".")
    shown = [render(item) for item in items[first : first + size]]
    return {**said, "TotalCount": len(items), outer: {inner: shown}}


def next_token(following: int, count: int) -> dict[str, Any]:
    """The token of what follows, if anything does."""
    return {"NextToken": f"{following:032x}"} if following < count else {}


def parse_token(token: str | None) -> int:
    """Where a token's page begins; raises ApiError for one that nobody handed out."""
    if not token:
        return 0
    try:
        return int(token, 16)
    except ValueError:
        raise invalid("InValidParameter.NextToken", "NextToken") from None
