"""RAM role and policy of the nodes: global, one for the whole fleet, the least that they need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Write,
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Policy, Role
from shared.failure import Failure, Reaction
from shared.naming import role_name

_POLICY: Final = "role policy"
_MOST_VERSIONS: Final = 5
"""Versions that a policy may have (RAM API, CreatePolicyVersion, LimitExceeded.Policy.Version)."""
_TRUST: Final = {
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": ["ecs.aliyuncs.com"]},
        }
    ],
    "Version": "1",
}


@dataclass(frozen=True, slots=True)
class RoleFound:
    """The role, its policy, and the names of the custom policies that the role has."""

    role: Role | None
    policy: Policy | None
    attached: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.role is not None or self.policy is not None


class InstanceRole:
    """The role that nodes have through their launch template.

    It is changed, never recreated: who assumed a role that is gone stays locked out for a while
    although another one has the same name.
    """

    kind = "instance role"

    def find(self, site: Site) -> RoleFound:
        """GetRole, GetPolicy, ListPoliciesForRole."""
        name, ram = role_name(site.fleet), site.clouds.ram
        role = ram.role(name)
        return RoleFound(role, ram.policy(name), ram.policies_of(name) if role else ())

    def know(self, ground: Ground, _found: RoleFound) -> Ground:
        """Its name is known beforehand."""
        return ground

    def build(self, site: Site, found: RoleFound) -> BuildMove:
        """Create role and policy, keep the policy's document current, attach it."""
        name, ram, role, policy = role_name(site.fleet), site.clouds.ram, found.role, found.policy
        for kind, other in (("role", role), ("policy", policy)):
            if other is not None and not site.is_ours(other.tags):
                return Stuck(_not_ours(site, kind, name))
        role_comes = Deed("created", self.kind, name)
        attached = Deed("changed", self.kind, name)
        trust = json.dumps(_TRUST)
        writes = due(
            Write(role_comes, lambda: ram.create_role(name, trust, site.tags))
            if not role
            else None,
            *self._policy_writes(site, policy),
            Write(attached, lambda: ram.attach(name, name)) if name not in found.attached else None,
        )
        return writes or Ready()

    def destroy(self, site: Site, found: RoleFound) -> DestroyMove:
        """Detach, delete the policy's old versions, the policy, the role: the order RAM asks for.

        What carries our name and another's tag is left alone.
        """
        name, ram = role_name(site.fleet), site.clouds.ram
        role = found.role if found.role and site.is_ours(found.role.tags) else None
        policy = found.policy if found.policy and site.is_ours(found.policy.tags) else None
        detached = Deed("removed", "policy attachment", name)
        policy_goes, role_goes = Deed("removed", _POLICY, name), Deed("removed", self.kind, name)
        attached = role is not None and name in found.attached
        writes = due(
            Write(detached, lambda: ram.detach(name, name)) if attached else None,
            *([self._drop(site, one) for one in _old(policy)] if policy else []),
            Write(policy_goes, lambda: ram.delete_policy(name)) if policy else None,
            Write(role_goes, lambda: ram.delete_role(name)) if role else None,
        )
        return writes or Gone()

    def _policy_writes(self, site: Site, policy: Policy | None) -> Iterator[Write]:
        """Yield what gives the policy its document; five versions leave no room for another."""
        name, ram, document = role_name(site.fleet), site.clouds.ram, json.dumps(_policy_of(site))
        if policy is None:
            deed = Deed("created", _POLICY, name)
            yield Write(deed, lambda: ram.create_policy(name, document, site.tags))
        elif json.loads(policy.document) != json.loads(document):
            if len(policy.version_ids) >= _MOST_VERSIONS:
                yield from (self._drop(site, one) for one in _old(policy)[:1])
            deed = Deed("changed", _POLICY, name)
            yield Write(deed, lambda: ram.create_policy_version(name, document))

    def _drop(self, site: Site, version: str) -> Write:
        name, ram = role_name(site.fleet), site.clouds.ram
        deed = Deed("removed", "policy version", f"{name} {version}")
        return Write(deed, lambda: ram.delete_policy_version(name, version))


def _old(policy: Policy) -> list[str]:
    return [one for one, is_default in policy.version_ids if not is_default]


def _policy_of(site: Site) -> dict[str, object]:
    """Return what nodes may do: write into the fleet's own log projects, or nothing at all."""
    if site.wanted.logs_somewhere:
        statement: dict[str, object] = {
            "Effect": "Allow",
            "Action": ["log:PostLogStoreLogs"],
            "Resource": [f"acs:log:*:{site.account_id}:project/{site.fleet}-*/logstore/*"],
        }
    else:
        statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}
    return {"Version": "1", "Statement": [statement]}


def _not_ours(site: Site, kind: str, name: str) -> Failure:
    return Failure(
        f"{kind.capitalize()}NotOurs",
        f"A RAM {kind} named {name} exists without the tag p2p-fleet={site.fleet}.",
        Reaction.HUMAN,
        f"Give the fleet another FLEET_NAME, or add that tag to the {kind}.",
    )
