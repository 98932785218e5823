"""Adopted group: made by somebody else, driven by the fleet, handed back at the end.

Nothing is built around it and nothing of it is changed but its tags and, while it is Inactive,
that it is enabled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from shared.cloud.records import Capacity, ScalingGroup, ScheduledTask
from shared.failure import Failure, Reaction
from shared.memory import tags_of
from shared.naming import Tag, TaskRole, task_name

_OUR_TAGS = "p2p-fleet"
_TASK = "scheduled task"


@dataclass(frozen=True, slots=True)
class AdoptedFound:
    """The group that is adopted, or is to be, and its scheduled tasks."""

    group: ScalingGroup | None
    tasks: Sequence[ScheduledTask] = ()

    def __bool__(self) -> bool:
        return self.group is not None


class AdoptedGroup:
    """A scaling group of our name that the fleet has not made."""

    kind = "adopted group"

    def find(self, site: Site) -> AdoptedFound:
        """DescribeScalingGroups and DescribeScheduledTasks."""
        ess, region = site.clouds.ess, site.region
        groups = ess.groups(region, named=site.name, tagged=Tag.FLEET)
        group = next((one for one in groups if is_adopted(site, one)), None)
        if group is None and site.spec is not None and site.spec.adopt:
            group = next((one for one in groups if is_adoptable(site, one)), None)
        if group is None:
            return AdoptedFound(None)
        return AdoptedFound(group, ess.tasks(region, group.group_id))

    def know(self, ground: Ground, found: AdoptedFound) -> Ground:
        """It is all there is."""
        return replace(ground, group=found.group)

    def build(self, site: Site, found: AdoptedFound) -> BuildMove:
        """Tag it with whose it is from now on, and enable it."""
        ess, region, group = site.clouds.ess, site.region, found.group
        if group is None:
            return Stuck(_vanished(site))
        enabled = Deed("changed", self.kind, f"{group.name} enabled")
        if not is_adopted(site, group):
            # What else drives the group was listed before it becomes ours.
            also = ", ".join(_foreign(site, found.tasks))
            name = f"{group.name} (still driven by {also})" if also else group.name
            tags = {
                **tags_of(site.wanted.memory),
                Tag.FLEET.value: site.fleet,
                Tag.ADOPTED.value: "true",
            }
            return Write(
                Deed("changed", self.kind, name),
                lambda: ess.tag_group(region, group.group_id, tags),
                then=(enabled,) if group.lifecycle_state == "Inactive" else (),
            )
        if group.lifecycle_state == "Inactive":
            return Write(enabled, lambda: ess.enable_group(region, group.group_id))
        return Ready() if group.lifecycle_state == "Active" else Wait(f"{group.name} to be Active")

    def destroy(self, site: Site, found: AdoptedFound) -> DestroyMove:
        """Hand it back: our tasks deleted, empty, our tags gone, ownership last of all."""
        ess, region, group = site.clouds.ess, site.region, found.group
        if group is None:
            return Gone()
        ours = [one for one in found.tasks if one.name not in _foreign(site, found.tasks)]
        empty = Capacity.of_all(0, desired_on=group.desired_on)
        emptied = Deed("changed", self.kind, f"{group.name} to 0")
        left = Deed("left", self.kind, group.name)
        if ours:
            task, *others = ours
            more = (Deed("removed", _TASK, other.name) for other in others)
            return Write(
                Deed("removed", _TASK, task.name),
                lambda: ess.delete_task(region, task.task_id),
                then=(*more, *([emptied] if group.capacity != empty else []), left),
            )
        if group.capacity != empty:
            return Write(
                emptied, lambda: ess.set_capacity(region, group.group_id, empty), then=(left,)
            )
        keys = [key for key in group.tags if key.startswith(_OUR_TAGS)]
        return Write(left, lambda: ess.untag_group(region, group.group_id, keys))


def is_adopted(site: Site, group: ScalingGroup) -> bool:
    """Whether a group is one that the fleet drives and has not made."""
    return site.is_ours(group.tags) and Tag.ADOPTED in group.tags


def is_adoptable(site: Site, group: ScalingGroup) -> bool:
    """Whether a group has our name and is nobody's as far as tags say."""
    return group.name == site.name and Tag.FLEET not in group.tags


def _foreign(site: Site, tasks: Sequence[ScheduledTask]) -> list[str]:
    ours = {task_name(site.name, role) for role in TaskRole}
    return [task.name for task in tasks if task.name not in ours]


def _vanished(site: Site) -> Failure:
    return Failure(
        "GroupVanished",
        f"The group {site.name} that was to be adopted is gone.",
        Reaction.TRANSIENT,
        "Nothing to do: the next run looks again.",
    )
