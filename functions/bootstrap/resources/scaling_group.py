"""Scaling group: born Inactive, empty and tagged; brought up to date; enabled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

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
    due,
)
from functions.bootstrap.resources.adopted_group import is_adopted
from functions.bootstrap.site import Site
from shared.cloud.records import ScalingGroup as Group
from shared.cloud.records import ScheduledTask
from shared.cloud.stack_records import GroupSpec
from shared.memory import tags_of
from shared.naming import Tag
from shared.ownership import ownership_trouble

_FOLLOWS_TEMPLATE: Final = "Default"
_TASK: Final = "scheduled task"


@dataclass(frozen=True, slots=True)
class GroupFound:
    """Groups of our name or with our tag, and the scheduled tasks of the first that is ours."""

    groups: Sequence[Group]
    ours: Group | None
    tasks: Sequence[ScheduledTask]

    def __bool__(self) -> bool:
        return self.ours is not None


class ScalingGroup:
    """The group that the watcher drives; this never touches its capacity."""

    kind = "scaling group"

    def find(self, site: Site) -> GroupFound:
        """DescribeScalingGroups (all pages, matched by tag and name here), and its tasks."""
        ess, region = site.clouds.ess, site.region
        groups = ess.groups(region, named=site.name, tagged=Tag.FLEET)
        ours = next((one for one in groups if site.is_ours(one.tags)), None)
        if ours is not None and is_adopted(site, ours):
            return GroupFound((), None, ())  # somebody else has made it
        clearing = site.spec is None
        tasks = ess.tasks(region, ours.group_id) if ours is not None and clearing else ()
        return GroupFound(groups, ours, tasks)

    def know(self, ground: Ground, found: GroupFound) -> Ground:
        """It is the last of a stack."""
        return replace(ground, group=found.ours)

    def build(self, site: Site, found: GroupFound) -> BuildMove:
        """Create, reshape, tag, enable: one request at a time.

        The fingerprint is tagged only after the group has the shape that it stands for.
        """
        trouble = ownership_trouble(site.fleet, site.name, found.groups)
        if trouble is not None:
            return Stuck(trouble)
        group = found.ours
        if group is None:
            ess, spec = site.clouds.ess, self._spec(site)
            token = site.token(self.kind, site.ground.template_id, *spec.vswitch_ids[:1])
            return Write(
                Deed("created", self.kind, site.name),
                lambda: ess.create_group(site.region, spec, token),
                then=(self._enabled(site),),
            )
        if group.lifecycle_state == "Deleting":
            return Wait("the old scaling group to be gone")
        return due(*self._corrections(site, group)) or Ready()

    def destroy(self, site: Site, found: GroupFound) -> DestroyMove:
        """Delete its scheduled tasks, which would outlive it, then the group with its instances."""
        ess, region, group = site.clouds.ess, site.region, found.ours
        if group is None:
            return Gone()
        if group.lifecycle_state == "Deleting":
            return Wait("the instances and the scaling group to be gone")
        running = group.active + group.pending
        instances = Deed("removed", "instances", f"{running} of {group.name}", along=True)
        goes = Write(
            Deed("removed", self.kind, group.name),
            lambda: ess.delete_group(region, group.group_id),
            besides=(instances,) if running else (),
        )
        tasks = (
            Write(Deed("removed", _TASK, one.name), partial(ess.delete_task, region, one.task_id))
            for one in found.tasks
        )
        return due(*tasks, goes) or Gone()

    def _corrections(self, site: Site, group: Group) -> Iterator[Write]:
        """Yield what gives a group the shape that is wanted, tells so in its tags, enables it."""
        ess, region, shape = site.clouds.ess, site.region, self._spec(site)
        if _shape_of(group) != _shape_of_spec(shape):
            yield Write(
                Deed("changed", self.kind, site.name),
                lambda: ess.reshape_group(
                    region,
                    group.group_id,
                    template_id=shape.template_id,
                    template_version=shape.template_version,
                    instance_types=shape.instance_types,
                    vswitch_ids=shape.vswitch_ids,
                ),
            )
        if group.tags.get(Tag.STACK) != site.wanted.fingerprint:
            tags = {Tag.STACK.value: site.wanted.fingerprint}
            yield Write(
                Deed("changed", "group tags", site.name),
                lambda: ess.tag_group(region, group.group_id, tags),
            )
        if group.lifecycle_state != "Active":
            yield Write(self._enabled(site), lambda: ess.enable_group(region, group.group_id))

    def _enabled(self, site: Site) -> Deed:
        return Deed("changed", self.kind, f"{site.name} enabled")

    def _spec(self, site: Site) -> GroupSpec:
        offer = site.ground.offer
        tags = site.tags
        memory = tags_of(site.wanted.memory)
        return GroupSpec(
            name=site.name,
            template_id=site.ground.template_id or "",
            template_version=_FOLLOWS_TEMPLATE,
            instance_types=offer.instance_types if offer else (),
            vswitch_ids=tuple(site.ground.vswitches.values()),
            resource_group_id=site.ground.resource_group_id or "",
            tags={**memory, Tag.STACK.value: site.wanted.fingerprint},
            propagated_tags={key: value for key, value in tags.items() if key not in memory},
        )


def _shape_of(group: Group) -> tuple[object, ...]:
    return group.template_id, group.template_version, group.instance_types, set(group.vswitch_ids)


def _shape_of_spec(spec: GroupSpec) -> tuple[object, ...]:
    return spec.template_id, spec.template_version, spec.instance_types, set(spec.vswitch_ids)
