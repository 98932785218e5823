"""How RAM refuses an action."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import Final

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.log.denial import denied as denied_by_log
from sandbox.domain.product import Params

_IDENTITY_PRODUCTS: Final = frozenset({"ram", "resourcemanager", "sts"})
"""Products whose own error lists have NoPermission."""


def refused(caller: Caller, product: str, action: str, region_id: str, params: Params) -> ApiError:
    """How a product says that RAM refuses an action: as ESS does, unless it has its own words."""
    if product == "log":
        return denied_by_log(caller, action, region_id, params)
    if product in _IDENTITY_PRODUCTS:
        return ApiError(
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.",
            HTTPStatus.FORBIDDEN,
        )
    return forbidden(caller, product, action)


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
