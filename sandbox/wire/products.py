"""The products that answer here, with API version, style and actions."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from sandbox.wire import (
    ecs_parameters,
    ess_parameters,
    eventbridge_parameters,
    fc2_parameters,
    fc_parameters,
    log_parameters,
    oss_parameters,
    ram_parameters,
    resource_manager_parameters,
    sts_parameters,
    vpc_parameters,
)
from sandbox.wire.parameters import Param


class ApiStyle(enum.Enum):
    """How an API's action travels."""

    RPC = "RPC"
    """POST or GET `/`, the action in a header or a parameter."""
    ROA = "ROA"
    """Method and path name the action, parameters are in path, query and a JSON body."""
    FC_2 = "FC_2"
    """Function Compute 2.0's: as ROA, signed and answered in its own way."""
    LOG = "LOG"
    """As ROA, in the Simple Log Service's own dialect: signature, errors, content types."""
    OSS = "OSS"
    """Host and path name bucket and object; errors are XML."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product: what its requests may say. `actions`: action → parameter name → parameter."""

    name: str
    version: str
    style: ApiStyle
    actions: Mapping[str, Mapping[str, Param]]


def _by_name(actions: Mapping[str, tuple[Param, ...]]) -> dict[str, dict[str, Param]]:
    return {action: {param.name: param for param in params} for action, params in actions.items()}


def _product(name: str, style: ApiStyle, parameters: ModuleType) -> Product:
    return Product(name, parameters.VERSION, style, _by_name(parameters.ACTIONS))


ESS: Final = _product("ess", ApiStyle.RPC, ess_parameters)
VPC: Final = _product("vpc", ApiStyle.RPC, vpc_parameters)
ECS: Final = _product("ecs", ApiStyle.RPC, ecs_parameters)
RAM: Final = _product("ram", ApiStyle.RPC, ram_parameters)
RESOURCE_MANAGER: Final = _product("resourcemanager", ApiStyle.RPC, resource_manager_parameters)
EVENTBRIDGE: Final = _product("eventbridge", ApiStyle.RPC, eventbridge_parameters)
STS: Final = _product("sts", ApiStyle.RPC, sts_parameters)
FC: Final = _product("fc", ApiStyle.ROA, fc_parameters)
FC_2: Final = _product("fc", ApiStyle.FC_2, fc2_parameters)
OSS: Final = _product("oss", ApiStyle.OSS, oss_parameters)
LOG: Final = _product("log", ApiStyle.LOG, log_parameters)

PRODUCTS: Final[Mapping[str, Product]] = {
    product.name: product
    for product in (ESS, VPC, ECS, RAM, RESOURCE_MANAGER, EVENTBRIDGE, STS, FC, LOG, OSS)
}
"""By name. Function Compute is the one of 3.0; of 2.0's API next to nothing is left."""
BY_VERSION: Final[Mapping[str, Product]] = {
    product.version: product for product in (*PRODUCTS.values(), FC_2)
}
"""API versions are dates and happen to differ, so that a version names its product."""
