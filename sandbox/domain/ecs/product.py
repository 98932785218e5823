"""ECS, in every region of the cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.domain.neighbours import Member, TemplateFacts
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World


class Ecs:
    """ECS."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions: Mapping[str, Handler] = {}

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region where the call does not say."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Everything that there is, by region."""
        return {}

    def members_of(self, _group_id: str) -> Sequence[Member]:
        """What is in a resource group."""
        return ()

    def template(self, _region_id: str, _template_id: str, _version: str) -> TemplateFacts | None:
        """A version of a launch template, None where it does not exist."""
        return None

    def security_groups_of(self, _region_id: str, _vpc_id: str) -> Sequence[str]:
        """Ids of the security groups in a VPC."""
        return ()
