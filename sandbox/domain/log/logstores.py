"""The actions on logstores and their shards."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.domain.log.errors import (
    logstore_exists,
    logstore_invalid,
    logstore_missing,
    project_full,
)
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.paging import page
from sandbox.domain.log.records import Logstore, Settings
from sandbox.domain.log.views import show_logstore, show_shards
from sandbox.domain.product import Params

PERMANENT_TTL_DAYS: Final = 3650
"""A ttl that means for ever."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]")
_MOST_SHARDS: Final = 10
_MOST_SPLIT_SHARDS: Final = 256
_LEAST_HOT_TTL_DAYS: Final = 7
_LEAST_INFREQUENT_TTL_DAYS: Final = 30
_ALL_HOT: Final = -1
_MODES: Final = frozenset({"standard", "query"})
_TELEMETRY: Final = frozenset({"None", "Metrics"})

_USUAL: Final[Settings] = {
    "enable_tracking": False,
    "autoSplit": False,
    "maxSplitShard": 64,
    "appendMeta": False,
    "telemetryType": "None",
    "hot_ttl": _ALL_HOT,
    "mode": "standard",
}


def create_log_store(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """CreateLogStore."""
    project = holdings.reached(region_id, params)
    body = params["body"]
    name = body.get("logstoreName", "")
    if not _NAME.fullmatch(name):
        raise logstore_invalid("logstore name  is invalid")
    if not 1 <= body.get("shardCount", 0) <= _MOST_SHARDS:
        raise logstore_invalid(f"shardCount must be between 1 and {_MOST_SHARDS}")
    settings = {**_USUAL, **body, "telemetryType": body.get("telemetryType") or "None"}
    _check(settings)
    if name in project.logstores:
        raise logstore_exists(holdings.world.faults.variants.logstore_exists_error, name)
    if len(project.logstores) >= holdings.quota("log:logstores"):
        raise project_full()
    project.logstores[name] = Logstore(
        name=name,
        settings=settings,
        created=holdings.now,
        modified=holdings.now,
        shards=tuple([] for _ in range(settings["shardCount"])),
    )
    return {}


def get_log_store(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetLogStore."""
    return show_logstore(holdings.logstore(region_id, params))


def list_log_stores(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListLogStores: names that contain the filter, in order."""
    project = holdings.reached(region_id, params)
    found = [
        name
        for name, logstore in sorted(project.logstores.items())
        if params.get("logstoreName", "") in name
        and params.get("mode", logstore.settings["mode"]) == logstore.settings["mode"]
        and params.get("telemetryType") in {None, logstore.settings["telemetryType"]}
    ]
    return page(params, found, "logstores", usual_size=200)


def update_log_store(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UpdateLogStore: everything but the name and the number of shards."""
    logstore = holdings.logstore(region_id, params)
    body = params["body"]
    if body.get("logstoreName") != logstore.name:
        raise logstore_invalid("logstore name in the body does not match with request")
    if "ttl" not in body:
        raise logstore_invalid("required field ttl is lacking or of error format")
    shard_count = len(logstore.shards)
    if body.get("shardCount", shard_count) != shard_count:
        raise logstore_invalid("shardCount can only be changed by splitting and merging shards")
    settings = {**logstore.settings, **body}
    settings["telemetryType"] = settings["telemetryType"] or "None"
    _check(settings)
    logstore.settings = settings
    logstore.modified = holdings.now
    return {}


def delete_log_store(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """DeleteLogStore: with its logs and its index; Logtail configurations stay."""
    project = holdings.reached(region_id, params)
    if project.logstores.pop(params["logstore"], None) is None:
        raise logstore_missing(params["logstore"])
    return {}


def list_shards(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListShards; the API's answer is the bare list."""
    return {"shards": show_shards(holdings.logstore(region_id, params))}


def _check(settings: Settings) -> None:
    """Raises ApiError for settings that a logstore cannot have."""
    ttl_days = settings.get("ttl", 0)
    if not 1 <= ttl_days <= PERMANENT_TTL_DAYS:
        raise logstore_invalid(f"ttl must be between 1 and {PERMANENT_TTL_DAYS}")
    if settings["autoSplit"] and not 1 <= settings["maxSplitShard"] <= _MOST_SPLIT_SHARDS:
        raise logstore_invalid(f"maxSplitShard must be between 1 and {_MOST_SPLIT_SHARDS}")
    hot = settings["hot_ttl"]
    if hot != _ALL_HOT and not _LEAST_HOT_TTL_DAYS <= hot <= ttl_days:
        raise logstore_invalid(f"hot_ttl must be between {_LEAST_HOT_TTL_DAYS} and ttl")
    infrequent = settings.get("infrequentAccessTTL", _LEAST_INFREQUENT_TTL_DAYS)
    if infrequent < _LEAST_INFREQUENT_TTL_DAYS:
        raise logstore_invalid(f"infrequentAccessTTL must large than {_LEAST_INFREQUENT_TTL_DAYS}")
    if settings["mode"] not in _MODES:
        raise logstore_invalid("mode must be standard or query")
    if settings["telemetryType"] not in _TELEMETRY:
        raise logstore_invalid("telemetryType must be None or Metrics")
