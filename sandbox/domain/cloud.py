"""One Alibaba Cloud account, whole: time, faults and every product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sandbox.domain.account import Account, make_account
from sandbox.domain.clock import VirtualClock
from sandbox.domain.ecs.product import Ecs
from sandbox.domain.errors import unknown_action, unknown_region
from sandbox.domain.ess.product import Ess
from sandbox.domain.eventbridge import EventBridge
from sandbox.domain.faults import Faults
from sandbox.domain.fc import FunctionCompute
from sandbox.domain.log.product import LogService
from sandbox.domain.neighbours import Neighbours
from sandbox.domain.product import Params, Product
from sandbox.domain.ram import Ram
from sandbox.domain.ram_denial import forbidden
from sandbox.domain.regions import BY_ID, CATALOGUE, OPEN_REGION_IDS
from sandbox.domain.resource_manager import ResourceManager
from sandbox.domain.sts import Sts
from sandbox.domain.timing import Timing
from sandbox.domain.vpc.product import Vpc
from sandbox.domain.world import World


class Cloud:
    """An account in a cloud that lives on virtual time only.

    The same seed, start and calls give the same cloud to the last byte. `regions` are the ones
    that the cloud has, all public ones by default; raises ValueError for one that is not in the
    catalogue. `timing` says how long things take.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime,
        regions: Sequence[str] | None = None,
        timing: Timing | None = None,
    ) -> None:
        region_ids = tuple(region.region_id for region in CATALOGUE) if regions is None else regions
        for region_id in region_ids:
            if region_id not in BY_ID:
                raise ValueError(f"{region_id!r} is not a public region of Alibaba Cloud")
        if not region_ids:
            raise ValueError("a cloud needs at least one region")
        self._world = World(
            clock=VirtualClock(start),
            account=make_account(Random(f"{seed}/account")),
            region_ids=tuple(dict.fromkeys(region_ids)),
            timing=timing or Timing(),
            seed=seed,
            faults=Faults(),
        )
        self._ess = Ess(self._world)
        vpc, ecs = Vpc(self._world), Ecs(self._world)
        ram, resource_manager = Ram(self._world), ResourceManager(self._world)
        fc, log = FunctionCompute(self._world), LogService(self._world)
        # Where products register, under their names in RAM actions.
        self._products: Mapping[str, Product] = {
            "ess": self._ess,
            "vpc": vpc,
            "ecs": ecs,
            "ram": ram,
            "resourcemanager": resource_manager,
            "sts": Sts(self._world),
            "fc": fc,
            "log": log,
            "eventbridge": EventBridge(self._world),
        }
        memberships = (self._ess, vpc, ecs, ram, fc, log)
        self._world.neighbours = Neighbours(vpc, ecs, self._ess, ram, resource_manager, memberships)

    @property
    def clock(self) -> VirtualClock:
        """The cloud's time; whoever owns the cloud moves it."""
        return self._world.clock

    @property
    def account(self) -> Account:
        """The account with its access key."""
        return self._world.account

    @property
    def region_ids(self) -> tuple[str, ...]:
        """The regions that exist here."""
        return self._world.region_ids

    @property
    def actions(self) -> dict[str, set[str]]:
        """What every product can do."""
        return {name: set(product.actions) for name, product in self._products.items()}

    @property
    def faults(self) -> Faults:
        """What is wrong just now."""
        return self._world.faults

    def set_faults(self, faults: Faults) -> None:
        """Replaces everything that is wrong; rules count their hits from zero."""
        self._world.faults = faults

    def call(self, product: str, action: str, region: str | None, params: Params) -> dict[str, Any]:
        """One API call at `clock.now` by the account's user; returns the answer without RequestId.

        `region` None stands for a call to a central endpoint that names no region: the region is
        then that of the resource. Raises ApiError.
        """
        served = self._product(product, action)
        region_id = self.region_of(product, action, region, params)
        if self.faults.account.denies(product, action):
            raise forbidden(self.account.caller, product.lower(), action)
        return served.actions[action](region_id, params)

    def region_of(self, product: str, action: str, region: str | None, params: Params) -> str:
        """The region in which `call` would carry out this call; raises ApiError as it would."""
        served = self._product(product, action)
        named = params.get("RegionId", region)
        if region is None and named is None:
            return served.region_of(params)
        if named not in self.region_ids or (region is not None and region != named):
            raise unknown_region()
        return str(named)

    def state(self) -> dict[str, Any]:
        """Everything in the account as plain JSON; regions that hold nothing are left out."""
        return {
            "account": {
                "account_id": self.account.account_id,
                "access_key_id": self.account.access_key_id,
            },
            "now": self.clock.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "products": {name: product.state() for name, product in self._products.items()},
        }

    def add_fleet_groups(self, fleet: str = "p2p-agent") -> None:
        """One Active, empty group of the fleet in every open region, as bootstrap leaves them.

        Raises ApiError where a group of that name is there already.
        """
        for region_id in OPEN_REGION_IDS:
            if region_id in self.region_ids:
                self._ess.add_fleet_group(region_id, fleet)

    def _product(self, product: str, action: str) -> Product:
        served = self._products.get(product.lower())
        if served is None or action not in served.actions:
            raise unknown_action()
        return served
