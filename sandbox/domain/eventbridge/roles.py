"""The service-linked roles with which EventBridge reaches other products."""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.eventbridge.errors import invalid_argument
from sandbox.domain.eventbridge.functions import SEND_ROLE, SEND_SERVICE
from sandbox.domain.eventbridge.region import EventBridgeRegion
from sandbox.domain.product import Handler, Params

Json = dict[str, Any]

_SERVICES: Final = {SEND_ROLE: SEND_SERVICE}


def check_role(region: EventBridgeRegion, params: Params) -> Json:
    """CheckServiceLinkedRoleForProduct; ProductName is the role's name."""
    name = _role_name(params)
    exists = region.world.neighbours.ram.role_exists(name)
    return {"Data": {"StsRoleName": name, "CheckPass": exists}}


def create_role(create: Handler, region: EventBridgeRegion, params: Params) -> Json:
    """CreateServiceLinkedRoleForProduct; `create` is RAM's own action, which it stands for."""
    name = _role_name(params)
    create(region.region_id, {"ServiceName": _SERVICES[name]})
    return {"HttpCode": 200}


def _role_name(params: Params) -> str:
    name: str = params.get("ProductName", "")
    if name not in _SERVICES:
        raise invalid_argument("ProductName")
    return name
