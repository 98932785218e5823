"""Bodies of the Simple Log Service that are not plain JSON: logs in protobuf, lz4 and deflate.

The messages are the vendor's own, as its Python SDK ships them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

import lz4.block  # type: ignore[import-untyped]  # lz4 ships no type information
from aliyun.log.log_logs_raw_pb2 import LogGroupListRaw, LogGroupRaw
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # as lz4

from sandbox.wire.log_rejections import (
    body_not_protobuf,
    body_not_uncompressed,
    body_too_large,
    compress_type_invalid,
    content_type_invalid,
    raw_size_invalid,
    raw_size_missing,
)
from sandbox.wire.messages import Request

MOST_RAW_BYTES: Final = 10 * 1024 * 1024
"""What one PutLogs request may hold before compression."""

PROTOBUF_CONTENT_TYPE: Final = "application/x-protobuf"
_ZLIB_OR_GZIP: Final = 47


def read_log_group(request: Request) -> dict[str, Any]:
    """The body of PutLogs in the shape of the metadata's LogGroup.

    Raises ApiError for a wrong content type, size, compression or message.
    """
    content_type = request.headers.get("content-type", "")
    if content_type != PROTOBUF_CONTENT_TYPE:
        raise content_type_invalid(content_type)
    try:
        group = LogGroupRaw.FromString(_uncompressed(request))
    except DecodeError:
        raise body_not_protobuf() from None
    return {
        "Topic": group.Topic,
        "Source": group.Source,
        "LogTags": [{"Key": tag.Key, "Value": tag.Value} for tag in group.LogTags],
        "LogItems": [
            {
                "Time": log.Time,
                "Contents": [
                    {"Key": one.Key, "Value": one.Value.decode(errors="replace")}
                    for one in log.Contents
                ],
            }
            for log in group.Logs
        ],
    }


def write_log_groups(groups: list[Mapping[str, Any]]) -> bytes:
    """Groups in the shape of the metadata's LogGroup as one protobuf message."""
    message = LogGroupListRaw()
    for group in groups:
        target = message.LogGroups.add(Topic=group["Topic"], Source=group["Source"])
        for tag in group["LogTags"]:
            target.LogTags.add(Key=tag["Key"], Value=tag["Value"])
        for item in group["LogItems"]:
            log = target.Logs.add(Time=item["Time"])
            for one in item["Contents"]:
                log.Contents.add(Key=one["Key"], Value=one["Value"].encode())
    encoded: bytes = message.SerializeToString()
    return encoded


def compress_lz4(raw: bytes) -> bytes:
    """A raw LZ4 block: its size travels in `x-log-bodyrawsize`, not in front of it."""
    block: bytes = lz4.block.compress(raw, store_size=False)
    return block


def _uncompressed(request: Request) -> bytes:
    compress_type = request.headers.get("x-log-compresstype", "")
    raw_size = _raw_size(request, required=bool(compress_type))
    if raw_size > MOST_RAW_BYTES:
        raise body_too_large(MOST_RAW_BYTES)
    try:
        match compress_type:
            case "":
                raw = request.body
            case "lz4":
                raw = lz4.block.decompress(request.body, uncompressed_size=raw_size)
            case "deflate" | "gzip":
                raw = zlib.decompressobj(_ZLIB_OR_GZIP).decompress(request.body, raw_size + 1)
            case _:
                raise compress_type_invalid(compress_type)
    except (lz4.block.LZ4BlockError, zlib.error):
        raise body_not_uncompressed() from None
    if len(raw) != raw_size:
        raise raw_size_invalid()
    return bytes(raw)


def _raw_size(request: Request, *, required: bool) -> int:
    said = request.headers.get("x-log-bodyrawsize")
    if said is None:
        if required:
            raise raw_size_missing()
        return len(request.body)
    if not (said.isascii() and said.isdigit()):
        raise raw_size_invalid()
    return int(said)
