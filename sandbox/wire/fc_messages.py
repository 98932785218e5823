"""Bodies, answers and refusals as Function Compute writes them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from sandbox.domain.errors import ApiError
from sandbox.domain.fc.records import Invocation, Outcome
from sandbox.wire.authentication import own_parameters
from sandbox.wire.decoding import decode
from sandbox.wire.messages import JSON_CONTENT_TYPE, Answer, Request, json_answer
from sandbox.wire.routing import Call

_BINARY: Final = "application/octet-stream"
_BODY: Final = "body"
_INVOKE: Final = "InvokeFunction"
_SILENT: Final = frozenset({"TagResources", "UntagResources"})
"""Answered with 200 and nothing else, as what deletes is with 204."""


def decode_fc(request: Request, call: Call) -> dict[str, object]:
    """The typed parameters of a call; raises ApiError `InvalidArgument` for what does not fit."""
    params = call.product.actions[call.action]
    beside = {name: param for name, param in params.items() if name != _BODY}
    try:
        values = decode(beside, own_parameters(call.pairs))
        if call.action == _INVOKE:
            return {**values, _BODY: request.body}
        if _BODY in params:
            values |= decode({_BODY: params[_BODY]}, [(_BODY, request.body.decode("utf-8"))])
    except ApiError as error:
        message = error.message.replace(f"{_BODY}.", "")
        raise ApiError("InvalidArgument", message, HTTPStatus.BAD_REQUEST) from None
    except UnicodeDecodeError:
        message = "the body of the request is not UTF-8"
        raise ApiError("InvalidArgument", message, HTTPStatus.BAD_REQUEST) from None
    return values


def fc_success(
    request: Request, call: Call, result: Mapping[str, object], request_id: str
) -> Answer:
    """A result: JSON, the result of a function, or nothing at all."""
    invocation = result.get("invocation")
    if isinstance(invocation, Invocation):
        return _invoked(invocation, tail=request.headers.get("x-fc-log-type") == "Tail")
    headers = _request_ids(request_id)
    if call.action.startswith("Delete"):
        return Answer(HTTPStatus.NO_CONTENT, _BINARY, b"", headers)
    if call.action in _SILENT:
        return Answer(HTTPStatus.OK, _BINARY, b"", headers)
    if call.action == "ListTagResources":
        return json_answer(HTTPStatus.OK, {"RequestId": request_id, **result}, headers)
    return json_answer(HTTPStatus.OK, result, headers)


def _invoked(invocation: Invocation, *, tail: bool) -> Answer:
    headers = _request_ids(invocation.request_id)
    if not invocation.sync:
        return Answer(HTTPStatus.ACCEPTED, _BINARY, b"", headers)
    outcome = invocation.outcome or Outcome(None, b"")
    headers += _of_instance(invocation)
    headers += (
        ("x-fc-invocation-duration", f"{outcome.duration_ms:.2f}"),
        ("x-fc-max-memory-usage", f"{outcome.peak_memory_mb:.2f}"),
    )
    if tail:
        headers += (("x-fc-log-result", base64.b64encode(outcome.log_tail).decode()),)
    if outcome.error_type is None:
        return Answer(HTTPStatus.OK, _BINARY, outcome.payload, headers)
    headers += (("x-fc-error-type", outcome.error_type),)
    return Answer(HTTPStatus.OK, JSON_CONTENT_TYPE, outcome.payload, headers)


def _of_instance(invocation: Invocation) -> tuple[tuple[str, str], ...]:
    """What ran it; nothing where it has not come to that."""
    launch = invocation.launch
    if launch is None:
        return ()
    headers = (
        ("x-fc-instance-id", launch.instance_id),
        ("x-fc-invocation-service-version", "LATEST"),
    )
    if launch.package is None:
        return headers
    return (*headers, ("x-fc-code-checksum", launch.package.checksum))


def _request_ids(request_id: str) -> tuple[tuple[str, str], ...]:
    return (("x-acs-request-id", request_id), ("x-fc-request-id", request_id))
