"""Parameters of the STS actions served here (version 2015-04-01).

Names, types, required and styles are those of the official OpenAPI metadata. STS has codes of its
own for values of a wrong form, which is left to the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param, integer, text

VERSION: Final = "2015-04-01"

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "GetCallerIdentity": (),
    "AssumeRole": (
        integer("DurationSeconds"),
        text("Policy"),
        text("RoleArn", required=True),
        text("RoleSessionName", required=True),
        text("ExternalId"),
        text("SourceIdentity"),
    ),
}
