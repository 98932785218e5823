"""Logs: a project of the Simple Log Service per region, where the document wants them.

A project's name is unique in the world, so it ends in something of the account's. Regions without
the service go without logs: the report says so, and the fleet runs all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Write,
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.endpoints import log_host
from shared.cloud.stack_records import ForeignProject, LogProject, Logstore
from shared.failure import Failure, Reaction
from shared.naming import log_project_name

LOGSTORE: Final = "agents"
MACHINE_GROUP: Final = "agents"
CONFIG: Final = "agents"


@dataclass(frozen=True, slots=True)
class LogsFound:
    """The project of our name, and how far what belongs into it has come."""

    project: LogProject | ForeignProject | None
    logstore: Logstore | None = None
    index: bool = False
    machine_group: bool = False
    config: bool = False
    applied: bool = False

    def __bool__(self) -> bool:
        return isinstance(self.project, LogProject)


class Logs:
    """Project, logstore, index, machine group and Logtail configuration of one region."""

    kind = "log project"

    def find(self, site: Site) -> LogsFound:
        """GetProject, and what is in it as far as it matters."""
        if log_host(site.region) is None or not _concerned(site):
            return LogsFound(None)
        logs, region, name = site.clouds.logs, site.region, _name(site)
        project = logs.project(region, name)
        if not isinstance(project, LogProject) or site.spec is None:
            return LogsFound(project)
        logstore = logs.logstore(region, name, LOGSTORE)
        has_group = logs.machine_group_exists(region, name, MACHINE_GROUP)
        has_config = logs.logtail_config_exists(region, name, CONFIG)
        return LogsFound(
            project,
            logstore=logstore,
            index=logstore is not None and logs.index_exists(region, name, LOGSTORE),
            machine_group=has_group,
            config=has_config,
            applied=has_group
            and has_config
            and logs.config_applied(region, name, CONFIG, MACHINE_GROUP),
        )

    def know(self, ground: Ground, _found: LogsFound) -> Ground:
        """Nodes know the project by its name."""
        return ground

    def build(self, site: Site, found: LogsFound) -> BuildMove:
        """Create what is missing, one after the other."""
        if not site.wanted.template.logs:
            return Ready()
        if log_host(site.region) is None:
            return Ready(lacking=f"the Simple Log Service is not offered in {site.region}")
        name = _name(site)
        if isinstance(found.project, ForeignProject):
            return Stuck(_taken(name))
        if found.project is not None and not _is_ours(site, found.project):
            return Stuck(_not_ours(site, name))
        return due(*self._stores(site, found, name), *self._collects(site, found, name)) or Ready()

    def _stores(self, site: Site, found: LogsFound, name: str) -> Iterator[Write]:
        """Yield what makes a place for logs: project, logstore, index."""
        logs, region, group_id = site.clouds.logs, site.region, site.ground.resource_group_id or ""
        if found.project is None:
            yield Write(
                Deed("created", self.kind, name),
                lambda: logs.create_project(
                    region, name, description=_description(site), resource_group_id=group_id
                ),
            )
        days, store = site.wanted.template.logs_retention_days, found.logstore
        if store is None:
            yield Write(
                Deed("created", "logstore", name),
                lambda: logs.create_logstore(region, name, LOGSTORE, ttl_days=days),
            )
        elif store.ttl_days != days:
            kept = replace(store, ttl_days=days)
            yield Write(
                Deed("changed", "logstore", f"{name} keeps {days} days"),
                lambda: logs.update_logstore(region, name, LOGSTORE, kept),
            )
        if not found.index:
            deed = Deed("created", "log index", name)
            yield Write(deed, lambda: logs.ensure_index(region, name, LOGSTORE))

    def _collects(self, site: Site, found: LogsFound, name: str) -> Iterator[Write]:
        """Yield what has the nodes ship their logs: machine group and Logtail configuration."""
        logs, region = site.clouds.logs, site.region
        if not found.machine_group:
            yield Write(
                Deed("created", "machine group", name),
                lambda: logs.create_machine_group(
                    region, name, MACHINE_GROUP, user_defined_id=site.name
                ),
            )
        if not found.config:
            deed = Deed("created", "Logtail configuration", name)
            yield Write(deed, lambda: logs.create_logtail_config(region, name, _collection(site)))
        if not found.applied:
            # Tagged last of all: a project with our tag is a finished one.
            deed = Deed("changed", "Logtail configuration", name)

            def apply_and_tag() -> None:
                logs.tag_project(region, name, site.tags)
                logs.apply_config(region, name, CONFIG, MACHINE_GROUP)

            yield Write(deed, apply_and_tag)

    def destroy(self, site: Site, found: LogsFound) -> DestroyMove:
        """Delete the project with all that is in it; a foreign one of the name is not ours."""
        if not isinstance(found.project, LogProject) or not _is_ours(site, found.project):
            return Gone()
        name = found.project.name
        deed = Deed("removed", self.kind, name)
        return Write(deed, lambda: site.clouds.logs.delete_project(site.region, name))


def _concerned(site: Site) -> bool:
    """Whether logs are wanted, or may be there to be removed."""
    return site.spec is None or site.spec.template.logs


def _name(site: Site) -> str:
    return log_project_name(site.fleet, site.region, site.account_id)


def _is_ours(site: Site, project: LogProject) -> bool:
    """Whether we made it: its description is the one mark that it bears from its first moment."""
    return project.description == _description(site)


def _description(site: Site) -> str:
    return f"Logs of the nodes of {site.fleet} in {site.region}"


def _collection(site: Site) -> dict[str, object]:
    """Return the Logtail configuration: the agents' log, cloud-init's and syslog, line by line."""
    return {
        "configName": CONFIG,
        "inputType": "file",
        "inputDetail": {
            "logType": "common_reg_log",
            "logPath": "/var/log",
            "filePattern": "p2p-agent*.log",
            "localStorage": True,
            "timeFormat": "",
            "logBeginRegex": ".*",
            "regex": "(.*)",
            "key": ["content"],
            "filterKey": [],
            "filterRegex": [],
            "fileEncoding": "utf8",
            "topicFormat": "none",
        },
        "outputType": "LogService",
        "outputDetail": {"logstoreName": LOGSTORE, "endpoint": log_host(site.region) or ""},
    }


def _taken(name: str) -> Failure:
    return Failure(
        "LogProjectTaken",
        f"The log project name {name} belongs to another account: such names are unique in the"
        " world.",
        Reaction.HUMAN,
        "Give the fleet another FLEET_NAME, or set `logs: false` in `fleet`.",
    )


def _not_ours(site: Site, name: str) -> Failure:
    return Failure(
        "LogProjectNotOurs",
        f"A log project named {name} exists in {site.region} that the fleet has not made.",
        Reaction.HUMAN,
        f"Delete it, or set its description to: {_description(site)}",
    )
