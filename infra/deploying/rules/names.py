"""Names that belong together: of fleet, functions, roles, layers, tags and region. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from infra.deploying.rules.template import Function, Template
from shared.cloud.endpoints import eventbridge_host, fc_host
from shared.naming import FLEET_NAME, Tag
from shared.regions import BY_ID

_FUNCTION_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_LAYER: Final = re.compile(
    r"acs:fc:(?P<region>[a-z0-9-]+):[0-9]+:layers/(?P<layer>[A-Za-z0-9_.-]+)/versions/[0-9]+"
)
_LAYERS_MOST: Final = 5
_TAGS_MOST: Final = 20
_REGIONS_NEAR: Final = ("ap-southeast-1", "eu-central-1", "us-west-1")
NO_LAYER: Final = "not-published"
"""What s.yaml says of the layer before anybody has published it."""


def layer_name(fleet: str) -> str:
    """Name of the layer with the packages that a fleet's functions import."""
    return f"{fleet}-python"


def name_faults(template: Template) -> Iterator[str]:
    """Say which names do not go together."""
    fleet = template.vars.get("fleet", "")
    if not FLEET_NAME.fullmatch(fleet):
        yield (
            "vars.fleet (FLEET_NAME) must be 1 to 32 lower-case letters, digits and hyphens,"
            f" beginning with a letter, not {fleet[:40]!r}."
        )
    wanted = {"resources.watcher.props": "watcher", "resources.bootstrap.props": "bootstrap"}
    for place, function in template.functions:
        yield from _function_faults(place, function, f"{fleet}-{wanted[place]}")
        yield from _tag_faults(place, function, fleet)


def _function_faults(place: str, function: Function, name: str) -> Iterator[str]:
    if not _FUNCTION_NAME.fullmatch(function.function_name):
        yield (
            f"{place}.functionName must be 1 to 64 letters, digits, `_` and `-`, and begin with a"
            f" letter or `_`, not {function.function_name[:70]!r}."
        )
    if function.function_name != name:
        yield (
            f"{place}.functionName must be {name}, as roles and commands have it, not"
            f" {function.function_name[:70]!r}."
        )
    arn = re.compile(rf"acs:ram::[0-9]+:role/{re.escape(name)}")
    if function.role != name and not arn.fullmatch(function.role):
        yield (
            f"{place}.role must be {name}, which `p2p-fleet prepare` makes, not"
            f" {function.role[:100]!r}."
        )


def _tag_faults(place: str, function: Function, fleet: str) -> Iterator[str]:
    keys = [tag.key for tag in function.tags]
    if len(keys) != len(set(keys)) or len(keys) > _TAGS_MOST:
        yield f"{place}.tags must be at most 20, each with a key of its own."
    if (Tag.FLEET.value, fleet) not in {(tag.key, tag.value) for tag in function.tags}:
        yield f"{place}.tags must name the owner: key {Tag.FLEET.value}, value {fleet}."


def region_faults(template: Template) -> Iterator[str]:
    """Say what the chosen region cannot do."""
    region = template.vars.get("region", "")
    elsewhere = f"choose another in vars.region (DEPLOY_REGION), e.g. {', '.join(_REGIONS_NEAR)}"
    if region not in BY_ID:
        yield f"vars.region (DEPLOY_REGION) is no region of Alibaba Cloud: {region[:40]!r}."
        return
    if fc_host(region) is None:
        yield f"Function Compute is not offered in {region}: {elsewhere}; it reaches every region."
        return
    if template.vars.get("scheduler") != "timer" and eventbridge_host(region) is None:
        yield f"EventBridge is not offered in {region}: set SCHEDULER=timer, or {elsewhere}."
    for place, function in template.functions:
        if function.region != region:
            yield f"{place}.region must be that of vars.region, {region}, not {function.region!r}."


def layer_faults(template: Template) -> Iterator[str]:
    """Say what is wrong with the layers; that none is published yet is no fault."""
    fleet = template.vars.get("fleet", "")
    for place, function in template.functions:
        if not 1 <= len(function.layers) <= _LAYERS_MOST:
            yield f"{place}.layers must be 1 to 5, not {len(function.layers)}."
        for layer in function.layers:
            match = _LAYER.fullmatch(layer)
            if layer == NO_LAYER:
                continue
            if match is None:
                yield f"{place}.layers: {layer[:80]!r} is not the ARN of a layer's version."
            elif match["region"] != function.region:
                yield f"{place}.layers: {layer} is in another region than the function."
        ours = any(
            layer == NO_LAYER or f":layers/{layer_name(fleet)}/" in layer
            for layer in function.layers
        )
        if not ours:
            yield f"{place}.layers must contain {layer_name(fleet)}, which `make deploy` publishes."
