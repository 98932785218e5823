"""The actions on layers."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from sandbox.domain.fc.errors import invalid_argument, layer_not_found, layer_version_not_found
from sandbox.domain.fc.paging import page, read_limit
from sandbox.domain.fc.records import LayerVersion
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.settings import RUNTIMES
from sandbox.domain.fc.uploads import read_code
from sandbox.domain.fc.views import show_layer
from sandbox.domain.product import Params

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")


def create_layer_version(region: FcRegion, params: Params) -> dict[str, Any]:
    """CreateLayerVersion: the numbers of versions begin at 1 and are never used again."""
    name, body = params["layerName"], params["body"]
    if not _NAME.fullmatch(name):
        raise invalid_argument(
            f"layerName '{name}' must have 1 to 128 letters, digits, underscores and hyphens, "
            "and not begin with a digit or a hyphen"
        )
    runtimes = tuple(body.get("compatibleRuntime", ()))
    for runtime in runtimes:
        if runtime not in RUNTIMES:
            raise invalid_argument(f"compatibleRuntime '{runtime}' is not supported")
    package = read_code(region, body.get("code", {}))
    version = region.layer_counts.get(name, 0) + 1
    layer = LayerVersion(
        name=name,
        version=version,
        arn=f"{region.arn}:layers/{name}/versions/{version}",
        package=package,
        created_at=region.now,
        runtimes=runtimes,
        description=body.get("description"),
        licence=body.get("license"),
    )
    region.layer_counts[name] = version
    region.layers.setdefault(name, []).append(layer)
    return show_layer(region, layer)


def get_layer_version(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetLayerVersion."""
    return show_layer(region, _find(region, params))


def list_layer_versions(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListLayerVersions, from `startVersion` on; `nextVersion` is the first of the next page.

    The order is not documented; Serverless Devs asks from version 1 on for all that there are.
    """
    name = params["layerName"]
    if name not in region.layers:
        raise layer_not_found(name)
    first = params.get("startVersion")
    if first is not None and not (first.isascii() and first.isdecimal()):
        raise invalid_argument(f"startVersion '{first}' is not a number")
    listed = [
        layer for layer in region.layers[name] if first is None or layer.version >= int(first)
    ]
    limit = read_limit(params)
    answer: dict[str, Any] = {"layers": list(map(partial(show_layer, region), listed[:limit]))}
    if len(listed) > limit:
        answer["nextVersion"] = listed[limit].version
    return answer


def list_layers(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListLayers: the newest version of each of the account's layers; none of them is public."""
    shared = "true" in (params.get("public"), params.get("official"))
    newest = [] if shared else [versions[-1] for versions in region.layers.values()]
    return page(params, newest, "layers", lambda one: one.name, partial(show_layer, region))


def delete_layer_version(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteLayerVersion: functions that have it keep it, as they have their own copy."""
    layer = _find(region, params)
    versions = region.layers[layer.name]
    versions.remove(layer)
    if not versions:
        del region.layers[layer.name]
    return {}


def _find(region: FcRegion, params: Params) -> LayerVersion:
    name, version = params["layerName"], params["version"]
    if name not in region.layer_counts:
        raise layer_not_found(name)
    for layer in region.layers.get(name, ()):
        if layer.version == version:
            return layer
    raise layer_version_not_found(name, version)
