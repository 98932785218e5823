"""How RAM's refusal of a permission is passed on."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import Final

from sandbox.domain.account import AssumedRole, Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.log.denial import denied as denied_by_log
from sandbox.domain.ram.judgement import Verdict
from sandbox.domain.ram_actions import Asked, Permission

_IDENTITY_PRODUCTS: Final = frozenset({"ram", "resourcemanager", "sts"})
"""Products whose own error lists have NoPermission."""


def refused(caller: Caller, asked: Asked, permission: Permission, verdict: Verdict) -> ApiError:
    """How a product says that RAM refuses a call: as ESS does, unless it has its own words."""
    if asked.product == "log":
        return denied_by_log(permission)
    if asked.product in _IDENTITY_PRODUCTS:
        return ApiError(
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.",
            HTTPStatus.FORBIDDEN,
        )
    if asked.product == "ecs" and permission.action == "ram:PassRole":
        return ApiError(
            "InvalidUser.PassRoleForbidden",
            "The RAM user does not have the privilege to pass a RAM role.",
            HTTPStatus.FORBIDDEN,
        )
    error = forbidden(caller, permission, verdict)
    if asked.product == "fc":
        return ApiError("AccessDenied", error.message, error.http_status)
    return error


def forbidden(caller: Caller, permission: Permission, verdict: Verdict) -> ApiError:
    """403 Forbidden.Unauthorized as ESS passes it on: the message is RAM's verdict as JSON text.

    The encoded diagnostic message is opaque, in reality too.
    """
    denied = permission.action
    diagnosis = base64.b64encode(f"{caller.principal_arn} {denied}".encode()).decode()
    passed_on = {
        "effectMap": {"0": "DENY"},
        "ramAuthResponseList": [
            {
                "accessDeniedDetail": {
                    "authAction": denied,
                    "authPrincipalDisplayName": _display_name(caller),
                    "authPrincipalOwnerId": caller.account_id,
                    "authPrincipalType": _principal_type(caller),
                    "encodedDiagnosticMessage": diagnosis,
                    "noPermissionType": verdict.value,
                    "policyType": "AccountLevelIdentityBasedPolicy",
                },
                "effect": "DENY",
            }
        ],
    }
    message = json.dumps(passed_on, separators=(",", ":"))
    return ApiError("Forbidden.Unauthorized", message, HTTPStatus.FORBIDDEN)


def _principal_type(caller: Caller) -> str:
    return "AssumedRoleUser" if isinstance(caller, AssumedRole) else "SubUser"


def _display_name(caller: Caller) -> str:
    if isinstance(caller, AssumedRole):
        return f"{caller.role_name}:{caller.session_name}"
    return caller.user_id
