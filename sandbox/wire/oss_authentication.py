"""Who is calling OSS: key, signature, date and digest of a request."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.wire.authentication import MAX_CLOCK_SKEW, Authenticator, KnownKey
from sandbox.wire.messages import Request
from sandbox.wire.oss_rejections import (
    access_key_unknown,
    authorization_invalid,
    date_invalid,
    digest_wrong,
    not_signed,
    signature_mismatch,
    time_skewed,
    token_expired,
    token_invalid,
)
from sandbox.wire.oss_signature import (
    OssAuthorization,
    oss_date,
    oss_signature,
    oss_string_to_sign,
    parse_oss,
)
from sandbox.wire.rejections import access_key_not_found, expired_token

_UNKNOWN_KEY: Final = access_key_not_found().code
_EXPIRED_TOKEN: Final = expired_token().code


def admit_oss(authenticator: Authenticator, request: Request) -> Caller:
    """Returns who makes an authentic request; there are no nonces, so that a replay is one too.

    Raises ApiError in OSS's own words otherwise.
    """
    header = request.headers.get("authorization")
    if header is None:
        raise not_signed()
    parts = parse_oss(header)
    if parts is None:
        raise authorization_invalid()
    key = _key_of(authenticator, parts, request)
    _check_date(oss_date(request), authenticator.now)
    string_to_sign = oss_string_to_sign(request)
    expected = oss_signature(string_to_sign, key.secret)
    if not hmac.compare_digest(parts.signature.encode(), expected.encode()):
        raise signature_mismatch(string_to_sign)
    _check_digest(request)
    return key.holder


def _key_of(authenticator: Authenticator, parts: OssAuthorization, request: Request) -> KnownKey:
    token = request.headers.get("x-oss-security-token")
    try:
        return authenticator.key_of(parts.access_key_id, token)
    except ApiError as error:
        if error.code == _UNKNOWN_KEY:
            raise access_key_unknown() from None
        raise (token_expired() if error.code == _EXPIRED_TOKEN else token_invalid()) from None


def _check_date(date: str, now: datetime) -> None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        raise date_invalid() from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if abs(aware - now) > MAX_CLOCK_SKEW:
        raise time_skewed()


def _check_digest(request: Request) -> None:
    claimed = request.headers.get("content-md5")
    if claimed is None:
        return
    digest = hashlib.md5(request.body, usedforsecurity=False).digest()
    if claimed != base64.b64encode(digest).decode():
        raise digest_wrong()
