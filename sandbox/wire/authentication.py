"""Who is calling: access key, signature, date and nonce of a request."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.domain.account import Caller, TemporaryKey
from sandbox.domain.sts import TOKEN_PREFIX
from sandbox.wire.messages import Pairs, Request
from sandbox.wire.rejections import (
    access_key_not_found,
    expired_timestamp,
    expired_token,
    incomplete_signature,
    malformed_token,
    mismatched_token,
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
    """The one key pair that the account begins with, and who holds it."""

    access_key_id: str
    access_key_secret: str
    holder: Caller


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What the server knows of an access key that may be used."""

    secret: str
    holder: Caller


def _nothing_issued(_access_key_id: str) -> TemporaryKey | None:
    return None


class Authenticator:
    """Admits requests that are signed with `credentials` or an issued key, each nonce once.

    `real_now` is the real time in UTC: skew and the age of keys are judged by it even where the
    account's clock has been moved, because SDKs go by the machine they run on. `issued` finds the
    temporary keys that STS has given out.
    """

    def __init__(
        self,
        credentials: Credentials,
        real_now: Callable[[], datetime],
        issued: Callable[[str], TemporaryKey | None] = _nothing_issued,
    ) -> None:
        self._credentials = credentials
        self._real_now = real_now
        self._issued = issued
        self._nonces: dict[str, datetime] = {}
        self._nonces_lock = threading.Lock()

    def admit(self, request: Request, query: Pairs, form: Pairs) -> Caller:
        """Returns who makes an authentic request.

        A temporary key needs its own token; one that comes with the account's key is not read.
        Raises ApiError with the gateway's code otherwise.
        """
        authorization = request.headers.get("authorization")
        if authorization is None:
            return self._admit_rpc(request.method, query + form)
        parts = parse_acs3(authorization)
        if parts is None:
            raise incomplete_signature()
        return self._admit_acs3(request, parts, query)

    def _admit_acs3(self, request: Request, parts: Acs3Authorization, query: Pairs) -> Caller:
        headers = request.headers
        key = self.key_of(parts.access_key_id, headers.get("x-acs-security-token"))
        date = headers.get("x-acs-date")
        if date is None:
            raise missing_parameter("Date")
        self._check_date(date)
        if any(name not in headers for name in parts.signed_headers):
            raise incomplete_signature()
        canonical = acs3_canonical_request(request, parts.signed_headers, query)
        string_to_sign = acs3_string_to_sign(canonical)
        expected = acs3_signature(string_to_sign, key.secret)
        if not _same(parts.signature, expected):
            raise signature_mismatch(string_to_sign, canonical)
        self._use_nonce(headers.get("x-acs-signature-nonce"))
        return key.holder

    def _admit_rpc(self, method: str, pairs: Pairs) -> Caller:
        values = dict(pairs)
        for name in ("AccessKeyId", "Signature", "SignatureMethod", "Timestamp"):
            if name not in values:
                raise missing_parameter(name)
        key = self.key_of(values["AccessKeyId"], values.get("SecurityToken"))
        self._check_date(values["Timestamp"])
        if values["SignatureMethod"] not in RPC_DIGESTS:
            raise incomplete_signature()
        string_to_sign = rpc_string_to_sign(method, pairs)
        expected = rpc_signature(string_to_sign, key.secret, values["SignatureMethod"])
        if not _same(values["Signature"], expected):
            raise signature_mismatch(string_to_sign)
        self._use_nonce(values.get("SignatureNonce"))
        return key.holder

    @property
    def now(self) -> datetime:
        """The real present, by which the dates of requests are judged."""
        return self._real_now()

    def key_of(self, access_key_id: str, token: str | None) -> KnownKey:
        """Secret and holder of a key, given the token that has to come with a temporary one.

        Raises ApiError with the gateway's code for an unknown key or a wrong token.
        """
        if access_key_id == self._credentials.access_key_id:
            return KnownKey(self._credentials.access_key_secret, self._credentials.holder)
        key = self._issued(access_key_id)
        if key is None:
            raise access_key_not_found()
        if not token:
            raise missing_parameter("SecurityToken")
        if not token.startswith(TOKEN_PREFIX):
            raise malformed_token()
        if not _same(token, key.security_token):
            raise mismatched_token()
        if self._real_now() >= key.expires_at:
            raise expired_token()
        return KnownKey(key.access_key_secret, key.holder)

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
