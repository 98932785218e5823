"""One building site: a region, the cloud's products there, and what stands already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from functions.bootstrap.records import Ground, StackSpec
from shared.cloud.ecs import Ecs
from shared.cloud.ess import Ess
from shared.cloud.logs import Logs
from shared.cloud.ram import Ram
from shared.cloud.resource_manager import ResourceManager
from shared.cloud.session import Session
from shared.cloud.sts import Sts
from shared.cloud.vpc import Vpc
from shared.naming import Tag, group_name


@dataclass(frozen=True, slots=True)
class Clouds:
    """Every product that a stack is made of, behind one session."""

    vpc: Vpc
    ecs: Ecs
    ess: Ess
    ram: Ram
    resource_manager: ResourceManager
    sts: Sts
    logs: Logs

    @classmethod
    def behind(cls, session: Session) -> Clouds:
        """Return the products as this session reaches them."""
        return cls(
            Vpc(session),
            Ecs(session),
            Ess(session),
            Ram(session),
            ResourceManager(session),
            Sts(session),
            Logs(session),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """Where a resource is to stand or to go.

    `spec` is None where stacks are only removed. `attempt` counts what was created and never came
    to light: it goes into the client tokens, so that only a lost creation is ever asked for anew.
    """

    clouds: Clouds
    now: Callable[[], datetime]
    fleet: str
    region: str
    account_id: str
    spec: StackSpec | None = None
    ground: Ground = field(default_factory=Ground)
    attempt: int = 0

    @property
    def name(self) -> str:
        """Name of whatever there is one of in the region."""
        return group_name(self.fleet, self.region)

    @property
    def wanted(self) -> StackSpec:
        """What is to be built.

        Raises:
            ValueError: nothing is: this site is only cleared.
        """
        if self.spec is None:
            raise ValueError("a site that is only cleared has no specification")
        return self.spec

    @property
    def tags(self) -> dict[str, str]:
        """Tags of whatever is created: the operator's, whose it is, and by which commit."""
        commit = self.wanted.memory.commit
        ours = {Tag.FLEET.value: self.fleet}
        if commit is not None:
            ours[Tag.COMMIT.value] = commit.sha
        return {**self.wanted.template.tags, **ours}

    def is_ours(self, tags: Mapping[str, str]) -> bool:
        """Whether tags say that something is the fleet's."""
        return tags.get(Tag.FLEET) == self.fleet

    def with_ground(self, ground: Ground) -> Site:
        """Return the site with more ground under it."""
        return replace(self, ground=ground)

    def token(self, kind: str, *parents: str | None) -> str:
        """Return the client token of a creation.

        Two runs at once make the same one, so that the cloud creates only once. What a thing is
        created in is part of it (a resource group for a VPC, the VPC for the rest): after a
        destroy the parents are new, and a token must not bring back what is gone.
        """
        seed = "/".join(
            [self.fleet, self.region, kind, str(self.attempt), *(one or "-" for one in parents)]
        )
        return hashlib.sha256(seed.encode()).hexdigest()[:40]
