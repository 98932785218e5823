"""Every resource group of the account."""

from __future__ import annotations

import enum
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sandbox.domain.product import Params
from sandbox.domain.resource_manager.errors import group_not_found, invalid_parameter
from sandbox.domain.world import World

DEFAULT_QUOTA: Final = 30
"""How many groups an account may make: the metadata of CreateResourceGroup."""

_ID_LETTERS: Final = string.ascii_lowercase + string.digits
_NAME_KEPT: Final = timedelta(days=1)


class GroupStatus(enum.StrEnum):
    """Status of a resource group."""

    CREATING = "Creating"
    OK = "OK"
    PENDING_DELETE = "PendingDelete"


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """A resource group; a change replaces the record."""

    group_id: str
    name: str
    display_name: str
    status: GroupStatus
    created_at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class GroupStore:
    """Groups by id, the default one first; `default_id` never changes.

    `gone`: name → when the last group of that name was gone.
    """

    world: World
    random: Random
    default_id: str = field(init=False)
    groups: dict[str, ResourceGroup] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.default_id = self.mint_id()
        self.keep(
            ResourceGroup(
                self.default_id,
                "default",
                "default resource group",
                GroupStatus.OK,
                self.now,
            )
        )

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    @property
    def made(self) -> list[ResourceGroup]:
        """Every group but the default one."""
        return [group for group in self.groups.values() if group.group_id != self.default_id]

    @property
    def quota(self) -> int:
        """How many groups the account may make."""
        quotas = self.world.faults.account.quotas
        return quotas.get("resourcemanager:resource_groups", DEFAULT_QUOTA)

    def mint_id(self) -> str:
        """A new group id: 18 characters."""
        return f"rg-{''.join(self.random.choices(_ID_LETTERS, k=15))}"

    def keep(self, group: ResourceGroup) -> None:
        """Keeps a new group, or a group's new record."""
        self.groups[group.group_id] = group

    def group(self, params: Params) -> ResourceGroup:
        """The group that a call is about; raises ApiError."""
        group_id: str = params["ResourceGroupId"]
        if not group_id.startswith("rg-"):
            raise invalid_parameter("ResourceGroupId")
        group = self.groups.get(group_id)
        if group is None:
            raise group_not_found()
        return group

    def has_members(self, group_id: str) -> bool:
        """Whether any product has something in the group."""
        return any(product.members_of(group_id) for product in self.world.neighbours.memberships)

    def name_taken(self, name: str) -> bool:
        """Whether a new group cannot have the name."""
        if any(group.name == name for group in self.groups.values()):
            return True
        gone_at = self.gone.get(name)
        kept = self.world.faults.variants.resource_group_name_free == "after_a_day"
        return kept and gone_at is not None and self.now < gone_at + _NAME_KEPT
