"""Function Compute 2.0's dialect: its own signature, and `ErrorCode` and `ErrorMessage`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Rule
from sandbox.wire.authentication import Authenticator
from sandbox.wire.decoding import decode
from sandbox.wire.fc2_authentication import admit_fc2
from sandbox.wire.messages import Answer, Request, json_answer
from sandbox.wire.products import Product
from sandbox.wire.routing import Call


class Fc2Dialect:
    """How Function Compute 2.0's API is spoken."""

    def admit(self, authenticator: Authenticator, request: Request, _call: Call) -> Caller:
        """As in `Dialect`."""
        return admit_fc2(authenticator, request)

    def decode(self, _request: Request, call: Call) -> dict[str, object]:
        """As in `Dialect`."""
        return decode(call.product.actions[call.action], call.query)

    def success(
        self, _request: Request, _call: Call, result: Mapping[str, object], request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        return json_answer(HTTPStatus.OK, result, _request_id(request_id))

    def failure(
        self, _product: Product | None, error: ApiError, _host: str, request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        body = {"ErrorCode": error.code, "ErrorMessage": error.message}
        return json_answer(error.http_status, body, _request_id(request_id))

    def fault_error(self, rule: Rule, _action: str) -> ApiError:
        """As in `Dialect`."""
        status, usual = {
            "throttle": (HTTPStatus.TOO_MANY_REQUESTS, "ResourceThrottled"),
            "http_500": (HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError"),
        }.get(rule.fault or "", (HTTPStatus.BAD_REQUEST, "InvalidArgument"))
        code = rule.code or usual
        return ApiError(code, rule.message or f"The request was refused with {code}.", status)


def _request_id(request_id: str) -> tuple[tuple[str, str], ...]:
    return (("x-fc-request-id", request_id),)
