"""Everything that ECS keeps in one region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from sandbox.domain.ecs.errors import resource_group_not_found
from sandbox.domain.ecs.records import LaunchTemplate, SecurityGroup
from sandbox.domain.faults import QuotaName
from sandbox.domain.neighbours import InstanceFacts
from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID
from sandbox.domain.stock import INSTANCE_QUOTAS
from sandbox.domain.tokens import ClientTokens
from sandbox.domain.world import World, mint

DEFAULT_QUOTAS: Final[Mapping[QuotaName, int]] = {
    **INSTANCE_QUOTAS,
    "ecs:security_groups": 100,
    "ecs:security_group_rules": 200,
    "ecs:launch_templates": 30,
    "ecs:launch_template_versions": 30,
}
"""Per region; rules per group, versions per template."""


@dataclass(slots=True, eq=False)
class EcsRegion:
    """One region's security groups and launch templates, in order of creation.

    `instance_tags`: the tags of instances whose tags were changed after they were launched.
    """

    region_id: str
    world: World
    random: Random
    security_groups: dict[str, SecurityGroup] = field(default_factory=dict)
    templates: dict[str, LaunchTemplate] = field(default_factory=dict)
    instance_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: ClientTokens = field(default_factory=ClientTokens)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    @property
    def zones(self) -> tuple[str, ...]:
        """The region's zones."""
        return BY_ID[self.region_id].zones

    @property
    def instances(self) -> list[InstanceFacts]:
        """Every instance that exists; scaling groups make them all."""
        return list(self.world.neighbours.ess.instances(self.region_id))

    def mint(self, prefix: str) -> str:
        """A new resource id."""
        return mint(self.random, prefix)

    def quota(self, name: QuotaName) -> int:
        """How many of these the account may have in this region."""
        return self.world.faults.account.quotas.get(name, DEFAULT_QUOTAS[name])

    def resource_group(self, params: Params, name: str = "ResourceGroupId") -> str:
        """The resource group that a call names, "" for the default one.

        Raises ApiError where it cannot take resources.
        """
        group_id = str(params.get(name) or "")
        directory = self.world.neighbours.resource_groups
        if group_id and not directory.resource_group_exists(group_id):
            raise resource_group_not_found()
        return group_id

    def tags_of(self, instance: InstanceFacts) -> Mapping[str, str]:
        """An instance's tags: those it was launched with, and what was changed since."""
        return self.instance_tags.get(instance.instance_id, instance.tags)
