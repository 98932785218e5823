"""A RAM role with one custom policy of the same name: what is still to be done about it. Pure.

Such a role is changed, never recreated: who assumed a role that is gone (Function Compute in the
name of a function, ECS in that of a node) stays locked out for a while although another one has
the same name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.cloud.stack_records import Policy, Role
from shared.failure import Failure, Reaction
from shared.naming import Tag

MOST_VERSIONS: Final = 5
"""Versions that a policy may have (RAM API, CreatePolicyVersion, LimitExceeded.Policy.Version)."""

RoleAction = Literal[
    "CreateRole",
    "UpdateRole",
    "CreatePolicy",
    "DeletePolicyVersion",
    "CreatePolicyVersion",
    "AttachPolicyToRole",
    "DetachPolicyFromRole",
    "DeletePolicy",
    "DeleteRole",
]
"""What can be done about a role or its policy, as RAM calls it."""


@dataclass(frozen=True, slots=True)
class WantedRole:
    """A role of a fleet as it should be; trust and policy are documents, as plain JSON values."""

    fleet: str
    name: str
    trust: Mapping[str, Any]
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StandingRole:
    """What there is of a role and its policy; `attached`: the role's custom policies."""

    role: Role | None
    policy: Policy | None
    attached: Sequence[str]


@dataclass(frozen=True, slots=True)
class RoleStep:
    """One request; `version_id` is that of the policy's version to delete."""

    action: RoleAction
    version_id: str = ""


def not_ours(fleet: str, name: str, standing: StandingRole) -> Failure | None:
    """Say why a role or policy of our name is not to be touched: it lacks the fleet's tag."""
    for kind, thing in (("role", standing.role), ("policy", standing.policy)):
        if thing is not None and thing.tags.get(Tag.FLEET) != fleet:
            return Failure(
                f"{kind.capitalize()}NotOurs",
                f"A RAM {kind} named {name} exists without the tag {Tag.FLEET}={fleet}.",
                Reaction.HUMAN,
                f"Give the fleet another FLEET_NAME, or add that tag to the {kind}.",
            )
    return None


def steps_to_stand(wanted: WantedRole, standing: StandingRole) -> tuple[RoleStep, ...]:
    """Return what brings role and policy to what is wanted; nothing where they are that."""
    return (*_of_role(wanted, standing), *_of_policy(wanted, standing), *_of_pair(wanted, standing))


def steps_to_go(wanted: WantedRole, standing: StandingRole) -> tuple[RoleStep, ...]:
    """Return what removes role and policy, in the order that RAM asks for."""
    steps = []
    if standing.role is not None and wanted.name in standing.attached:
        steps.append(RoleStep("DetachPolicyFromRole"))
    if standing.policy is not None:
        steps += [RoleStep("DeletePolicyVersion", one) for one in _idle_versions(standing.policy)]
        steps.append(RoleStep("DeletePolicy"))
    if standing.role is not None:
        steps.append(RoleStep("DeleteRole"))
    return tuple(steps)


def _of_role(wanted: WantedRole, standing: StandingRole) -> tuple[RoleStep, ...]:
    if standing.role is None:
        return (RoleStep("CreateRole"),)
    if json.loads(standing.role.trust_document) != wanted.trust:
        return (RoleStep("UpdateRole"),)
    return ()


def _of_policy(wanted: WantedRole, standing: StandingRole) -> tuple[RoleStep, ...]:
    policy = standing.policy
    if policy is None:
        return (RoleStep("CreatePolicy"),)
    if json.loads(policy.document) == wanted.policy:
        return ()
    idle = _idle_versions(policy)
    if len(policy.version_ids) < MOST_VERSIONS or not idle:
        return (RoleStep("CreatePolicyVersion"),)
    return (RoleStep("DeletePolicyVersion", idle[0]), RoleStep("CreatePolicyVersion"))


def _of_pair(wanted: WantedRole, standing: StandingRole) -> tuple[RoleStep, ...]:
    return () if wanted.name in standing.attached else (RoleStep("AttachPolicyToRole"),)


def _idle_versions(policy: Policy) -> list[str]:
    """Return the versions that are not in force, oldest first: RAM numbers them from `v1`."""
    idle = [version for version, is_default in policy.version_ids if not is_default]
    return sorted(idle, key=lambda version: (len(version), version))
