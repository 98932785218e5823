"""Access control (RAM, version 2015-05-01): roles and custom policies of the account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, Literal

from shared.cloud.answers import Item, flag, items_at, number, tags_at, text
from shared.cloud.api import ACCOUNT, Api, Rows, tag_list
from shared.cloud.endpoints import RAM_HOST
from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import Policy, Role

_VERSION: Final = "2015-05-01"
_CUSTOM: Final = "Custom"


class Ram:
    """RAM, one for the whole account, behind a session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`). Documents
    are JSON text. What was written may take some seconds to be seen elsewhere in the cloud.
    """

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, lambda _: RAM_HOST, regional=False)

    def role(self, name: str) -> Role | None:
        """Look a role up (GetRole, ListTagResources)."""
        try:
            answer = self._api.one(ACCOUNT, "GetRole", {"RoleName": name}, _role)
        except CallFailedError as error:
            if error.failure.code != "EntityNotExist.Role":
                raise
            return None
        return Role(*answer, tags=self._tags_of("role", name))

    def create_role(self, name: str, trust_document: str, tags: Mapping[str, str]) -> None:
        """Make a role (CreateRole); `trust_document` says who may assume it."""
        params = {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust_document,
            "Tag": _tags_as_json(tags),
        }
        self._api.write(ACCOUNT, "CreateRole", params)

    def trust(self, name: str, trust_document: str) -> None:
        """Say anew who may assume a role (UpdateRole); who has assumed it is not cut off."""
        params = {"RoleName": name, "NewAssumeRolePolicyDocument": trust_document}
        self._api.write(ACCOUNT, "UpdateRole", params)

    def delete_role(self, name: str) -> None:
        """Delete a role that has no policies any more (DeleteRole); one that is gone is fine."""
        settled = ["EntityNotExist.Role"]
        self._api.write(ACCOUNT, "DeleteRole", {"RoleName": name}, settled=settled)

    def policy(self, name: str) -> Policy | None:
        """Look a custom policy up (GetPolicy, ListPolicyVersions, ListTagResources)."""
        where = {"PolicyName": name, "PolicyType": _CUSTOM}
        try:
            document, attachments = self._api.one(ACCOUNT, "GetPolicy", where, _document)
            versions = self._api.one(ACCOUNT, "ListPolicyVersions", where, _versions)
        except CallFailedError as error:
            if error.failure.code != "EntityNotExist.Policy":
                raise
            return None
        return Policy(name, document, versions, attachments, self._tags_of("policy", name))

    def create_policy(self, name: str, document: str, tags: Mapping[str, str]) -> None:
        """Make a custom policy (CreatePolicy)."""
        params = {"PolicyName": name, "PolicyDocument": document, "Tag": _tags_as_json(tags)}
        self._api.write(ACCOUNT, "CreatePolicy", params)

    def create_policy_version(self, name: str, document: str) -> None:
        """Give a policy a new document, in force at once (CreatePolicyVersion).

        A policy keeps five versions at most: delete an old one first.
        """
        params = {"PolicyName": name, "PolicyDocument": document, "SetAsDefault": True}
        self._api.write(ACCOUNT, "CreatePolicyVersion", params)

    def delete_policy_version(self, name: str, version_id: str) -> None:
        """Delete a version that is not the default (DeletePolicyVersion); one gone is fine."""
        params = {"PolicyName": name, "VersionId": version_id}
        settled = ["EntityNotExist.Policy", "EntityNotExist.Policy.Version"]
        self._api.write(ACCOUNT, "DeletePolicyVersion", params, settled=settled)

    def delete_policy(self, name: str) -> None:
        """Delete a policy that nobody has, down to its last version (DeletePolicy)."""
        settled = ["EntityNotExist.Policy"]
        self._api.write(ACCOUNT, "DeletePolicy", {"PolicyName": name}, settled=settled)

    def attach(self, policy: str, role: str) -> None:
        """Give a role a custom policy (AttachPolicyToRole); one that has it is fine."""
        settled = ["EntityAlreadyExists.Role.Policy"]
        self._api.write(ACCOUNT, "AttachPolicyToRole", _pair(policy, role), settled=settled)

    def detach(self, policy: str, role: str) -> None:
        """Take a custom policy from a role (DetachPolicyFromRole); one without it is fine."""
        settled = ["EntityNotExist.Role.Policy", "EntityNotExist.Role", "EntityNotExist.Policy"]
        self._api.write(ACCOUNT, "DetachPolicyFromRole", _pair(policy, role), settled=settled)

    def policies_of(self, role: str) -> tuple[str, ...]:
        """Names of the custom policies that a role has (ListPoliciesForRole)."""
        return self._api.one(ACCOUNT, "ListPoliciesForRole", {"RoleName": role}, _custom_policies)

    def _tags_of(self, kind: Literal["role", "policy"], name: str) -> Mapping[str, str]:
        where = {"ResourceType": kind, "ResourceNames": json.dumps([name])}
        size = {"PageSize": 100}
        rows = self._api.chained(ACCOUNT, "ListTagResources", where, _TAGS, size=size)
        return dict(rows)


def _pair(policy: str, role: str) -> dict[str, str]:
    return {"PolicyType": _CUSTOM, "PolicyName": policy, "RoleName": role}


def _tags_as_json(tags: Mapping[str, str]) -> str:
    return json.dumps(tag_list(tags))


def _role(answer: Item) -> tuple[str, str, str]:
    role = answer["Role"]
    return text(role, "RoleName"), text(role, "Arn"), text(role, "AssumeRolePolicyDocument")


def _document(answer: Item) -> tuple[str, int]:
    attachments = number(answer["Policy"], "AttachmentCount")
    return text(answer["DefaultPolicyVersion"], "PolicyDocument"), attachments


def _versions(answer: Item) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (text(one, "VersionId"), flag(one, "IsDefaultVersion"))
        for one in items_at(answer, "PolicyVersions", "PolicyVersion")
    )


def _custom_policies(answer: Item) -> tuple[str, ...]:
    return tuple(
        text(one, "PolicyName")
        for one in items_at(answer, "Policies", "Policy")
        if text(one, "PolicyType") == _CUSTOM
    )


def _tag(item: Item) -> tuple[str, str]:
    ((key, value),) = tags_at({"Tags": [item]}, "Tags").items()
    return key, value


_TAGS: Final = Rows(("TagResources",), _tag)
