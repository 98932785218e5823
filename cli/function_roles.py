"""The roles under which the two functions run: prepared before a deployment, removed after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

from cli.role_work import RoleWork
from infra.ram.documents import FUNCTION_TRUST, PolicyName, policy_document
from shared.cloud.deploy_permissions import (
    Question,
    denied_among,
    questions_of_deploying,
    questions_of_looking,
    questions_of_preparing,
    questions_of_removing_roles,
)
from shared.cloud.fc_timers import FcTimers
from shared.cloud.permissions import denied_action
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.cloud.sts import Sts
from shared.failure import Failure, FailureError, Reaction
from shared.report import ResourceReport
from shared.roles import WantedRole, steps_to_go, steps_to_stand

FUNCTIONS: Final[tuple[PolicyName, ...]] = ("watcher", "bootstrap")
"""What the names of functions, roles and policies end in."""
LINKED_ROLES: Final = {
    "AliyunServiceRoleForFC": "fc.aliyuncs.com",
    "AliyunServiceRoleForAutoScaling": "ess.aliyuncs.com",
}
"""Service-linked roles that an account has once somebody has opened the service in the console.

Function Compute ships logs under its own, Auto Scaling makes instances under its own."""


@dataclass(frozen=True, slots=True)
class Target:
    """The functions of one fleet, and the region in which they run or are to run."""

    fleet: str
    region: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done (in a dry run: what would be), and what is still missing.

    `account_id` is None where nobody has told. `missing`: RAM actions that the access key may not
    call, all of them. `failure`: why the work is not finished; what `deeds` lists has been done
    all the same.
    """

    account_id: str | None = None
    deeds: tuple[ResourceReport, ...] = ()
    missing: tuple[str, ...] = ()
    failure: Failure | None = None


class _DeniedError(Exception):
    """The access key may not call `actions`, so that nothing can be done."""

    def __init__(self, actions: Sequence[str]) -> None:
        super().__init__(", ".join(actions))
        self.actions = tuple(actions)


def prepare_roles(work: RoleWork, executor: Executor, target: Target) -> Outcome:
    """Let both roles stand with their policies, and the service-linked ones.

    Never raises for what the cloud does. Where the access key may not do that, nothing is written;
    what it may not call of deploying is named besides.
    """

    def prepare() -> tuple[str, ...]:
        denied = _denied(
            work.session,
            executor,
            (*questions_of_looking(target.fleet), *questions_of_deploying(*_place(target))),
        )
        writes = questions_of_preparing(target.fleet)
        _stop_if_blind(work.session, executor, denied, writes)
        due = [one for one in _wanted_roles(target.fleet) if steps_to_stand(one, work.look(one))]
        denied_writes = _denied(work.session, executor, writes) if due else ()
        if denied_writes:
            raise _DeniedError((*denied_writes, *denied))
        for one in due:
            work.settle(one, steps_to_stand)
        return (*_link_services(work), *denied)

    return _outcome(work, prepare)


def remove_roles(work: RoleWork, executor: Executor, target: Target) -> Outcome:
    """Remove both roles and their policies; the service-linked ones are the account's and stay.

    Never raises for what the cloud does. Nothing is written while a function is there that runs
    under one of them.
    """

    def remove() -> tuple[str, ...]:
        looks = questions_of_looking(target.fleet)
        writes = questions_of_removing_roles(target.fleet)
        denied = _denied(work.session, executor, looks)
        _stop_if_blind(work.session, executor, denied, writes)
        due = [one for one in _wanted_roles(target.fleet) if steps_to_go(one, work.look(one))]
        if due:
            _refuse_if_deployed(work.session, target)
            denied = _denied(work.session, executor, writes)
            if denied:
                raise _DeniedError(denied)
        for one in due:
            work.settle(one, steps_to_go)
        return ()

    return _outcome(work, remove)


def role_arns(fleet: str, account_id: str) -> dict[str, str]:
    """Return the ARNs of both roles, by the names of the functions."""
    return {
        f"{fleet}-{function}": f"acs:ram::{account_id}:role/{fleet}-{function}"
        for function in FUNCTIONS
    }


def _wanted_roles(fleet: str) -> list[WantedRole]:
    return [
        WantedRole(fleet, f"{fleet}-{one}", FUNCTION_TRUST, policy_document(one, fleet))
        for one in FUNCTIONS
    ]


def _place(target: Target) -> tuple[str, str]:
    return target.fleet, target.region


def _outcome(work: RoleWork, do: Callable[[], tuple[str, ...]]) -> Outcome:
    told = Outcome()
    try:
        told = replace(told, account_id=Sts(work.session).account_id())
        told = replace(told, missing=do())
    except _DeniedError as error:
        told = replace(told, missing=error.actions, failure=_not_allowed(error.actions))
    except (FailureError, CallFailedError) as error:
        told = replace(told, failure=error.failure)
    except DeadlinePassedError:
        told = replace(told, failure=_no_time())
    return replace(told, deeds=tuple(work.deeds))


def _denied(session: Session, executor: Executor, questions: Sequence[Question]) -> tuple[str, ...]:
    return denied_among(executor, session, questions)


def _stop_if_blind(
    session: Session, executor: Executor, denied: Sequence[str], writes: Sequence[Question]
) -> None:
    """Without a look at the roles nothing can be done; then everything that is missing is named."""
    if any(name.startswith("ram:") for name in denied):
        raise _DeniedError((*denied, *_denied(session, executor, writes)))


def _link_services(work: RoleWork) -> tuple[str, ...]:
    """Let services act for the account; return what the access key may not call for that."""
    for role, service in LINKED_ROLES.items():
        try:
            work.link(role, service)
        except CallFailedError as error:
            action = denied_action(error.failure)
            if action is None:
                raise
            return (action,)
    return ()


def _refuse_if_deployed(session: Session, target: Target) -> None:
    """Raise FailureError where a function is there that runs under one of the roles."""
    functions = FcTimers(session)
    for name in FUNCTIONS:
        function = f"{target.fleet}-{name}"
        if functions.function_arn(target.region, function) is not None:
            raise FailureError(_deployed(target.region, function))


def _not_allowed(actions: Sequence[str]) -> Failure:
    names = ", ".join(actions)
    return Failure(
        "ActionsDenied",
        f"The access key may not call {names}.",
        Reaction.HUMAN,
        "Grant them to the identity whose access key is used (infra/ram/deployer.json grants all"
        " that deploying needs), then run it again.",
    )


def _deployed(region: str, function: str) -> Failure:
    return Failure(
        "FunctionStillThere",
        f"The function {function} in {region} still runs under the role {function}.",
        Reaction.HUMAN,
        "Remove the functions first: make undeploy.",
    )


def _no_time() -> Failure:
    return Failure(
        "DeadlinePassed",
        "There was no time left to go on.",
        Reaction.TRANSIENT,
        "Run it again, with a greater DEADLINE_S if it lasts.",
    )
