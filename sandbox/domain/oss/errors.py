"""How object storage refuses: codes, statuses and messages are those of OSS's error code list."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN


def no_such_bucket() -> ApiError:
    """There is no bucket of this name."""
    message = "The specified bucket does not exist."
    return ApiError("NoSuchBucket", message, HTTPStatus.NOT_FOUND)


def other_endpoint() -> ApiError:
    """The bucket is in another region than the endpoint."""
    message = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    return ApiError("AccessDenied", message, _FORBIDDEN)


def no_right() -> ApiError:
    """The bucket's owner does not let the caller do that."""
    message = "You have no right to access this object because of bucket acl."
    return ApiError("AccessDenied", message, _FORBIDDEN)


def invalid_object_name(name: str) -> ApiError:
    """The object's name is empty, too long, or begins with a slash."""
    message = f"The specified object is not valid: {name[:80]!r}."
    return ApiError("InvalidObjectName", message, _BAD)
