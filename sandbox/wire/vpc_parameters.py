"""Parameters of the VPC actions served here (version 2016-04-28).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param

VERSION: Final = "2016-04-28"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {}
