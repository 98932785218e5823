"""RAM's documented errors; codes, statuses and texts are those of the RAM API reference.

Where the reference has a code but no text for our case, the text follows its neighbours.
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN
_NOT_FOUND = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT


def missing_parameter(name: str) -> ApiError:
    """A parameter that the schema calls optional and the reference calls required is absent."""
    return ApiError(f"Missing{name}", f"{name} is mandatory for this action.", _BAD)


def invalid_parameter(name: str) -> ApiError:
    """A value is out of range; the reference has the code but no parameter of ours under it."""
    return ApiError("InvalidParameter", f'The parameter - "{name}" is incorrect.', _BAD)


def wrong_length(name: str) -> ApiError:
    """A text is empty or too long."""
    return ApiError(
        f"InvalidParameter.{name}.Length",
        f'The parameter - "{name}" beyond the length limit.',
        _BAD,
    )


def invalid_chars(name: str) -> ApiError:
    """A name has characters that it may not have."""
    return ApiError(
        f"InvalidParameter.{name}.InvalidChars",
        f'The parameter - "{name}" contains invalid chars.',
        _BAD,
    )


def wrong_policy_type() -> ApiError:
    """Policies are System or Custom."""
    return ApiError(
        "InvalidParameter.PolicyType", 'The parameter - "PolicyType" is incorrect.', _BAD
    )


def malformed_version_id() -> ApiError:
    """Versions are called v1, v2 and so on."""
    return ApiError(
        "InvalidParameter.VersionId.Format",
        'The format of the parameter - "VersionId" is incorrect.',
        _BAD,
    )


def malformed_document(problem: str) -> ApiError:
    """A policy or trust document is wrong; RAM's text is one sentence about the first mistake."""
    return ApiError("MalformedPolicyDocument", problem, _BAD)


def service_linked(role_name: str) -> ApiError:
    """Service-linked roles belong to their service; the reference says so but gives no code."""
    return ApiError(
        "NoPermission",
        f"The role {role_name} is a service-linked role and cannot be changed or deleted in RAM.",
        _FORBIDDEN,
    )


def role_not_found() -> ApiError:
    """No such role."""
    return ApiError("EntityNotExist.Role", "The role does not exist.", _NOT_FOUND)


def policy_not_found() -> ApiError:
    """No such policy of that type."""
    return ApiError("EntityNotExist.Policy", "The policy does not exist.", _NOT_FOUND)


def version_not_found() -> ApiError:
    """The policy has no such version."""
    return ApiError(
        "EntityNotExist.Policy.Version", "The policy version does not exist.", _NOT_FOUND
    )


def attachment_not_found() -> ApiError:
    """The policy is not attached to the role."""
    return ApiError(
        "EntityNotExist.Role.Policy",
        "The indicate policy attached to the role does not exist.",
        _NOT_FOUND,
    )


def role_exists() -> ApiError:
    """The account has a role of that name."""
    return ApiError("EntityAlreadyExists.Role", "The role does already EXIST.", _CONFLICT)


def policy_exists() -> ApiError:
    """The account has a policy of that name."""
    return ApiError("EntityAlreadyExists.Policy", "The policy does already EXIST.", _CONFLICT)


def attachment_exists() -> ApiError:
    """The policy is attached to the role already."""
    return ApiError(
        "EntityAlreadyExists.Role.Policy",
        "The role has already been attached this policy.",
        _CONFLICT,
    )


def role_has_policies() -> ApiError:
    """A role goes only when nothing is attached to it."""
    return ApiError(
        "DeleteConflict.Role.Policy",
        "The role CAN NOT has any attached policy while deleting the role.",
        _CONFLICT,
    )


def policy_attached(code: str) -> ApiError:
    """A policy goes only when it is attached to nothing; the code for roles is unverified."""
    return ApiError(
        code, "The policy CAN NOT been attached to any role while deleting the policy.", _CONFLICT
    )


def policy_has_versions() -> ApiError:
    """A policy goes only when its default version is its last, or with CascadingDelete."""
    return ApiError(
        "DeleteConflict.Policy.Version",
        "The policy CAN NOT has any version except the default version.",
        _CONFLICT,
    )


def default_version() -> ApiError:
    """The default version goes only with its policy."""
    return ApiError(
        "DeleteConflict.Policy.Version.Default",
        "The default policy version CAN NOT been deleted directly.",
        _CONFLICT,
    )


def too_many_roles() -> ApiError:
    """The account has as many roles as it may have."""
    return ApiError(
        "LimitExceeded.Role", "The count of roles beyond the current limits.", _CONFLICT
    )


def too_many_policies() -> ApiError:
    """The account has as many custom policies as it may have."""
    return ApiError(
        "LimitExceeded.Policy", "The count of policy beyond the current limits.", _CONFLICT
    )


def too_many_versions() -> ApiError:
    """The policy has as many versions as it may have."""
    return ApiError(
        "LimitExceeded.Policy.Version",
        "The count of policy version beyond the current limits.",
        _CONFLICT,
    )


def too_many_attachments() -> ApiError:
    """The role has as many policies of that type as it may have."""
    return ApiError(
        "LimitExceeded.Role.Policy",
        "The count of policies attached to the role beyond the current limits.",
        _CONFLICT,
    )


def too_many_tags() -> ApiError:
    """A role or policy may carry 20 tags; the code is undocumented."""
    return ApiError("LimitExceeded.Tag", "The count of tags beyond the current limits.", _CONFLICT)
