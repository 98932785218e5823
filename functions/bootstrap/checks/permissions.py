"""May the access key do what launch day needs? Asked once, for it is the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Final

from functions.bootstrap.checks.look import ask
from functions.bootstrap.checks.records import Check, bad, human, ok, unknown, unmade
from shared.cloud.permissions import LAUNCH_ACTIONS, Permissions
from shared.failure import Failure

_NOWHERE: Final = "no region answers that could be asked"


def check_permissions(
    pool: Executor, permissions: Permissions, answering: Sequence[str], now: datetime
) -> Check:
    """Whether every action of launch day is allowed; `answering`: regions that can be asked."""
    if not answering:
        return unknown("permissions", _NOWHERE)

    def may(action: str) -> bool | Failure:
        return ask(permissions.may, answering[0], action, now)

    verdicts = dict(zip(LAUNCH_ACTIONS, pool.map(may, LAUNCH_ACTIONS), strict=True))
    denied = [f"ess:{action}" for action, allowed in verdicts.items() if allowed is False]
    if denied:
        names = ", ".join(denied)
        return bad(
            "permissions",
            human(
                "ActionsDenied",
                f"The access key may not call {names}.",
                f"Grant {names} to the identity whose access key is used.",
            ),
        )
    untold = [failure for failure in verdicts.values() if isinstance(failure, Failure)]
    if untold:
        return unmade("permissions", untold[0])
    return ok("permissions", "the access key may do all that the launch needs")
