"""Orphan tasks: scheduled tasks of ours whose group is gone; ESS keeps them, and their names."""

from __future__ import annotations

from collections.abc import Sequence

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.records import ScheduledTask
from shared.naming import TaskRole, task_name


class OrphanTasks:
    """Tasks that bear our names and belong to a group that does not exist any more."""

    kind = "orphaned task"

    def find(self, site: Site) -> Sequence[ScheduledTask]:
        """DescribeScheduledTasks by our names, and the ids of all groups that exist."""
        if site.spec is not None:
            return ()  # while a fleet is built up, the watcher takes over tasks of its names
        ess, region = site.clouds.ess, site.region
        named = [
            task
            for role in TaskRole
            for task in ess.tasks_named(region, task_name(site.name, role))
        ]
        groups = ess.group_ids(region) if named else frozenset()
        return [task for task in named if task.group_id not in groups]

    def know(self, ground: Ground, _found: Sequence[ScheduledTask]) -> Ground:
        """Nothing stands on them."""
        return ground

    def build(self, _site: Site, _found: Sequence[ScheduledTask]) -> BuildMove:
        """They are left to the watcher."""
        return Ready()

    def destroy(self, site: Site, found: Sequence[ScheduledTask]) -> DestroyMove:
        """Delete them, one after the other."""
        if not found:
            return Gone()
        task, *others = found
        return Write(
            Deed("removed", "scheduled task", task.name),
            lambda: site.clouds.ess.delete_task(site.region, task.task_id),
            then=tuple(Deed("removed", "scheduled task", other.name) for other in others),
        )
