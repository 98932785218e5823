"""Pages of a list, as the Simple Log Service cuts them: by offset and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sandbox.domain.log.errors import parameter_invalid
from sandbox.domain.product import Params

_LARGEST_PAGE: Final = 500


def page(params: Params, items: Sequence[Any], name: str, usual_size: int) -> dict[str, Any]:
    """The page that `offset` and `size` ask for, under `name`, with both counts.

    Raises ApiError for a negative offset or an impossible size.
    """
    offset = params.get("offset", 0)
    size = params.get("size", usual_size)
    if offset < 0:
        raise parameter_invalid("offset is invalid: it must not be negative")
    if not 0 <= size <= _LARGEST_PAGE:
        raise parameter_invalid(f"size is invalid: it must be between 0 and {_LARGEST_PAGE}")
    chosen = list(items[offset : offset + size])
    return {"count": len(chosen), "total": len(items), name: chosen}
