"""Requests of the log service that no SDK would send, and bodies in every format."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from typing import Any, Final

import lz4.block  # type: ignore[import-untyped]  # lz4 ships no type information
import pytest
from aliyun.log.log_logs_pb2 import LogGroup, LogGroupList

from sandbox.domain.errors import ApiError
from sandbox.wire.log_bodies import MOST_RAW_BYTES, read_log_group, write_log_groups
from sandbox.wire.log_dialect import LogDialect
from sandbox.wire.log_requests import read_log
from sandbox.wire.messages import Request
from sandbox.wire.products import LOG
from sandbox.wire.routing import Target, read_call
from tests.sandbox.wire.log_client import LOGSTORE, PROJECT, REGION

HOST: Final = f"{PROJECT}.{REGION}.log.aliyuncs.com"
REGION_HOST: Final = f"{REGION}.log.aliyuncs.com"
PROTOBUF: Final = "application/x-protobuf"
SHOWN: Final = {
    "Topic": "boot",
    "Source": "10.0.0.1",
    "LogTags": [{"Key": "zone", "Value": "a"}],
    "LogItems": [{"Time": 7, "Contents": [{"Key": "text", "Value": "ü"}]}],
}


def message() -> bytes:
    """One group of logs, written by the vendor's own classes."""
    group = LogGroup(Topic="boot", Source="10.0.0.1")
    group.LogTags.add(Key="zone", Value="a")
    log = group.Logs.add(Time=7, Time_ns=5)
    log.Contents.add(Key="text", Value="ü")
    encoded: bytes = group.SerializeToString()
    return encoded


def request(
    method: str = "POST",
    path: str = f"/logstores/{LOGSTORE}/shards/lb",
    *,
    host: str = HOST,
    query: str = "",
    body: bytes = b"",
    **headers: str,
) -> Request:
    """A request; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, host, True, path, query, named, body)


def refused(call: Any, *args: Any) -> tuple[str, int]:  # noqa: ANN401 (any call)
    """Code and status of an ApiError."""
    with pytest.raises(ApiError) as caught:
        call(*args)
    return caught.value.code, caught.value.http_status


def params(sent: Request) -> dict[str, object]:
    """The typed parameters that a request comes down to."""
    return LogDialect().decode(sent, read_call(sent, Target(LOG, REGION)))


@pytest.mark.parametrize(
    ("method", "path", "query", "host", "expected"),
    [
        ("GET", "/", "", HOST, ("GetProject", {"project": PROJECT})),
        ("GET", "/", "size=1", REGION_HOST, ("ListProject", {})),
        ("GET", "/tags", "", REGION_HOST, ("ListTagResources", {})),
        (
            "GET",
            "/logstores/a",
            "",
            HOST,
            ("GetLogStore", {"logstore": "a", "project": PROJECT}),
        ),
        (
            "GET",
            "/logstores/a/shards/3",
            "type=log",
            HOST,
            ("PullLogs", {"logStore": "a", "shardId": "3", "project": PROJECT}),
        ),
        (
            "GET",
            "/logstores/a/shards/3",
            "type=cursor_time",
            HOST,
            ("GetCursorTime", {"logstore": "a", "shardId": "3", "project": PROJECT}),
        ),
        (
            "DELETE",
            "/machinegroups/g/configs/c%20d",
            "",
            HOST,
            (
                "RemoveConfigFromMachineGroup",
                {"machineGroup": "g", "configName": "c d", "project": PROJECT},
            ),
        ),
        ("GET", "/logstores/a/shards/3", "type=other", HOST, None),
        ("PATCH", "/logstores/a", "", HOST, None),
        ("GET", "/dashboards", "", HOST, None),
        ("POST", "/logstores/a/shards/route", "", HOST, None),
    ],
)
def test_method_and_path_name_the_action(
    method: str, path: str, query: str, host: str, expected: tuple[str, dict[str, str]] | None
) -> None:
    """Host, method, path and the parameter type say what is asked for."""
    found = read_log(request(method, path, host=host, query=query))
    assert (found if found is None else (found[0], dict(found[1]))) == expected


def test_an_unknown_path_is_no_action() -> None:
    """What is not served is refused before anybody is authenticated."""
    unknown = refused(read_call, request("GET", "/dashboards"), Target(LOG, REGION))
    assert unknown == ("InvalidAction.NotFound", 404)


def test_parameters_are_typed() -> None:
    """Those of path, query and body come out as the metadata says."""
    sent = request("GET", "/logstores/a/shards/3", query="type=log&cursor=MA==&count=10")
    assert params(sent) == {
        "project": PROJECT,
        "logStore": "a",
        "shardId": 3,
        "cursor": "MA==",
        "count": 10,
    }
    body = {"description": "", "recycleBinEnabled": True}
    sent = request("PUT", "/", body=json.dumps(body).encode())
    assert params(sent) == {"project": PROJECT, "body": body}
    sent = request("GET", "/logstores/a", query="type=log&from=1&to=2&reverse=True&query=5")
    assert params(sent) == {
        "project": PROJECT,
        "logstore": "a",
        "body": {"from": 1, "to": 2, "reverse": True, "query": "5"},
    }


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (request("POST", "/logstores", body=b"{"), "PostBodyInvalid"),
        (request("POST", "/logstores", body=b"[]"), "PostBodyInvalid"),
        (request("POST", "/logstores", body=b"\xff"), "PostBodyInvalid"),
        (request("POST", "/logstores"), "LogStoreInfoInvalid"),
        (request("POST", "/logstores", body=b'{"ttl":"7"}'), "LogStoreInfoInvalid"),
        (request("POST", "/logstores/a/index", body=b'{"what":1}'), "IndexInfoInvalid"),
        (request("POST", "/machinegroups", body=b'{"groupName":1}'), "InvalidParameter"),
        (request("POST", "/configs", body=b'{"inputDetail":1}'), "InvalidParameter"),
        (request("PUT", "/", body=b'{"description":7}'), "ParameterInvalid"),
        (request("GET", "/logstores", query="size=x"), "ParameterInvalid"),
        (request("GET", "/logstores", query="what=x"), "ParameterInvalid"),
        (request("GET", "/logstores", host=REGION_HOST), "ParameterInvalid"),
        (request("GET", "/logstores/a", query="type=log&from=x&to=2"), "ParameterInvalid"),
        (request("POST", "/logstores/a/logs", body=b'{"from":1}'), "ParameterInvalid"),
        (
            request("POST", "/logstores/a/logs", body=b'{"from":1,"to":2,"line":101}'),
            "ParameterInvalid",
        ),
    ],
)
def test_malformed_parameters_are_refused(sent: Request, code: str) -> None:
    """Unknown, missing, mistyped and out of range: each in the code of its action."""
    assert refused(params, sent) == (code, 400)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (message(), {}),
        (message(), {"x_log_bodyrawsize": str(len(message()))}),
        (
            lz4.block.compress(message(), store_size=False),
            {"x_log_compresstype": "lz4", "x_log_bodyrawsize": str(len(message()))},
        ),
        (
            zlib.compress(message()),
            {"x_log_compresstype": "deflate", "x_log_bodyrawsize": str(len(message()))},
        ),
    ],
)
def test_logs_are_read_in_every_compression(body: bytes, headers: dict[str, str]) -> None:
    """Plain, LZ4 without a size in front, and deflate hold the same logs."""
    assert read_log_group(request(body=body, content_type=PROTOBUF, **headers)) == SHOWN


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"{}", {"content_type": "application/json"}, ("InvalidContentType", 415)),
        (b"\xff\xff", {}, ("PostBodyInvalid", 400)),
        (b"x", {"x_log_compresstype": "lz4"}, ("MissingBodyRawSize", 400)),
        (b"x", {"x_log_bodyrawsize": "-1"}, ("InvalidBodyRawSize", 400)),
        (b"x", {"x_log_bodyrawsize": "2"}, ("InvalidBodyRawSize", 400)),
        (
            b"x",
            {"x_log_compresstype": "zstd", "x_log_bodyrawsize": "1"},
            ("InvalidCompressType", 400),
        ),
        (
            b"\xff\xff\xff",
            {"x_log_compresstype": "lz4", "x_log_bodyrawsize": "9"},
            ("PostBodyUncompressError", 400),
        ),
        (
            b"\xff\xff\xff",
            {"x_log_compresstype": "deflate", "x_log_bodyrawsize": "9"},
            ("PostBodyUncompressError", 400),
        ),
        (
            lz4.block.compress(message(), store_size=False),
            {"x_log_compresstype": "lz4", "x_log_bodyrawsize": "500"},
            ("InvalidBodyRawSize", 400),
        ),
        (
            zlib.compress(bytes(100)),
            {"x_log_compresstype": "deflate", "x_log_bodyrawsize": "50"},
            ("InvalidBodyRawSize", 400),
        ),
        (
            b"x",
            {"x_log_compresstype": "lz4", "x_log_bodyrawsize": str(MOST_RAW_BYTES + 1)},
            ("PostBodyTooLarge", 413),
        ),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    body: bytes, headers: dict[str, str], expected: tuple[str, int]
) -> None:
    """Each thing that is wrong with a body of logs has a code; nothing is uncompressed in vain."""
    sent = request(body=body, **{"content_type": PROTOBUF, **headers})
    assert refused(read_log_group, sent) == expected


def test_written_groups_are_the_vendors_message() -> None:
    """What PullLogs answers is read by the vendor's own classes."""
    message_list = LogGroupList.FromString(write_log_groups([SHOWN]))
    group = message_list.LogGroups[0]
    assert (group.Topic, group.Source) == ("boot", "10.0.0.1")
    assert [(tag.Key, tag.Value) for tag in group.LogTags] == [("zone", "a")]
    assert [(log.Time, log.Contents[0].Value) for log in group.Logs] == [(7, "ü")]


def test_text_that_is_not_utf8_survives_as_text() -> None:
    """A value of arbitrary bytes does not break a group."""
    sent = request(body=message().replace("ü".encode(), b"\xff\xfe"), content_type=PROTOBUF)
    item = read_log_group(sent)["LogItems"][0]
    assert item["Contents"] == [{"Key": "text", "Value": "��"}]
    assert read_log_group(replace(sent, body=message())) == SHOWN
