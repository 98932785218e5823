"""Functions that tests deploy to a sandbox with the vendor's own client."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path
from typing import Any, Final

from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from tests.sandbox.fc_packages import encoded

FC_ENDPOINT: Final = "fcv3.ap-southeast-7.aliyuncs.com"


class FcDeployer:
    """Deploys and invokes functions; what it answers is what the SDK answers."""

    def __init__(self, config: Config) -> None:
        self.client: Any = FcClient(config)

    def create(self, source: str, name: str = "f", **settings: object) -> Any:  # noqa: ANN401
        """A function whose handler is `handler` in `source`."""
        files = {"index.py": source}
        usual: dict[str, object] = {
            "function_name": name,
            "handler": "index.handler",
            "runtime": "python3.10",
            "timeout": 20,
            "code": models.InputCodeLocation(zip_file=encoded(files)),
        }
        body = models.CreateFunctionInput(**{**usual, **settings})
        return self.client.create_function(models.CreateFunctionRequest(body=body)).body

    def invoke(self, event: str = "{}", name: str = "f", **headers: str) -> Any:  # noqa: ANN401
        """The response to one invocation, synchronous unless the headers say otherwise."""
        request = models.InvokeFunctionRequest(body=io.BytesIO(event.encode()))
        sent = models.InvokeFunctionHeaders(**headers)
        return self.client.invoke_function_with_options(name, request, sent, RuntimeOptions())

    def invoke_async(self, event: str = "{}", name: str = "f") -> str:
        """Invokes without waiting; returns the request id."""
        response = self.invoke(event, name, x_fc_invocation_type="Async")
        assert (response.status_code, response.body.read()) == (202, b"")
        return str(response.headers["x-fc-request-id"])

    def result(self, event: str = "{}", name: str = "f") -> Any:  # noqa: ANN401
        """The JSON that a synchronous invocation returns."""
        return json.loads(self.invoke(event, name).body.read())


def appears(path: Path, timeout_s: float = 10) -> str:
    """The text of a file that a function is about to write."""
    until = time.monotonic() + timeout_s
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, f"{path} has not appeared"
        time.sleep(0.01)
    return path.read_text()


def have_ended(pids: str, timeout_s: float = 5) -> bool:
    """Whether processes, numbers in a line of text, end within a moment: a kill takes a while."""
    until = time.monotonic() + timeout_s
    while any(_is_running(int(pid)) for pid in pids.split()):
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True


def _is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] not in "ZX"
