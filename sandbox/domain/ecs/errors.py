"""ECS's documented errors; codes, statuses and texts are those of the OpenAPI metadata.

Where the metadata has a code but no text (`%s`), the text follows its neighbours.
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN
_NOT_FOUND = HTTPStatus.NOT_FOUND


def invalid(code: str, name: str) -> ApiError:
    """A parameter's value is refused under a code of its own: `InvalidDescription.Malformed`."""
    return ApiError(code, f'The specified parameter "{name}" is not valid.', _BAD)


def invalid_parameter(name: str) -> ApiError:
    """A parameter's value is refused under the general code."""
    return invalid("InvalidParameter", name)


def missing_parameter(name: str) -> ApiError:
    """A parameter that the schema calls optional is needed in this combination."""
    return ApiError(
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request is not '
        "supplied.",
        _BAD,
    )


def unknown_value(code: str, name: str) -> ApiError:
    """A value that is none of those that a parameter may have."""
    return ApiError(code, f"The specified {name} is not valid.", _NOT_FOUND)


def dry_run_passed() -> ApiError:
    """What a dry run answers when everything is in order."""
    return ApiError(
        "DryRunOperation", "Request validation has been passed with DryRun flag set.", _BAD
    )


def quota_exceeded(code: str, what: str) -> ApiError:
    """The account has as many of these as it may have."""
    return ApiError(code, f"The maximum number of {what} is reached.", _FORBIDDEN)


def resource_group_not_found() -> ApiError:
    """No such resource group, or it cannot take resources."""
    return ApiError(
        "InvalidResourceGroup.NotFound",
        "The ResourceGroup provided does not exist in our records.",
        _NOT_FOUND,
    )


def not_modelled(what: str) -> ApiError:
    """The real service can do it, this one cannot; said aloud rather than ignored."""
    return ApiError(
        "Sandbox.NotModelled", f"The sandbox does not model {what}.", HTTPStatus.NOT_IMPLEMENTED
    )


def invalid_language() -> ApiError:
    """DescribeRegions and DescribeZones speak three languages."""
    return ApiError(
        "InvalidAcceptLanguage.NotFound",
        "Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.",
        _NOT_FOUND,
    )


def invalid_destination(message: str) -> ApiError:
    """DescribeAvailableResource was not told what it needs to know."""
    return ApiError("Invalid.Param", message, _BAD)


# --- tags -------------------------------------------------------------------------------------


def duplicate_tag_key() -> ApiError:
    """A tag key is given twice in one request."""
    return ApiError("Duplicate.TagKey", "The Tag.N.Key contain duplicate key.", _BAD)


def malformed_tag_key() -> ApiError:
    """A tag key that is empty, too long, or reserved."""
    return ApiError("InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.", _BAD)


def malformed_tag_value() -> ApiError:
    """A tag value that is too long or looks like an address."""
    return ApiError("InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.", _BAD)


def too_many_tags() -> ApiError:
    """More tags than one resource can carry."""
    return ApiError(
        "QuotaExceed.Tags", "The maximum number of tags on the resource is reached.", _FORBIDDEN
    )


def too_many_resources() -> ApiError:
    """More resources than one call can tag."""
    return ApiError(
        "NumberExceed.ResourceIds",
        "The ResourceIds parameter's number is exceed , Valid : 50.",
        _BAD,
    )


def tagged_resource_not_found() -> ApiError:
    """One of the resources to be tagged does not exist."""
    return ApiError(
        "InvalidResourceId.NotFound",
        "The specified ResourceIds are not found in our records.",
        _NOT_FOUND,
    )


def unknown_resource_type() -> ApiError:
    """A kind of resource that cannot be tagged here."""
    return ApiError(
        "InvalidResourceType.NotFound",
        "The ResourceType provided does not exist in our records.",
        _NOT_FOUND,
    )


def missing_tags() -> ApiError:
    """UntagResources names neither keys nor all of them."""
    return ApiError("MissingParameter.Tags", "The parameter - Tags should not be null.", _NOT_FOUND)


def all_and_keys() -> ApiError:
    """UntagResources names keys and all of them."""
    return ApiError(
        "Param.Conflict",
        "The specified all is true, but the specified TagKey.N is not empty.",
        _FORBIDDEN,
    )


def tags_and_resources_empty() -> ApiError:
    """ListTagResources says neither which resources nor which tags."""
    return ApiError(
        "BothEmpty.TagsAndResources",
        "The specified Tags and ResourcesIds are not allow to both empty.",
        _FORBIDDEN,
    )


def invalid_next_token() -> ApiError:
    """ListTagResources was given a token that nobody handed out."""
    return ApiError("Invalid.NextToken", "The specified NextToken is not valid.", _FORBIDDEN)


# --- security groups --------------------------------------------------------------------------


def vpc_needed() -> ApiError:
    """There are no security groups outside VPCs any more."""
    return ApiError(
        "InvalidVpcId.NotFound", "The VpcId must not empty when only support vpc vm.", _FORBIDDEN
    )


def vpc_not_found() -> ApiError:
    """No such VPC in this region."""
    return ApiError("InvalidVpcId.NotFound", "Specified VPC does not exist.", _NOT_FOUND)


def security_group_not_found(code: str = "InvalidSecurityGroupId.NotFound") -> ApiError:
    """No such security group in this region; DeleteSecurityGroup has a code of its own."""
    return ApiError(code, "The specified SecurityGroupId does not exist.", _NOT_FOUND)


def security_group_in_use(by: str) -> ApiError:
    """Instances are in the group, or rules of other groups refer to it."""
    return ApiError(
        "DependencyViolation", f"There is still {by} in the specified security group.", _FORBIDDEN
    )


def missing_peer(code: str, names: str, place: str) -> ApiError:
    """A rule does not say from where, or to where."""
    return ApiError(code, f"One of the parameters {names} in {place} must be specified.", _BAD)


def peer_not_found(code: str, what: str) -> ApiError:
    """A rule refers to something that does not exist."""
    return ApiError(code, f"The {what} provided does not exist in our records.", _NOT_FOUND)


def mixed_addresses() -> ApiError:
    """A rule has IPv4 and IPv6 addresses at once."""
    return ApiError(
        "InvalidParameter.Conflict", "IPv6 and IPv4 addresses cannot exist at the same time.", _BAD
    )


def duplicate_permissions() -> ApiError:
    """One request has the same rule twice."""
    return ApiError(
        "InvalidParam.DuplicatePermissions",
        "There are duplicate permissions in the specified parameter Permissions.",
        _BAD,
    )


def permissions_and_others() -> ApiError:
    """One request names rules in two ways."""
    return ApiError(
        "InvalidParam.Permissions",
        "The specified parameter Permissions cannot coexist with other parameters.",
        _BAD,
    )


def port_range_mismatch() -> ApiError:
    """The ports are not those of the protocol: `-1/-1` but for TCP and UDP."""
    return ApiError(
        "OperationDenied",
        "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.",
        _BAD,
    )


def not_for_enterprise_groups() -> ApiError:
    """An advanced security group takes no rules about groups."""
    return ApiError(
        "InvalidGroupParameter.OperationDenied",
        "The attributes Policy, SourceGroupId, DestGroupId of enterprise level security groups "
        "are not allowed to be set or modified.",
        _BAD,
    )


# --- launch templates -------------------------------------------------------------------------


def template_name_taken() -> ApiError:
    """Another template of the region has the name."""
    return ApiError(
        "LaunchTemplateName.Duplicated",
        "The specified launch template name already exists.",
        _FORBIDDEN,
    )


def template_not_found() -> ApiError:
    """No such template in this region."""
    return ApiError(
        "InvalidLaunchTemplate.NotFound", "The specified LaunchTemplate is not found.", _NOT_FOUND
    )


def template_version_not_found() -> ApiError:
    """The template has no such version."""
    return ApiError(
        "InvalidLaunchTemplateVersion.NotFound",
        "The specified LaunchTemplateVersion is not found.",
        _NOT_FOUND,
    )


def default_version_kept() -> ApiError:
    """A template's default version cannot be deleted."""
    return ApiError(
        "InvalidOperation.DeleteDefaultVersion",
        "The default version of the launch template cannot be deleted.",
        _FORBIDDEN,
    )


def user_data_too_large() -> ApiError:
    """More than 32 KB before encoding."""
    return ApiError(
        "InvalidUserData.SizeExceeded", 'The specified parameter "UserData" exceeds the size.', _BAD
    )


def user_data_not_base64() -> ApiError:
    """User data travels in Base64."""
    return ApiError(
        "InvalidUserData.Base64FormatInvalid", "The specified UserData is not valid.", _BAD
    )
