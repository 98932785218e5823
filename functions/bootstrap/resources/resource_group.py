"""Resource group: one for the whole fleet (an account may have 30, and there are 30 regions)."""

from __future__ import annotations

from dataclasses import replace

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Wait,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import ResourceGroup as Group
from shared.failure import Failure, Reaction
from shared.naming import Tag

_USABLE = "OK"
_ON_ITS_WAY_OUT = frozenset({"PendingDelete", "Deleting"})


class ResourceGroup:
    """The fleet's resource group, named after the fleet; all regions' resources are in it."""

    kind = "resource group"

    def find(self, site: Site) -> Group | None:
        """ListResourceGroups: ours by its tag, else whosever has our name.

        A group that was deleted stays listed for days, under a name of its own.
        """
        groups = site.clouds.resource_manager.groups(site.fleet)
        named = [one for one in groups if one.name == site.fleet]
        ours = [one for one in groups if site.is_ours(one.tags)]
        standing = [one for one in ours if one.status not in _ON_ITS_WAY_OUT]
        return next(iter(standing or named), None)

    def know(self, ground: Ground, found: Group | None) -> Ground:
        """Everything else is created in it."""
        return replace(ground, resource_group_id=found.group_id if found else None)

    def build(self, site: Site, found: Group | None) -> BuildMove:
        """Create it, and wait until it takes resources."""
        if found is None:
            deed = Deed("created", self.kind, site.fleet)
            manager = site.clouds.resource_manager
            return Write(deed, lambda: manager.create_group(site.fleet, site.tags))
        if not site.is_ours(found.tags):
            return Stuck(_not_ours(site))
        if found.status in _ON_ITS_WAY_OUT:
            return Wait("the old resource group to be gone")
        return Ready() if found.status == _USABLE else Wait("the resource group")

    def destroy(self, site: Site, found: Group | None) -> DestroyMove:
        """Delete it; it is pending for a while afterwards, which need not be waited for.

        One that holds what is not ours cannot be deleted: it is handed back, without our tags.
        """
        if found is None or not site.is_ours(found.tags) or found.status in _ON_ITS_WAY_OUT:
            return Gone()
        manager, strangers = site.clouds.resource_manager, site.ground.strangers
        held = [one.name for one in strangers if one.resource_group_id == found.group_id]
        if held:
            keys = [key for key in found.tags if key.startswith(Tag.FLEET)]
            left = Deed("left", self.kind, f"{found.name} (it holds {', '.join(held)})")
            return Write(left, lambda: manager.untag_group(found.group_id, keys))
        deed = Deed("removed", self.kind, found.name)
        return Write(deed, lambda: manager.delete_group(found.group_id))


def _not_ours(site: Site) -> Failure:
    return Failure(
        "ResourceGroupNotOurs",
        f"A resource group named {site.fleet} exists without the tag p2p-fleet={site.fleet}.",
        Reaction.HUMAN,
        "Give the fleet another FLEET_NAME, or add that tag to the resource group.",
    )
