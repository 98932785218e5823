"""Roles and policies as RAM's answers show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.domain.instants import utc_second
from sandbox.domain.ram.records import Policy, PolicyVersion, Role
from sandbox.domain.ram.tagging import show_tags


def show_role(role: Role) -> dict[str, Any]:
    """A role as CreateRole shows it."""
    return {
        "RoleId": role.role_id,
        "RoleName": role.name,
        "Arn": role.arn,
        "Description": role.description,
        "AssumeRolePolicyDocument": role.trust_document,
        "MaxSessionDuration": role.max_session_s,
        "CreateDate": utc_second(role.created_at),
    }


def show_updated_role(role: Role) -> dict[str, Any]:
    """A role as UpdateRole shows it."""
    return show_role(role) | {"UpdateDate": utc_second(role.updated_at)}


def show_known_role(role: Role, principal_name: str) -> dict[str, Any]:
    """A role as GetRole shows it, with the fields that are newer than its published schema."""
    return show_updated_role(role) | {
        "IsServiceLinkedRole": role.linked_service is not None,
        "RolePrincipalName": principal_name,
    }


def show_listed_role(role: Role) -> dict[str, Any]:
    """A role in a list: without its trust document."""
    shown = show_updated_role(role)
    del shown["AssumeRolePolicyDocument"]
    return shown | ({"Tags": show_tags(role.tags)} if role.tags else {})


def show_policy(policy: Policy) -> dict[str, Any]:
    """A policy as CreatePolicy shows it."""
    return {
        "PolicyName": policy.ref.name,
        "PolicyType": policy.ref.policy_type.value,
        "Description": policy.description,
        "DefaultVersion": policy.default_version.version_id,
        "CreateDate": utc_second(policy.created_at),
    }


def show_counted_policy(policy: Policy, attachments: int) -> dict[str, Any]:
    """A policy as GetPolicy shows it, with the number of its attachments."""
    return show_policy(policy) | {
        "UpdateDate": utc_second(policy.updated_at),
        "AttachmentCount": attachments,
    }


def show_listed_policy(policy: Policy, attachments: int) -> dict[str, Any]:
    """A policy in a list."""
    shown = show_counted_policy(policy, attachments)
    return shown | ({"Tags": show_tags(policy.tags)} if policy.tags else {})


def show_version(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    """One version of a policy."""
    return {
        "VersionId": version.version_id,
        "IsDefaultVersion": version.number == policy.default,
        "PolicyDocument": version.document,
        "CreateDate": utc_second(version.created_at),
    }


def show_attached_policy(policy: Policy, since: datetime) -> dict[str, Any]:
    """A policy among those of a role."""
    shown = show_policy(policy)
    del shown["CreateDate"]
    return shown | {"AttachDate": utc_second(since)}


def show_attached_role(role: Role, since: datetime) -> dict[str, Any]:
    """A role among those that have a policy."""
    return {
        "RoleId": role.role_id,
        "RoleName": role.name,
        "Arn": role.arn,
        "Description": role.description,
        "AttachDate": utc_second(since),
    }
