"""Pages of a list, as FC's List actions cut them: a limit, and the name that comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from sandbox.domain.fc.errors import invalid_argument
from sandbox.domain.product import Params

_Item = TypeVar("_Item")
_LARGEST: Final = 100
_USUAL: Final = 20


def read_limit(params: Params, name: str = "limit") -> int:
    """How many entries a page has: 1 to 100, 20 unless said; raises ApiError."""
    limit: int = params.get(name, _USUAL)
    if not 1 <= limit <= _LARGEST:
        raise invalid_argument(f"{name} {limit} must be from 1 to {_LARGEST}")
    return limit


def page(
    params: Params,
    items: Iterable[_Item],
    key: str,
    name_of: Callable[[_Item], str],
    render: Callable[[_Item], dict[str, Any]],
) -> dict[str, Any]:
    """One page of `items`, by name, under `key`; `nextToken` is the first name of the next page.

    Only names that begin with the parameter `prefix` are listed. Raises ApiError.
    """
    limit = read_limit(params)
    prefix, first = params.get("prefix", ""), params.get("nextToken", "")
    listed = [
        item
        for item in sorted(items, key=name_of)
        if name_of(item).startswith(prefix) and name_of(item) >= first
    ]
    answer: dict[str, Any] = {key: [render(item) for item in listed[:limit]]}
    if len(listed) > limit:
        answer["nextToken"] = name_of(listed[limit])
    return answer
