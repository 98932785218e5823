"""The Simple Log Service's dialect: its own signatures, error codes and content types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Rule
from sandbox.domain.log.errors import (
    config_invalid,
    index_invalid,
    logstore_invalid,
    machine_group_invalid,
)
from sandbox.wire.authentication import Authenticator
from sandbox.wire.decoding import decode
from sandbox.wire.log_answers import log_failure, log_success
from sandbox.wire.log_authentication import admit_log
from sandbox.wire.log_bodies import read_log_group
from sandbox.wire.log_rejections import (
    body_not_json,
    internal_error,
    parameter_invalid,
    read_quota_exceeded,
    server_busy,
    write_quota_exceeded,
)
from sandbox.wire.messages import Answer, Pairs, Request
from sandbox.wire.products import Product
from sandbox.wire.routing import Call

_READING: Final = ("Get", "List", "Pull")
_STATUS: Final = {
    error.code: error.http_status
    for error in (write_quota_exceeded(), read_quota_exceeded(), server_busy(), internal_error())
} | {"Unauthorized": HTTPStatus.UNAUTHORIZED, "ProjectNotExist": HTTPStatus.NOT_FOUND}
"""The HTTP status that goes with a code, for faults that only give the code."""

_REFUSALS: Final[Mapping[str, Callable[[str], ApiError]]] = {
    "CreateLogStore": logstore_invalid,
    "UpdateLogStore": logstore_invalid,
    "CreateIndex": index_invalid,
    "UpdateIndex": index_invalid,
    "CreateMachineGroup": lambda _: machine_group_invalid(),
    "UpdateMachineGroup": lambda _: machine_group_invalid(),
    "CreateConfig": lambda _: config_invalid(),
    "UpdateConfig": lambda _: config_invalid(),
}
"""What becomes of a malformed request where that is not ParameterInvalid."""


class LogDialect:
    """How the Simple Log Service is spoken."""

    def admit(self, authenticator: Authenticator, request: Request, call: Call) -> Caller:
        """Returns who makes an authentic request; raises ApiError otherwise."""
        return admit_log(authenticator, request, call.region)

    def decode(self, request: Request, call: Call) -> dict[str, object]:
        """The action's typed parameters; raises ApiError in the action's own code."""
        pairs = call.path_pairs + _own_query(request, call)
        body = dict(pairs).get("body")
        if body is not None and not _is_json_object(body):
            raise body_not_json()
        try:
            params = decode(call.product.actions[call.action], pairs)
        except ApiError as error:
            refusal = _REFUSALS.get(call.action, parameter_invalid)
            raise refusal(error.message) from None
        if call.action == "PostLogStoreLogs":
            params["body"] = read_log_group(request)
        return params

    def success(
        self, request: Request, call: Call, result: Mapping[str, object], request_id: str
    ) -> Answer:
        """A result as an answer."""
        return log_success(request, call.action, result, request_id)

    def failure(
        self, _product: Product | None, error: ApiError, _host: str, request_id: str
    ) -> Answer:
        """An error as an answer."""
        return log_failure(error, request_id)

    def fault_error(self, rule: Rule, action: str) -> ApiError:
        """The error that stands for a fault in which the service still gives an answer.

        Throttling is `WriteQuotaExceed` or `ReadQuotaExceed`; with the code `ServerBusy` it is
        the 503 that the SDK retries.
        """
        match rule.fault:
            case "throttle":
                reading = action.startswith(_READING)
                usual = read_quota_exceeded() if reading else write_quota_exceeded()
            case "http_500":
                usual = internal_error()
            case _:
                usual = parameter_invalid(f"The request was refused with {rule.code}.")
        code = rule.code or usual.code
        return ApiError(code, rule.message or usual.message, _STATUS.get(code, usual.http_status))


def _own_query(request: Request, call: Call) -> Pairs:
    """The query's parameters but `type`, which has done its work; GetLogs has them as a body."""
    if call.action == "GetLogs":
        return ()
    return tuple(pair for pair in request.query_pairs() if pair[0] != "type")


def _is_json_object(body: str) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
