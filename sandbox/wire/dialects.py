"""What differs between API styles: proof of the caller, parameters, answers, errors.

The gateway does everything else once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Protocol

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Rule
from sandbox.wire.answers import failure, success
from sandbox.wire.authentication import Authenticator, own_parameters
from sandbox.wire.decoding import decode
from sandbox.wire.fc2_dialect import Fc2Dialect
from sandbox.wire.fc_messages import decode_fc, fc_success
from sandbox.wire.log_dialect import LogDialect
from sandbox.wire.messages import Answer, Request
from sandbox.wire.oss_dialect import OssDialect
from sandbox.wire.products import ApiStyle, Product
from sandbox.wire.rejections import internal_error, throttled
from sandbox.wire.routing import Call


class Dialect(Protocol):
    """How one API style is spoken."""

    def admit(self, authenticator: Authenticator, request: Request, call: Call) -> Caller:
        """Returns who makes an authentic request; raises ApiError otherwise."""

    def decode(self, request: Request, call: Call) -> dict[str, object]:
        """The action's typed parameters; raises ApiError for what does not fit."""

    def success(
        self, request: Request, call: Call, result: Mapping[str, object], request_id: str
    ) -> Answer:
        """A result as an answer."""

    def failure(
        self, product: Product | None, error: ApiError, host: str, request_id: str
    ) -> Answer:
        """An error as an answer; `product` is None where the request did not even name one."""

    def fault_error(self, rule: Rule, action: str) -> ApiError:
        """The error that stands for a fault in which the API still gives an answer."""


class AcsDialect:
    """The common API gateway's: ACS3 or RPC signatures, RPC and ROA products alike."""

    def admit(self, authenticator: Authenticator, request: Request, call: Call) -> Caller:
        """As in `Dialect`."""
        return authenticator.admit(request, call.query, call.form)

    def decode(self, _request: Request, call: Call) -> dict[str, object]:
        """As in `Dialect`."""
        return decode(call.product.actions[call.action], own_parameters(call.pairs))

    def success(
        self, _request: Request, call: Call, result: Mapping[str, object], request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        return success(call.product, result, request_id)

    def failure(
        self, product: Product | None, error: ApiError, host: str, request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        return failure(product, error, host, request_id)

    def fault_error(self, rule: Rule, _action: str) -> ApiError:
        """As in `Dialect`."""
        match rule.fault:
            case "throttle":
                usual = throttled(rule.retry_after_ms)
            case "http_500":
                usual = internal_error()
            case _:
                said = f"The request was refused with {rule.code}."
                usual = ApiError(rule.code or "InternalError", said, HTTPStatus.BAD_REQUEST)
        return ApiError(
            rule.code or usual.code,
            rule.message or usual.message,
            usual.http_status,
            rule.retry_after_ms,
        )


class FcDialect(AcsDialect):
    """Function Compute's: bodies of JSON or bytes, and error codes of its own."""

    def decode(self, request: Request, call: Call) -> dict[str, object]:
        """As in `Dialect`."""
        return decode_fc(request, call)

    def success(
        self, request: Request, call: Call, result: Mapping[str, object], request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        return fc_success(request, call, result, request_id)


_ACS: Final = AcsDialect()
_DIALECTS: Final[Mapping[ApiStyle, Dialect]] = {
    ApiStyle.RPC: _ACS,
    ApiStyle.ROA: FcDialect(),
    ApiStyle.FC_2: Fc2Dialect(),
    ApiStyle.LOG: LogDialect(),
    ApiStyle.OSS: OssDialect(),
}


def dialect_of(product: Product | None) -> Dialect:
    """The dialect of a product; an unknown one is answered by the common API gateway."""
    return _ACS if product is None else _DIALECTS[product.style]
