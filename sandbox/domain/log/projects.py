"""The actions on projects."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from sandbox.domain.log.errors import (
    parameter_invalid,
    project_exists,
    project_quota_exceeded,
)
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.paging import page
from sandbox.domain.log.records import Project
from sandbox.domain.log.views import show_project
from sandbox.domain.product import Params

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


def create_project(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """CreateProject: what is inside the project can be reached a little later."""
    body = params["body"]
    name = body.get("projectName", "")
    if not _NAME.fullmatch(name):
        raise parameter_invalid(
            f"The project name {name} is invalid: it must have 3 to 63 lowercase letters, digits "
            "and hyphens, and begin and end with a letter or digit."
        )
    if "description" not in body:
        raise parameter_invalid("The body must have a description.")
    account = holdings.world.faults.account
    if name in holdings.projects or account.is_foreign_log_project(name):
        raise project_exists(name)
    _check_resource_group(holdings, body.get("resourceGroupId"))
    if len(holdings.projects) >= holdings.quota("log:projects"):
        raise project_quota_exceeded()
    usual = {"resourceGroupId": "", "dataRedundancyType": "LRS", "recycleBinEnabled": False}
    holdings.projects[name] = Project(
        name=name,
        region_id=region_id,
        settings={**usual, **body},
        created=holdings.now,
        modified=holdings.now,
        reachable_from=holdings.now + timedelta(seconds=holdings.world.timing.log_project_s),
    )
    return {}


def get_project(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetProject."""
    project = holdings.project(region_id, params["project"])
    return show_project(project, holdings.world.account.account_id)


def list_project(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListProject: the region's, by name; names and descriptions need only contain the filter."""
    group_id = params.get("resourceGroupId")
    found = [
        show_project(project, holdings.world.account.account_id)
        for _, project in sorted(holdings.projects.items())
        if project.region_id == region_id
        and params.get("projectName", "") in project.name
        and params.get("description", "") in project.settings["description"]
        and (not group_id or project.settings["resourceGroupId"] == group_id)
    ]
    return page(params, found, "projects", usual_size=100)


def update_project(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UpdateProject: description and recycle bin, the rest is fixed."""
    body = params["body"]
    if "description" not in body:
        raise parameter_invalid("The body must have a description.")
    project = holdings.project(region_id, params["project"])
    project.settings = {**project.settings, **body}
    project.modified = holdings.now
    return {}


def delete_project(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """DeleteProject: with everything in it, at once."""
    project = holdings.project(region_id, params["project"])
    del holdings.projects[project.name]
    return {}


def _check_resource_group(holdings: Holdings, group_id: str | None) -> None:
    directory = holdings.world.neighbours.resource_groups
    if group_id and not directory.resource_group_exists(group_id):
        raise parameter_invalid(f"The resource group {group_id} does not exist.")
