"""Who is calling the Simple Log Service: key, signature and date of a request."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.wire.authentication import MAX_CLOCK_SKEW, Authenticator, KnownKey
from sandbox.wire.log_rejections import (
    access_key_missing,
    access_key_unknown,
    api_version_invalid,
    api_version_missing,
    authorization_malformed,
    date_malformed,
    date_missing,
    signature_method_invalid,
    signature_method_missing,
    signature_mismatch,
    time_skewed,
    token_expired,
    token_invalid,
)
from sandbox.wire.log_signature import (
    V1_DIGESTS,
    V1Authorization,
    V4Authorization,
    parse_authorization,
    v1_signature,
    v1_string_to_sign,
    v4_signature,
    v4_string_to_sign,
)
from sandbox.wire.messages import Request
from sandbox.wire.rejections import access_key_not_found, expired_token

_API_VERSION: Final = "0.6.0"
_UNKNOWN_KEY: Final = access_key_not_found().code
_EXPIRED_TOKEN: Final = expired_token().code


def admit_log(authenticator: Authenticator, request: Request, host_region: str | None) -> Caller:
    """Returns who makes an authentic request; there are no nonces, so that a replay is one too.

    Raises ApiError in the service's own words otherwise.
    """
    version = request.headers.get("x-log-apiversion")
    if version is None:
        raise api_version_missing()
    if version != _API_VERSION:
        raise api_version_invalid(version)
    header = request.headers.get("authorization")
    if header is None:
        raise access_key_missing()
    parts = parse_authorization(header)
    if parts is None:
        raise authorization_malformed()
    key = _key_of(authenticator, parts.access_key_id, request)
    if isinstance(parts, V1Authorization):
        _admit_v1(request, parts, key.secret, authenticator.now)
    else:
        _admit_v4(request, parts, key.secret, authenticator.now, host_region)
    return key.holder


def _key_of(authenticator: Authenticator, access_key_id: str, request: Request) -> KnownKey:
    try:
        return authenticator.key_of(access_key_id, request.headers.get("x-acs-security-token"))
    except ApiError as error:
        if error.code == _UNKNOWN_KEY:
            raise access_key_unknown(access_key_id) from None
        raise (token_expired() if error.code == _EXPIRED_TOKEN else token_invalid()) from None


def _admit_v1(request: Request, parts: V1Authorization, secret: str, now: datetime) -> None:
    method = request.headers.get("x-log-signaturemethod")
    if method is None:
        raise signature_method_missing()
    if method not in V1_DIGESTS:
        raise signature_method_invalid(method)
    date = request.headers.get("date")
    if date is None:
        raise date_missing()
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        raise date_malformed(date) from None
    _check_skew(moment, now)
    _compare(parts.signature, v1_signature(v1_string_to_sign(request), secret, method))


def _admit_v4(
    request: Request, parts: V4Authorization, secret: str, now: datetime, host_region: str | None
) -> None:
    date = request.headers.get("x-log-date")
    if date is None:
        raise date_missing()
    try:
        moment = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise date_malformed(date) from None
    _check_skew(moment, now)
    if parts.region != host_region or not date.startswith(parts.day):
        # The server derives its key for its own region and for the day of the request.
        raise signature_mismatch(parts.signature)
    _compare(parts.signature, v4_signature(v4_string_to_sign(request, parts), secret, parts))


def _check_skew(moment: datetime, now: datetime) -> None:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if abs(aware - now) > MAX_CLOCK_SKEW:
        raise time_skewed()


def _compare(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise signature_mismatch(given)
