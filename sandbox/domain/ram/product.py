"""RAM as a product: its table of actions, what it tells the others, and its whole state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.account import AssumedRole
from sandbox.domain.neighbours import Member
from sandbox.domain.product import Handler, Params
from sandbox.domain.ram import attachments, policies, roles, service_linked, tags, versions
from sandbox.domain.ram.judgement import Verdict, judge
from sandbox.domain.ram.records import Policy, Role
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.views import show_policy, show_updated_role, show_version
from sandbox.domain.ram_actions import Permission
from sandbox.domain.world import World

StoreHandler = Callable[[RamStore, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, StoreHandler]] = {
    "CreateRole": roles.create_role,
    "GetRole": roles.get_role,
    "UpdateRole": roles.update_role,
    "ListRoles": roles.list_roles,
    "DeleteRole": roles.delete_role,
    "CreatePolicy": policies.create_policy,
    "GetPolicy": policies.get_policy,
    "ListPolicies": policies.list_policies,
    "DeletePolicy": policies.delete_policy,
    "CreatePolicyVersion": versions.create_policy_version,
    "GetPolicyVersion": versions.get_policy_version,
    "ListPolicyVersions": versions.list_policy_versions,
    "SetDefaultPolicyVersion": versions.set_default_policy_version,
    "DeletePolicyVersion": versions.delete_policy_version,
    "AttachPolicyToRole": attachments.attach_policy_to_role,
    "DetachPolicyFromRole": attachments.detach_policy_from_role,
    "ListPoliciesForRole": attachments.list_policies_for_role,
    "ListEntitiesForPolicy": attachments.list_entities_for_policy,
    "TagResources": tags.tag_resources,
    "UntagResources": tags.untag_resources,
    "ListTagResources": tags.list_tag_resources,
}

_LINKED_ROLE_ACTIONS: Final[Mapping[str, StoreHandler]] = {
    "CreateServiceLinkedRole": service_linked.create_service_linked_role,
    "DeleteServiceLinkedRole": service_linked.delete_service_linked_role,
    "GetServiceLinkedRoleDeletionStatus": service_linked.get_service_linked_role_deletion_status,
}


class Ram:
    """RAM: one set of roles and policies for the whole account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = RamStore(world, world.random("ram"))
        self._actions = self._bound(_ACTIONS)
        self._linked_role_actions = self._bound(_LINKED_ROLE_ACTIONS)

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that RAM's own API serves."""
        return self._actions

    @property
    def linked_role_actions(self) -> Mapping[str, Handler]:
        """The actions on service-linked roles, which the resource manager's API serves."""
        return self._linked_role_actions

    def region_of(self, _params: Params) -> str:
        """Any region: RAM is global."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Roles with what is attached to them, and custom policies with their versions."""
        store = self._store
        if not store.roles and not store.policies:
            return {}
        return {
            "global": {
                "roles": [_show_role(role) for role in store.roles.values()],
                "policies": [_show_policy(policy) for policy in store.policies.values()],
            }
        }

    def members_of(self, _group_id: str) -> Sequence[Member]:
        """Nothing: roles and policies are in no resource group."""
        return ()

    def role_exists(self, name: str) -> bool:
        """Whether the account has a role of this name that the other products know by now."""
        return self._store.is_visible(name)

    def assumable_role(self, arn: str) -> Role | None:
        """The role of an ARN as STS sees it, None where there is none; case does not matter."""
        for role in self._store.roles.values():
            if role.arn.lower() == arn.lower() and self._store.is_visible(role.name):
                return role
        return None

    def judge(self, caller: AssumedRole, permission: Permission) -> Verdict:
        """Whether a role's session has a permission, by the policies attached just now.

        A role that is gone has none left, nor does another one that has its name. Whoever comes
        from another account has what their session was given, and no more.
        """
        if caller.account_id != self._world.account.account_id:
            return judge([caller.session_policy] if caller.session_policy else [], permission)
        role = self._store.roles.get(caller.role_name)
        if role is None or role.role_id != caller.role_id:
            return Verdict.NOT_ALLOWED
        policies_of_role = (self._store.find_policy(ref) for ref in role.attached)
        documents = [policy.default_version.document for policy in policies_of_role]
        verdict = judge(documents, permission)
        if verdict is not Verdict.ALLOWED or caller.session_policy is None:
            return verdict
        return judge([caller.session_policy], permission)

    def _bound(self, handlers: Mapping[str, StoreHandler]) -> Mapping[str, Handler]:
        return {
            action: partial(_carry_out, self._store, handler)
            for action, handler in handlers.items()
        }


def _carry_out(
    store: RamStore, handler: StoreHandler, _region_id: str, params: Params
) -> dict[str, Any]:
    return handler(store, params)


def _show_role(role: Role) -> dict[str, Any]:
    return show_updated_role(role) | {
        "Tags": dict(role.tags),
        "IsServiceLinkedRole": role.linked_service is not None,
        "Policies": [f"{ref.policy_type}:{ref.name}" for ref in role.attached],
    }


def _show_policy(policy: Policy) -> dict[str, Any]:
    return show_policy(policy) | {
        "Tags": dict(policy.tags),
        "Versions": [show_version(policy, version) for version in policy.versions],
    }
