"""The gateway's own error codes: what is refused before an API's own code sees the request.

Codes and messages are those of Alibaba Cloud's public API gateway ("common errors" of the RPC
APIs) and, for values, of the ESS error code list.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sandbox.domain.errors import ApiError

_BAD: Final = HTTPStatus.BAD_REQUEST


def missing_parameter(name: str) -> ApiError:
    """A required parameter is absent: code `Missing<Name>`, as in `MissingRegionId`."""
    return ApiError(f"Missing{name}", f"{name} is mandatory for this action.", _BAD)


def invalid_parameter(name: str) -> ApiError:
    """The value does not fit the parameter's type, range, choices or length."""
    return ApiError(
        "InvalidParameter", f'The specified value of parameter "{name}" is not valid.', _BAD
    )


def unknown_parameter(name: str) -> ApiError:
    """No such parameter in the published metadata of the action."""
    return ApiError(
        "InvalidParameter", f'The specified parameter "{name}" is not known to this action.', _BAD
    )


def unreadable_parameters() -> ApiError:
    """Query or form are not percent-encoded UTF-8."""
    return ApiError(
        "InvalidParameter", "The parameters of the request are not percent-encoded UTF-8.", _BAD
    )


def invalid_version() -> ApiError:
    """The API version is not one of the product that the host serves."""
    return ApiError("InvalidVersion", "Specified parameter Version is not valid.", _BAD)


def unsupported_method() -> ApiError:
    """Neither GET nor POST where only these are served."""
    return ApiError(
        "UnsupportedHTTPMethod",
        "This http method is not supported.",
        HTTPStatus.METHOD_NOT_ALLOWED,
    )


def access_key_not_found() -> ApiError:
    """Nobody has this access key."""
    return ApiError(
        "InvalidAccessKeyId.NotFound", "Specified access key is not found.", HTTPStatus.NOT_FOUND
    )


def malformed_token() -> ApiError:
    """The security token has not the form of one."""
    return ApiError("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.", _BAD)


def mismatched_token() -> ApiError:
    """The security token is not the one that came with the access key."""
    return ApiError(
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
        _BAD,
    )


def expired_token() -> ApiError:
    """The temporary key has outlived its session."""
    return ApiError("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", _BAD)


def signature_mismatch(string_to_sign: str, canonical_request: str | None = None) -> ApiError:
    """The signature is not ours; the message shows what the server signed, as the real one does."""
    message = (
        "Specified signature does not match our calculation. "
        f"server StringToSign is [{string_to_sign}]"
    )
    if canonical_request is not None:
        message += f" server CanonicalRequest is [{canonical_request}]"
    return ApiError("SignatureDoesNotMatch", message.replace("\n", "\\n"), _BAD)


def incomplete_signature() -> ApiError:
    """The Authorization header, or what it says it signed, is not in the documented form."""
    return ApiError(
        "IncompleteSignature", "The request signature does not conform to Aliyun standards.", _BAD
    )


def unreadable_timestamp() -> ApiError:
    """The date is not of the form 2026-11-23T08:56:27Z."""
    return ApiError(
        "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.", _BAD
    )


def expired_timestamp() -> ApiError:
    """The date is more than 15 minutes from now."""
    return ApiError(
        "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", _BAD
    )


def used_nonce() -> ApiError:
    """The request is a replay."""
    return ApiError("SignatureNonceUsed", "Specified signature nonce was used already.", _BAD)


def throttled(retry_after_ms: int | None) -> ApiError:
    """The user's flow control."""
    return ApiError(
        "Throttling.User", "Request was denied due to user flow control.", _BAD, retry_after_ms
    )


def internal_error() -> ApiError:
    """Alibaba's own fault."""
    return ApiError(
        "InternalError",
        "The request processing has failed due to some unknown error.",
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
