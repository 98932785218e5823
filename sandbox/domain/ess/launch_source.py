"""Where a group takes its instances' configuration from, and which vSwitches they go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox.domain.ess.errors import (
    conflict,
    instance_not_found,
    invalid_parameter,
    no_vpc_network,
    scaling_configuration_not_found,
    template_lacks,
    template_not_found,
    template_version_not_found,
    template_version_not_number,
    vswitch_not_found,
    vswitch_unsettled,
)
from sandbox.domain.ess.records import Instance, LaunchSource, WeightedType
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.neighbours import TemplateFacts, VSwitchFacts
from sandbox.domain.product import Params

_MAX_VSWITCHES: Final = 8
_MAX_WEIGHT: Final = 500
_TEMPLATE_PARAMETERS: Final = (
    "LaunchTemplateId",
    "LaunchTemplateVersion",
    "LaunchTemplateOverrides",
)


def read_launch(region: EssRegion, params: Params, present: LaunchSource) -> LaunchSource:
    """The launch source after the call; raises ApiError where what it names is not fit for use."""
    configuration = params.get("ActiveScalingConfigurationId")
    template_id = params.get("LaunchTemplateId", present.template_id)
    named = [name for name in _TEMPLATE_PARAMETERS if name in params]
    if template_id is None:
        if named:
            raise invalid_parameter(named[0])
        return _read_configuration(region, params, present)
    if configuration is not None:
        raise conflict("LaunchTemplateId", "ActiveScalingConfigurationId")
    version = params.get("LaunchTemplateVersion", present.template_version) or "Default"
    if not (version.isdecimal() or version in {"Default", "Latest"}):
        raise template_version_not_number()
    overrides = present.overrides
    if "LaunchTemplateOverrides" in params:
        overrides = tuple(_read_override(item) for item in params["LaunchTemplateOverrides"])
    launch = LaunchSource(template_id, version, overrides)
    if named:
        check_launch(region, launch)
    return launch


def check_launch(region: EssRegion, launch: LaunchSource) -> None:
    """Raises ApiError where the launch template is gone or does not say enough."""
    if launch.template_id is None:
        return
    wanted = wanted_template(region, launch)
    if wanted is None:
        newest = replace(launch, template_version="Latest")
        exists = wanted_template(region, newest) is not None
        raise template_version_not_found() if exists else template_not_found()
    if not wanted.image_id:
        raise template_lacks("ImageId")
    if not wanted.instance_types and not launch.overrides:
        raise template_lacks("InstanceTypes")
    if not wanted.security_group_ids:
        raise template_lacks("SecurityGroup")


def wanted_template(region: EssRegion, launch: LaunchSource) -> TemplateFacts | None:
    """What a launch source asks for just now, None where its template is gone."""
    if launch.template_id is None:
        return launch.configured
    version = launch.template_version or "Default"
    ecs = region.world.neighbours.ecs
    return ecs.template(region.region_id, launch.template_id, version)


def _read_configuration(region: EssRegion, params: Params, present: LaunchSource) -> LaunchSource:
    """A scaling configuration: the one that is there, or one made after an instance."""
    configuration = params.get("ActiveScalingConfigurationId")
    if configuration is not None and configuration != present.configuration_id:
        raise scaling_configuration_not_found()
    model = _model(region, params)
    if model is None:
        return present
    placement = model.placement
    configured = replace(
        model.template, instance_types=(placement.instance_type,), disk=placement.disk
    )
    return LaunchSource(configuration_id=region.mint("asc"), configured=configured)


def _model(region: EssRegion, params: Params) -> Instance | None:
    """The instance after which a group is to be made."""
    model_id = params.get("InstanceId")
    if model_id is None:
        return None
    for group in region.groups.values():
        if model_id in group.instances:
            return group.instances[model_id]
    raise instance_not_found(model_id)


def _read_override(item: Mapping[str, Any]) -> WeightedType:
    instance_type = item.get("InstanceType")
    weight = item.get("WeightedCapacity", 1)
    if not instance_type or not 1 <= weight <= _MAX_WEIGHT:
        raise invalid_parameter("LaunchTemplateOverrides")
    return WeightedType(instance_type, weight, item.get("SpotPriceLimit"))


def read_vswitches(
    region: EssRegion, params: Params, present: tuple[VSwitchFacts, ...]
) -> tuple[VSwitchFacts, ...]:
    """The vSwitches after the call, in order of preference; the list wins over the single one.

    A group made after an instance goes where that is. Raises ApiError where there are none, or
    they are not there, not ready, or of different VPCs.
    """
    single = params.get("VSwitchId")
    ids = list(dict.fromkeys(params.get("VSwitchIds") or ([single] if single else [])))
    if not ids:
        model = _model(region, params)
        kept = present if model is None else (model.placement.vswitch,)
        if not kept:
            raise no_vpc_network()
        return kept
    if len(ids) > _MAX_VSWITCHES:
        raise invalid_parameter("VSwitchIds")
    found = tuple(_read_vswitch(region, one) for one in ids)
    if len({one.vpc_id for one in found}) > 1:
        raise invalid_parameter("VSwitchIds")
    return found


def _read_vswitch(region: EssRegion, vswitch_id: str) -> VSwitchFacts:
    vswitch = region.world.neighbours.vpc.vswitch(region.region_id, vswitch_id)
    if vswitch is None:
        raise vswitch_not_found()
    if not vswitch.available:
        raise vswitch_unsettled()
    return vswitch
