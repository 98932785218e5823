"""Function Compute (FC 3.0): asynchronous invocation of a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from shared.cloud.session import CallFailedError, Session, unreadable


def endpoint_of(region: str) -> str:
    """Return the host of FC 3.0 in a region (one region has its own form)."""
    if region == "me-central-1":
        return "me-central-1.fc.aliyuncs.com"
    return f"fcv3.{region}.aliyuncs.com"


def invoke_async(
    session: Session, region: str, function: str, payload: Mapping[str, object]
) -> None:
    """Ask FC to run a function with a JSON payload, and do not wait for it (InvokeFunction).

    Raises:
        CallFailedError: FC did not take the invocation.
        DeadlinePassedError: there was no time to ask.
    """
    # Imported here: its models cost CPU that a poll with nothing to provision must not pay.
    from alibabacloud_fc20230330.client import Client  # noqa: PLC0415
    from alibabacloud_fc20230330.models import (  # noqa: PLC0415
        InvokeFunctionHeaders,
        InvokeFunctionRequest,
    )

    host = endpoint_of(region)
    client = Client(session.config(host))
    request = InvokeFunctionRequest(body=BytesIO(json.dumps(payload).encode()))
    headers = InvokeFunctionHeaders(x_fc_invocation_type="Async")

    def ask(runtime: Any) -> Any:  # noqa: ANN401 (the SDK's own types, untyped)
        return client.invoke_function_with_options(function, request, headers, runtime)

    answer = session.send(region, host, "InvokeFunction", ask)
    if "html" in answer.headers.get("content-type", ""):  # FC answers this call without a body
        raise CallFailedError(unreadable(host, "InvokeFunction"), perhaps_applied=True)
