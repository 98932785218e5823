"""Who is calling Function Compute 2.0's API, and how it says no.

Codes and messages are those of its page "Error codes"; that page has none for a date that is off
or a wrong security token, for which `AccessDenied` stands here.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.wire.authentication import MAX_CLOCK_SKEW, Authenticator, KnownKey
from sandbox.wire.fc2_signature import (
    Fc2Authorization,
    fc2_signature,
    fc2_string_to_sign,
    parse_fc2,
)
from sandbox.wire.messages import Request
from sandbox.wire.rejections import access_key_not_found

_UNKNOWN_KEY: Final = access_key_not_found().code


def admit_fc2(authenticator: Authenticator, request: Request) -> Caller:
    """Returns who makes an authentic request; there are no nonces, so that a replay is one too.

    Raises ApiError in Function Compute's own words otherwise.
    """
    headers = request.headers
    for name in ("authorization", "date"):
        if name not in headers:
            raise _missing_header(name)
    parts = parse_fc2(headers["authorization"])
    if parts is None:
        raise _denied("the authorization header is not of the form FC <key>:<signature>")
    key = _key_of(authenticator, parts, request)
    _check_date(headers["date"], authenticator.now)
    expected = fc2_signature(fc2_string_to_sign(request), key.secret)
    if not hmac.compare_digest(parts.signature.encode(), expected.encode()):
        raise _signature_mismatch()
    return key.holder


def _key_of(authenticator: Authenticator, parts: Fc2Authorization, request: Request) -> KnownKey:
    token = request.headers.get("x-fc-security-token")
    try:
        return authenticator.key_of(parts.access_key_id, token)
    except ApiError as error:
        if error.code == _UNKNOWN_KEY:
            message = f"invalid access key ID '{parts.access_key_id}'"
            raise ApiError("InvalidAccessKeyID", message, HTTPStatus.FORBIDDEN) from None
        raise _denied(error.message) from None


def _check_date(date: str, now: datetime) -> None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        raise _denied(f"date '{date}' is not one of HTTP's") from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if abs(aware - now) > MAX_CLOCK_SKEW:
        raise _denied(f"date '{date}' is more than 15 minutes from now")


def _missing_header(name: str) -> ApiError:
    message = f"required HTTP header {name.title()} was not specified"
    return ApiError("MissingRequiredHeader", message, HTTPStatus.BAD_REQUEST)


def _denied(message: str) -> ApiError:
    return ApiError("AccessDenied", message, HTTPStatus.FORBIDDEN)


def _signature_mismatch() -> ApiError:
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your access key and signing method"
    )
    return ApiError("SignatureNotMatch", message, HTTPStatus.FORBIDDEN)
