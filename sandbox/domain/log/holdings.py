"""Everything that the account has in the Simple Log Service, and how to find it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sandbox.domain.faults import QuotaName
from sandbox.domain.log.errors import (
    config_missing,
    logstore_missing,
    machine_group_missing,
    project_foreign,
    project_missing,
)
from sandbox.domain.log.records import Logstore, LogtailConfig, MachineGroup, Project
from sandbox.domain.product import Params
from sandbox.domain.world import World

_DEFAULT_QUOTAS: Final[dict[QuotaName, int]] = {
    "log:projects": 50,
    "log:logstores": 200,
    "log:machine_groups": 100,
    "log:configs": 100,
}
"""An ordinary account's, as the page on basic resources says."""


@dataclass(slots=True, eq=False)
class Holdings:
    """The account's projects in all regions by name: names are unique in the whole cloud."""

    world: World
    projects: dict[str, Project] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    def quota(self, name: QuotaName) -> int:
        """How many of these the account, or a project, may have."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def project(self, region_id: str, name: str) -> Project:
        """A project of the region, new ones too.

        Raises ApiError `ProjectNotExist`, or what is due for another account's project.
        """
        project = self.projects.get(name)
        if project is not None and project.region_id == region_id:
            return project
        faults = self.world.faults
        if (
            faults.account.is_foreign_log_project(name)
            and faults.variants.foreign_log_project_error == "Unauthorized"
        ):
            raise project_foreign()
        raise project_missing(name)

    def reached(self, region_id: str, params: Params) -> Project:
        """The project that a call looks into.

        Raises ApiError as `project` does, and `ProjectNotExist` where it is too new.
        """
        project = self.project(region_id, params["project"])
        if self.now < project.reachable_from:
            raise project_missing(project.name)
        return project

    def logstore(self, region_id: str, params: Params) -> Logstore:
        """The logstore that a call is about; raises ApiError where it is not there."""
        project = self.reached(region_id, params)
        logstore = project.logstores.get(params["logstore"])
        if logstore is None:
            raise logstore_missing(params["logstore"])
        return logstore

    def machine_group(self, project: Project, name: str) -> MachineGroup:
        """A machine group of a project; raises ApiError where it is not there."""
        group = project.machine_groups.get(name)
        if group is None:
            raise machine_group_missing(
                self.world.faults.variants.machine_group_missing_error, name
            )
        return group

    def config(self, project: Project, name: str) -> LogtailConfig:
        """A Logtail configuration of a project; raises ApiError where it is not there."""
        config = project.configs.get(name)
        if config is None:
            raise config_missing(name)
        return config
