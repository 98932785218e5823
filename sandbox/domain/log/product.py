"""The Simple Log Service, in every region of the cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.domain.log import collection, indexes, logs, logstores, projects, tags
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.records import Logstore, Project
from sandbox.domain.log.views import (
    epoch_s,
    show_config,
    show_index,
    show_logstore,
    show_machine_group,
    show_project,
)
from sandbox.domain.neighbours import LogFields, Member
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World

_ACTIONS: Final[Mapping[str, Callable[[Holdings, str, Params], dict[str, Any]]]] = {
    "CreateProject": projects.create_project,
    "GetProject": projects.get_project,
    "ListProject": projects.list_project,
    "UpdateProject": projects.update_project,
    "DeleteProject": projects.delete_project,
    "CreateLogStore": logstores.create_log_store,
    "GetLogStore": logstores.get_log_store,
    "ListLogStores": logstores.list_log_stores,
    "UpdateLogStore": logstores.update_log_store,
    "DeleteLogStore": logstores.delete_log_store,
    "ListShards": logstores.list_shards,
    "CreateIndex": indexes.create_index,
    "GetIndex": indexes.get_index,
    "UpdateIndex": indexes.update_index,
    "DeleteIndex": indexes.delete_index,
    "CreateMachineGroup": collection.create_machine_group,
    "GetMachineGroup": collection.get_machine_group,
    "ListMachineGroup": collection.list_machine_group,
    "UpdateMachineGroup": collection.update_machine_group,
    "DeleteMachineGroup": collection.delete_machine_group,
    "CreateConfig": collection.create_config,
    "GetConfig": collection.get_config,
    "ListConfig": collection.list_config,
    "UpdateConfig": collection.update_config,
    "DeleteConfig": collection.delete_config,
    "ApplyConfigToMachineGroup": collection.apply_config,
    "RemoveConfigFromMachineGroup": collection.remove_config,
    "GetAppliedConfigs": collection.get_applied_configs,
    "GetAppliedMachineGroups": collection.get_applied_machine_groups,
    "PostLogStoreLogs": logs.put_logs,
    "GetLogs": logs.get_logs,
    "GetCursor": logs.get_cursor,
    "GetCursorTime": logs.get_cursor_time,
    "PullLogs": logs.pull_logs,
    "TagResources": tags.tag_resources,
    "UntagResources": tags.untag_resources,
    "ListTagResources": tags.list_tag_resources,
}


class LogService:
    """The Simple Log Service."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._holdings = Holdings(world)
        self._actions: Mapping[str, Handler] = {
            name: partial(handler, self._holdings) for name, handler in _ACTIONS.items()
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """The first region: no host of the service is without one, so nobody asks."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """The projects of every region that has any, with what is in them but the logs."""
        return {
            region_id: {"projects": shown}
            for region_id in self._world.region_ids
            if (shown := [self._show(one) for one in self._projects() if _is_in(one, region_id)])
        }

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The projects in a resource group."""
        return [
            Member("log", "project", project.name, project.region_id)
            for project in self._projects()
            if project.settings["resourceGroupId"] == group_id
        ]

    def project_exists(self, region_id: str, project: str) -> bool:
        """Whether a project of the region can be reached."""
        return self._reached(region_id, project) is not None

    def logstore_exists(self, region_id: str, project: str, logstore: str) -> bool:
        """Whether a project that can be reached has such a logstore."""
        reached = self._reached(region_id, project)
        return reached is not None and logstore in reached.logstores

    def write(
        self, region_id: str, project: str, logstore: str, topic: str, lines: Sequence[LogFields]
    ) -> bool:
        """Takes logs of this moment from another service.

        False, and they are lost, where they cannot be written.
        """
        items = [
            {
                "Time": epoch_s(self._holdings.now),
                "Contents": [{"Key": key, "Value": value} for key, value in fields.items()],
            }
            for fields in lines
        ]
        body = {"Topic": topic, "LogItems": items}
        params = {"project": project, "logstore": logstore, "body": body}
        try:
            logs.put_logs(self._holdings, region_id, params)
        except ApiError:
            return False
        return True

    def _reached(self, region_id: str, project: str) -> Project | None:
        try:
            return self._holdings.reached(region_id, {"project": project})
        except ApiError:
            return None

    def _projects(self) -> Sequence[Project]:
        return list(self._holdings.projects.values())

    def _show(self, project: Project) -> dict[str, Any]:
        return {
            **show_project(project, self._world.account.account_id),
            "tags": dict(project.tags),
            "logstores": [_show_logstore(one) for one in project.logstores.values()],
            "machine_groups": [
                {**show_machine_group(one.name, one.settings), "configs": list(one.configs)}
                for one in project.machine_groups.values()
            ],
            "configs": [show_config(one) for one in project.configs.values()],
        }


def _is_in(project: Project, region_id: str) -> bool:
    return project.region_id == region_id


def _show_logstore(logstore: Logstore) -> dict[str, Any]:
    index = logstore.index
    return {
        **show_logstore(logstore),
        "index": None if index is None else show_index(index, logstore.settings["ttl"]),
        "log_count": logs.count_logs(logstore),
    }
