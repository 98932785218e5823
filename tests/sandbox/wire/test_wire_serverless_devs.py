"""What Serverless Devs sends is answered as it needs it: sequences of the real tool, replayed.

Requests are sent by the official Python SDK, uploads by hand. Answers are compared whole; what
differs each time has a placeholder in the recording.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from sandbox.domain.timing import Timing
from sandbox.server import RunningSandbox, start_sandbox
from tests.sandbox.fc_packages import archive
from tests.sandbox.roles import make_role
from tests.sandbox.wire.code_uploads import (
    REGION,
    TOKEN_PATH,
    Grant,
    ask_for_grant,
    put_object,
    read_grant,
)

ConfigFor = Callable[..., Config]
Json = Any

RECORDING: Final = json.loads(
    Path(__file__).with_name("serverless_devs_requests.json").read_text("utf-8")
)
UPLOAD: Final = "<upload>"
PACKAGE: Final = archive(
    {"index.py": "def handler(event, context):\n    return b'echo ' + event\n"}
)
VARYING: Final = (
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"(?<=p2p-agent-watcher-)[0-9a-f-]{10}(?=\.|-vpc\.)"), "<id>"),
)


class Replay:
    """Sends recorded calls, and says what is answered with placeholders for what varies."""

    def __init__(self, sandbox: RunningSandbox, config: Config) -> None:
        self._sandbox = sandbox
        self._client = OpenApiClient(config)
        self._grant: Grant | None = None

    def answer(self, call: Mapping[str, Json]) -> tuple[int, Json]:
        """Status and body of the answer to one call."""
        if call["path"] == TOKEN_PATH:
            response = ask_for_grant(self._sandbox)
            self._grant = read_grant(self._sandbox, response)
            return response.status_code, self._generalised(response.json())
        if call["path"] == UPLOAD:
            assert self._grant is not None
            return put_object(self._sandbox, self._grant, PACKAGE).status_code, None
        status, text = self._send(call)
        try:
            return status, self._generalised(json.loads(text))
        except ValueError:
            return status, text or None

    def _send(self, call: Mapping[str, Json]) -> tuple[int, str]:
        params = Params(
            action="Any",
            version="2023-03-30",
            protocol="HTTP",
            pathname=call["path"],
            method=call["method"],
            auth_type="AK",
            style="ROA",
            req_body_type="json",
            body_type="string",
        )
        request = OpenApiRequest(
            query=self._particular(call.get("query")),
            headers=call.get("headers"),
            body=self._particular(call.get("body")),
        )
        try:
            answer = self._client.call_api(params, request, RuntimeOptions())
        except ClientException as error:
            told = {name: error.data[name] for name in ("Code", "Message", "RequestId")}
            return error.data["statusCode"], json.dumps(told)
        return answer["statusCode"], answer["body"]

    def _particular(self, part: Json) -> Json:
        """Recorded values for this account and this upload."""
        if isinstance(part, dict):
            return {name: self._particular(value) for name, value in part.items()}
        if isinstance(part, list):
            return [self._particular(value) for value in part]
        if part == UPLOAD:
            assert self._grant is not None
            return {"ossBucketName": self._grant.bucket, "ossObjectName": self._grant.name}
        return part.replace("<account>", self._sandbox.account_id) if _is_text(part) else part

    def _generalised(self, part: Json, name: str = "") -> Json:
        """An answer as it would be recorded."""
        if isinstance(part, dict):
            return {key: self._generalised(value, key) for key, value in part.items()}
        if isinstance(part, list):
            return [self._generalised(value) for value in part]
        if name in {"codeChecksum", "codeSize", "size"}:
            assert part in {len(PACKAGE), str(part)}
            return "<package>"
        if name in {"AccessKeyId", "AccessKeySecret", "SecurityToken"}:
            return "<secret>"
        if not _is_text(part):
            return part
        text = part.replace(self._sandbox.account_id, "<account>")
        for pattern, placeholder in VARYING:
            text = pattern.sub(placeholder, text)
        return text


def _is_text(part: Json) -> bool:
    return isinstance(part, str)


def recorded_answer(call: Mapping[str, Json]) -> tuple[int, Json]:
    """Status and body that a call was answered with."""
    name = call.get("answer")
    return call["status"], call.get("text") if name is None else RECORDING["answers"][name]


@pytest.fixture
def prepared() -> Iterator[RunningSandbox]:
    """A sandbox with what a deployment expects: the function's role, and where its log goes."""
    with start_sandbox(seed=1, timing=Timing.instant()) as sandbox:
        make_role(sandbox.cloud, "p2p-agent-watcher")
        make_logstore(sandbox, "p2p-agent-logs", "functions")
        yield sandbox


def make_logstore(sandbox: RunningSandbox, project: str, logstore: str) -> None:
    """A project with a logstore."""
    settings = {"logstoreName": logstore, "ttl": 7, "shardCount": 1}
    for action, params in (
        ("CreateProject", {"body": {"projectName": project, "description": ""}}),
        ("CreateLogStore", {"project": project, "body": settings}),
    ):
        sandbox.cloud.call("log", action, REGION, params)


@pytest.mark.parametrize("by_proxy", [True, False], ids=["proxy", "address"])
def test_the_recorded_sequences(
    prepared: RunningSandbox, config_for: ConfigFor, *, by_proxy: bool
) -> None:
    """Publish, create, update, info, invoke and remove: every answer is the recorded one.

    The same through the proxy and at the sandbox's own address, with the region in the path.
    """
    address = prepared.endpoint.removeprefix("http://")
    config = (
        config_for(prepared, endpoint=f"fcv3.{REGION}.aliyuncs.com")
        if by_proxy
        else config_for(prepared, endpoint=f"{address}/{REGION}", http_proxy=None)
    )
    replay = Replay(prepared, config)
    for sequence in RECORDING["sequences"]:
        for call in sequence["calls"]:
            place = (sequence["command"], call["method"], call["path"])
            assert (place, replay.answer(call)) == (place, recorded_answer(call))
