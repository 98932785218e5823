"""Errors about tags: codes, statuses and texts of the VPC API metadata."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST


def malformed_tag_key() -> ApiError:
    """A tag key that is empty, too long or reserved."""
    return ApiError("InvalidTagKey", "The tag keys are not valid.", _BAD)


def malformed_tag_value() -> ApiError:
    """A tag value that is too long or reserved."""
    return ApiError("InvalidTagValue", "The tag values are not valid.", _BAD)


def tag_key_twice() -> ApiError:
    """A request names one tag key twice."""
    return ApiError("Forbidden.TagKey.Duplicated", "The specified tag key already exists.", _BAD)


def too_many_tags() -> ApiError:
    """A request has more tags than one may have."""
    return ApiError("SizeLimitExceeded.TagNum", "The maximum number of tags is exceeded.", _BAD)


def tag_quota_exceeded() -> ApiError:
    """A resource would have more tags than it can carry."""
    return ApiError("QuotaExceeded.TagNum", "Custom Tags quota exceeded", _BAD)


def too_many_resources() -> ApiError:
    """A request names more resources than one may."""
    return ApiError(
        "SizeLimitExceeded.ResourceId", "The maximum number of resource IDs is exceeded.", _BAD
    )


def resource_twice() -> ApiError:
    """A request names one resource twice."""
    return ApiError(
        "DuplicatedParam.ResourceIds",
        "The parameter of ResourceIds contains duplicate values.",
        _BAD,
    )


def unknown_resource_type() -> ApiError:
    """Nothing of this type can carry tags here."""
    return ApiError("InvalidInstanceType.NotFound", "The instance type is not found", _BAD)


def resource_not_found() -> ApiError:
    """A resource to tag does not exist."""
    return ApiError("InvalidInstanceIds.NotFound", "The instanceIds are not found", _BAD)


def tags_to_remove_missing() -> ApiError:
    """UnTagResources needs keys or All."""
    return ApiError("MissingParam", "The parameter TagKey or All is mandatory.", _BAD)


def tags_and_resources_missing() -> ApiError:
    """ListTagResources needs resources or tags."""
    return ApiError(
        "BothEmpty.TagsAndResources",
        "The specified Tags and ResourcesIds are not allow to both empty.",
        _BAD,
    )
