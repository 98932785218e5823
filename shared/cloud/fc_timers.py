"""Function Compute (FC 3.0): time triggers of a function, and the function's own name (ARN).

Through the generic client: FC's own would import hundreds of model modules for the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params

from shared.cloud.answers import Item, flag, text, text_or, understood
from shared.cloud.endpoints import fc_host
from shared.cloud.session import CallFailedError, Effect, Session, unreadable
from shared.failure import Failure, Reaction

_VERSION: Final = "2023-03-30"
_TIMER: Final = "timer"


@dataclass(frozen=True, slots=True)
class Timer:
    """A time trigger; `payload` is the text that its events carry.

    `cron` is what stands there: six fields in UTC, `CRON_TZ=…` before them, or `@every 5m`.
    """

    name: str
    cron: str
    enabled: bool
    payload: str


@dataclass(frozen=True, slots=True)
class _Request:
    """One request about a function; `path` is what follows the function's name."""

    action: str
    method: str
    function: str
    path: str = ""
    body: Mapping[str, object] | None = None

    @property
    def params(self) -> Params:
        """The request's shape, as the SDK takes it."""
        return Params(
            action=self.action,
            version=_VERSION,
            protocol="HTTPS",
            pathname=f"/{_VERSION}/functions/{quote(self.function, safe='')}{self.path}",
            method=self.method,
            auth_type="AK",
            style="ROA",
            req_body_type="json",
            body_type="none" if self.method == "DELETE" else "json",
        )


class FcTimers:
    """The time triggers of functions in every region, behind a session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`); the former,
    too, where the region has no Function Compute.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def function_arn(self, region: str, function: str) -> str | None:
        """Return a function's ARN as FC gives it, None where there is none (GetFunction)."""
        request = _Request("GetFunction", "GET", function)
        answer = self._find(region, request, "FunctionNotFound")
        if answer is None:
            return None
        return understood(region, "GetFunction", lambda one: text(one, "functionArn"), answer)

    def timer(self, region: str, function: str, name: str) -> Timer | None:
        """Return a time trigger, None where it or the function does not exist (GetTrigger).

        Raises also:
            CallFailedError: the trigger of this name is of another type (`TriggerNotOurs`).
        """
        request = _Request("GetTrigger", "GET", function, _path(name))
        answer = self._find(region, request, "TriggerNotFound", "FunctionNotFound")
        if answer is None:
            return None
        kind = understood(region, "GetTrigger", lambda one: text(one, "triggerType"), answer)
        if kind != _TIMER:
            raise CallFailedError(_not_ours(region, function, name, kind), perhaps_applied=False)
        return understood(region, "GetTrigger", _timer, answer)

    def create_timer(self, region: str, function: str, timer: Timer) -> None:
        """Create a time trigger (CreateTrigger)."""
        body = {
            "triggerName": timer.name,
            "triggerType": _TIMER,
            "qualifier": "LATEST",
            "triggerConfig": _config(timer),
        }
        self._send(region, _Request("CreateTrigger", "POST", function, "/triggers", body))

    def update_timer(self, region: str, function: str, timer: Timer) -> None:
        """Replace a time trigger's whole configuration (UpdateTrigger)."""
        body = {"triggerConfig": _config(timer)}
        self._send(region, _Request("UpdateTrigger", "PUT", function, _path(timer.name), body))

    def delete_timer(self, region: str, function: str, name: str) -> None:
        """Delete a trigger; it fires no more (DeleteTrigger)."""
        self._send(region, _Request("DeleteTrigger", "DELETE", function, _path(name)))

    def _find(self, region: str, request: _Request, *missing: str) -> Item | None:
        """Ask for one thing; return None where a code of `missing` says that there is none."""
        try:
            return self._send(region, request)
        except CallFailedError as error:
            if error.failure.code in missing:
                return None
            raise

    def _send(self, region: str, request: _Request) -> Item:
        host = fc_host(region)
        if host is None:
            raise CallFailedError(_not_offered(region), perhaps_applied=False)
        client = Client(self._session.config(host))
        body = dict(request.body) if request.body is not None else None

        def ask(runtime: Any) -> Mapping[str, Any]:  # noqa: ANN401 (the SDK's own, untyped)
            sent = OpenApiRequest(headers={}, body=body)
            answer: Mapping[str, Any] = client.call_api(request.params, sent, runtime)
            return answer

        def once() -> Item:
            answer = self._session.send(region, host, request.action, ask)
            if request.method == "DELETE":
                return {}
            found = answer.get("body")
            if not isinstance(found, dict):
                raise CallFailedError(unreadable(host, request.action), perhaps_applied=True)
            return found

        effect = Effect.READ if request.method == "GET" else Effect.WRITE
        return self._session.persist(effect, once)


def _path(trigger: str) -> str:
    return f"/triggers/{quote(trigger, safe='')}"


def _config(timer: Timer) -> str:
    config = {"cronExpression": timer.cron, "enable": timer.enabled, "payload": timer.payload}
    return json.dumps(config)


def _timer(item: Item) -> Timer:
    config = json.loads(text(item, "triggerConfig"))
    return Timer(
        name=text(item, "triggerName"),
        cron=text(config, "cronExpression"),
        enabled=flag(config, "enable"),
        payload=text_or(config, "payload", ""),
    )


def _not_ours(region: str, function: str, name: str, kind: str) -> Failure:
    return Failure(
        "TriggerNotOurs",
        f"The function {function} in {region} has a trigger {name} of type {kind}, not a timer.",
        Reaction.HUMAN,
        f"Delete or rename that trigger; {name} is the name of the fleet's timer.",
    )


def _not_offered(region: str) -> Failure:
    return Failure(
        "FunctionComputeNotOffered",
        f"Function Compute is not offered in {region}, so {region} has no functions.",
        Reaction.HUMAN,
        "Deploy the functions in a region that offers it, and set FC_REGION to that one.",
    )
