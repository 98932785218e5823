"""RAM role and policy of the nodes: global, one for the whole fleet, the least that they need."""

from __future__ import annotations

import json
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

    def build(self, site: Site, found: RoleFound) -> BuildMove:  # noqa: PLR0911 (one return a step)
        """Create role and policy, keep the policy's document current, attach it."""
        name, ram = role_name(site.fleet), site.clouds.ram
        if found.role is None:
            deed = Deed("created", self.kind, name)
            return Write(deed, lambda: ram.create_role(name, json.dumps(_TRUST), site.tags))
        if not site.is_ours(found.role.tags):
            return Stuck(_not_ours(site, "role", name))
        document = json.dumps(_policy_of(site))
        if found.policy is None:
            deed = Deed("created", _POLICY, name)
            return Write(deed, lambda: ram.create_policy(name, document, site.tags))
        if not site.is_ours(found.policy.tags):
            return Stuck(_not_ours(site, "policy", name))
        if json.loads(found.policy.document) != json.loads(document):
            return self._new_version(site, found.policy, document)
        if name not in found.attached:
            return Write(Deed("changed", self.kind, name), lambda: ram.attach(name, name))
        return Ready()

    def destroy(self, site: Site, found: RoleFound) -> DestroyMove:
        """Detach, delete the policy's old versions, the policy, the role: the order RAM asks for.

        What carries our name and another's tag is left alone.
        """
        name, ram = role_name(site.fleet), site.clouds.ram
        role = found.role if found.role and site.is_ours(found.role.tags) else None
        policy = found.policy if found.policy and site.is_ours(found.policy.tags) else None
        role_goes = Deed("removed", self.kind, name)
        policy_goes = Deed("removed", _POLICY, name)
        then = (role_goes,) if role else ()
        if role is not None and name in found.attached:
            deed = Deed("removed", "policy attachment", name)
            return Write(
                deed,
                lambda: ram.detach(name, name),
                then=(policy_goes, role_goes) if policy else then,
            )
        if policy is not None:
            old = [one for one, is_default in policy.version_ids if not is_default]
            if old:
                deed = Deed("removed", "policy version", f"{name} {old[0]}")
                return Write(
                    deed,
                    lambda: ram.delete_policy_version(name, old[0]),
                    then=(policy_goes, *then),
                )
            return Write(policy_goes, lambda: ram.delete_policy(name), then=then)
        return Write(role_goes, lambda: ram.delete_role(name)) if role is not None else Gone()

    def _new_version(self, site: Site, policy: Policy, document: str) -> BuildMove:
        ram = site.clouds.ram
        old = [one for one, is_default in policy.version_ids if not is_default]
        if len(policy.version_ids) >= _MOST_VERSIONS and old:
            deed = Deed("removed", "policy version", f"{policy.name} {old[0]}")
            return Write(deed, lambda: ram.delete_policy_version(policy.name, old[0]))
        deed = Deed("changed", _POLICY, policy.name)
        return Write(deed, lambda: ram.create_policy_version(policy.name, document))


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
