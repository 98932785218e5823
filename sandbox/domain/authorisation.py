"""Who may do what: the account's user everything, a role what its policies allow.

Over both stand the account's `denied_actions`.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.domain.account import AssumedRole, Caller
from sandbox.domain.faults import AccountFaults
from sandbox.domain.ram.judgement import Verdict
from sandbox.domain.ram_actions import Asked, Permission, permissions_for
from sandbox.domain.ram_denial import refused

Judge = Callable[[AssumedRole, Permission], Verdict]
"""What RAM says of a permission of a role's session."""


def authorise(caller: Caller, asked: Asked, faults: AccountFaults, judge: Judge) -> None:
    """Returns where the caller has every permission that the call needs.

    Raises ApiError in the product's own words otherwise; nothing has happened then.
    """
    if not isinstance(caller, AssumedRole) and not faults.denied_actions:
        return
    denied_as_called = faults.denies(f"{asked.product}:{asked.action}")
    for permission in permissions_for(asked):
        if denied_as_called or faults.denies(permission.action):
            raise refused(caller, asked, permission, Verdict.NOT_ALLOWED)
        if isinstance(caller, AssumedRole):
            verdict = judge(caller, permission)
            if verdict is not Verdict.ALLOWED:
                raise refused(caller, asked, permission, verdict)
