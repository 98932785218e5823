"""What is left of Function Compute 2.0's API (version 2016-08-15) beside 3.0's.

Tools for 3.0 still ask it where to put a package of code; nothing documents that action.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param

VERSION: Final = "2016-08-15"
PATH_PREFIX: Final = f"/{VERSION}/"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {"GetTempBucketToken": ()}
