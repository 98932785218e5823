"""Security Token Service: who am I."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World


class Sts:
    """STS as far as a holder of plain access keys needs it; it holds nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions: Mapping[str, Handler] = {"GetCallerIdentity": self._get_caller_identity}

    @property
    def actions(self) -> Mapping[str, Handler]:
        """GetCallerIdentity."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region: identities are global."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def _get_caller_identity(self, _region: str, _params: Params) -> dict[str, Any]:
        caller = self._world.account.caller
        return {
            "IdentityType": "RAMUser",
            "AccountId": caller.account_id,
            "PrincipalId": caller.user_id,
            "UserId": caller.user_id,
            "Arn": caller.principal_arn,
        }
