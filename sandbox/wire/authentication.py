"""Who is calling: access key, signature, date and nonce of a request."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.wire.messages import Pairs, Request
from sandbox.wire.rejections import (
    access_key_not_found,
    expired_timestamp,
    incomplete_signature,
    missing_parameter,
    signature_mismatch,
    unreadable_timestamp,
    used_nonce,
)
from sandbox.wire.signature import (
    RPC_DIGESTS,
    Acs3Authorization,
    acs3_canonical_request,
    acs3_signature,
    acs3_string_to_sign,
    parse_acs3,
    rpc_signature,
    rpc_string_to_sign,
)

MAX_CLOCK_SKEW: Final = timedelta(minutes=15)

COMMON_PARAMETERS: Final = frozenset(
    {
        "AccessKeyId",
        "Action",
        "Format",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureType",
        "SignatureVersion",
        "Timestamp",
        "Version",
    }
)
"""Parameters that belong to the protocol, not to an action."""


def own_parameters(pairs: Pairs) -> Pairs:
    """The parameters of the action itself, without the protocol's and so without secrets."""
    return tuple(pair for pair in pairs if pair[0] not in COMMON_PARAMETERS)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one key pair that the sandbox knows."""

    access_key_id: str
    access_key_secret: str


class Authenticator:
    """Admits requests that are signed with `credentials`, each nonce once.

    `real_now` is the real time in UTC: skew is judged by it even where the account's clock has
    been moved, because SDKs date their requests by the machine they run on.
    """

    def __init__(self, credentials: Credentials, real_now: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._real_now = real_now
        self._nonces: dict[str, datetime] = {}
        self._nonces_lock = threading.Lock()

    def admit(self, request: Request, query: Pairs, form: Pairs) -> None:
        """Returns for an authentic request.

        An STS token is accepted unread: none is issued here, the key pair has to be right anyway.
        Raises ApiError with the gateway's code otherwise.
        """
        authorization = request.headers.get("authorization")
        if authorization is None:
            self._admit_rpc(request.method, query + form)
            return
        parts = parse_acs3(authorization)
        if parts is None:
            raise incomplete_signature()
        self._admit_acs3(request, parts, query)

    def _admit_acs3(self, request: Request, parts: Acs3Authorization, query: Pairs) -> None:
        self._check_key(parts.access_key_id)
        headers = request.headers
        date = headers.get("x-acs-date")
        if date is None:
            raise missing_parameter("Date")
        self._check_date(date)
        if any(name not in headers for name in parts.signed_headers):
            raise incomplete_signature()
        canonical = acs3_canonical_request(request, parts.signed_headers, query)
        string_to_sign = acs3_string_to_sign(canonical)
        expected = acs3_signature(string_to_sign, self._credentials.access_key_secret)
        if not _same(parts.signature, expected):
            raise signature_mismatch(string_to_sign, canonical)
        self._use_nonce(headers.get("x-acs-signature-nonce"))

    def _admit_rpc(self, method: str, pairs: Pairs) -> None:
        values = dict(pairs)
        for name in ("AccessKeyId", "Signature", "SignatureMethod", "Timestamp"):
            if name not in values:
                raise missing_parameter(name)
        self._check_key(values["AccessKeyId"])
        self._check_date(values["Timestamp"])
        if values["SignatureMethod"] not in RPC_DIGESTS:
            raise incomplete_signature()
        string_to_sign = rpc_string_to_sign(method, pairs)
        expected = rpc_signature(
            string_to_sign, self._credentials.access_key_secret, values["SignatureMethod"]
        )
        if not _same(values["Signature"], expected):
            raise signature_mismatch(string_to_sign)
        self._use_nonce(values.get("SignatureNonce"))

    def _check_key(self, access_key_id: str) -> None:
        if access_key_id != self._credentials.access_key_id:
            raise access_key_not_found()

    def _check_date(self, date: str) -> None:
        try:
            moment = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise unreadable_timestamp() from None
        if abs(moment - self._real_now()) > MAX_CLOCK_SKEW:
            raise expired_timestamp()

    def _use_nonce(self, nonce: str | None) -> None:
        if not nonce:
            raise missing_parameter("SignatureNonce")
        now = self._real_now()
        with self._nonces_lock:
            self._forget_old_nonces(now)
            if nonce in self._nonces:
                raise used_nonce()
            self._nonces[nonce] = now

    def _forget_old_nonces(self, now: datetime) -> None:
        # A date may be 15 minutes ahead and then stays valid for 30: nothing older can be replayed.
        while self._nonces:
            oldest = next(iter(self._nonces))
            if now - self._nonces[oldest] <= 2 * MAX_CLOCK_SKEW:
                return
            del self._nonces[oldest]


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
