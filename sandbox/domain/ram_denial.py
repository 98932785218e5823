"""How RAM refuses an action."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError


def forbidden(caller: Caller, product: str, action: str) -> ApiError:
    """403 Forbidden.Unauthorized as ESS passes it on: the message is RAM's verdict as JSON text.

    The encoded diagnostic message is opaque, in reality too.
    """
    denied = f"{product}:{action}"
    diagnosis = base64.b64encode(f"{caller.principal_arn} {denied}".encode()).decode()
    verdict = {
        "effectMap": {"0": "DENY"},
        "ramAuthResponseList": [
            {
                "accessDeniedDetail": {
                    "authAction": denied,
                    "authPrincipalDisplayName": caller.user_id,
                    "authPrincipalOwnerId": caller.account_id,
                    "authPrincipalType": "SubUser",
                    "encodedDiagnosticMessage": diagnosis,
                    "noPermissionType": "ImplicitDeny",
                    "policyType": "AccountLevelIdentityBasedPolicy",
                },
                "effect": "DENY",
            }
        ],
    }
    return ApiError(
        "Forbidden.Unauthorized", json.dumps(verdict, separators=(",", ":")), HTTPStatus.FORBIDDEN
    )
