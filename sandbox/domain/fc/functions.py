"""The actions on functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.fc.errors import (
    function_already_exists,
    invalid_argument,
    layer_not_found,
    layer_version_not_found,
)
from sandbox.domain.fc.log_delivery import check_logging
from sandbox.domain.fc.packages import Package
from sandbox.domain.fc.paging import page, read_limit
from sandbox.domain.fc.records import Function, LayerVersion
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.roles import check_role
from sandbox.domain.fc.settings import (
    CONTAINER_RUNTIME,
    changed_settings,
    check_name,
    new_settings,
)
from sandbox.domain.fc.tag_values import add_tags, carries
from sandbox.domain.fc.triggers import stop_firing
from sandbox.domain.fc.uploads import read_code
from sandbox.domain.fc.views import code_location, show_function
from sandbox.domain.product import Params

_MAX_LAYERS: Final = 5


def create_function(region: FcRegion, params: Params) -> dict[str, Any]:
    """CreateFunction: the function can be invoked at once."""
    body = params["body"]
    name = check_name(body["functionName"])
    if name in region.functions:
        raise function_already_exists(name)
    settings = new_settings(body)
    check_role(region, body)
    check_logging(region, settings)
    function = Function(
        function_id=region.mint_uuid(),
        name=name,
        arn=f"{region.arn}:functions/{name}",
        settings=settings,
        created_at=region.now,
        modified_at=region.now,
        package=_read_code(region, body, settings),
        layers=_read_layers(region, body.get("layers", ())),
        tags=add_tags({}, body.get("tags", ())),
        resource_group_id=_read_resource_group(region, body),
    )
    region.functions[name] = function
    return show_function(function)


def get_function(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetFunction."""
    return show_function(region.function(params))


def update_function(region: FcRegion, params: Params) -> dict[str, Any]:
    """UpdateFunction: what is not sent stays; all or nothing. Running instances go on as they are.

    Tags are changed with TagResources only.
    """
    function = region.function(params)
    body = params["body"]
    settings = changed_settings(function.settings, body)
    check_role(region, body)
    check_logging(region, settings)
    package = read_code(region, body["code"]) if "code" in body else function.package
    layers = _read_layers(region, body["layers"]) if "layers" in body else function.layers
    function.settings = settings
    function.package = package
    function.layers = layers
    function.modified_at = region.now
    return show_function(function)


def list_functions(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListFunctions: those that fit every filter, by name; there are no functions of FC 2.0."""
    fitting = [
        function
        for function in region.functions.values()
        if params.get("fcVersion") != "v2" and _fits(function, params)
    ]
    return page(params, fitting, "functions", lambda one: one.name, show_function)


def delete_function(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteFunction: with its triggers; what is running runs on, what waits will fail."""
    function = region.function(params)
    for trigger in function.triggers.values():
        stop_firing(trigger)
    del region.functions[function.name]
    return {}


def get_function_code(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetFunctionCode: the checksum, and an address in OSS, which is not served here."""
    function = region.function(params)
    if function.package is None:
        raise invalid_argument(f"function '{function.name}' has no code package")
    return {
        "checksum": function.package.checksum,
        "url": code_location(region, "functions", function.name),
    }


def list_vpc_bindings(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListVpcBindings: the function is bound to no VPC."""
    region.function(params)
    return {"vpcIds": []}


def list_function_versions(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListFunctionVersions: none is ever published here."""
    region.function(params)
    read_limit(params)
    return {"direction": params.get("direction", "BACKWARD"), "versions": []}


def list_aliases(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListAliases: there are none, as there are no versions."""
    region.function(params)
    read_limit(params)
    return {"aliases": []}


def _read_code(region: FcRegion, body: Params, settings: Mapping[str, Any]) -> Package | None:
    if "code" in body:
        return read_code(region, body["code"])
    if settings["runtime"] != CONTAINER_RUNTIME:
        raise invalid_argument("code is required")
    if "customContainerConfig" not in settings:
        raise invalid_argument(f"customContainerConfig is required by runtime {CONTAINER_RUNTIME}")
    return None


def _read_layers(region: FcRegion, arns: tuple[str, ...]) -> tuple[LayerVersion, ...]:
    if len(arns) > _MAX_LAYERS:
        raise invalid_argument(f"a function has at most {_MAX_LAYERS} layers, not {len(arns)}")
    return tuple(_find_layer(region, arn) for arn in arns)


def _find_layer(region: FcRegion, arn: str) -> LayerVersion:
    prefix = f"{region.arn}:layers/"
    name, _, number = arn.removeprefix(prefix).partition("/versions/")
    if not arn.startswith(prefix) or not (number.isascii() and number.isdecimal()):
        raise invalid_argument(f"layer '{arn}' is not of the form {prefix}<name>/versions/<number>")
    if name not in region.layer_counts:
        raise layer_not_found(name)
    for layer in region.layers.get(name, ()):
        if layer.version == int(number):
            return layer
    raise layer_version_not_found(name, int(number))


def _read_resource_group(region: FcRegion, body: Params) -> str | None:
    group_id: str | None = body.get("resourceGroupId")
    groups = region.world.neighbours.resource_groups
    if group_id is not None and not groups.resource_group_exists(group_id):
        raise invalid_argument(f"resource group '{group_id}' does not exist")
    return group_id


def _fits(function: Function, params: Params) -> bool:
    return (
        params.get("functionName") in (None, function.name)
        and params.get("runtime") in (None, function.settings["runtime"])
        and params.get("description", "") in function.settings["description"]
        and params.get("resourceGroupId") in (None, function.resource_group_id)
        and params.get("gpuType") in (None, function.settings.get("gpuConfig", {}).get("gpuType"))
        and all(carries(function.tags, tag) for tag in params.get("tags", ()))
    )
