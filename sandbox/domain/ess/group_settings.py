"""What a caller may set on a group, checked: names, bounds, launch source, zones, the rest."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.ess.errors import (
    above_max_size,
    below_min_size,
    conflict,
    database_not_found,
    group_name_taken,
    instance_not_found,
    invalid_parameter,
    load_balancer_not_found,
    not_modelled,
    scaling_configuration_not_found,
    template_not_found,
    template_version_not_number,
    vswitch_not_found,
)
from sandbox.domain.ess.names import check_name
from sandbox.domain.ess.records import Bounds, LaunchSource, ScalingGroup, WeightedType
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID

MAX_CAPACITY: Final = 2000
"""MaxNumberOfMinSize and MaxNumberOfMaxSize of DescribeLimitation."""

_MAX_VSWITCHES: Final = 8
_MAX_WEIGHT: Final = 500
_SHORTEST_LIFETIME_S: Final = 86400

DEFAULT_SETTINGS: Final[Mapping[str, Any]] = {
    "AllocationStrategy": "priority",
    "AutoRebalance": False,
    "AzBalance": False,
    "BalanceMode": "BalancedBestEffort",
    "CompensateWithOnDemand": True,
    "DefaultCooldown": 300,
    "GroupType": "ECS",
    "HealthCheckType": "ECS",
    "MultiAZPolicy": "PRIORITY",
    "RemovalPolicies": ["OldestScalingConfiguration", "OldestInstance"],
    "ScalingPolicy": "release",
    "SpotAllocationStrategy": "priority",
    "SpotInstanceRemedy": False,
}
"""What ESS stores for a caller who says nothing."""

_OPTIONAL_SETTINGS: Final = (
    "CapacityOptions",
    "CustomPolicyARN",
    "HealthCheckTypes",
    "MaxInstanceLifetime",
    "OnDemandBaseCapacity",
    "OnDemandPercentageAboveBaseCapacity",
    "ResourceGroupId",
    "SpotInstancePools",
    "StopInstanceTimeout",
    "VSwitchId",
    "VSwitchIds",
)

_NOT_MODELLED: Final = {
    "LifecycleHooks": "lifecycle hooks",
    "AlbServerGroups": "server groups",
    "ServerGroups": "server groups",
    "ContainerGroupId": "container groups",
}


def read_name(region: EssRegion, params: Params, own: ScalingGroup | None = None) -> str | None:
    """The name that is asked for, free to take; None where none is. Raises ApiError."""
    name = params.get("ScalingGroupName")
    if name is None:
        return None
    check_name("ScalingGroupName", name)
    if any(group.name == name and group is not own for group in region.groups.values()):
        raise group_name_taken()
    return str(name)


def read_bounds(params: Params, present: Bounds | None) -> Bounds:
    """The bounds after the call; what is not sent stays. Raises ApiError where they contradict."""
    minimum = params.get("MinSize", present and present.minimum)
    maximum = params.get("MaxSize", present and present.maximum)
    desired = params.get("DesiredCapacity", present and present.desired)
    sizes = {"MinSize": minimum, "MaxSize": maximum, "DesiredCapacity": desired or 0}
    for name, size in sizes.items():
        if not 0 <= size <= MAX_CAPACITY:
            raise invalid_parameter(name)
    if minimum > maximum:
        raise conflict("MinSize", "MaxSize")
    if desired is not None and desired > maximum:
        raise above_max_size()
    if desired is not None and desired < minimum:
        raise below_min_size()
    return Bounds(minimum, maximum, desired)


def read_launch(region: EssRegion, params: Params, present: LaunchSource) -> LaunchSource:
    """The launch source after the call; raises ApiError where it does not exist."""
    configuration = params.get("ActiveScalingConfigurationId")
    template_id = params.get("LaunchTemplateId", present.template_id)
    named = {"LaunchTemplateVersion", "LaunchTemplateOverrides"} & params.keys()
    if template_id is None:
        if named:
            raise invalid_parameter(min(named))
        return _read_configuration(region, params, present)
    if configuration is not None:
        raise conflict("LaunchTemplateId", "ActiveScalingConfigurationId")
    version = params.get("LaunchTemplateVersion", present.template_version) or "Default"
    if not (version.isdecimal() or version in {"Default", "Latest"}):
        raise template_version_not_number()
    if region.surroundings.template(region.region_id, template_id, version) is None:
        raise template_not_found()
    overrides = present.overrides
    if "LaunchTemplateOverrides" in params:
        overrides = tuple(_read_override(item) for item in params["LaunchTemplateOverrides"])
    return LaunchSource(template_id, version, overrides)


def _read_configuration(region: EssRegion, params: Params, present: LaunchSource) -> LaunchSource:
    """A scaling configuration: the one that is there, or one made after an instance."""
    configuration = params.get("ActiveScalingConfigurationId")
    if configuration is not None and configuration != present.configuration_id:
        raise scaling_configuration_not_found()
    model_id = params.get("InstanceId")
    if model_id is None:
        return present
    for group in region.groups.values():
        model = group.instances.get(model_id)
        if model is not None:
            types = (model.placement.instance_type,)
            return LaunchSource(configuration_id=region.mint("asc"), configured_types=types)
    raise instance_not_found(model_id)


def _read_override(item: Mapping[str, Any]) -> WeightedType:
    instance_type = item.get("InstanceType")
    weight = item.get("WeightedCapacity", 1)
    if not instance_type or not 1 <= weight <= _MAX_WEIGHT:
        raise invalid_parameter("LaunchTemplateOverrides")
    return WeightedType(instance_type, weight, item.get("SpotPriceLimit"))


def read_settings(params: Params, present: Mapping[str, Any]) -> dict[str, Any]:
    """The other attributes after the call, under their wire names; raises ApiError."""
    settings = dict(present)
    for name in (*DEFAULT_SETTINGS, *_OPTIONAL_SETTINGS):
        if name in params:
            settings[name] = copy.deepcopy(params[name])
    if "HealthCheckType" in params:
        settings["HealthCheckTypes"] = [params["HealthCheckType"]]
    elif params.get("HealthCheckTypes"):
        settings["HealthCheckType"] = params["HealthCheckTypes"][0]
    lifetime_s = settings.get("MaxInstanceLifetime", 0)
    if lifetime_s and lifetime_s < _SHORTEST_LIFETIME_S:
        raise invalid_parameter("MaxInstanceLifetime")
    if settings["AutoRebalance"] and settings["BalanceMode"] != "BalancedOnly":
        raise conflict("AutoRebalance", "BalanceMode")
    return settings


def read_zones(region: EssRegion, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The zones of a group's vSwitches in order of preference; without any, the region's."""
    vswitches = vswitches_of(settings)
    if len(vswitches) > _MAX_VSWITCHES:
        raise invalid_parameter("VSwitchIds")
    zones = [region.surroundings.zone_of(region.region_id, one) for one in vswitches]
    found = [zone for zone in zones if zone is not None]
    if len(found) < len(zones):
        raise vswitch_not_found()
    return tuple(dict.fromkeys(found)) or BY_ID[region.region_id].zones


def vswitches_of(settings: Mapping[str, Any]) -> list[str]:
    """A group's vSwitches; the list wins over the single one, as the metadata says."""
    single = settings.get("VSwitchId")
    return list(settings.get("VSwitchIds") or ([single] if single else []))


def refuse_what_is_not_there(params: Params) -> None:
    """Raises ApiError for resources that this account has none of, or that are not modelled."""
    for name, what in _NOT_MODELLED.items():
        if params.get(name):
            raise not_modelled(what)
    if any(
        params.get(name) for name in ("LoadBalancerIds", "LoadBalancerConfigs", "VServerGroups")
    ):
        raise load_balancer_not_found()
    for name in ("DBInstanceIds", "DBInstances"):
        if params.get(name):
            raise database_not_found(str(params[name]))
