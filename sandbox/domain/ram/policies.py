"""The actions on policies as wholes."""

from __future__ import annotations

from typing import Any

from sandbox.domain.product import Params
from sandbox.domain.ram.documents import check_policy_document
from sandbox.domain.ram.errors import (
    policy_attached,
    policy_exists,
    policy_has_versions,
    too_many_policies,
    wrong_policy_type,
)
from sandbox.domain.ram.names import description, document, new_name
from sandbox.domain.ram.paging import part
from sandbox.domain.ram.records import Policy, PolicyRef, PolicyType, PolicyVersion
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.system_policies import SYSTEM_POLICIES
from sandbox.domain.ram.tagging import carries
from sandbox.domain.ram.tags import TAG_RULES
from sandbox.domain.ram.views import (
    show_counted_policy,
    show_listed_policy,
    show_policy,
    show_version,
)


def create_policy(store: RamStore, params: Params) -> dict[str, Any]:
    """CreatePolicy: a custom policy with its version v1."""
    ref = PolicyRef(PolicyType.CUSTOM, new_name(params, "PolicyName"))
    text = document(params, "PolicyDocument")
    check_policy_document(text)
    policy_description = description(params, "Description")
    tags = TAG_RULES.add({}, params.get("Tag", ()))
    if ref in store.policies or PolicyRef(PolicyType.SYSTEM, ref.name) in SYSTEM_POLICIES:
        raise policy_exists()
    if len(store.policies) >= store.quota("ram:policies"):
        raise too_many_policies()
    policy = Policy(
        ref=ref,
        description=policy_description,
        versions=(PolicyVersion(1, text, store.now),),
        default=1,
        latest=1,
        created_at=store.now,
        updated_at=store.now,
        tags=tags,
    )
    return {"Policy": show_policy(store.keep_policy(policy))}


def get_policy(store: RamStore, params: Params) -> dict[str, Any]:
    """GetPolicy, with the version that is in force."""
    policy = store.policy(params)
    return {
        "Policy": show_counted_policy(policy, len(store.attachments(policy.ref))),
        "DefaultPolicyVersion": show_version(policy, policy.default_version),
    }


def list_policies(store: RamStore, params: Params) -> dict[str, Any]:
    """ListPolicies, of one type or of both, of all or of those that carry all the tags."""
    policy_type = params.get("PolicyType")
    if policy_type is not None and policy_type not in set(PolicyType):
        raise wrong_policy_type()
    wanted = params.get("Tag", ())
    found = [
        policy
        for policy in (*SYSTEM_POLICIES.values(), *store.policies.values())
        if policy_type in {None, policy.ref.policy_type.value} and carries(policy.tags, wanted)
    ]
    shown, rest = part(params, found, lambda policy: policy.ref.name)
    views = [show_listed_policy(one, len(store.attachments(one.ref))) for one in shown]
    return {"Policies": {"Policy": views}, **rest}


def delete_policy(store: RamStore, params: Params) -> dict[str, Any]:
    """DeletePolicy; with CascadingDelete all versions go along, attachments never do."""
    policy = store.custom_policy(params)
    if store.attachments(policy.ref):
        raise policy_attached(store.world.faults.variants.attached_policy_error)
    if len(policy.versions) > 1 and not params.get("CascadingDelete", False):
        raise policy_has_versions()
    del store.policies[policy.ref]
    return {}
