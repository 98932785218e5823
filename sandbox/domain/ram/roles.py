"""The actions on roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.ram.documents import read_trust_document
from sandbox.domain.ram.errors import role_exists, role_has_policies, too_many_roles
from sandbox.domain.ram.names import description, document, new_name, session_s
from sandbox.domain.ram.paging import part
from sandbox.domain.ram.records import Role
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.tagging import carries
from sandbox.domain.ram.tags import TAG_RULES
from sandbox.domain.ram.views import (
    show_known_role,
    show_listed_role,
    show_role,
    show_updated_role,
)

SHORTEST_SESSION_S: Final = 3600
"""MaxSessionDuration where nothing is said."""


def create_role(store: RamStore, params: Params) -> dict[str, Any]:
    """CreateRole."""
    name = new_name(params, "RoleName")
    text = document(params, "AssumeRolePolicyDocument")
    trusts = read_trust_document(text)
    role_description = description(params, "Description")
    max_session_s = session_s(params, "MaxSessionDuration", SHORTEST_SESSION_S)
    tags = TAG_RULES.add({}, params.get("Tag", ()))
    if name in store.roles:
        raise role_exists()
    if len(store.roles) >= store.quota("ram:roles"):
        raise too_many_roles()
    role = Role(
        role_id=store.mint_id(),
        name=name,
        arn=f"acs:ram::{store.world.account.account_id}:role/{name}",
        description=role_description,
        trust_document=text,
        trusts=trusts,
        max_session_s=max_session_s,
        created_at=store.now,
        updated_at=store.now,
        tags=tags,
    )
    store.keep_role(role)
    return {"Role": show_role(role)}


def get_role(store: RamStore, params: Params) -> dict[str, Any]:
    """GetRole."""
    role = store.role(params)
    return {"Role": show_known_role(role, store.principal_name(role))}


def update_role(store: RamStore, params: Params) -> dict[str, Any]:
    """UpdateRole: what is not sent stays; all or nothing."""
    role = store.own_role(params)
    text, trusts = role.trust_document, role.trusts
    if "NewAssumeRolePolicyDocument" in params:
        text = document(params, "NewAssumeRolePolicyDocument")
        trusts = read_trust_document(text)
    changed = replace(
        role,
        trust_document=text,
        trusts=trusts,
        description=description(params, "NewDescription", role.description),
        max_session_s=session_s(params, "NewMaxSessionDuration", role.max_session_s),
        updated_at=store.now,
    )
    store.keep_role(changed)
    return {"Role": show_updated_role(changed)}


def list_roles(store: RamStore, params: Params) -> dict[str, Any]:
    """ListRoles, of all roles or of those that carry all the tags."""
    wanted = params.get("Tag", ())
    found = [role for role in store.roles.values() if carries(role.tags, wanted)]
    shown, rest = part(params, found, lambda role: role.name)
    return {"Roles": {"Role": [show_listed_role(role) for role in shown]}, **rest}


def delete_role(store: RamStore, params: Params) -> dict[str, Any]:
    """DeleteRole; instances and functions that use the role do not keep it."""
    role = store.own_role(params)
    if role.attached:
        raise role_has_policies()
    del store.roles[role.name]
    return {}
