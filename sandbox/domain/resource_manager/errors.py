"""The resource manager's documented errors: its API reference and OpenAPI metadata."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_NOT_FOUND = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT


def invalid_parameter(name: str) -> ApiError:
    """A value is wrong; the reference gives such codes by parameter."""
    return ApiError(f"InvalidParameter.{name}", f"The {name} is invalid.", _BAD)


def invalid_name() -> ApiError:
    """A group's name has characters that it may not have."""
    return ApiError("InvalidParameter.Name.InvalidChars", "The Name is invalid.", _BAD)


def wrong_length(name: str) -> ApiError:
    """A name is too short or too long."""
    return ApiError(
        f"InvalidParameter.{name}.Length", f"The maximum length of {name} is exceeded.", _BAD
    )


def missing_display_name() -> ApiError:
    """Every group has a display name."""
    return ApiError("MissingParameter.DisplayName", "You must specify DisplayName.", _BAD)


def group_not_found() -> ApiError:
    """No such group."""
    return ApiError(
        "EntityNotExists.ResourceGroup",
        "The specified resource group does not exist. You must first create a resource group.",
        _NOT_FOUND,
    )


def group_exists() -> ApiError:
    """The name is taken."""
    return ApiError(
        "EntityAlreadyExists.ResourceGroup", "The resource group already exists.", _CONFLICT
    )


def too_many_groups() -> ApiError:
    """The account has as many groups as it may have, those being deleted included."""
    return ApiError(
        "LimitExceeded.ResourceGroup",
        "The count of resource groups beyond the current limits.",
        _CONFLICT,
    )


def group_in_use() -> ApiError:
    """Only an empty group can be deleted."""
    return ApiError(
        "DeleteConflict.ResourceGroup.Resource",
        "Failed to delete the resource group because one or more cloud resources exist in the "
        "resource group. Try again later after you release the cloud resources.",
        _CONFLICT,
    )


def wrong_group_status() -> ApiError:
    """The group is being created or deleted."""
    return ApiError(
        "Invalid.ResourceGroup.Status",
        "You cannot perform an operation on a resource group that is being created or deleted.",
        _CONFLICT,
    )


def too_many_tags() -> ApiError:
    """A group may carry 20 tags; the code is undocumented."""
    return ApiError("LimitExceeded.Tag", "The count of tags beyond the current limits.", _CONFLICT)
