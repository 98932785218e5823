"""What a deployment itself asks of Function Compute: layers, and invocations that are waited for.

Everything else about the functions is Serverless Devs' business.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeVar

from alibabacloud_fc20230330.client import Client
from alibabacloud_fc20230330.models import (
    CreateLayerVersionInput,
    CreateLayerVersionRequest,
    InputCodeLocation,
    InvokeFunctionHeaders,
    InvokeFunctionRequest,
    ListLayerVersionsRequest,
)
from darabonba.runtime import RuntimeOptions

from shared.cloud.answers import unexpected
from shared.cloud.endpoints import fc_host
from shared.cloud.fc import function_tags
from shared.cloud.fc_timers import FcTimers
from shared.cloud.session import CallFailedError, Effect, Session
from shared.failure import Failure, FailureError, Reaction

_Answer = TypeVar("_Answer")
_PAGE: Final = 100
_PATIENCE: Final = RuntimeOptions(connect_timeout=10_000, read_timeout=630_000)
"""For uploads of some 30 MB, and for a bootstrap that takes its whole ten minutes; in ms."""
_NO_LAYER: Final = ("LayerNotFound", "LayerVersionNotFound")


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """One published version of a layer; `checksum` is the CRC-64 of its ZIP archive."""

    number: int
    arn: str
    checksum: str


class FunctionCompute:
    """Function Compute in one region, behind a session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.send`).
    """

    def __init__(self, session: Session, region: str) -> None:
        host = fc_host(region)
        if host is None:
            raise ValueError(f"Function Compute is not offered in {region}")
        self._session, self._host = session, host
        self.region = region

    def function_arn(self, name: str) -> str | None:
        """Return a function's ARN, None where there is no such function (GetFunction)."""
        return FcTimers(self._session).function_arn(self.region, name)

    def tags(self, arn: str) -> Mapping[str, str]:
        """Return a function's tags (ListTagResources)."""
        return self._session.persist(
            Effect.READ, lambda: function_tags(self._session, self.region, arn)
        )

    def layer_versions(self, layer: str) -> tuple[LayerVersion, ...]:
        """Return every version of a layer, newest first; none is fine (ListLayerVersions)."""
        versions: list[LayerVersion] = []
        first: int | None = None
        try:
            while True:
                page, first = self._layer_page(layer, first)
                versions.extend(page)
                if not first or not page:
                    break
        except CallFailedError as error:
            if error.failure.code not in _NO_LAYER:
                raise
        return tuple(sorted(versions, key=lambda one: -one.number))

    def _layer_page(
        self, layer: str, first: int | None
    ) -> tuple[tuple[LayerVersion, ...], int | None]:
        request = ListLayerVersionsRequest(limit=_PAGE, start_version=first)

        def ask(client: Client, runtime: RuntimeOptions) -> Any:  # noqa: ANN401 (untyped SDK)
            return client.list_layer_versions_with_options(layer, request, {}, runtime).body

        page = self._session.persist(
            Effect.READ, lambda: self._send("ListLayerVersions", ask, lambda body: body)
        )
        return tuple(_layer_version(one) for one in page.layers or ()), page.next_version

    def publish_layer(
        self, layer: str, archive: bytes, runtime: str, description: str
    ) -> LayerVersion:
        """Publish an archive as the next version of a layer (CreateLayerVersion)."""
        code = InputCodeLocation(zip_file=base64.b64encode(archive).decode())
        body = CreateLayerVersionInput(
            code=code, compatible_runtime=[runtime], description=description
        )
        request = CreateLayerVersionRequest(body=body)

        def ask(client: Client, _runtime: RuntimeOptions) -> Any:  # noqa: ANN401 (untyped SDK)
            return client.create_layer_version_with_options(layer, request, {}, _PATIENCE).body

        return self._send("CreateLayerVersion", ask, _layer_version)

    def delete_layer_version(self, layer: str, number: int) -> None:
        """Delete one version; functions that use it keep what they have (DeleteLayerVersion)."""

        def ask(client: Client, runtime: RuntimeOptions) -> None:
            client.delete_layer_version_with_options(layer, str(number), {}, runtime)

        self._send("DeleteLayerVersion", ask, lambda _: None)

    def invoke(self, function: str, event: Mapping[str, object]) -> Mapping[str, Any]:
        """Invoke a function, wait, and return the report that it answers (InvokeFunction).

        Raises also:
            FailureError: the function itself failed, or answered no report.
        """
        request = InvokeFunctionRequest(body=BytesIO(json.dumps(event).encode()))
        headers = InvokeFunctionHeaders(x_fc_invocation_type="Sync")

        def ask(client: Client, _runtime: RuntimeOptions) -> bytes:
            answer = client.invoke_function_with_options(function, request, headers, _PATIENCE)
            said: bytes = answer.body.read()
            return said

        return _report(function, self._send("InvokeFunction", ask, lambda said: said))

    def _send(
        self,
        action: str,
        ask: Callable[[Client, RuntimeOptions], Any],
        read: Callable[[Any], _Answer],
    ) -> _Answer:
        client = Client(self._session.config(self._host))
        answer = self._session.send(
            self.region, self._host, action, lambda runtime: ask(client, runtime)
        )
        try:
            return read(answer)
        except (AttributeError, TypeError, ValueError) as error:
            raise unexpected(self.region, action, str(error)) from error


def _layer_version(said: Any) -> LayerVersion:  # noqa: ANN401 (the SDK's model)
    return LayerVersion(int(said.version), str(said.layer_version_arn), str(said.code_checksum))


def _report(function: str, said: bytes) -> Mapping[str, Any]:
    try:
        report = json.loads(said)
        if isinstance(report, str):  # what a handler returns as text may arrive as a JSON string
            report = json.loads(report)
    except ValueError:
        report = None
    if not isinstance(report, dict):
        raise FailureError(_failed(function, "it answered no report"))
    if "errorMessage" in report:
        raise FailureError(_failed(function, str(report["errorMessage"])))
    return report


def _failed(function: str, why: str) -> Failure:
    return Failure(
        "FunctionFailed",
        f"{function} failed: {why.removesuffix('.')}.",
        Reaction.HUMAN,
        "Read its log in the console of Function Compute.",
    )
