"""What the Simple Log Service refuses before an action's own code sees the request.

Codes, statuses and messages are those of the page "Common error codes" of its API reference.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sandbox.domain.errors import ApiError

_BAD: Final = HTTPStatus.BAD_REQUEST
_UNAUTHORIZED: Final = HTTPStatus.UNAUTHORIZED


def parameter_invalid(sentence: str) -> ApiError:
    """A parameter is unknown, missing or malformed."""
    return ApiError("ParameterInvalid", sentence, _BAD)


def body_not_json() -> ApiError:
    """The body of a request that needs JSON is something else."""
    return ApiError("PostBodyInvalid", "The request body is not valid JSON object.", _BAD)


def body_not_protobuf() -> ApiError:
    """The body of PutLogs is no LogGroup."""
    return ApiError("PostBodyInvalid", "Fail to parse protobuf.", _BAD)


def body_not_uncompressed() -> ApiError:
    """The body is not compressed as its header says."""
    return ApiError("PostBodyUncompressError", "Post body uncompressed fail.", _BAD)


def body_too_large(most_bytes: int) -> ApiError:
    """The body is larger than one request of logs may be."""
    return ApiError(
        "PostBodyTooLarge",
        f"Body size must little than {most_bytes}.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def content_type_invalid(content_type: str) -> ApiError:
    """Logs do not come in this format."""
    return ApiError(
        "InvalidContentType",
        f"Content-Type {content_type} is unsupported.",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


def compress_type_invalid(compress_type: str) -> ApiError:
    """Nobody here can uncompress that."""
    return ApiError(
        "InvalidCompressType", f"x-log-compresstype {compress_type} is unsupported.", _BAD
    )


def raw_size_missing() -> ApiError:
    """A compressed body does not say how large it was."""
    return ApiError(
        "MissingBodyRawSize",
        "x-log-bodyrawsize does not exist in header when it is necessary.",
        _BAD,
    )


def raw_size_invalid() -> ApiError:
    """The size before compression is no number, or not the right one."""
    return ApiError("InvalidBodyRawSize", "x-log-bodyrawsize is invalid.", _BAD)


def date_missing() -> ApiError:
    """The request is not dated."""
    return ApiError("MissingDate", "Date does not exist in http header.", _BAD)


def date_malformed(date: str) -> ApiError:
    """The date is not of the form that the signature's version asks for."""
    return ApiError("InvalidDateFormat", f"Date {date} must follow RFC822.", _BAD)


def time_skewed() -> ApiError:
    """The date is more than 15 minutes from now."""
    return ApiError(
        "RequestTimeTooSkewed", "Request time exceeds server time more than 15 minutes.", _BAD
    )


def api_version_missing() -> ApiError:
    """No `x-log-apiversion`."""
    return ApiError("MissingAPIVersion", "x-log-apiversion does not exist in http header.", _BAD)


def api_version_invalid(version: str) -> ApiError:
    """Another `x-log-apiversion` than 0.6.0."""
    return ApiError("InvalidAPIVersion", f"x-log-apiversion {version} is unsupported.", _BAD)


def signature_method_missing() -> ApiError:
    """No `x-log-signaturemethod`."""
    return ApiError(
        "MissingSignatureMethod", "x-log-signaturemethod does not exist in http header.", _BAD
    )


def signature_method_invalid(method: str) -> ApiError:
    """Another digest than HMAC-SHA1 and HMAC-SHA256."""
    return ApiError("InvalidSignatureMethod", f"signature method {method} is unsupported.", _BAD)


def access_key_missing() -> ApiError:
    """No Authorization header."""
    return ApiError("MissAccessKeyId", "x-log-accesskeyid does not exist in header.", _BAD)


def authorization_malformed() -> ApiError:
    """The Authorization header is of neither documented form."""
    return parameter_invalid("Http extend authorization : authorization pair is invalid.")


def access_key_unknown(access_key_id: str) -> ApiError:
    """Nobody has this access key."""
    return ApiError("Unauthorized", f"AccessKeyId not found: {access_key_id}", _UNAUTHORIZED)


def token_invalid() -> ApiError:
    """The temporary key's token is missing or another's."""
    return ApiError("Unauthorized", "The security token you provided is invalid.", _UNAUTHORIZED)


def token_expired() -> ApiError:
    """The temporary key has outlived its session."""
    return ApiError("Unauthorized", "The security token you provided has expired.", _UNAUTHORIZED)


def signature_mismatch(signature: str) -> ApiError:
    """The signature is not the one that the server computes."""
    return ApiError("SignatureNotMatch", f"signature {signature} is not matched.", _UNAUTHORIZED)


def write_quota_exceeded() -> ApiError:
    """Too much is written."""
    return ApiError("WriteQuotaExceed", "Write quota is exceeded.", HTTPStatus.FORBIDDEN)


def read_quota_exceeded() -> ApiError:
    """Too much is read."""
    return ApiError("ReadQuotaExceed", "Read quota is exceeded.", HTTPStatus.FORBIDDEN)


def server_busy() -> ApiError:
    """The service is overloaded."""
    return ApiError(
        "ServerBusy",
        "The server is busy, please try again later.",
        HTTPStatus.SERVICE_UNAVAILABLE,
    )


def internal_error() -> ApiError:
    """Alibaba's own fault."""
    return ApiError(
        "InternalServerError", "Internal server error message.", HTTPStatus.INTERNAL_SERVER_ERROR
    )
