"""What OSS refuses before a bucket is looked at: codes and messages of its error code list."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN


def not_signed() -> ApiError:
    """The request is nobody's."""
    message = "You are forbidden to access the object: the request is not signed."
    return ApiError("AccessDenied", message, _FORBIDDEN)


def authorization_invalid() -> ApiError:
    """The Authorization header has not the documented form."""
    return ApiError("InvalidArgument", "Authorization header is invalid.", _BAD)


def access_key_unknown() -> ApiError:
    """Nobody has this access key."""
    message = "The OSS Access Key Id you provided does not exist in our records."
    return ApiError("InvalidAccessKeyId", message, _FORBIDDEN)


def token_invalid() -> ApiError:
    """The security token is missing, or is not the one that came with the access key."""
    message = "The security token you provided is invalid."
    return ApiError("InvalidSecurityToken", message, _FORBIDDEN)


def token_expired() -> ApiError:
    """The temporary key has outlived its session."""
    message = "The security token you provided has expired."
    return ApiError("SecurityTokenExpired", message, _FORBIDDEN)


def signature_mismatch(string_to_sign: str) -> ApiError:
    """The signature is not ours; the message shows what the server signed."""
    message = (
        "The request signature we calculated does not match the signature you provided. "
        f"Check your key and signing method. StringToSign: {string_to_sign!r}"
    )
    return ApiError("SignatureDoesNotMatch", message, _FORBIDDEN)


def date_invalid() -> ApiError:
    """There is no date, or it is not one of HTTP's."""
    message = "OSS authentication requires a valid Date."
    return ApiError("AccessDenied", message, _FORBIDDEN)


def time_skewed() -> ApiError:
    """The date is more than 15 minutes from now."""
    message = "The difference between the request time and the current time is too large."
    return ApiError("RequestTimeTooSkewed", message, _FORBIDDEN)


def digest_wrong() -> ApiError:
    """The body is not the one that the client has taken the MD5 sum of."""
    message = "The Content-MD5 you specified did not match what we received."
    return ApiError("InvalidDigest", message, _BAD)


def internal_error() -> ApiError:
    """OSS's own fault."""
    message = "We encountered an internal error. Please try again."
    return ApiError("InternalError", message, HTTPStatus.INTERNAL_SERVER_ERROR)


def too_fast() -> ApiError:
    """The flow control of OSS."""
    message = "Please reduce your request rate."
    return ApiError("TotalQpsLimitExceeded", message, HTTPStatus.SERVICE_UNAVAILABLE)
