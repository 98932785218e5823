"""The actions on a logstore's index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.log.errors import index_exists, index_invalid, index_missing
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.records import Index, Settings
from sandbox.domain.log.views import show_index
from sandbox.domain.product import Params

_KEY_TYPES: Final = frozenset({"text", "json", "long", "double"})


def create_index(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """CreateIndex: for logs that arrive from now on."""
    logstore = holdings.logstore(region_id, params)
    settings = params.get("body", {})
    _check(settings)
    if logstore.index is not None:
        raise index_exists()
    logstore.index = Index(settings, created=holdings.now, modified=holdings.now)
    return {}


def get_index(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetIndex."""
    logstore = holdings.logstore(region_id, params)
    if logstore.index is None:
        raise index_missing()
    return show_index(logstore.index, logstore.settings["ttl"])


def update_index(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UpdateIndex: the new settings replace the old ones as a whole."""
    logstore = holdings.logstore(region_id, params)
    settings = params.get("body", {})
    _check(settings)
    if logstore.index is None:
        raise index_missing()
    logstore.index.settings = settings
    logstore.index.modified = holdings.now
    return {}


def delete_index(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """DeleteIndex."""
    logstore = holdings.logstore(region_id, params)
    if logstore.index is None:
        raise index_missing()
    logstore.index = None
    return {}


def _check(settings: Settings) -> None:
    """Raises ApiError for settings that an index cannot have."""
    line, keys = settings.get("line"), settings.get("keys")
    if line is None and not keys:
        raise index_invalid("required field keys or line is lacking")
    if line is not None:
        if "token" not in line:
            raise index_invalid("required field token is lacking or of error format")
        if line.get("include_keys") and line.get("exclude_keys"):
            raise index_invalid("include_keys and exclude_keys exclude each other")
    for name, key in (keys or {}).items():
        _check_key(name, key)
    if settings.get("log_reduce_white_list") and settings.get("log_reduce_black_list"):
        raise index_invalid("log_reduce_white_list and log_reduce_black_list exclude each other")


def _check_key(name: str, key: object) -> None:
    if not isinstance(key, Mapping) or key.get("type") not in _KEY_TYPES:
        raise index_invalid(f"type of key {name} must be text, json, long or double")
    tokens = key.get("token")
    if key["type"] == "text" and not _is_list_of_texts(tokens):
        raise index_invalid("required field token is lacking or of error format")


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
