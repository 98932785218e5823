"""Everything that Function Compute keeps in one region."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from sandbox.domain.faults import QuotaName
from sandbox.domain.fc.errors import alias_not_found, function_not_found, version_not_found
from sandbox.domain.fc.records import Function, Invocation, LayerVersion
from sandbox.domain.product import Params
from sandbox.domain.world import World

KEPT_INVOCATIONS: Final = 100
"""How many invocations that have ended a region shows."""

_DEFAULT_QUOTAS: Final[dict[QuotaName, int]] = {"fc:instances": 100}
"""Per region, as FC's page on quotas says."""


@dataclass(slots=True, eq=False)
class FcRegion:
    """One region's functions and layers, and its own stream of chance.

    `layers`: name → versions, oldest first, those that are deleted left out; `layer_counts`
    numbers versions, which are never used again. `pending` are the invocations that have not
    ended, in order of acceptance; `ended` the latest that have; `done` counts them all.
    """

    region_id: str
    world: World
    random: Random
    functions: dict[str, Function] = field(default_factory=dict)
    layers: dict[str, list[LayerVersion]] = field(default_factory=dict)
    layer_counts: dict[str, int] = field(default_factory=dict)
    pending: dict[str, Invocation] = field(default_factory=dict)
    ended: deque[Invocation] = field(default_factory=lambda: deque(maxlen=KEPT_INVOCATIONS))
    done: int = 0

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    @property
    def arn(self) -> str:
        """How the ARNs of the region's resources begin."""
        return f"acs:fc:{self.region_id}:{self.world.account.account_id}"

    def mint_uuid(self) -> str:
        """A new id in the form of a UUID."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def quota(self, name: QuotaName) -> int:
        """How many of these the account may have in this region."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def function(self, params: Params) -> Function:
        """The function that a call is about; raises ApiError where it does not exist.

        Only LATEST can be meant by a qualifier: no versions or aliases are served.
        """
        name = params["functionName"]
        function = self.functions.get(name)
        if function is None:
            raise function_not_found(name)
        qualifier = params.get("qualifier") or "LATEST"
        if qualifier != "LATEST":
            refuse = version_not_found if qualifier.isdecimal() else alias_not_found
            raise refuse(qualifier, name)
        return function
