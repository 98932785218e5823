"""Names, descriptions and tags as the VPC API takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.domain.product import Params
from sandbox.domain.vpc.errors import malformed_name
from sandbox.domain.vpc.records import Label, Tags
from sandbox.domain.vpc.tag_errors import (
    malformed_tag_key,
    malformed_tag_value,
    tag_key_twice,
    tag_quota_exceeded,
    too_many_tags,
)

MAX_TAGS: Final = 20
"""Per resource, and per request."""

_MAX_NAME_LENGTH: Final = 128
_MAX_DESCRIPTION_LENGTH: Final = 256
_MAX_TAG_LENGTH: Final = 128
_LINKS: Final = ("http://", "https://")
_RESERVED_TAG_PREFIXES: Final = ("aliyun", "acs:")


def read_label(params: Params, name: str, description: str, codes: tuple[str, str]) -> Label:
    """The label under these two parameters; `codes` are the errors of either. Raises ApiError."""
    return Label(
        check_text(params.get(name) or "", _MAX_NAME_LENGTH, malformed_name(codes[0], name)),
        check_text(
            params.get(description) or "",
            _MAX_DESCRIPTION_LENGTH,
            malformed_name(codes[1], description),
        ),
    )


def check_text(text: str, longest: int, otherwise: ApiError) -> str:
    """The text, if it is not too long and no link; else raises `otherwise`."""
    if len(text) > longest or text.startswith(_LINKS):
        raise otherwise
    return text


def read_tags(added: Iterable[Mapping[str, Any]]) -> Tags:
    """The tags of a request; raises ApiError for a malformed or repeated one."""
    tags: Tags = {}
    for item in added:
        key, value = item.get("Key") or "", item.get("Value") or ""
        if not key or not _is_allowed(key):
            raise malformed_tag_key()
        if not _is_allowed(value):
            raise malformed_tag_value()
        if key in tags:
            raise tag_key_twice()
        tags[key] = value
    if len(tags) > MAX_TAGS:
        raise too_many_tags()
    return tags


def add_tags(present: Tags, added: Tags) -> Tags:
    """All tags together; a key that is there already gets the new value. Raises ApiError."""
    tags = present | added
    if len(tags) > MAX_TAGS:
        raise tag_quota_exceeded()
    return tags


def carries(tags: Tags, wanted: Iterable[Mapping[str, Any]]) -> bool:
    """Whether every tag asked for is there; one without value asks for the key alone."""
    for item in wanted:
        key, value = item.get("Key"), item.get("Value")
        if not key:
            raise malformed_tag_key()
        if key not in tags or value not in {None, tags[key]}:
            return False
    return True


def _is_allowed(text: str) -> bool:
    return (
        len(text) <= _MAX_TAG_LENGTH
        and not text.lower().startswith(_RESERVED_TAG_PREFIXES)
        and not any(link in text for link in _LINKS)
    )
