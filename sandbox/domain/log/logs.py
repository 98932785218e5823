"""The actions on logs themselves: write, search, and read shard by shard."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.log.errors import (
    cursor_invalid,
    index_needed,
    no_logs,
    parameter_invalid,
    shard_missing,
    time_range_invalid,
)
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.logstores import PERMANENT_TTL_DAYS
from sandbox.domain.log.records import Index, Log, LogGroup, Logstore
from sandbox.domain.log.search import parse
from sandbox.domain.log.views import epoch_s
from sandbox.domain.product import Params

_USUAL_LINES: Final = 100


def put_logs(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """PostLogStoreLogs (PutLogs): a group of logs, to one shard after the other."""
    logstore = holdings.logstore(region_id, params)
    body = params["body"]
    if not body["LogItems"]:
        raise no_logs()
    group = LogGroup(
        received=holdings.now,
        topic=body.get("Topic", ""),
        source=body.get("Source", ""),
        tags=tuple((tag["Key"], tag["Value"]) for tag in body.get("LogTags", [])),
        logs=tuple(
            Log(item["Time"], tuple((one["Key"], one["Value"]) for one in item["Contents"]))
            for item in body["LogItems"]
        ),
    )
    logstore.shards[logstore.group_count % len(logstore.shards)].append(group)
    logstore.group_count += 1
    return {}


def count_logs(logstore: Logstore) -> int:
    """How many logs a logstore has received."""
    return sum(len(group.logs) for shard in logstore.shards for group in shard)


def get_logs(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetLogs (version 2): what a search statement finds in a range of time, a page of it."""
    logstore = holdings.logstore(region_id, params)
    body = params.get("body", {})
    if "from" not in body or "to" not in body:
        raise parameter_invalid("from and to are required")
    if body["from"] >= body["to"]:
        raise time_range_invalid()
    offset, lines = body.get("offset", 0), body.get("line", _USUAL_LINES)
    if offset < 0:
        raise parameter_invalid("offset is invalid: it must not be negative")
    if logstore.index is None:
        raise index_needed()
    query = body.get("query", "")
    wanted = parse(query, logstore.index.settings)
    topic = body.get("topic")
    searched = [
        fields
        for fields in _searchable(logstore, logstore.index, holdings.now)
        if body["from"] <= int(fields["__time__"]) < body["to"]
    ]
    found = [
        fields for fields in searched if topic in {None, "", fields["__topic__"]} and wanted(fields)
    ]
    found.sort(key=_time_of, reverse=body.get("reverse", False))
    shown = found[offset : offset + lines]
    return {"meta": _meta(query, len(searched), shown), "data": shown}


def get_cursor(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetCursor: where the logs received at an instant, or at the begin or end, are in a shard."""
    shard = _shard(holdings.logstore(region_id, params), params)
    start = params["from"]
    if start == "begin":
        return {"cursor": _cursor(0)}
    if start == "end":
        return {"cursor": _cursor(len(shard))}
    if not start.isdecimal():
        raise parameter_invalid("from is invalid: begin, end, or seconds since 1970")
    earlier = sum(1 for group in shard if epoch_s(group.received) < int(start))
    return {"cursor": _cursor(earlier)}


def get_cursor_time(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetCursorTime: when the logs at a cursor were received; at the end, now."""
    shard = _shard(holdings.logstore(region_id, params), params)
    position = _position(params["cursor"], shard)
    instant = shard[position].received if position < len(shard) else holdings.now
    return {"cursor_time": str(epoch_s(instant))}


def pull_logs(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """PullLogs: up to `count` groups from a cursor on, and the cursor after them."""
    logstore = holdings.logstore(region_id, {**params, "logstore": params["logStore"]})
    shard = _shard(logstore, params)
    first = _position(params["cursor"], shard)
    end = _position(params["end_cursor"], shard) if params.get("end_cursor") else len(shard)
    chosen = shard[first : min(end, first + params["count"])]
    return {
        "LogGroupList": [_show_group(group) for group in chosen],
        "cursor": _cursor(first + len(chosen)),
    }


def _searchable(logstore: Logstore, index: Index, now: datetime) -> Iterator[dict[str, str]]:
    """Every log that the index has and that has not expired, in order of arrival."""
    ttl_days = logstore.settings["ttl"]
    oldest = datetime.min.replace(tzinfo=UTC)
    if ttl_days < PERMANENT_TTL_DAYS:
        oldest = now - timedelta(days=ttl_days)
    since = max(oldest, index.created)
    groups = (group for shard in logstore.shards for group in shard if group.received >= since)
    for group in sorted(groups, key=lambda group: group.received):
        for log in group.logs:
            yield {
                **dict(log.contents),
                **{f"__tag__:{key}": value for key, value in group.tags},
                "__topic__": group.topic,
                "__source__": group.source,
                "__time__": str(log.time_s),
            }


def _time_of(fields: dict[str, str]) -> int:
    return int(fields["__time__"])


def _meta(query: str, searched: int, shown: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "progress": "Complete",
        "count": len(shown),
        "processedRows": searched,
        "processedBytes": 0,
        "elapsedMillisecond": 1,
        "hasSQL": False,
        "whereQuery": query,
        "aggQuery": "",
        "cpuSec": 0.0,
        "cpuCores": 0,
        "isAccurate": True,
        "mode": 0,
        "keys": sorted({key for fields in shown for key in fields}),
        "telementryType": "None",
    }


def _shard(logstore: Logstore, params: Params) -> list[LogGroup]:
    shard_id = params["shardId"]
    if not 0 <= shard_id < len(logstore.shards):
        raise shard_missing(shard_id)
    return logstore.shards[shard_id]


def _cursor(position: int) -> str:
    return base64.b64encode(str(position).encode()).decode()


def _position(cursor: str, shard: list[LogGroup]) -> int:
    try:
        position = int(base64.b64decode(cursor, validate=True).decode("ascii"))
    except (binascii.Error, ValueError):
        raise cursor_invalid() from None
    if not 0 <= position <= len(shard):
        raise cursor_invalid()
    return position


def _show_group(group: LogGroup) -> dict[str, Any]:
    return {
        "Topic": group.topic,
        "Source": group.source,
        "LogTags": [{"Key": key, "Value": value} for key, value in group.tags],
        "LogItems": [
            {
                "Time": log.time_s,
                "Contents": [{"Key": key, "Value": value} for key, value in log.contents],
            }
            for log in group.logs
        ],
    }
