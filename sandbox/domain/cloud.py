"""One Alibaba Cloud account, whole: time, faults and every product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sandbox.domain.account import Account, Caller, TemporaryKey, make_account
from sandbox.domain.authorisation import authorise
from sandbox.domain.clock import VirtualClock
from sandbox.domain.ecs.product import Ecs
from sandbox.domain.errors import unknown_action, unknown_region
from sandbox.domain.ess.product import Ess
from sandbox.domain.eventbridge.product import EventBridge
from sandbox.domain.faults import Faults
from sandbox.domain.fc.product import FunctionCompute
from sandbox.domain.log.product import LogService
from sandbox.domain.neighbours import Neighbours
from sandbox.domain.oss.product import ObjectStorage
from sandbox.domain.product import Params, Product
from sandbox.domain.ram.product import Ram
from sandbox.domain.ram_actions import Asked
from sandbox.domain.regions import BY_ID, CATALOGUE, OPEN_REGION_IDS
from sandbox.domain.resource_manager.product import ResourceManager
from sandbox.domain.setup import Setup, Surroundings
from sandbox.domain.sts import Sts
from sandbox.domain.timing import Timing
from sandbox.domain.vpc.product import Vpc
from sandbox.domain.world import World


class Cloud:
    """An account in a cloud that lives on virtual time only.

    The same seed, start and calls give the same cloud to the last byte. `regions` are the ones
    that the cloud has, all public ones by default; raises ValueError for one that is not in the
    catalogue. `timing` says how long things take. `key_now` is the time by which temporary access
    keys expire, virtual time unless given.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime,
        regions: Sequence[str] | None = None,
        timing: Timing | None = None,
        key_now: Callable[[], datetime] | None = None,
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
        ess, vpc, ecs = Ess(self._world), Vpc(self._world), Ecs(self._world)
        self._ram = ram = Ram(self._world)
        resource_manager = ResourceManager(self._world, ram.linked_role_actions)
        self._sts = Sts(self._world, ram, key_now or (lambda: self._world.clock.now))
        self._functions, log = FunctionCompute(self._world), LogService(self._world)
        oss = ObjectStorage(self._world)
        self._event_bridge = EventBridge(self._world, ram.linked_role_actions)
        # Where products register, under their names in RAM actions.
        self._products: Mapping[str, Product] = {
            "ess": ess,
            "vpc": vpc,
            "ecs": ecs,
            "ram": ram,
            "resourcemanager": resource_manager,
            "sts": self._sts,
            "fc": self._functions,
            "log": log,
            "eventbridge": self._event_bridge,
            "oss": oss,
        }
        self._setup = Setup(self._world, self.call)
        memberships = (ess, vpc, ecs, ram, self._functions, log)
        self._world.neighbours = Neighbours(
            vpc, ecs, ess, ram, resource_manager, self._functions, memberships, self._sts, oss, log
        )

    @property
    def clock(self) -> VirtualClock:
        """The cloud's time; whoever owns the cloud moves it."""
        return self._world.clock

    @property
    def account(self) -> Account:
        """The account with its access key."""
        return self._world.account

    @property
    def functions(self) -> FunctionCompute:
        """Function Compute, for whoever runs what is to be run."""
        return self._functions

    @property
    def expects_time(self) -> bool:
        """Whether a function becomes due by itself: by a trigger, a retry or a schedule."""
        return self._functions.expects_time or self._event_bridge.expects_time

    @property
    def region_ids(self) -> tuple[str, ...]:
        """The regions that exist here."""
        return self._world.region_ids

    @property
    def actions(self) -> dict[str, set[str]]:
        """What every product can do."""
        return {name: set(product.actions) for name, product in self._products.items()}

    def temporary_key(self, access_key_id: str) -> TemporaryKey | None:
        """A key that STS has issued, expired or not; None for any other."""
        return self._sts.temporary_key(access_key_id)

    @property
    def faults(self) -> Faults:
        """What is wrong just now."""
        return self._world.faults

    def set_faults(self, faults: Faults) -> None:
        """Replaces everything that is wrong; rules count their hits from zero."""
        self._world.faults = faults

    def call(
        self,
        product: str,
        action: str,
        region: str | None,
        params: Params,
        caller: Caller | None = None,
    ) -> dict[str, Any]:
        """One API call at `clock.now`; returns the answer without RequestId.

        The account's user makes it, who may do everything, unless a caller is given. `region`
        None stands for a call to a central endpoint that names no region: the region is then that
        of the resource. Raises ApiError.
        """
        served = self._product(product, action)
        region_id = self.region_of(product, action, region, params)
        caller = caller or self.account.caller
        asked = Asked(product.lower(), action, params, region_id, self.account.account_id)
        authorise(caller, asked, self.faults.account, self._ram.judge)
        self._world.caller = caller
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
                self.add_group(region_id, f"{fleet}-{region_id}", fleet)

    def add_group(self, region_id: str, name: str, fleet_tag: str | None) -> str:
        """An Active, empty group with everything that it needs, there at once; returns its id.

        VPC, vSwitches, security group, launch template and group carry the fleet's tag, unless it
        is None; further groups of a fleet share what the first one needed. Raises ApiError where
        a group of that name is there already.
        """
        return self._setup.add_group(region_id, name, fleet_tag)

    def add_surroundings(self, region_id: str, name: str, fleet_tag: str | None) -> Surroundings:
        """What `add_group` builds for a group, without the group."""
        return self._setup.add_surroundings(region_id, name, fleet_tag)

    def _product(self, product: str, action: str) -> Product:
        served = self._products.get(product.lower())
        if served is None or action not in served.actions:
            raise unknown_action()
        return served
