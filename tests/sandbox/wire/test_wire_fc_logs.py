"""What functions log can be read back with the official client of the Simple Log Service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.domain.timing import Timing
from sandbox.server import RunningSandbox, start_sandbox
from tests.sandbox.wire.fc_deployment import FC_ENDPOINT, FcDeployer
from tests.sandbox.wire.log_client import log_client

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]
Fields = dict[str, str]

REGION: Final = "ap-southeast-7"
TARGET: Final = models.LogConfig(
    project="p2p-logs", logstore="functions", enable_request_metrics=True
)
TALKS: Final = """
import logging, sys
def handler(event, context):
    print("from stdout")
    sys.stderr.write("from stderr")
    logging.getLogger().info("from the logger")
    if event == b"fail":
        raise ValueError("out of bananas")
    return [context.log_project, context.log_store, getattr(context, "service", None) and
            [context.service.log_project, context.service.log_store, context.service.qualifier]]
"""


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox in which nothing takes time, with an indexed logstore for functions."""
    with start_sandbox(seed=1, timing=Timing.instant()) as running:
        logstore = {"logstoreName": "functions", "ttl": 7, "shardCount": 1}
        line = {"token": [" ", ":", ","], "caseSensitive": False, "chn": False}
        for action, params in (
            ("CreateProject", {"body": {"projectName": "p2p-logs", "description": ""}}),
            ("CreateLogStore", {"project": "p2p-logs", "body": logstore}),
            (
                "CreateIndex",
                {"project": "p2p-logs", "logstore": "functions", "body": {"line": line}},
            ),
        ):
            running.cloud.call("log", action, REGION, params)
        yield running


@pytest.fixture
def fc(sandbox: RunningSandbox, config_for: ConfigFor) -> FcDeployer:
    """The official FC client for that sandbox."""
    return FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))


def read(sandbox: RunningSandbox, topic: str = "", query: str = "") -> list[Fields]:
    """The own fields of all logs of the last day that fit, oldest first."""
    now = int(sandbox.cloud.clock.now.timestamp()) + 60
    with log_client(sandbox, REGION) as client:
        found = client.get_log("p2p-logs", "functions", now - 86400, now, topic=topic, query=query)
    return [
        {name: value for name, value in one.get_contents().items() if not name.startswith("__")}
        for one in found.get_logs()
    ]


def test_lines_are_logs(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """Both streams, line by line, with the function's name and its instance's id."""
    fc.create(TALKS, log_config=TARGET)
    response = fc.invoke("x")
    request_id = response.headers["x-fc-request-id"]
    lines = read(sandbox, topic="FCLogs:f")
    assert {frozenset(line.items() - {("message", line["message"])}) for line in lines} == {
        frozenset(
            {
                ("functionName", "f"),
                ("instanceID", response.headers["x-fc-instance-id"]),
                ("qualifier", "LATEST"),
                ("versionId", ""),
            }
        )
    }
    messages = [line["message"] for line in lines]
    written = re.sub(r"^\S+Z", "<time>", messages[2].removeprefix("from stderr"))
    assert [*messages[:2], written, *messages[3:]] == [
        f"FC Invoke Start RequestId: {request_id}",
        "from stdout",
        f"<time> {request_id} [INFO] from the logger",
        f"FC Invoke End RequestId: {request_id}",
    ]
    found = read(sandbox, query=f'"{request_id}" and Start')
    assert [one["message"] for one in found] == messages[:1]


def test_metrics_are_logs(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """One log for each attempt, under a topic of its own, unless they are turned off."""
    fc.create(TALKS, log_config=TARGET)
    response = fc.invoke("fail")
    (metrics,) = read(sandbox, topic="FCRequestMetrics:/f")
    timestamps = [metrics.pop(f"{kind}StartTimestamp") for kind in ("invocation", "invokeFunction")]
    assert all(re.fullmatch(r"\d{13}", timestamp) for timestamp in timestamps)
    duration = response.headers["x-fc-invocation-duration"]
    assert metrics == {
        "durationMs": duration,
        "errorType": "UnhandledInvocationError",
        "functionName": "f",
        "hasFunctionError": "true",
        "instanceID": response.headers["x-fc-instance-id"],
        "invocationType": "Sync",
        "invokeFunctionLatencyMs": duration,
        "isColdStart": "true",
        "memoryMB": "512",
        "memoryUsageMB": response.headers["x-fc-max-memory-usage"],
        "operation": "InvokeFunction",
        "qualifier": "LATEST",
        "requestId": response.headers["x-fc-request-id"],
        "resourceMode": "OnDemand",
    }
    silent = models.LogConfig(
        project="p2p-logs", logstore="functions", enable_request_metrics=False
    )
    fc.create(TALKS, "silent", log_config=silent)
    fc.invoke("fail", "silent")
    assert read(sandbox, topic="FCRequestMetrics:/silent") == []
    assert any("out of bananas" in one["message"] for one in read(sandbox, topic="FCLogs:silent"))


def test_the_whole_log_arrives(fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall) -> None:
    """Not only its last 4 KB, which is all that an answer or the state has; other bytes too."""
    fc.create(
        "import sys\n"
        "def handler(event, context):\n"
        "    sys.stdout.buffer.write(b'\\xff\\n' + b'line\\n' * 2000)\n",
        log_config=TARGET,
    )
    fc.invoke_async()
    sandbox.wait_until_idle(timeout_s=20)
    (invocation,) = admin(sandbox, "GET", "state")["products"]["fc"][REGION]["invocations"]
    assert len(invocation["log"]) == 4096
    (log_count,) = (
        logstore["log_count"]
        for logstore in admin(sandbox, "GET", "state")["products"]["log"][REGION]["projects"][0][
            "logstores"
        ]
    )
    assert log_count == 2000 + 4
    assert [one["message"] for one in read(sandbox, query="�")] == ["�"]


def test_a_function_knows_where_its_log_goes(fc: FcDeployer) -> None:
    """In the context; before python3.12 as part of the service, too."""
    fc.create(TALKS, "old", runtime="python3.10", log_config=TARGET)
    fc.create(TALKS, "new", runtime="python3.12", log_config=TARGET)
    fc.create(TALKS, "none", runtime="python3.12")
    place = ["p2p-logs", "functions"]
    assert fc.result(name="old") == [*place, [*place, "LATEST"]]
    assert fc.result(name="new") == [*place, None]
    assert fc.result(name="none") == ["", "", None]


def test_where_there_is_no_logstore(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """A function cannot be made or changed to log there; one whose project is gone runs on."""
    for project, logstore, missing in (
        ("nowhere", "functions", "project 'nowhere'"),
        ("p2p-logs", "none", "logstore 'none'"),
    ):
        config = models.LogConfig(project=project, logstore=logstore)
        with pytest.raises(ClientException) as refused:
            fc.create(TALKS, log_config=config)
        data = refused.value.data
        assert (data["statusCode"], data["Code"]) == (400, "InvalidArgument")
        assert data["Message"] == f"{missing} does not exist"
    fc.create(TALKS, log_config=TARGET)
    sandbox.cloud.call("log", "DeleteProject", REGION, {"project": "p2p-logs"})
    assert fc.result() == ["p2p-logs", "functions", ["p2p-logs", "functions", "LATEST"]]
