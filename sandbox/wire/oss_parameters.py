"""Parameters of the OSS actions served here (version 2019-05-17).

Bucket and object come from host and path, the body is the object in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param, text

VERSION: Final = "2019-05-17"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "PutObject": (text("bucket", required=True), text("object", required=True)),
}
