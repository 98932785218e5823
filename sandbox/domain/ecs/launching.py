"""RunInstances as a dry run: everything that would keep an instance from being launched.

The fleet's instances are made by scaling groups only; a RunInstances that means it is refused as
for a user who lacks the permission.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    dry_run_passed,
    invalid,
    invalid_parameter,
    missing_parameter,
    template_version_not_found,
)
from sandbox.domain.ecs.images import IMAGE_SIZE_GIB, Image, find_image, newest_image
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.template_views import DEFAULT_DISK, security_groups_in
from sandbox.domain.ecs.templates import check_user_data, find_template
from sandbox.domain.errors import ApiError
from sandbox.domain.instance_types import DISK_CATEGORIES, TYPES_BY_NAME, sold_disks
from sandbox.domain.neighbours import VSwitchFacts
from sandbox.domain.product import Params
from sandbox.domain.ram.judgement import Verdict
from sandbox.domain.ram_actions import Permission
from sandbox.domain.ram_denial import forbidden
from sandbox.domain.stock import in_stock, obstacle_to_any

_FORBIDDEN: Final = HTTPStatus.FORBIDDEN
_NOT_FOUND: Final = HTTPStatus.NOT_FOUND


def run_instances(region: EcsRegion, params: Params) -> dict[str, Any]:
    """RunInstances: with DryRun the documented error of what is wrong, or DryRunOperation."""
    if not params.get("DryRun", False):
        raise forbidden(region.world.caller, Permission("ecs:RunInstances"), Verdict.NOT_ALLOWED)
    wanted = {**_template_data(region, params), **params}
    image = _check_image(region, wanted)
    _check_type(region, wanted, image)
    vswitch = _check_vswitch(region, wanted)
    _check_security_groups(region, wanted, vswitch)
    _check_role(region, wanted)
    check_user_data(wanted)
    _check_account(region)
    _check_stock(region, wanted, vswitch)
    _check_quotas(region, wanted)
    raise dry_run_passed()


def _template_data(region: EcsRegion, params: Params) -> Mapping[str, Any]:
    if not params.get("LaunchTemplateId") and not params.get("LaunchTemplateName"):
        return {}
    template = find_template(region, params)
    version = template.version(str(params.get("LaunchTemplateVersion", "Default")))
    if version is None:
        raise template_version_not_found()
    return version.data


def _check_image(region: EcsRegion, wanted: Params) -> Image:
    image_id, family = wanted.get("ImageId"), wanted.get("ImageFamily")
    if not image_id and not family:
        raise missing_parameter("ImageId")
    if image_id and family:
        raise ApiError(
            "UnexpectedImageFamily.ImageIdSupplied",
            "The input parameter ImageFamily must be null when image id is set.",
            HTTPStatus.BAD_REQUEST,
        )
    if family:
        newest = newest_image(region, family)
        if newest is None:
            raise ApiError(
                "InvalidImageFamily.MissingAvailableImage",
                "There is no available image related to the specified image family.",
                _FORBIDDEN,
            )
        return newest
    image = find_image(region, str(image_id))
    if image is None:
        raise ApiError(
            "InvalidImageId.NotFound", "The specified ImageId does not exist.", _NOT_FOUND
        )
    if image.deprecated:
        raise ApiError(
            "OperationDenied.ImageNotValid",
            "The specified Image is disabled or is deleted.",
            _FORBIDDEN,
        )
    return image


def _check_type(region: EcsRegion, wanted: Params, image: Image) -> None:
    name = wanted.get("InstanceType")
    if not name:
        raise missing_parameter("InstanceType")
    if name not in TYPES_BY_NAME:
        raise invalid("InvalidInstanceType.ValueNotSupported", "InstanceType")
    if not region.world.faults.account.may_use(name):
        raise ApiError(
            "InvalidInstanceType.ValueUnauthorized",
            "The specified InstanceType is not authorized.",
            HTTPStatus.BAD_REQUEST,
        )
    if not image.runs_on(name):
        raise ApiError(
            "ImageNotSupportInstanceType",
            "The specified image does not support the specified InstanceType.",
            _FORBIDDEN,
        )


def _check_vswitch(region: EcsRegion, wanted: Params) -> VSwitchFacts:
    vswitch_id = wanted.get("VSwitchId")
    if not vswitch_id:
        raise missing_parameter("VSwitchId")
    vswitch = region.world.neighbours.vpc.vswitch(region.region_id, vswitch_id)
    if vswitch is None:
        raise ApiError(
            "InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.", _NOT_FOUND
        )
    if not vswitch.available:
        raise ApiError(
            "IncorrectVSwitchStatus",
            "The current status of virtual switch does not support this operation.",
            HTTPStatus.BAD_REQUEST,
        )
    if wanted.get("ZoneId", vswitch.zone) != vswitch.zone:
        raise invalid("InvalidParameter.VSwitchId", "VSwitchId")
    return vswitch


def _check_security_groups(region: EcsRegion, wanted: Params, vswitch: VSwitchFacts) -> None:
    ids = security_groups_in(wanted)
    if not ids:
        raise missing_parameter("SecurityGroupId")
    for group_id in ids:
        group = region.security_groups.get(group_id)
        if group is None:
            raise ApiError(
                "InvalidSecurityGroupId.NotFound",
                "The SecurityGroupId provided does not exist in our records.",
                _NOT_FOUND,
            )
        if group.vpc_id != vswitch.vpc_id:
            raise ApiError(
                "InvalidParameter.Mismatch",
                "Specified security group and virtual switch are not in the same VPC.",
                HTTPStatus.BAD_REQUEST,
            )


def _check_role(region: EcsRegion, wanted: Params) -> None:
    role_name = wanted.get("RamRoleName")
    if role_name and not region.world.neighbours.ram.role_exists(role_name):
        raise ApiError(
            "InvalidRamRole.NotFound",
            'The specified parameter "RAMRoleName" does not exist.',
            _NOT_FOUND,
        )


def _check_account(region: EcsRegion) -> None:
    obstacle = obstacle_to_any(region.world.faults.account, region.region_id)
    if obstacle is not None:
        raise ApiError(obstacle.code, obstacle.message, _FORBIDDEN)


def _check_stock(region: EcsRegion, wanted: Params, vswitch: VSwitchFacts) -> None:
    name, disk = wanted["InstanceType"], wanted.get("SystemDisk", {})
    category = disk.get("Category", DEFAULT_DISK)
    if category not in DISK_CATEGORIES:
        raise invalid("InvalidSystemDiskCategory.ValueNotSupported", "SystemDisk.Category")
    size = str(disk.get("Size", IMAGE_SIZE_GIB))
    if not size.isdecimal() or int(size) < IMAGE_SIZE_GIB:
        raise ApiError(
            "InvalidSystemDiskSize.LessThanImageSize",
            "The specified parameter SystemDisk.Size is less than the image size.",
            _NOT_FOUND,
        )
    sold = sold_disks(region.region_id, vswitch.zone, name)
    if not sold:
        raise ApiError(
            "InvalidInstanceType.ZoneNotSupported",
            "The specified zone does not support this instancetype.",
            _FORBIDDEN,
        )
    if category not in sold:
        raise ApiError(
            "InvalidInstanceType.NotSupportDiskCategory",
            "The instanceType of the specified instance does not support this disk category.",
            _FORBIDDEN,
        )
    if not in_stock(region.world.faults, region.region_id, vswitch.zone, name, category):
        raise ApiError("OperationDenied.NoStock", "The resource is out of usage.", _FORBIDDEN)


def _check_quotas(region: EcsRegion, wanted: Params) -> None:
    amount = wanted.get("Amount", 1)
    if not 1 <= wanted.get("MinAmount", amount) <= amount:
        raise invalid_parameter("MinAmount")
    present = region.instances
    vcpus = sum(TYPES_BY_NAME[one.instance_type].vcpus for one in present)
    more = amount * TYPES_BY_NAME[wanted["InstanceType"]].vcpus
    if len(present) + amount > region.quota("ecs:instances") or vcpus + more > region.quota(
        "ecs:vcpus"
    ):
        raise ApiError(
            "QuotaExceed.ElasticQuota",
            "No additional quota is available for the specified ECS instance type.",
            _FORBIDDEN,
        )
