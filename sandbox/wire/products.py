"""The products that answer here, with API version, style and actions."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sandbox.wire import ess_parameters
from sandbox.wire.parameters import Param, text


class ApiStyle(enum.Enum):
    """How an API's action travels."""

    RPC = "RPC"
    """POST or GET `/`, the action in a header or a parameter."""
    ROA = "ROA"
    """Method and path name the action."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product: what its requests may say. `actions`: action → parameter name → parameter."""

    name: str
    version: str
    style: ApiStyle
    actions: Mapping[str, Mapping[str, Param]]


def _by_name(actions: Mapping[str, tuple[Param, ...]]) -> dict[str, dict[str, Param]]:
    return {action: {param.name: param for param in params} for action, params in actions.items()}


ESS: Final = Product("ess", ess_parameters.VERSION, ApiStyle.RPC, _by_name(ess_parameters.ACTIONS))
STS: Final = Product("sts", "2015-04-01", ApiStyle.RPC, _by_name({"GetCallerIdentity": ()}))
FC: Final = Product(
    "fc",
    "2023-03-30",
    ApiStyle.ROA,
    _by_name(
        {
            "GetFunction": (text("functionName", required=True), text("qualifier")),
            "InvokeFunction": (text("functionName", required=True), text("qualifier")),
        }
    ),
)

PRODUCTS: Final[Mapping[str, Product]] = {product.name: product for product in (ESS, STS, FC)}
BY_VERSION: Final[Mapping[str, Product]] = {
    product.version: product for product in PRODUCTS.values()
}
"""API versions are dates and happen to differ, so that a version names its product."""


_FC_FUNCTION: Final = re.compile(r"/2023-03-30/functions/([^/]+)(/invocations)?")
_FC_ACTIONS: Final = {("GET", False): "GetFunction", ("POST", True): "InvokeFunction"}


def fc_action(method: str, path: str) -> tuple[str, str] | None:
    """The FC action and function name that method and path stand for, None where none is."""
    match = _FC_FUNCTION.fullmatch(path)
    if match is None:
        return None
    action = _FC_ACTIONS.get((method, match[2] is not None))
    return None if action is None else (action, unquote(match[1]))
