"""The actions on what collects logs: machine groups, Logtail configurations, and their union."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.domain.log.errors import (
    config_exists,
    config_invalid,
    config_mismatch,
    machine_group_exists,
    machine_group_invalid,
    project_full,
)
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.paging import page
from sandbox.domain.log.records import LogtailConfig, MachineGroup, Settings
from sandbox.domain.log.views import show_config, show_machine_group
from sandbox.domain.product import Params

_GROUP_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,126}[a-z0-9]")
_CONFIG_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,126}[a-z0-9]")
_IDENTIFIED_BY: Final = frozenset({"ip", "userdefined"})
_PAGE_SIZE: Final = 100


def create_machine_group(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """CreateMachineGroup."""
    project = holdings.reached(region_id, params)
    name = _checked_group(params["body"])
    if name in project.machine_groups:
        raise machine_group_exists(name)
    if len(project.machine_groups) >= holdings.quota("log:machine_groups"):
        raise project_full()
    project.machine_groups[name] = MachineGroup(name, params["body"])
    return {}


def get_machine_group(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetMachineGroup."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["machineGroup"])
    return show_machine_group(group.name, group.settings)


def list_machine_group(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListMachineGroup: names that contain the filter, in order."""
    project = holdings.reached(region_id, params)
    found = [one for one in sorted(project.machine_groups) if params.get("groupName", "") in one]
    return page(params, found, "machinegroups", _PAGE_SIZE)


def update_machine_group(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UpdateMachineGroup: everything but the name."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["groupName"])
    if _checked_group(params["body"]) != group.name:
        raise machine_group_invalid()
    group.settings = params["body"]
    return {}


def delete_machine_group(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """DeleteMachineGroup: the configurations applied to it stay."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["machineGroup"])
    del project.machine_groups[group.name]
    return {}


def create_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """CreateConfig: whether its logstore exists does not matter yet."""
    project = holdings.reached(region_id, params)
    settings = params.get("body", {})
    name = _checked_config(settings)
    if name in project.configs:
        raise config_exists(name)
    if len(project.configs) >= holdings.quota("log:configs"):
        raise project_full()
    project.configs[name] = LogtailConfig(
        name, settings, created=holdings.now, modified=holdings.now
    )
    return {}


def get_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetConfig."""
    project = holdings.reached(region_id, params)
    return show_config(holdings.config(project, params["configName"]))


def list_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListConfig: names that contain the filter, in order, of a logstore where one is named."""
    project = holdings.reached(region_id, params)
    logstore = params.get("logstoreName")
    found = [
        name
        for name, config in sorted(project.configs.items())
        if params.get("configName", "") in name
        and logstore in {None, config.settings["outputDetail"]["logstoreName"]}
    ]
    return page(params, found, "configs", _PAGE_SIZE)


def update_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UpdateConfig: everything but the name."""
    project = holdings.reached(region_id, params)
    config = holdings.config(project, params["configName"])
    settings = params.get("body", {})
    if _checked_config(settings) != config.name:
        raise config_mismatch()
    config.settings = settings
    config.modified = holdings.now
    return {}


def delete_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """DeleteConfig: machine groups lose it."""
    project = holdings.reached(region_id, params)
    config = holdings.config(project, params["configName"])
    del project.configs[config.name]
    for group in project.machine_groups.values():
        if config.name in group.configs:
            group.configs.remove(config.name)
    return {}


def apply_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ApplyConfigToMachineGroup: applied twice is applied once."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["machineGroup"])
    config = holdings.config(project, params["configName"])
    if config.name not in group.configs:
        group.configs.append(config.name)
    return {}


def remove_config(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """RemoveConfigFromMachineGroup: one that is not applied is removed as well."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["machineGroup"])
    config = holdings.config(project, params["configName"])
    if config.name in group.configs:
        group.configs.remove(config.name)
    return {}


def get_applied_configs(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """GetAppliedConfigs."""
    project = holdings.reached(region_id, params)
    group = holdings.machine_group(project, params["machineGroup"])
    return {"count": len(group.configs), "configs": list(group.configs)}


def get_applied_machine_groups(
    holdings: Holdings, region_id: str, params: Params
) -> dict[str, Any]:
    """GetAppliedMachineGroups."""
    project = holdings.reached(region_id, params)
    config = holdings.config(project, params["configName"])
    found = [name for name, group in project.machine_groups.items() if config.name in group.configs]
    return {"count": len(found), "machinegroups": found}


def _checked_group(settings: Settings) -> str:
    """The machine group's name; raises ApiError for settings that it cannot have."""
    name = settings.get("groupName", "")
    if (
        not _GROUP_NAME.fullmatch(name)
        or settings.get("machineIdentifyType") not in _IDENTIFIED_BY
        or "machineList" not in settings
    ):
        raise machine_group_invalid()
    return str(name)


def _checked_config(settings: Settings) -> str:
    """The configuration's name; raises ApiError for settings that it cannot have."""
    name = settings.get("configName", "")
    if (
        not _CONFIG_NAME.fullmatch(name)
        or not settings.get("inputType")
        or "inputDetail" not in settings
        or settings.get("outputType") != "LogService"
        or not settings.get("outputDetail", {}).get("logstoreName")
    ):
        raise config_invalid()
    return str(name)
