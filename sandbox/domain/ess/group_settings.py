"""What a caller may set on a group, checked: name, bounds, and what ESS only stores."""

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
    invalid_parameter,
    load_balancer_not_found,
    not_modelled,
    resource_group_not_found,
)
from sandbox.domain.ess.names import check_name
from sandbox.domain.ess.records import Bounds, ScalingGroup
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.product import Params

MAX_CAPACITY: Final = 2000
"""MaxNumberOfMinSize and MaxNumberOfMaxSize of DescribeLimitation."""

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


def check_resource_group(region: EssRegion, params: Params) -> None:
    """Raises ApiError for a resource group that cannot take the scaling group."""
    group_id = params.get("ResourceGroupId")
    directory = region.world.neighbours.resource_groups
    if group_id and not directory.resource_group_exists(group_id):
        raise resource_group_not_found()


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
