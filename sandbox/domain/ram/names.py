"""Names, descriptions and other single values as RAM takes them."""

from __future__ import annotations

import re
from typing import Final

from sandbox.domain.product import Params
from sandbox.domain.ram.errors import (
    invalid_chars,
    invalid_parameter,
    missing_parameter,
    wrong_length,
)

_LONGEST_DESCRIPTION: Final = 1024
_LONGEST_DOCUMENT: Final = 6144
_FORMS: Final = {
    "RoleName": (64, re.compile(r"[A-Za-z0-9.-]+")),
    "PolicyName": (128, re.compile(r"[A-Za-z0-9-]+")),
}
"""Longest name and the characters it may have."""
_SESSION_S: Final = range(3600, 43200 + 1)


def required(params: Params, name: str) -> str:
    """A text that the reference calls required; raises ApiError without it."""
    value = params.get(name)
    if not value:
        raise missing_parameter(name)
    return str(value)


def new_name(params: Params, parameter: str) -> str:
    """The name of something new; raises ApiError for one that RAM does not take."""
    name = required(params, parameter)
    longest, form = _FORMS[parameter]
    if len(name) > longest:
        raise wrong_length(parameter)
    if not form.fullmatch(name):
        raise invalid_chars(parameter)
    return name


def description(params: Params, parameter: str, present: str = "") -> str:
    """A description, `present` where none is given; raises ApiError for one that is too long."""
    value: str = params.get(parameter, present)
    if len(value) > _LONGEST_DESCRIPTION:
        raise wrong_length(parameter)
    return value


def document(params: Params, parameter: str) -> str:
    """The text of a policy; raises ApiError without it or where it is too long.

    The limit of 6144 is that of policies; none is documented for trust documents.
    """
    value = required(params, parameter)
    if len(value) > _LONGEST_DOCUMENT:
        raise wrong_length(parameter)
    return value


def session_s(params: Params, parameter: str, present_s: int) -> int:
    """The longest session in seconds; raises ApiError outside 3600 to 43200."""
    value: int = params.get(parameter, present_s)
    if value not in _SESSION_S:
        raise invalid_parameter(parameter)
    return value
