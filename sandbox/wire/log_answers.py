"""Results and errors of the Simple Log Service in the shapes that its SDK reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.wire.log_bodies import PROTOBUF_CONTENT_TYPE, compress_lz4, write_log_groups
from sandbox.wire.messages import JSON_CONTENT_TYPE, Answer, Request, json_answer

Headers = tuple[tuple[str, str], ...]

_V1_META: Final = {
    "progress": "x-log-progress",
    "count": "x-log-count",
    "processedRows": "x-log-processed-rows",
    "elapsedMillisecond": "x-log-elapsed-millisecond",
    "hasSQL": "x-log-has-sql",
    "whereQuery": "x-log-where-query",
    "aggQuery": "x-log-agg-query",
    "cpuSec": "x-log-cpu-sec",
    "cpuCores": "x-log-cpu-cores",
}
"""Where version 1 of GetLogs says what version 2 says in `meta`."""


def log_success(
    request: Request, action: str, result: Mapping[str, Any], request_id: str
) -> Answer:
    """A result; actions that have nothing to say answer without a body."""
    own: Headers = (("x-log-requestid", request_id),)
    if not result:
        return Answer(200, JSON_CONTENT_TYPE, b"", own)
    match action, request.method:
        case "ListShards", _:
            return json_answer(200, result["shards"], own)
        case "GetLogs", "GET":
            return json_answer(200, result["data"], own + _v1_meta(result["meta"]))
        case "GetLogs", _:
            body = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
            return _packed(request, body, JSON_CONTENT_TYPE, own)
        case "PullLogs", _:
            groups = result["LogGroupList"]
            body = write_log_groups(groups) if groups else b""
            own += (("x-log-count", str(len(groups))), ("x-log-cursor", str(result["cursor"])))
            return _packed(request, body, PROTOBUF_CONTENT_TYPE, own)
        case _:
            return json_answer(200, result, own)


def log_failure(error: ApiError, request_id: str) -> Answer:
    """An error."""
    body = {"errorCode": error.code, "errorMessage": error.message}
    return json_answer(error.http_status, body, (("x-log-requestid", request_id),))


def _v1_meta(meta: Mapping[str, Any]) -> Headers:
    return tuple((header, _as_header(meta[name])) for name, header in _V1_META.items())


def _as_header(value: object) -> str:
    """A value in ASCII on one line, whatever the user has put into the query."""
    if not isinstance(value, str):
        return json.dumps(value)
    return " ".join(value.split()).encode("ascii", "backslashreplace").decode()


def _packed(request: Request, body: bytes, content_type: str, headers: Headers) -> Answer:
    """A body in LZ4 where the client takes it."""
    headers += (("x-log-bodyrawsize", str(len(body))),)
    if body and "lz4" in request.headers.get("accept-encoding", ""):
        return Answer(
            200, content_type, compress_lz4(body), (*headers, ("x-log-compresstype", "lz4"))
        )
    return Answer(200, content_type, body, headers)
