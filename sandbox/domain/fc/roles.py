"""Functions' roles: which ones Function Compute takes, and the keys that functions run with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.domain.account import TemporaryKey
from sandbox.domain.fc.errors import invalid_argument, role_not_assumable, role_not_found
from sandbox.domain.fc.records import Function
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.product import Params

SERVICE: Final = "fc.aliyuncs.com"

_ARN: Final = re.compile(r"acs:ram::\d+:role/\S+")
_LONGEST_SESSION: Final = 64


def check_role(region: FcRegion, body: Params) -> None:
    """Raises ApiError for a role that Function Compute would not take.

    No source has its answer; Terraform's provider waits for a new role on `AccessDenied` and on
    messages with "does not exist". Whether it looks at all when a function is created is a variant.
    """
    arn = body.get("role")
    if not arn:
        return
    if not _ARN.fullmatch(arn):
        raise invalid_argument(f"role '{arn}' is not of the form acs:ram::<account>:role/<name>")
    if region.world.faults.variants.function_role_checked == "at_invocation":
        return
    sts = region.world.neighbours.sts
    if not sts.role_is_known(arn):
        raise role_not_found(arn)
    if not sts.may_assume(SERVICE, arn):
        raise role_not_assumable(arn)


@dataclass(frozen=True, slots=True)
class _Held:
    key: TemporaryKey
    until: datetime


class RoleKeys:
    """The key of each function's role, used for a while and then got anew.

    For that while a role's old identity is remembered: where the role has been deleted and another
    one made under its name, the function goes on with a key that opens nothing.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str], _Held] = {}

    def key_for(self, region: FcRegion, function: Function) -> TemporaryKey | None:
        """The key that a function runs with now; None for a function without a role.

        Raises ApiError `AccessDenied` where Function Compute may not assume the role.
        """
        arn = function.settings.get("role")
        if not arn:
            return None
        place = (region.region_id, function.name, arn)
        held = self._held.get(place)
        if held is not None and region.now < held.until:
            return held.key
        session_name = f"fc-{function.name}"[:_LONGEST_SESSION]
        key = region.world.neighbours.sts.key_for_service(SERVICE, arn, session_name)
        if key is None:
            self._held.pop(place, None)
            raise role_not_assumable(arn)
        until = region.now + timedelta(seconds=region.world.timing.function_key_s)
        self._held[place] = _Held(key, until)
        return key
