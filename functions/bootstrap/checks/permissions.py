"""May the access key do what launch day needs? Asked once, for it is the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Final

from functions.bootstrap.checks.records import Check, View, bad, human, ok, unknown, unmade
from functions.bootstrap.question import ask
from shared.cloud.permissions import LAUNCH_ACTIONS, Permissions, denied_action
from shared.failure import Failure

_NOWHERE: Final = "no region answers that could be asked"


def check_permissions(
    pool: Executor,
    permissions: Permissions,
    answering: Sequence[str],
    now: datetime,
    met: Iterable[str] = (),
) -> Check:
    """Whether every action of launch day is allowed; `answering`: regions that can be asked.

    `met`: actions whose denial was met while looking around.
    """
    if not answering:
        return unknown("permissions", _NOWHERE)

    def may(action: str) -> bool | Failure:
        return ask(permissions.may, answering[0], action, now)

    verdicts = dict(zip(LAUNCH_ACTIONS, pool.map(may, LAUNCH_ACTIONS), strict=True))
    refused = [f"ess:{action}" for action, allowed in verdicts.items() if allowed is False]
    denied = list(dict.fromkeys((*refused, *met)))
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


def denials(view: View) -> Iterator[str]:
    """Yield every action that the key may not call, as it was met while looking at a region.

    The dry run does not count: Auto Scaling starts instances in its own name.
    """
    limits, ours = view.limits, view.ours
    seen: list[object] = [view.groups]
    if limits is not None:
        seen += [limits.account, limits.scaling, limits.tasks]
    if ours is not None:
        seen += [ours.tasks, ours.activities, ours.source, ours.image, ours.stocked, ours.vcpus]
    for one in seen:
        action = denied_action(one) if isinstance(one, Failure) else None
        if action is not None:
            yield action
