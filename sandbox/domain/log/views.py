"""Records as the Simple Log Service's API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sandbox.domain.log.records import Index, Logstore, LogtailConfig, Project, Settings

_KEY_SPACE: Final = 2**128
_USUAL_TEXT_BYTES: Final = 2048


def epoch_s(instant: datetime) -> int:
    """Whole seconds since 1970."""
    return int(instant.timestamp())


def show_project(project: Project, owner: str) -> dict[str, Any]:
    """A project as GetProject and ListProject show it."""
    return {
        "projectName": project.name,
        "description": project.settings["description"],
        "status": "Normal",
        "region": project.region_id,
        "owner": owner,
        "createTime": _wall_time(project.created),
        "lastModifyTime": _wall_time(project.modified),
        "resourceGroupId": project.settings["resourceGroupId"],
        "dataRedundancyType": project.settings["dataRedundancyType"],
        "recycleBinEnabled": project.settings["recycleBinEnabled"],
    }


def show_logstore(logstore: Logstore) -> dict[str, Any]:
    """A logstore as GetLogStore shows it."""
    return {
        **logstore.settings,
        "logstoreName": logstore.name,
        "createTime": epoch_s(logstore.created),
        "lastModifyTime": epoch_s(logstore.modified),
    }


def show_shards(logstore: Logstore) -> list[dict[str, Any]]:
    """A logstore's shards: equal parts of the space of MD5 sums."""
    bounds = [
        f"{_KEY_SPACE * number // len(logstore.shards):032x}"
        for number in range(len(logstore.shards))
    ]
    ends = [*bounds[1:], "f" * 32]
    return [
        {
            "shardID": number,
            "status": "readwrite",
            "inclusiveBeginKey": begin,
            "exclusiveEndKey": end,
            "createTime": epoch_s(logstore.created),
        }
        for number, (begin, end) in enumerate(zip(bounds, ends, strict=True))
    ]


def show_index(index: Index, ttl_days: int) -> dict[str, Any]:
    """An index as GetIndex shows it; it lives as long as its logstore's logs."""
    return {
        "ttl": ttl_days,
        "max_text_len": _USUAL_TEXT_BYTES,
        "log_reduce": False,
        **index.settings,
        "index_mode": "v2",
        "storage": "pg",
        "lastModifyTime": epoch_s(index.modified),
    }


def show_machine_group(name: str, settings: Settings) -> dict[str, Any]:
    """A machine group as GetMachineGroup shows it."""
    return {"groupType": "", "groupAttribute": {}, **settings, "groupName": name}


def show_config(config: LogtailConfig) -> dict[str, Any]:
    """A Logtail configuration as GetConfig shows it."""
    return {
        **config.settings,
        "configName": config.name,
        "createTime": epoch_s(config.created),
        "lastModifyTime": epoch_s(config.modified),
    }


def _wall_time(instant: datetime) -> str:
    """`2021-07-07 14:08:09`: the API names no zone, here it is UTC."""
    return instant.strftime("%Y-%m-%d %H:%M:%S")
