"""From a Simple Log Service request to its action and parameters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sandbox.wire.log_parameters import ACTIONS
from sandbox.wire.messages import Pairs, Request

_LABELS_OF_REGION_HOST: Final = 4
"""`cn-hangzhou.log.aliyuncs.com`; a project's host has one more, in front."""


@dataclass(frozen=True, slots=True)
class _Route:
    """A method and a path; `kind` is the value of the `type` parameter that some paths share."""

    action: str
    method: str
    path: re.Pattern[str]
    kind: str | None = None


def _route(action: str, method: str, template: str) -> _Route:
    """A route from the metadata's `path`: `/logstores/{logstore}?type=log`."""
    path, _, kind = template.partition("?type=")
    return _Route(
        action, method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), kind or None
    )


_LOGSTORE: Final = "/logstores/{logstore}"
_SHARD: Final = f"{_LOGSTORE}/shards/{{shardId}}"
_GROUP: Final = "/machinegroups/{machineGroup}"
_CONFIG: Final = "/configs/{configName}"

_ROUTES: Final = (
    _route("CreateProject", "POST", "/"),
    _route("UpdateProject", "PUT", "/"),
    _route("DeleteProject", "DELETE", "/"),
    _route("CreateLogStore", "POST", "/logstores"),
    _route("ListLogStores", "GET", "/logstores"),
    _route("GetLogs", "GET", f"{_LOGSTORE}?type=log"),
    _route("GetLogs", "POST", f"{_LOGSTORE}/logs"),
    _route("GetLogStore", "GET", _LOGSTORE),
    _route("UpdateLogStore", "PUT", _LOGSTORE),
    _route("DeleteLogStore", "DELETE", _LOGSTORE),
    _route("CreateIndex", "POST", f"{_LOGSTORE}/index"),
    _route("GetIndex", "GET", f"{_LOGSTORE}/index"),
    _route("UpdateIndex", "PUT", f"{_LOGSTORE}/index"),
    _route("DeleteIndex", "DELETE", f"{_LOGSTORE}/index"),
    _route("ListShards", "GET", f"{_LOGSTORE}/shards"),
    _route("PostLogStoreLogs", "POST", f"{_LOGSTORE}/shards/lb"),
    _route("GetCursor", "GET", f"{_SHARD}?type=cursor"),
    _route("GetCursorTime", "GET", f"{_SHARD}?type=cursor_time"),
    _route("PullLogs", "GET", "/logstores/{logStore}/shards/{shardId}?type=log"),
    _route("CreateMachineGroup", "POST", "/machinegroups"),
    _route("ListMachineGroup", "GET", "/machinegroups"),
    _route("GetMachineGroup", "GET", _GROUP),
    _route("UpdateMachineGroup", "PUT", "/machinegroups/{groupName}"),
    _route("DeleteMachineGroup", "DELETE", _GROUP),
    _route("GetAppliedConfigs", "GET", f"{_GROUP}/configs"),
    _route("ApplyConfigToMachineGroup", "PUT", f"{_GROUP}{_CONFIG}"),
    _route("RemoveConfigFromMachineGroup", "DELETE", f"{_GROUP}{_CONFIG}"),
    _route("CreateConfig", "POST", "/configs"),
    _route("ListConfig", "GET", "/configs"),
    _route("GetConfig", "GET", _CONFIG),
    _route("UpdateConfig", "PUT", _CONFIG),
    _route("DeleteConfig", "DELETE", _CONFIG),
    _route("GetAppliedMachineGroups", "GET", f"{_CONFIG}/machinegroups"),
    _route("TagResources", "POST", "/tag"),
    _route("UntagResources", "POST", "/untag"),
    _route("ListTagResources", "GET", "/tags"),
)

_PARAMETERS: Final = {
    action: frozenset(param.name for param in params) for action, params in ACTIONS.items()
}
_BODY_INTEGERS: Final = frozenset({"from", "to", "line", "offset", "fromNs", "toNs"})
_BODY_BOOLEANS: Final = frozenset({"reverse", "powerSql", "accurate"})


def read_log(request: Request) -> tuple[str, Pairs] | None:
    """The action that host, method and path stand for; None: no such.

    Its parameters are those of host and path, and a JSON body as one parameter, `body`; the
    query's are not repeated. Logs in protobuf are not looked at here: nobody has been
    authenticated yet.
    """
    query = dict(request.query_pairs())
    project = _project(request.host)
    if (request.method, request.path) == ("GET", "/"):
        return ("GetProject", (("project", project),)) if project else ("ListProject", ())
    for route in _ROUTES:
        match = route.path.fullmatch(request.path)
        if match and route.method == request.method and route.kind in {None, query.get("type")}:
            found = [(name, unquote(value)) for name, value in match.groupdict().items()]
            if project and "project" in _PARAMETERS[route.action]:
                found.append(("project", project))
            body = _body(request, route)
            if body is not None:
                found.append(("body", body))
            return route.action, tuple(found)
    return None


def _project(host: str) -> str | None:
    labels = host.split(".")
    return labels[0] if len(labels) > _LABELS_OF_REGION_HOST else None


def _body(request: Request, route: _Route) -> str | None:
    if "body" not in _PARAMETERS[route.action] or route.action == "PostLogStoreLogs":
        return None
    if request.method == "GET":
        return _query_as_body(request)
    return request.body.decode(errors="replace") if request.body else None


def _query_as_body(request: Request) -> str:
    """The query of GetLogs in version 1 as the body of version 2, which has the same members."""
    body: dict[str, object] = {}
    for name, value in request.query_pairs():
        if name in _BODY_INTEGERS and value.isascii() and value.isdigit():
            body[name] = int(value)
        elif name in _BODY_BOOLEANS and value.lower() in {"true", "false"}:
            body[name] = value.lower() == "true"
        elif name != "type":
            body[name] = value
    return json.dumps(body)
