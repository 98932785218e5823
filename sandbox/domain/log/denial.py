"""How the Simple Log Service says that RAM refuses an action."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.product import Params

_RAM_NAMES: Final = {
    "ApplyConfigToMachineGroup": "ApplyConfigToGroup",
    "RemoveConfigFromMachineGroup": "RemoveConfigFromGroup",
    "GetLogs": "GetLogStoreLogs",
    "GetCursor": "GetCursorOrData",
    "GetCursorTime": "GetCursorOrData",
    "PullLogs": "GetCursorOrData",
}
"""RAM actions that are not called like the API's (page "Actions" of the RAM guide)."""

_KINDS: Final = {
    "logstore": "logstore",
    "logStore": "logstore",
    "machineGroup": "machinegroup",
    "groupName": "machinegroup",
    "configName": "logtailconfig",
}
"""Parameter → the kind of resource that it names; the first one present says what is asked for."""


def denied(caller: Caller, action: str, region_id: str, params: Params) -> ApiError:
    """401 Unauthorized with the RAM action and resource that a policy would have to allow.

    `denied by sts or ram, action: log:GetLogStoreLogs, resource: acs:log:<region>:<account>:
    project/<project>/logstore/<logstore>` is what users meet.
    """
    place = f"acs:log:{region_id}:{caller.account_id}:{_resource(params)}"
    return ApiError(
        "Unauthorized",
        f"denied by sts or ram, action: log:{_RAM_NAMES.get(action, action)}, resource: {place}",
        HTTPStatus.UNAUTHORIZED,
    )


def _resource(params: Params) -> str:
    named = {**params.get("body", {}), **params}
    project = named.get("project") or named.get("projectName") or "*"
    for name, kind in _KINDS.items():
        if name in params:
            return f"project/{project}/{kind}/{params[name]}"
    return f"project/{project}"
