"""Everything that RAM keeps for the account, and the questions that all actions ask of it."""

from __future__ import annotations

import string
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sandbox.domain.faults import QuotaName
from sandbox.domain.product import Params
from sandbox.domain.ram.errors import (
    policy_not_found,
    role_not_found,
    service_linked,
    wrong_policy_type,
)
from sandbox.domain.ram.names import required
from sandbox.domain.ram.records import Policy, PolicyRef, PolicyType, Role
from sandbox.domain.ram.system_policies import SYSTEM_POLICIES
from sandbox.domain.world import World

_DEFAULT_QUOTAS: Final[dict[QuotaName, int]] = {
    "ram:roles": 1000,
    "ram:policies": 1500,
    "ram:policy_versions": 5,
    "ram:role_policies": 10,
}
"""The "Limitations" page of RAM, December 2025; the last is about custom policies of one role."""


@dataclass(slots=True, eq=False)
class RamStore:
    """Roles by name, custom policies, and the tasks that delete service-linked roles.

    `deletions`: task id → whether the role is gone.
    """

    world: World
    random: Random
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[PolicyRef, Policy] = field(default_factory=dict)
    deletions: dict[str, bool] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.world.clock.now

    def quota(self, name: QuotaName) -> int:
        """How many of these the account may have."""
        return self.world.faults.account.quotas.get(name, _DEFAULT_QUOTAS[name])

    def mint_id(self) -> str:
        """A new role id, 18 digits."""
        return "3" + "".join(self.random.choices(string.digits, k=17))

    def principal_name(self, role: Role) -> str:
        """A role's name with the account's domain."""
        return f"{role.name}@role.{self.world.account.account_id}.onaliyunservice.com"

    def role(self, params: Params) -> Role:
        """The role that a call is about; raises ApiError."""
        role = self.roles.get(required(params, "RoleName"))
        if role is None:
            raise role_not_found()
        return role

    def own_role(self, params: Params) -> Role:
        """As `role`, for a call that changes it; service-linked ones cannot be changed."""
        role = self.role(params)
        if role.linked_service is not None:
            raise service_linked(role.name)
        return role

    def policy(self, params: Params) -> Policy:
        """The policy, of either type, that a call is about; raises ApiError."""
        policy_type = required(params, "PolicyType")
        if policy_type not in set(PolicyType):
            raise wrong_policy_type()
        return self.find_policy(PolicyRef(PolicyType(policy_type), required(params, "PolicyName")))

    def custom_policy(self, params: Params) -> Policy:
        """The custom policy that a call without PolicyType is about; raises ApiError."""
        return self.find_policy(PolicyRef(PolicyType.CUSTOM, required(params, "PolicyName")))

    def find_policy(self, ref: PolicyRef) -> Policy:
        """A policy; raises ApiError where there is none."""
        policy = SYSTEM_POLICIES.get(ref) or self.policies.get(ref)
        if policy is None:
            raise policy_not_found()
        return policy

    def keep_role(self, role: Role) -> None:
        """Keeps a new role, or a role's new record."""
        self.roles[role.name] = role

    def keep_policy(self, policy: Policy) -> Policy:
        """Keeps a policy that has changed just now."""
        changed = replace(policy, updated_at=self.now)
        self.policies[policy.ref] = changed
        return changed

    def attachments(self, ref: PolicyRef) -> list[Role]:
        """The roles that a policy is attached to."""
        return [role for role in self.roles.values() if ref in role.attached]

    def is_visible(self, role_name: str) -> bool:
        """Whether a role has become known to the other products."""
        role = self.roles.get(role_name)
        if role is None:
            return False
        delay_s = self.world.faults.variants.role_visible_s
        if delay_s is None:
            delay_s = self.world.timing.role_visible_s
        return self.now >= role.created_at + timedelta(seconds=delay_s)
