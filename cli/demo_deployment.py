"""Puts the two functions with their roles into the demo's account, and calls them.

As a deployment does: each function may do what its policy in `infra/ram/` says. The code is this
checkout's `functions/` and `shared/`; the packages that they import are the ones of the interpreter
that runs the sandbox.
"""

from __future__ import annotations

import base64
import io
import json
import random
import time
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

from cli.role_work import Due, RoleWork
from infra.ram.documents import FUNCTION_TRUST, PolicyName, policy_document
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.roles import WantedRole, steps_to_go, steps_to_stand
from shared.settings import CloudSettings, cloud_settings_from

REGION: Final = "ap-southeast-1"
FLEET: Final = "p2p-agent"
WATCHER: Final = f"{FLEET}-watcher"
BOOTSTRAP: Final = f"{FLEET}-bootstrap"
_ROOT: Final = Path(__file__).parents[1]
_CODE: Final = ("functions", "shared")
_TIMEOUTS_S: Final = {WATCHER: 60, BOOTSTRAP: 600}
_POLICIES: Final[Mapping[str, PolicyName]] = {WATCHER: "watcher", BOOTSTRAP: "bootstrap"}
_ROLES_WITHIN_S: Final = 30.0
_CALL_TIMEOUT_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class Deployment:
    """The functions of one account; `operator`: who deploys them, and where."""

    client: Client
    environment: Mapping[str, str]
    operator: CloudSettings
    account_id: str

    def deploy(self) -> None:
        """Create both functions; a failed run is not repeated, the next poll is the repetition."""
        self._work_on_roles(steps_to_stand)
        code = InputCodeLocation(zip_file=_package())
        for name, timeout_s in _TIMEOUTS_S.items():
            self.client.create_function(
                CreateFunctionRequest(
                    body=CreateFunctionInput(
                        function_name=name,
                        runtime="python3.12",
                        handler=f"functions/{_POLICIES[name]}/handler.handler",
                        role=f"acs:ram::{self.account_id}:role/{name}",
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
        """Delete both functions, and their roles."""
        for name in _TIMEOUTS_S:
            self.client.delete_function(name)
        self._work_on_roles(steps_to_go)

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

    def _work_on_roles(self, due: Due) -> None:
        """Do what is due about the functions' roles, which are called as the functions are."""
        session = Session(
            self.operator.cloud,
            Deadline.after(_ROLES_WITHIN_S, time.monotonic),
            endpoint_url=self.operator.endpoint_url,
            sleep=time.sleep,
            rng=random.Random(),
        )
        work = RoleWork(session, time.sleep, dry_run=False)
        for name, policy in _POLICIES.items():
            document = policy_document(policy, FLEET)
            work.settle(WantedRole(FLEET, name, FUNCTION_TRUST, document), due)


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
    operator = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ready["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ready["access_key_secret"],
        "ALIBABA_CLOUD_ENDPOINT_URL": url,
    }
    return Deployment(
        Client(config), environment, cloud_settings_from(operator), ready["account_id"]
    )


def _package() -> str:
    """Return the functions' code as a Base64 ZIP archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in _CODE:
            for path in sorted((_ROOT / folder).rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    archive.write(path, path.relative_to(_ROOT).as_posix())
    return base64.b64encode(packed.getvalue()).decode()
