"""The front door of the account: from a request to a reply, faults included."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.endpoints import host_serves
from sandbox.domain.errors import ApiError, unknown_region
from sandbox.domain.faults import Rule
from sandbox.domain.ram_actions import action_names
from sandbox.wire.admin import Admin
from sandbox.wire.answers import HTML_PAGE
from sandbox.wire.authentication import Authenticator, own_parameters
from sandbox.wire.dialects import dialect_of
from sandbox.wire.instants import rfc3339
from sandbox.wire.journal import Entry, Journal
from sandbox.wire.live_cloud import LiveCloud
from sandbox.wire.messages import Answer, Ending, Reply, Request
from sandbox.wire.products import Product
from sandbox.wire.routing import Call, at_region, find_target, is_own_host, read_call

_ADMIN_PREFIX: Final = "/_sandbox/"

_ENDINGS: Final = {
    "timeout_before": Ending.HOLD,
    "reset": Ending.RESET,
    "dns": Ending.CLOSE,
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A reply, and how the journal calls it: an error's code or a fault's name.

    `caller` and `ram_actions` are known once the caller has been authenticated.
    """

    reply: Reply
    code: str | None
    caller: Caller | None = None
    ram_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a request is about, as far as it can be told."""

    product: str
    action: str
    region: str | None
    params: Mapping[str, str]


class Gateway:
    """Answers every request that reaches the sandbox.

    `pause` waits that many seconds; it is called outside every lock, so that slow requests do
    not slow others. `latency_s` is spent on every API request before it is looked at.
    """

    def __init__(
        self,
        live: LiveCloud,
        authenticator: Authenticator,
        pause: Callable[[float], object],
        latency_s: float,
    ) -> None:
        self._live = live
        self._authenticator = authenticator
        self._pause = pause
        self._latency_s = latency_s
        self._journal = Journal()
        self._admin = Admin(live, self._journal)

    def reply_to(self, request: Request) -> Reply:
        """The reply to one request, of the admin interface or of an API."""
        if is_own_host(request) and request.path.startswith(_ADMIN_PREFIX):
            return self._admin.answer(request)
        if self._latency_s:
            self._pause(self._latency_s)
        request = at_region(request)
        request_id = str(uuid.uuid4()).upper()
        product: Product | None = None
        try:
            target = find_target(request)
            if target is None:
                # The client believes that the proxy resolves names. A closed connection is what
                # its SDK reports as a connection error; an answer, even a 502, would be read as
                # the cloud's own error.
                return Ending.CLOSE
            product = target.product
            call = read_call(request, target)
        except ApiError as error:
            outcome = _refusal(request, product, error, request_id)
            action = request.headers.get("x-acs-action", "")
            subject = _Subject(product.name if product else "", action, None, {})
        else:
            params = dict(own_parameters(call.pairs))
            arrival = self._live.arrive(call.product.name, call.action, call.region, params)
            outcome = self._serve(request, call, arrival.rule, request_id)
            subject = _Subject(call.product.name, call.action, arrival.region, params)
        self._note(subject, outcome, request_id)
        return outcome.reply

    def _serve(self, request: Request, call: Call, rule: Rule | None, request_id: str) -> _Outcome:
        if rule is not None and rule.delay_ms:
            self._pause(rule.delay_ms / 1000)
        if rule is None or rule.fault is None:
            return self._answer(request, call, request_id)
        if rule.fault == "timeout_after":
            applied = self._answer(request, call, request_id)
            return replace(applied, reply=Ending.HOLD, code=applied.code or rule.fault)
        if rule.fault == "html":
            return _Outcome(HTML_PAGE, rule.fault)
        if rule.fault in _ENDINGS:
            return _Outcome(_ENDINGS[rule.fault], rule.fault)
        error = dialect_of(call.product).fault_error(rule, call.action)
        return _refusal(request, call.product, error, request_id)

    def _answer(self, request: Request, call: Call, request_id: str) -> _Outcome:
        dialect = dialect_of(call.product)
        caller: Caller | None = None
        needed: tuple[str, ...] = ()
        try:
            caller = dialect.admit(self._authenticator, request, call)
            params = dialect.decode(request, call)
            needed = action_names(call.product.name, call.action, params)
            result = self._carry_out(request, call, params, caller)
        except ApiError as error:
            refused = _refusal(request, call.product, error, request_id)
            return replace(refused, caller=caller, ram_actions=needed)
        answer = dialect.success(request, call, result, request_id)
        return _Outcome(answer, _refused_in_answer(result), caller, needed)

    def _carry_out(
        self, request: Request, call: Call, params: Mapping[str, object], caller: Caller
    ) -> dict[str, object]:
        claimed = params.get("RegionId")
        if isinstance(claimed, str) and not _serves(request, claimed):
            raise unknown_region()
        return self._live.call(call.product.name, call.action, call.region, params, caller)

    def _note(self, subject: _Subject, outcome: _Outcome, request_id: str) -> None:
        self._journal.add(
            Entry(
                at=rfc3339(self._live.now()),
                product=subject.product,
                action=subject.action,
                region=subject.region,
                status=outcome.reply.status if isinstance(outcome.reply, Answer) else None,
                code=outcome.code,
                request_id=_request_id_in(outcome.reply) or request_id,
                params=subject.params,
                caller=None if outcome.caller is None else outcome.caller.label,
                ram_actions=outcome.ram_actions,
            )
        )


def _refusal(
    request: Request, product: Product | None, error: ApiError, request_id: str
) -> _Outcome:
    answer = dialect_of(product).failure(product, error, request.host, request_id)
    return _Outcome(answer, error.code)


def _request_id_in(reply: Reply) -> str | None:
    """The request id that the client reads: an invocation has one of its own."""
    return dict(reply.headers).get("x-acs-request-id") if isinstance(reply, Answer) else None


def _refused_in_answer(result: Mapping[str, object]) -> str | None:
    """The code of a refusal that EventBridge puts into an answer of status 200."""
    return str(result["Code"]) if result.get("Success") is False else None


def _serves(request: Request, region_id: str) -> bool:
    """Whether the host that was asked knows the region; our own address knows them all."""
    return is_own_host(request) or host_serves(request.host, region_id)
