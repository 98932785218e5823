"""Parameters of the Simple Log Service actions served here (version 2020-12-30).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata,
where the host names the project, and `body` is the whole JSON body. Two actions bear the names
that the log service and RAM give them: PostLogStoreLogs is PutLogs in the metadata, GetLogs is
GetLogsV2, whose members the query of version 1 carries as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Kind, Param, Style, boolean, integer, json_object, text

VERSION: Final = "2020-12-30"

UNPUBLISHED: Final = frozenset(
    {
        "ListProject.description",
        "CreateLogStore.body.enableModify",
        "CreateIndex.body.all_keys",
        "CreateIndex.body.scan_index",
        "CreateIndex.body.line.auto_text_keys",
        "CreateIndex.body.line.auto_key_detect",
        "CreateIndex.body.line.auto_key_count_limit",
        "UpdateIndex.body.all_keys",
        "UpdateIndex.body.scan_index",
        "UpdateIndex.body.line.auto_text_keys",
        "UpdateIndex.body.line.auto_key_detect",
        "UpdateIndex.body.line.auto_key_count_limit",
        "GetLogs.body.accurate",
        "GetLogs.body.fromNs",
        "GetLogs.body.toNs",
        "ListTagResources.nextToken",
    }
)
"""What the metadata does not have but the vendor's Python SDK sends."""

NOT_REQUIRED: Final = frozenset(
    {
        "ListConfig.logstoreName",
        "UpdateIndex.body.ttl",
        "CreateConfig.body.outputDetail.endpoint",
        "UpdateConfig.body.outputDetail.endpoint",
    }
)
"""What the metadata requires but the vendor's Python SDK leaves out."""

_PROJECT: Final = text("project", required=True)
_LOGSTORE: Final = text("logstore", required=True)
_MACHINE_GROUP: Final = text("machineGroup", required=True)
_CONFIG_NAME: Final = text("configName", required=True)
_SHARD_ID: Final = integer("shardId", required=True)
_PAGE: Final = (integer("offset"), integer("size"))


def _object(name: str, *members: Param, required: bool = False) -> Param:
    """One object within a body."""
    return Param(name, Kind.OBJECT, required=required, members=members)


def _open(name: str, *, required: bool = False) -> Param:
    """One object within a body whose members are the user's own."""
    return Param(name, Kind.OBJECT, required=required, open=True)


def _list(name: str, item: Param, *, required: bool = False) -> Param:
    """One list within a body."""
    return Param(name, Kind.ARRAY, required=required, item=item)


def _texts(name: str, *, required: bool = False) -> Param:
    """One list of strings within a body."""
    return _list(name, text(""), required=required)


def _json_list(name: str, item: Param, max_items: int) -> Param:
    """One list sent as JSON text in the query."""
    return Param(name, Kind.ARRAY, style=Style.JSON, item=item, max_items=max_items)


_LOGSTORE_SETTINGS: Final = (
    _object(
        "encrypt_conf",
        boolean("enable", required=True),
        text("encrypt_type"),
        _object(
            "user_cmk_info",
            text("cmk_key_id", required=True),
            text("arn", required=True),
            text("region_id", required=True),
        ),
    ),
    boolean("autoSplit"),
    boolean("enable_tracking"),
    integer("maxSplitShard"),
    boolean("appendMeta"),
    text("telemetryType"),
    integer("hot_ttl"),
    text("mode"),
    integer("infrequentAccessTTL"),
    _object(
        "shardingPolicy",
        _object("shardGroup", _texts("keys", required=True), integer("groupCount", required=True)),
        _object(
            "shardHash",
            _texts("keys", required=True),
            integer("maxHashCount", required=True),
            required=True,
        ),
        integer("queryActiveTime"),
    ),
)


def _index(*, complete: bool) -> Param:
    """An index; a `complete` one, which replaces another, must say everything."""
    return json_object(
        "body",
        _open("keys"),
        _object(
            "line",
            boolean("chn", required=complete),
            boolean("caseSensitive", required=complete),
            _texts("token", required=True),
            _texts("include_keys"),
            _texts("exclude_keys"),
            _texts("auto_text_keys"),
            boolean("auto_key_detect"),
            integer("auto_key_count_limit"),
        ),
        integer("ttl"),
        integer("max_text_len"),
        boolean("log_reduce"),
        _texts("log_reduce_white_list"),
        _texts("log_reduce_black_list"),
        _open("all_keys"),
        boolean("scan_index"),
    )


_MACHINE_GROUP_BODY: Final = json_object(
    "body",
    text("groupName", required=True),
    text("machineIdentifyType", required=True),
    text("groupType"),
    _object("groupAttribute", text("groupTopic"), text("externalName")),
    _texts("machineList", required=True),
    required=True,
)

_CONFIG_BODY: Final = json_object(
    "body",
    text("configName", required=True),
    text("logSample"),
    text("inputType", required=True),
    _open("inputDetail", required=True),
    text("outputType", required=True),
    _object(
        "outputDetail",
        text("endpoint"),
        text("logstoreName", required=True),
        text("region"),
        text("telemetryType"),
        required=True,
    ),
    integer("createTime"),
    integer("lastModifyTime"),
)

_TAG: Final = _object("", text("key", required=True), text("value", required=True))
_PAIR: Final = _object("", text("Key", required=True), text("Value", required=True))

_LOG_GROUP_BODY: Final = json_object(
    "body",
    text("Topic"),
    text("Source"),
    _list("LogTags", _PAIR),
    _list(
        "LogItems",
        _object("", integer("Time", required=True), _list("Contents", _PAIR, required=True)),
        required=True,
    ),
)

_PROJECT_ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateProject": (
        json_object(
            "body",
            text("description", required=True),
            text("projectName", required=True),
            text("resourceGroupId"),
            text("dataRedundancyType", "LRS", "ZRS"),
            boolean("recycleBinEnabled"),
            required=True,
        ),
    ),
    "GetProject": (_PROJECT,),
    "ListProject": (
        text("projectName"),
        *_PAGE,
        text("resourceGroupId"),
        boolean("fetchQuota"),
        text("description"),
    ),
    "UpdateProject": (
        json_object(
            "body",
            text("description", required=True),
            boolean("recycleBinEnabled"),
            required=True,
        ),
        _PROJECT,
    ),
    "DeleteProject": (_PROJECT, boolean("forceDelete")),
    "TagResources": (
        json_object(
            "body",
            text("resourceType", required=True),
            _texts("resourceId", required=True),
            _list("tags", _TAG, required=True),
            required=True,
        ),
    ),
    "UntagResources": (
        json_object(
            "body",
            text("resourceType"),
            _texts("resourceId", required=True),
            boolean("all"),
            _texts("tags"),
        ),
    ),
    "ListTagResources": (
        text("resourceType", required=True),
        _json_list("resourceId", text(""), max_items=1),
        _json_list("tags", _object("", text("key", required=True), text("value")), max_items=20),
        text("nextToken"),
    ),
}

_LOGSTORE_ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateLogStore": (
        _PROJECT,
        json_object(
            "body",
            text("logstoreName", required=True),
            integer("shardCount", required=True),
            integer("ttl", required=True),
            *_LOGSTORE_SETTINGS,
            text("processorId"),
            boolean("enableModify"),
            required=True,
        ),
    ),
    "GetLogStore": (_LOGSTORE, _PROJECT),
    "ListLogStores": (_PROJECT, *_PAGE, text("logstoreName"), text("telemetryType"), text("mode")),
    "UpdateLogStore": (
        _PROJECT,
        _LOGSTORE,
        json_object(
            "body",
            text("logstoreName", required=True),
            integer("shardCount"),
            integer("ttl", required=True),
            *_LOGSTORE_SETTINGS,
            required=True,
        ),
    ),
    "DeleteLogStore": (_PROJECT, _LOGSTORE),
    "ListShards": (_PROJECT, _LOGSTORE),
    "CreateIndex": (_LOGSTORE, _PROJECT, _index(complete=False)),
    "GetIndex": (_PROJECT, _LOGSTORE),
    "UpdateIndex": (_PROJECT, _LOGSTORE, _index(complete=True)),
    "DeleteIndex": (_LOGSTORE, _PROJECT),
}

_COLLECTION_ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateMachineGroup": (_PROJECT, _MACHINE_GROUP_BODY),
    "GetMachineGroup": (_PROJECT, _MACHINE_GROUP),
    "ListMachineGroup": (_PROJECT, *_PAGE, text("groupName")),
    "UpdateMachineGroup": (_PROJECT, text("groupName", required=True), _MACHINE_GROUP_BODY),
    "DeleteMachineGroup": (_PROJECT, _MACHINE_GROUP),
    "CreateConfig": (_PROJECT, _CONFIG_BODY),
    "GetConfig": (_PROJECT, _CONFIG_NAME),
    "ListConfig": (
        _PROJECT,
        text("logstoreName"),
        integer("offset", required=True),
        integer("size", required=True),
        text("configName"),
    ),
    "UpdateConfig": (_PROJECT, _CONFIG_NAME, _CONFIG_BODY),
    "DeleteConfig": (_PROJECT, _CONFIG_NAME),
    "ApplyConfigToMachineGroup": (_PROJECT, _MACHINE_GROUP, _CONFIG_NAME),
    "RemoveConfigFromMachineGroup": (_PROJECT, _MACHINE_GROUP, _CONFIG_NAME),
    "GetAppliedConfigs": (_PROJECT, _MACHINE_GROUP),
    "GetAppliedMachineGroups": (_PROJECT, _CONFIG_NAME),
}

_LOG_ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "PostLogStoreLogs": (_PROJECT, _LOGSTORE, _LOG_GROUP_BODY),
    "GetLogs": (
        _PROJECT,
        _LOGSTORE,
        json_object(
            "body",
            integer("from", required=True),
            integer("to", required=True),
            integer("line", 0, 100),
            integer("offset"),
            boolean("reverse"),
            boolean("powerSql"),
            text("session"),
            text("topic"),
            text("query"),
            boolean("forward"),
            boolean("highlight"),
            boolean("accurate"),
            integer("fromNs"),
            integer("toNs"),
        ),
    ),
    "GetCursor": (_PROJECT, _LOGSTORE, _SHARD_ID, text("from", required=True)),
    "GetCursorTime": (_PROJECT, _LOGSTORE, _SHARD_ID, text("cursor", required=True)),
    "PullLogs": (
        _PROJECT,
        text("logStore", required=True),
        _SHARD_ID,
        text("cursor", required=True),
        integer("count", 1, 1000, required=True),
        text("end_cursor"),
        text("query"),
    ),
}

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    **_PROJECT_ACTIONS,
    **_LOGSTORE_ACTIONS,
    **_COLLECTION_ACTIONS,
    **_LOG_ACTIONS,
}
