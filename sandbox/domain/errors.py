"""The error that every API call may end in."""

from __future__ import annotations

from http import HTTPStatus


class ApiError(Exception):
    """A refused API call, in the terms of Alibaba Cloud's error answers.

    `code` and `message` are what the caller reads, `http_status` is the answer's status;
    `retry_after_ms`, where set, asks the caller to wait so many milliseconds.
    """

    def __init__(
        self, code: str, message: str, http_status: int, retry_after_ms: int | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status
        self.retry_after_ms = retry_after_ms


def unknown_action() -> ApiError:
    """No such product or action; code and text are the API gateway's."""
    return ApiError(
        "InvalidAction.NotFound",
        "Specified api is not found, please check your url and method.",
        HTTPStatus.NOT_FOUND,
    )


def unknown_region() -> ApiError:
    """The region does not exist, or not in this cloud."""
    return ApiError(
        "InvalidRegionId.NotFound", "The specified region does not exist.", HTTPStatus.NOT_FOUND
    )
