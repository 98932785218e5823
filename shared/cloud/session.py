"""The one door to Alibaba Cloud: credentials, endpoints, deadline, retries, counting.

Calls go through the generic client of alibabacloud-tea-openapi: the ESS product client would
import 300 model modules for the same bytes on the wire.
"""

from __future__ import annotations

import enum
import math
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.request import getproxies

import requests
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.core import DaraCore
from darabonba.exceptions import RetryError, UnretryableException
from darabonba.runtime import RuntimeOptions

from shared.cloud.endpoints import product_of
from shared.cloud.errors import failure_of, refused_at_the_door, would_be_said_again
from shared.cloud.transport import share_connections
from shared.deadline import Deadline
from shared.failure import Failure, Reaction

_Answer = TypeVar("_Answer")
_CONNECT_TIMEOUT_S: Final = 3.0
_READ_TIMEOUT_S: Final = 8.0
_BACKOFF_FIRST_S: Final = 0.4
_BACKOFF_MOST_S: Final = 6.0
_SILENT: Final = "EndpointTimeout"
_MOST_SILENCES: Final = 2  # an endpoint that hangs is not waited for again and again
_LEAST_CALL_S: Final = 0.5  # with less time than this left, a call is not worth beginning


class Effect(enum.Enum):
    """Whether a call may change something; a write is never repeated blindly."""

    READ = enum.auto()
    WRITE = enum.auto()


class CallFailedError(Exception):
    """A call that did not succeed.

    `perhaps_applied`: the answer was lost, so a write may have happened all the same; observe
    before repeating it. `cut_short`: nobody answered within the little time that our own deadline
    had left, which says nothing of the service.
    """

    def __init__(self, failure: Failure, *, perhaps_applied: bool, cut_short: bool = False) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure
        self.perhaps_applied = perhaps_applied
        self.cut_short = cut_short


class RefusedError(Exception):
    """A refusal that a client not of the SDK's kind raises, for `Session.send` to type."""

    def __init__(self, code: str, message: str, status_code: int, request_id: str | None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status_code = status_code
        self.request_id = request_id


class DeadlinePassedError(Exception):
    """There was no time left to begin the call; nothing was sent."""


@dataclass(frozen=True, slots=True)
class CloudCredentials:
    """Access key of the watcher's role; never shown."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)

    def redact(self, text: str) -> str:
        """Return `text` with every secret of ours blotted out."""
        for secret in (self.access_key_secret, self.security_token):
            if secret:
                text = text.replace(secret, "***")
        return text


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: product version and action, the host that serves it, its parameters.

    `params` travel in the URL, `body` as a form: for what is too long for a URL, such as user
    data. The service takes both together.
    """

    version: str
    action: str
    region: str
    host: str
    params: Mapping[str, object]
    effect: Effect
    body: Mapping[str, object] = field(default_factory=dict)


class Session:
    """Makes calls for one poll, or one run of bootstrap; safe to use from many threads.

    Reads are retried with jittered back-off inside the deadline (and for `patience_s` at most),
    writes only when the service did not even look at them (throttling): whatever else it says of
    a write, only a fresh look tells what is still to be done. `RuntimeOptions` of the SDK has
    retry settings too, but they do nothing in tea-openapi 0.4.6.
    """

    def __init__(  # noqa: PLR0913 (the world, handed in)
        self,
        credentials: CloudCredentials,
        deadline: Deadline,
        *,
        endpoint_url: str | None,
        sleep: Callable[[float], None],
        rng: random.Random,
        patience_s: float = math.inf,
    ) -> None:
        share_connections()
        self._credentials = credentials
        self._deadline = deadline
        self._endpoint_url = endpoint_url
        self._sleep = sleep
        self._rng = rng
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._calls = 0

    @property
    def calls(self) -> int:
        """Requests sent so far, retries included."""
        return self._calls

    def call(self, call: Call) -> Mapping[str, Any]:
        """Make one call and return the body of its answer.

        Raises:
            CallFailedError: it failed, after all retries that time allowed.
            DeadlinePassedError: there was no time to begin it.
        """
        return self.persist(call.effect, lambda: self._once(call))

    def persist(self, effect: Effect, once: Callable[[], _Answer]) -> _Answer:
        """Repeat `once` while its failure is a passing one, and time and patience allow.

        Raises:
            CallFailedError: as `once` raised it last.
            DeadlinePassedError: there was no time to begin.
        """
        attempt, given_up_at_s = 0, self._deadline.remaining_s() - self._patience_s
        while True:
            try:
                return once()
            except CallFailedError as error:
                pause_s = self._pause_s(error, effect, attempt)
                if pause_s is None or self._deadline.remaining_s() - pause_s < given_up_at_s:
                    raise
                self._sleep(pause_s)
                if self._deadline.remaining_s() < _LEAST_CALL_S:
                    raise  # what went wrong says more than that the time has run out
                attempt += 1

    def _pause_s(self, error: CallFailedError, effect: Effect, attempt: int) -> float | None:
        """Seconds to wait before a retry, or None when the call must not be repeated."""
        if error.failure.reaction is not Reaction.TRANSIENT:
            return None
        if would_be_said_again(error.failure.code):
            return None  # an answer, not a failure: whoever waits for something looks for it again
        if effect is Effect.WRITE and not refused_at_the_door(error.failure.code):
            return None
        if error.failure.code == _SILENT and attempt >= _MOST_SILENCES - 1:
            return None
        asked_s = _retry_after_s(error.__cause__)
        grown_s = min(_BACKOFF_FIRST_S * 2**attempt, _BACKOFF_MOST_S)
        pause_s = max(asked_s, self._rng.uniform(0.5 * grown_s, grown_s))
        return pause_s if pause_s + _LEAST_CALL_S < self._deadline.remaining_s() else None

    def _once(self, call: Call) -> Mapping[str, Any]:
        request = OpenApiRequest(
            query=Utils.query(dict(call.params)), body=dict(call.body) if call.body else None
        )

        def ask(runtime: RuntimeOptions) -> object:
            return self._client(call.host).call_api(_params(call), request, runtime)["body"]

        body = self.send(call.region, call.host, call.action, ask)
        if not isinstance(body, dict):
            raise CallFailedError(unreadable(call.host, call.action), perhaps_applied=True)
        return body

    def send(
        self, region: str, host: str, action: str, ask: Callable[[RuntimeOptions], _Answer]
    ) -> _Answer:
        """Send one request by `ask`, within the deadline, and type what may go wrong with it.

        For product clients of the SDK, which are built with `config(host)`, and for others that
        send through `http_session()`. No retries here: see `persist`.

        Raises:
            CallFailedError: the service refused, or nobody answered.
            DeadlinePassedError: there was no time to begin.
        """
        remaining_s = self._deadline.remaining_s()
        if remaining_s < _LEAST_CALL_S:
            raise DeadlinePassedError
        with self._lock:
            self._calls += 1
        # Half of what is left: a write whose answer is lost must still be looked into.
        read_timeout_s = min(_READ_TIMEOUT_S, remaining_s / 2)
        runtime = RuntimeOptions(
            connect_timeout=int(min(_CONNECT_TIMEOUT_S, remaining_s) * 1000),
            read_timeout=int(read_timeout_s * 1000),
        )
        try:
            return ask(runtime)
        except (AlibabaCloudException, RefusedError) as error:
            action_allowed = f"{product_of(host)}:{action}"
            raise self._vendor_failure(error, region, action_allowed) from error
        except (UnretryableException, requests.RequestException) as error:
            failure = _silence(error, host, action)
            cut_short = failure.code == _SILENT and read_timeout_s < _READ_TIMEOUT_S
            raise CallFailedError(failure, perhaps_applied=True, cut_short=cut_short) from error

    def _client(self, host: str) -> Client:
        with self._lock:
            if host not in self._clients:
                self._clients[host] = Client(self.config(host))
            return self._clients[host]

    def config(self, host: str) -> Config:
        """Return the SDK's configuration for a client of the endpoint `host`."""
        config = Config(
            access_key_id=self._credentials.access_key_id,
            access_key_secret=self._credentials.access_key_secret,
            security_token=self._credentials.security_token,
            endpoint=host,
            protocol="https",
            user_agent="p2p-fleet",
        )
        if self._endpoint_url is not None:
            # All products share one URL, used as a proxy: endpoint names stay the real ones.
            config.protocol = "http"
            config.http_proxy = self._endpoint_url
        return config

    @property
    def credentials(self) -> CloudCredentials:
        """What clients not of the SDK's kind sign with; they must not show it either."""
        return self._credentials

    def url(self, host: str) -> str:
        """Return the base URL of the endpoint `host`, for such clients."""
        return f"https://{host}" if self._endpoint_url is None else f"http://{host}"

    def http_session(self) -> requests.Session:
        """Return an HTTP session that goes the way of all calls, for such clients.

        It owns nothing: connections belong to the process, so it need not (and must not) be
        closed.
        """
        session = requests.Session()
        for scheme in ("http", "https"):
            session.mount(f"{scheme}://", DaraCore.get_adapter(scheme))
        # The environment's proxies would come before ours, and its authorities beside ours.
        session.trust_env = False
        session.proxies = {"http": self._endpoint_url} if self._endpoint_url else getproxies()
        return session

    def _vendor_failure(
        self, error: AlibabaCloudException | RefusedError, region: str, action: str
    ) -> CallFailedError:
        status = int(error.status_code or 0)
        failure = failure_of(
            f"Http{status}" if error.code in {None, "None"} else str(error.code),
            self._credentials.redact(str(error.message)),
            region=region,
            http_status=status,
            action=action,
            request_id=error.request_id,
        )
        # A 5xx may come from a proxy in front of a service that went on working.
        server_side = status >= 500  # noqa: PLR2004 (HTTP's own border)
        perhaps_applied = server_side and not refused_at_the_door(failure.code)
        return CallFailedError(failure, perhaps_applied=perhaps_applied)


def _params(call: Call) -> Params:
    return Params(
        action=call.action,
        version=call.version,
        protocol="HTTPS",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )


def _retry_after_s(error: BaseException | None) -> float:
    """Seconds the service asked us to wait (header `x-acs-retry-after`, in ms), else 0."""
    asked_ms = getattr(error, "retry_after", None)
    return float(asked_ms) / 1000 if asked_ms else 0.0


def _silence(
    error: UnretryableException | requests.RequestException, host: str, action: str
) -> Failure:
    """Explain a call that ended without an answer of the API's own."""
    if not _is_lost_connection(error):
        return unreadable(host, action)
    if "timed out" in str(error):
        return Failure(
            _SILENT,
            f"{host} did not answer {action} in time.",
            Reaction.TRANSIENT,
            "Nothing to do: the next poll tries again.",
        )
    return Failure(
        "EndpointUnreachable",
        f"{host} cannot be reached.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll tries again. If it lasts, check DNS and the network.",
    )


def _is_lost_connection(error: UnretryableException | requests.RequestException) -> bool:
    if isinstance(error, UnretryableException):
        return isinstance(error.inner_exception, RetryError)  # the SDK's name for it
    return not isinstance(error, requests.exceptions.InvalidJSONError)


def unreadable(host: str, action: str) -> Failure:
    """Say that something else than the API answered, such as the page of a captive portal."""
    return Failure(
        "EndpointAnswerUnreadable",
        f"{host} answered {action} with something that is not the API's JSON.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll tries again. If it lasts, look for a proxy in between.",
    )
