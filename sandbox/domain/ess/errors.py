"""ESS's documented errors; codes, statuses and texts are those of the ESS API reference.

Where the reference has a code but no text for our case, the text follows its neighbours.
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_NOT_FOUND = HTTPStatus.NOT_FOUND


def invalid_parameter(name: str) -> ApiError:
    """The value of one parameter is out of range or malformed."""
    return invalid_value("InvalidParameter", name)


def invalid_value(code: str, name: str) -> ApiError:
    """As `invalid_parameter`, with another code where a variant says so."""
    return ApiError(code, f'The specified value of parameter "{name}" is not valid.', _BAD)


def missing_parameter(name: str) -> ApiError:
    """A parameter that the schema calls optional is needed in this combination."""
    return ApiError(
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request '
        "is not supplied.",
        _BAD,
    )


def conflict(one: str, other: str) -> ApiError:
    """Two parameters contradict each other."""
    return ApiError(
        "InvalidParameter.Conflict",
        f"The value of parameter {one} and parameter {other} are conflict.",
        _BAD,
    )


def above_max_size() -> ApiError:
    """The desired capacity exceeds MaxSize."""
    return ApiError(
        "IncorrectCapacity.MaxSize",
        "To change the desired capacity, the total capacity will be greater than the MaxSize.",
        _BAD,
    )


def below_min_size() -> ApiError:
    """The desired capacity is less than MinSize."""
    return ApiError(
        "IncorrectCapacity.MinSize",
        "To change the desired capacity, the total capacity will be lesser than the MinSize.",
        _BAD,
    )


def group_not_found() -> ApiError:
    """No such group in this region."""
    return ApiError(
        "InvalidScalingGroupId.NotFound", "The specified scaling group does not exist.", _NOT_FOUND
    )


def group_name_taken() -> ApiError:
    """Another group of the region has the name."""
    return ApiError(
        "InvalidScalingGroupName.Duplicate",
        'The specified value of parameter "ScalingGroupName" is duplicated.',
        _BAD,
    )


def group_quota_exceeded() -> ApiError:
    """The region holds as many groups as the account may have."""
    return ApiError("QuotaExceeded.ScalingGroup", "Scaling group quota exceeded.", _BAD)


def wrong_group_status() -> ApiError:
    """The group's lifecycle state does not allow the action."""
    return ApiError(
        "IncorrectScalingGroupStatus",
        "The current status of the specified scaling group does not support this action.",
        _BAD,
    )


def activity_in_progress() -> ApiError:
    """The action needs a group without a running scaling activity."""
    return ApiError(
        "ScalingActivityInProgress",
        "You cannot delete a scaling group or launch a new scaling activity while there is a "
        "scaling activity in progress for the specified scaling group.",
        _BAD,
    )


def no_scaling_configuration() -> ApiError:
    """The group does not know what its instances should be."""
    return ApiError(
        "MissingActiveScalingConfiguration",
        "An active scaling configuration for the specified scaling group is not supplied.",
        _BAD,
    )


def scaling_configuration_not_found() -> ApiError:
    """No such scaling configuration in this group."""
    return ApiError(
        "InvalidScalingConfigurationId.NotFound",
        "The specified scaling configuration does not exist.",
        _NOT_FOUND,
    )


def instances_in_use() -> ApiError:
    """A group that is not empty and idle needs ForceDelete."""
    return ApiError(
        "InstanceInUse",
        "You cannot delete a scaling configuration or scaling group while there is an instance "
        "associated with it.",
        _BAD,
    )


def deletion_protected(code: str) -> ApiError:
    """The group's deletion protection is on; the real code is unverified, hence `code`."""
    return ApiError(
        code, "The deletion protection of the specified scaling group is enabled.", _BAD
    )


def instance_not_found(instance_id: str) -> ApiError:
    """No such instance in this region."""
    return ApiError(
        "InvalidInstanceId.NotFound", f'Instance "{instance_id}" does not exist.', _NOT_FOUND
    )


def unknown_instance(instance_id: str) -> ApiError:
    """As `instance_not_found`, with the status that SetInstanceHealth documents."""
    return ApiError("InvalidInstanceId.NotFound", f'Instance "{instance_id}" does not exist.', _BAD)


def vswitch_not_found() -> ApiError:
    """No such vSwitch in this region."""
    return ApiError(
        "InvalidVSwitchId.NotFound", "The specified virtual switch does not exist.", _NOT_FOUND
    )


def vswitch_unsettled() -> ApiError:
    """The vSwitch is not Available yet."""
    return ApiError(
        "IncorrectVSwitchStatus",
        "The current status of virtual switch does not support this operation.",
        _BAD,
    )


def no_vpc_network() -> ApiError:
    """A group without vSwitches would be in the classic network, which is no more."""
    return ApiError(
        "ResourceNotAvailable.VPCNetwork",
        "The specified VPC network resource is not available.",
        _NOT_FOUND,
    )


def resource_group_not_found() -> ApiError:
    """No such resource group, or it cannot take resources; the code is ECS's."""
    return ApiError(
        "InvalidResourceGroup.NotFound",
        "The ResourceGroup provided does not exist in our records.",
        _NOT_FOUND,
    )


def load_balancer_not_found() -> ApiError:
    """No such load balancer: the account has none."""
    return ApiError(
        "InvalidLoadBalancerId.NotFound", "The specified Load Balancer does not exist.", _NOT_FOUND
    )


def database_not_found(name: str) -> ApiError:
    """No such database instance: the account has none."""
    return ApiError(
        "InvalidDBInstanceId.NotFound", f'DB instance "{name}" does not exist.', _NOT_FOUND
    )


def template_not_found() -> ApiError:
    """No such launch template in this region."""
    return ApiError(
        "LaunchTemplateSet.NotFound", "The specified launch template set is not found.", _BAD
    )


def template_version_not_found() -> ApiError:
    """The launch template has no such version."""
    return ApiError(
        "LaunchTemplateVersionSet.NotFound",
        "The specific version of launch template is not exist.",
        _BAD,
    )


def template_lacks(name: str) -> ApiError:
    """The launch template does not say what every instance needs: image, types, security group."""
    return ApiError(
        f"TemplateMissingParameter.{name}",
        f'The input parameter "{name}" that is mandatory for processing this request is not '
        "supplied.",
        _BAD,
    )


def template_version_not_number() -> ApiError:
    """A template version is a number, `Default` or `Latest`."""
    return ApiError(
        "TemplateVersion.NotNumber",
        'The input parameter "LaunchTemplateVersion" is supposed to be a string representing the '
        "version number.",
        _BAD,
    )


def task_not_found() -> ApiError:
    """No such scheduled task in this region."""
    return ApiError(
        "InvalidScheduledTaskId.NotFound",
        "The specified scheduled task does not exist.",
        _NOT_FOUND,
    )


def task_name_taken() -> ApiError:
    """Another scheduled task of the region has the name."""
    return ApiError(
        "InvalidScheduledTaskName.Duplicate",
        "The specified value of parameter ScheduledTaskName is duplicated.",
        _BAD,
    )


def task_quota_exceeded() -> ApiError:
    """The region holds as many scheduled tasks as the account may have."""
    return ApiError("QuotaExceeded.ScheduledTask", "Scheduled task quota exceeded.", _BAD)


def action_in_other_region() -> ApiError:
    """The scaling rule that a task names lives in another region."""
    return ApiError(
        "ScheduledAction.RegionMismatch",
        "The specified scheduled task and the specified scheduled action are not in the same "
        "Region.",
        _BAD,
    )


def scaling_rule_not_found() -> ApiError:
    """No such scaling rule: the account has none."""
    return ApiError(
        "InvalidScalingRuleAri.NotFound",
        "The specified scaling rule Ari does not exist.",
        _NOT_FOUND,
    )


def empty_tag() -> ApiError:
    """A tag without key."""
    return ApiError("InvalidTags.KeyValue", "The specified tags key/value cannot be empty.", _BAD)


def malformed_tag_key(key: str) -> ApiError:
    """A tag key that is too long, reserved, or given twice."""
    return ApiError("InvalidTagKey.Malformed", f'The specified tag key "{key}" is not valid.', _BAD)


def too_many_tags(limit: int) -> ApiError:
    """More tags than one group can carry."""
    return ApiError(
        "InvalidTags.ListSize",
        f"The specified tags list size cannot be more than “{limit}”.",
        _BAD,
    )


def unknown_resource_type() -> ApiError:
    """Only scaling groups carry tags here."""
    return ApiError(
        "InvalidResourceType.NotFound",
        "The ResourceType provided does not exist in our records.",
        _BAD,
    )


def unknown_language() -> ApiError:
    """DescribeRegions speaks three languages."""
    return ApiError(
        "InvalidAcceptLanguage.NotFound",
        "Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.",
        _NOT_FOUND,
    )


def not_modelled(what: str) -> ApiError:
    """The real service can do it, this one cannot; said aloud rather than ignored."""
    return ApiError(
        "Sandbox.NotModelled",
        f"The sandbox does not model {what} of scaling groups.",
        HTTPStatus.NOT_IMPLEMENTED,
    )
