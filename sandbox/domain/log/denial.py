"""How the Simple Log Service says that RAM refuses an action."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError
from sandbox.domain.ram_actions import Permission


def denied(permission: Permission) -> ApiError:
    """401 Unauthorized with the RAM action and resource that a policy would have to allow.

    `denied by sts or ram, action: log:GetLogStoreLogs, resource: acs:log:<region>:<account>:
    project/<project>/logstore/<logstore>` is what users meet.
    """
    return ApiError(
        "Unauthorized",
        f"denied by sts or ram, action: {permission.action}, "
        f"resource: {', '.join(permission.resources)}",
        HTTPStatus.UNAUTHORIZED,
    )
