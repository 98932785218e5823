"""Names and limits, as the "Limits" page of EventBridge states them."""

from __future__ import annotations

import re
from typing import Final

from sandbox.domain.eventbridge.errors import (
    bus_name_invalid,
    rule_name_invalid,
    source_name_invalid,
)

DEFAULT_BUS: Final = "default"
LONGEST_NAME: Final = 127

_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
_SOURCE_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
_RESERVED: Final = "eventbridge-reserved-"


def check_bus_name(name: str) -> None:
    """Raises ApiError for a name that a custom bus cannot have."""
    is_taken = name == DEFAULT_BUS or name.startswith(_RESERVED)
    if is_taken or len(name) < 2 or not _NAME.fullmatch(name):  # noqa: PLR2004 (schema)
        raise bus_name_invalid(name)


def check_rule_name(name: str) -> None:
    """Raises ApiError for a name that a rule cannot have."""
    if name.startswith(_RESERVED) or not _NAME.fullmatch(name):
        raise rule_name_invalid(name)


def check_source_name(name: str) -> None:
    """Raises ApiError for a name that a source cannot have; examples have dots in them."""
    if not _SOURCE_NAME.fullmatch(name):
        raise source_name_invalid(name)
