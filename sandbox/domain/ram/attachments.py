"""The actions that attach policies to roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.ram.errors import (
    attachment_exists,
    attachment_not_found,
    too_many_attachments,
)
from sandbox.domain.ram.records import PolicyType
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.views import show_attached_policy, show_attached_role

_MOST_SYSTEM_POLICIES: Final = 20
"""Of one role: the "Limitations" page of RAM."""


def attach_policy_to_role(store: RamStore, params: Params) -> dict[str, Any]:
    """AttachPolicyToRole."""
    ref = store.policy(params).ref
    role = store.own_role(params)
    if ref in role.attached:
        raise attachment_exists()
    most = store.quota("ram:role_policies")
    if ref.policy_type is PolicyType.SYSTEM:
        most = _MOST_SYSTEM_POLICIES
    if sum(one.policy_type is ref.policy_type for one in role.attached) >= most:
        raise too_many_attachments()
    store.keep_role(replace(role, attached={**role.attached, ref: store.now}))
    return {}


def detach_policy_from_role(store: RamStore, params: Params) -> dict[str, Any]:
    """DetachPolicyFromRole."""
    ref = store.policy(params).ref
    role = store.own_role(params)
    if ref not in role.attached:
        raise attachment_not_found()
    attached = {one: since for one, since in role.attached.items() if one != ref}
    store.keep_role(replace(role, attached=attached))
    return {}


def list_policies_for_role(store: RamStore, params: Params) -> dict[str, Any]:
    """ListPoliciesForRole."""
    attached = store.role(params).attached
    shown = [show_attached_policy(store.find_policy(ref), since) for ref, since in attached.items()]
    return {"Policies": {"Policy": shown}}


def list_entities_for_policy(store: RamStore, params: Params) -> dict[str, Any]:
    """ListEntitiesForPolicy; users and groups are not kept here and so have nothing attached."""
    ref = store.policy(params).ref
    shown = [show_attached_role(role, role.attached[ref]) for role in store.attachments(ref)]
    return {"Roles": {"Role": shown}, "Users": {"User": []}, "Groups": {"Group": []}}
