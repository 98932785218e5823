"""Functions as targets: which endpoints name one, and which arguments they need.

Source: "Event target parameters", acs.fc.function; its examples are of Function Compute 2.0, where
functions lived in services.
"""

from __future__ import annotations

import re
from typing import Final

from sandbox.domain.errors import ApiError
from sandbox.domain.eventbridge.errors import (
    not_modelled,
    role_missing,
    target_invalid,
    target_param_invalid,
)
from sandbox.domain.eventbridge.records import Target
from sandbox.domain.eventbridge.region import EventBridgeRegion

SEND_ROLE: Final = "AliyunServiceRoleForEventBridgeSendToFC"
SEND_SERVICE: Final = "sendevent-fc.eventbridge.aliyuncs.com"
FUNCTION_TARGET: Final = "acs.fc.function"

_ENDPOINT: Final = re.compile(
    r"acs:fc:(?P<region>[a-z0-9-]+):(?P<account>\d+):"
    r"(?:services/(?P<service>[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]+)?/)?"
    r"functions/(?P<function>[A-Za-z0-9_$-]+)"
)
_CONSTANTS: Final = ("serviceName", "functionName", "Qualifier")


def check_function_target(region: EventBridgeRegion, target: Target) -> None:
    """Raises ApiError where nothing could ever be sent to the target.

    That the function exists is not looked at, as far as anybody knows.
    """
    if target.kind != FUNCTION_TARGET:
        raise not_modelled(f"targets of type {target.kind}")
    match = _ENDPOINT.fullmatch(target.endpoint)
    here = (region.region_id, region.world.account.account_id)
    if match is None or (match["region"], match["account"]) != here:
        raise target_invalid(target.endpoint)
    form = "functions" if match["service"] is None else "services"
    if region.world.faults.variants.eventbridge_fc_endpoint not in {"both", form}:
        raise target_invalid(target.endpoint)
    _check_params(target, needs_service=form == "services")
    checked = region.world.faults.variants.eventbridge_role_checked
    if checked == "at_target" and not region.world.neighbours.ram.role_exists(SEND_ROLE):
        raise role_missing(SEND_ROLE)


def _check_params(target: Target, *, needs_service: bool) -> None:
    given = {param.key: param for param in target.params}
    wanted = ["functionName", "Body"] + (["serviceName"] if needs_service else [])
    for key in wanted:
        if key not in given:
            raise _bad_param(target, key)
    for key, param in given.items():
        if key in _CONSTANTS and (param.form != "CONSTANT" or not param.value):
            raise _bad_param(target, key)
        if key not in (*_CONSTANTS, "Body"):
            raise _bad_param(target, key)
    if given["Body"].form not in {"ORIGINAL", "CONSTANT"}:
        raise not_modelled(f"bodies of the form {given['Body'].form}")


def _bad_param(target: Target, key: str) -> ApiError:
    return target_param_invalid(f"{target.kind}:{key}", f"{', '.join(_CONSTANTS)}, Body")


def function_of(target: Target) -> str:
    """The name in Function Compute 3.0: what was in a service is called `service$function`."""
    values = {param.key: param.value for param in target.params}
    service, function = values.get("serviceName"), values["functionName"]
    return f"{service}${function}" if service else str(function)
