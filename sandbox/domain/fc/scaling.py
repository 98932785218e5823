"""The actions on instances that are kept ready: provision configurations and scaling settings.

They are kept and shown; whatever they say, every invocation here starts a process of its own.
Policies by time or by metrics are kept and not carried out.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.fc.errors import invalid_argument, scaling_config_not_found
from sandbox.domain.fc.paging import page
from sandbox.domain.fc.records import Function
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.product import Params

_MAX_PROVISIONED: Final = 10_000


def put_provision_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """PutProvisionConfig: replaces it as a whole; the instances count as there at once."""
    function = region.function(params)
    body = params["body"]
    target = body.get("defaultTarget", body["target"])
    _check_count("target", target, region.quota("fc:instances"))
    function.provision_config = {**body, "target": target, "defaultTarget": target}
    return _show_provision(function)


def get_provision_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetProvisionConfig: a function without one has no instances and no ARN in the answer."""
    function = region.function(params)
    if function.provision_config is None:
        return {"current": 0, "functionArn": "", "target": 0}
    return _show_provision(function)


def delete_provision_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteProvisionConfig: also where there is none."""
    region.function(params).provision_config = None
    return {}


def list_provision_configs(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListProvisionConfigs, by the functions' names."""
    configured = [one for one in named(region, params) if one.provision_config is not None]
    return page(params, configured, "provisionConfigs", name_of, _show_provision)


def put_scaling_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """PutScalingConfig: replaces it as a whole; the instances count as there at once."""
    function = region.function(params)
    body = params.get("body", {})
    _check_count("minInstances", body.get("minInstances", 0), region.quota("fc:instances"))
    function.scaling_config = dict(body)
    return _show_scaling(function)


def get_scaling_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetScalingConfig."""
    function = region.function(params)
    if function.scaling_config is None:
        raise scaling_config_not_found(function.name)
    return _show_scaling(function)


def delete_scaling_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteScalingConfig: also where there is none."""
    region.function(params).scaling_config = None
    return {}


def list_scaling_configs(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListScalingConfigs, by the functions' names."""
    configured = [one for one in named(region, params) if one.scaling_config is not None]
    return page(params, configured, "scalingConfigs", name_of, _show_scaling)


def named(region: FcRegion, params: Params) -> list[Function]:
    """The functions that a list of configurations is about: the one that is named, else all."""
    wanted = params.get("functionName")
    return [one for one in region.functions.values() if wanted in (None, "", one.name)]


def name_of(function: Function) -> str:
    """What lists of configurations are sorted by."""
    return function.name


def _check_count(name: str, count: int, quota: int) -> None:
    most = min(quota, _MAX_PROVISIONED)
    if not 0 <= count <= most:
        raise invalid_argument(f"{name} {count} must be from 0 to {most}")


def _show_provision(function: Function) -> dict[str, Any]:
    config = function.provision_config or {}
    return {"functionArn": function.arn, "current": config["target"], **config}


def _show_scaling(function: Function) -> dict[str, Any]:
    config = function.scaling_config or {}
    ready = config.get("minInstances", 0)
    return {
        "functionArn": function.arn,
        "minInstances": ready,
        "currentInstances": ready,
        "targetInstances": ready,
        **config,
    }
