"""All rules at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from infra.deploying.rules.code import Archives, code_faults
from infra.deploying.rules.environment import environment_faults
from infra.deploying.rules.hooks import hook_faults
from infra.deploying.rules.names import layer_faults, name_faults, region_faults
from infra.deploying.rules.sizes import invocation_faults, size_faults, time_faults
from infra.deploying.rules.template import Template
from infra.deploying.rules.triggers import trigger_faults


def faults(template: Template, archives: Archives) -> tuple[str, ...]:
    """Return everything that is wrong with the resolved s.yaml, each in one sentence."""
    return tuple(dict.fromkeys(_faults(template, archives)))


def _faults(template: Template, archives: Archives) -> Iterator[str]:
    yield from region_faults(template)
    yield from name_faults(template)
    yield from layer_faults(template)
    yield from hook_faults(template)
    for place, function in template.functions:
        yield from size_faults(place, function)
        yield from time_faults(place, function)
        yield from invocation_faults(place, function)
        yield from environment_faults(place, function)
        yield from trigger_faults(place, function, template.vars.get("fleet", ""))
        yield from code_faults(place, function, archives)
