"""The resource manager as a product: its table of actions and its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from sandbox.domain.product import Handler, Params
from sandbox.domain.resource_manager import groups, tags
from sandbox.domain.resource_manager.store import GroupStatus, GroupStore
from sandbox.domain.world import World

StoreHandler = Callable[[GroupStore, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, StoreHandler]] = {
    "CreateResourceGroup": groups.create_resource_group,
    "GetResourceGroup": groups.get_resource_group,
    "ListResourceGroups": groups.list_resource_groups,
    "UpdateResourceGroup": groups.update_resource_group,
    "DeleteResourceGroup": groups.delete_resource_group,
    "TagResources": tags.tag_resources,
    "UntagResources": tags.untag_resources,
    "ListTagResources": tags.list_tag_resources,
}


class ResourceManager:
    """Resource groups, and RAM's service-linked roles, whose actions come as `linked_roles`.

    The published API has CreateRole, CreatePolicy and their like too; RAM's own serve for those.
    """

    def __init__(self, world: World, linked_roles: Mapping[str, Handler]) -> None:
        self._world = world
        self._store = GroupStore(world, world.random("resourcemanager"))
        self._actions: Mapping[str, Handler] = {
            **{
                action: partial(_carry_out, self._store, handler)
                for action, handler in _ACTIONS.items()
            },
            **linked_roles,
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region: the resource manager is global."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Every resource group but the default one, those being deleted included."""
        shown = [
            {
                "Id": group.group_id,
                "Name": group.name,
                "DisplayName": group.display_name,
                "Status": group.status.value,
                "Tags": dict(group.tags),
            }
            for group in self._store.made
        ]
        return {"global": {"resource_groups": shown}} if shown else {}

    def resource_group_exists(self, group_id: str) -> bool:
        """Whether a resource group of this id can take resources; it can while Creating."""
        group = self._store.groups.get(group_id)
        return group is not None and group.status is not GroupStatus.PENDING_DELETE


def _carry_out(
    store: GroupStore, handler: StoreHandler, _region_id: str, params: Params
) -> dict[str, Any]:
    return handler(store, params)
