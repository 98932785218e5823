"""Parameters of the Function Compute actions served here (version 2023-03-30).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param, text

VERSION: Final = "2023-03-30"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "GetFunction": (text("functionName", required=True), text("qualifier")),
    "InvokeFunction": (text("functionName", required=True), text("qualifier")),
}
