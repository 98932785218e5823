"""Function Compute of an account that has no functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Never

from sandbox.domain.errors import ApiError
from sandbox.domain.neighbours import Member
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World


class FunctionCompute:
    """FC: every function that is asked for does not exist."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions: Mapping[str, Handler] = {
            "GetFunction": _function_not_found,
            "InvokeFunction": _function_not_found,
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """GetFunction and InvokeFunction."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region: there is no function in any."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def members_of(self, _group_id: str) -> Sequence[Member]:
        """No function is in a resource group."""
        return ()


def _function_not_found(_region: str, params: Params) -> Never:
    name = params.get("functionName", "")
    raise ApiError("FunctionNotFound", f"function '{name}' does not exist", HTTPStatus.NOT_FOUND)
