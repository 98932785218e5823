"""The actions on versions of policies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.ram.documents import check_policy_document
from sandbox.domain.ram.errors import (
    default_version,
    malformed_version_id,
    too_many_versions,
    version_not_found,
)
from sandbox.domain.ram.names import document, required
from sandbox.domain.ram.records import Policy, PolicyVersion
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.views import show_version

_VERSION_ID: Final = re.compile(r"v[1-9]\d{0,8}")
_ROTATE: Final = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


def create_policy_version(store: RamStore, params: Params) -> dict[str, Any]:
    """CreatePolicyVersion; the new one is in force only with SetAsDefault.

    RotateStrategy makes room by deleting the oldest version that is not in force.
    """
    policy = store.custom_policy(params)
    text = document(params, "PolicyDocument")
    check_policy_document(text)
    kept = list(policy.versions)
    if len(kept) >= store.quota("ram:policy_versions"):
        idle = [version for version in kept if version.number != policy.default]
        if params.get("RotateStrategy") != _ROTATE or not idle:
            raise too_many_versions()
        kept.remove(idle[0])
    version = PolicyVersion(policy.latest + 1, text, store.now)
    changed = store.keep_policy(
        replace(
            policy,
            versions=(*kept, version),
            default=version.number if params.get("SetAsDefault", False) else policy.default,
            latest=version.number,
        )
    )
    return {"PolicyVersion": show_version(changed, version)}


def get_policy_version(store: RamStore, params: Params) -> dict[str, Any]:
    """GetPolicyVersion."""
    policy = store.policy(params)
    return {"PolicyVersion": show_version(policy, _version(policy, params))}


def list_policy_versions(store: RamStore, params: Params) -> dict[str, Any]:
    """ListPolicyVersions, oldest first."""
    policy = store.policy(params)
    shown = [show_version(policy, version) for version in policy.versions]
    return {"PolicyVersions": {"PolicyVersion": shown}}


def set_default_policy_version(store: RamStore, params: Params) -> dict[str, Any]:
    """SetDefaultPolicyVersion."""
    policy = store.custom_policy(params)
    store.keep_policy(replace(policy, default=_version(policy, params).number))
    return {}


def delete_policy_version(store: RamStore, params: Params) -> dict[str, Any]:
    """DeletePolicyVersion; the one in force stays."""
    policy = store.custom_policy(params)
    version = _version(policy, params)
    if version.number == policy.default:
        raise default_version()
    kept = tuple(one for one in policy.versions if one is not version)
    store.keep_policy(replace(policy, versions=kept))
    return {}


def _version(policy: Policy, params: Params) -> PolicyVersion:
    version_id = required(params, "VersionId")
    if not _VERSION_ID.fullmatch(version_id):
        raise malformed_version_id()
    for version in policy.versions:
        if version.version_id == version_id:
            return version
    raise version_not_found()
