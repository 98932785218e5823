"""Puts the two functions into the demo's account, as a deployment does, and calls them.

The code is this checkout's `functions/` and `shared/`; the packages that they import are the ones
of the interpreter that runs the sandbox.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alibabacloud_fc20230330.client import Client
from alibabacloud_fc20230330.models import (
    CreateFunctionInput,
    CreateFunctionRequest,
    InputCodeLocation,
    InvokeFunctionHeaders,
    InvokeFunctionRequest,
    PutAsyncInvokeConfigInput,
    PutAsyncInvokeConfigRequest,
)
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

REGION: Final = "ap-southeast-1"
WATCHER: Final = "p2p-watcher"
BOOTSTRAP: Final = "p2p-bootstrap"
_ROOT: Final = Path(__file__).parents[1]
_CODE: Final = ("functions", "shared")
_TIMEOUTS_S: Final = {WATCHER: 60, BOOTSTRAP: 600}
_CALL_TIMEOUT_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class Deployment:
    """The functions of one account."""

    client: Client
    environment: Mapping[str, str]

    def deploy(self) -> None:
        """Create both functions; a failed run is not repeated, the next poll is the repetition."""
        code = InputCodeLocation(zip_file=_package())
        for name, timeout_s in _TIMEOUTS_S.items():
            folder = name.removeprefix("p2p-")
            self.client.create_function(
                CreateFunctionRequest(
                    body=CreateFunctionInput(
                        function_name=name,
                        runtime="python3.12",
                        handler=f"functions/{folder}/handler.handler",
                        code=code,
                        cpu=0.5,
                        memory_size=512,
                        disk_size=512,
                        timeout=timeout_s,
                        environment_variables=dict(self.environment),
                    )
                )
            )
            never = PutAsyncInvokeConfigInput(max_async_retry_attempts=0)
            request = PutAsyncInvokeConfigRequest(body=never)
            self.client.put_async_invoke_config(name, request)

    def remove(self) -> None:
        """Delete both functions."""
        for name in _TIMEOUTS_S:
            self.client.delete_function(name)

    def invoke(self, name: str, event: Mapping[str, object]) -> Mapping[str, Any]:
        """Call a function as the FC console does, and return the report that it answers."""
        request = InvokeFunctionRequest(body=io.BytesIO(json.dumps(event).encode()))
        headers = InvokeFunctionHeaders(x_fc_invocation_type="Sync")
        patient = RuntimeOptions(read_timeout=_CALL_TIMEOUT_MS)
        answer = self.client.invoke_function_with_options(name, request, headers, patient)
        said = json.loads(answer.body.read())
        report: Mapping[str, Any] = json.loads(said) if isinstance(said, str) else said
        if "errorMessage" in report:
            raise RuntimeError(f"{name} failed: {report['errorMessage']}")
        return report


def deployment(
    ready: Mapping[str, str], control_source: str, *, endpoint: str | None = None
) -> Deployment:
    """Return the deployment into the account that a sandbox's ready line names."""
    url = endpoint or ready["endpoint"]
    environment = {
        "ALIBABA_CLOUD_ENDPOINT_URL": url,
        "P2P_FLEET_CLOCK_URL": url,
        "CONTROL_SOURCES": control_source,
        "BOOTSTRAP_FUNCTION": BOOTSTRAP,
        "WATCHER_FUNCTION": WATCHER,
    }
    config = Config(
        access_key_id=ready["access_key_id"],
        access_key_secret=ready["access_key_secret"],
        endpoint=f"fcv3.{REGION}.aliyuncs.com",
        protocol="http",
        http_proxy=url,
    )
    return Deployment(Client(config), environment)


def _package() -> str:
    """Return the functions' code as a Base64 ZIP archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in _CODE:
            for path in sorted((_ROOT / folder).rglob("*.py")):
                archive.write(path, path.relative_to(_ROOT).as_posix())
    return base64.b64encode(packed.getvalue()).decode()
