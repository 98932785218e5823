"""Parameters of the resource manager actions served here (version 2020-03-31).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param

VERSION: Final = "2020-03-31"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {}
