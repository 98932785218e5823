"""Policies in RAM: creation, versions, attachments, deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.identity_user import POLICY, IdentityUser

OWN = {"PolicyName": "p2p-agent"}
CUSTOM = {"PolicyType": "Custom", **OWN}
SYSTEM = {"PolicyType": "System", "PolicyName": "AliyunLogFullAccess"}
AGENT = {"RoleName": "p2p-agent"}
OTHER_POLICY = POLICY.replace("Modify*", "Enable*")


@pytest.fixture
def ram() -> IdentityUser:
    """A user of RAM in an empty account."""
    return IdentityUser("ram")


def version_ids(ram: IdentityUser) -> list[tuple[str, bool]]:
    """The versions of the custom policy, oldest first, and which is in force."""
    shown = ram.call("ListPolicyVersions", **CUSTOM)["PolicyVersions"]["PolicyVersion"]
    return [(version["VersionId"], version["IsDefaultVersion"]) for version in shown]


def test_a_policy_is_created_and_shown(ram: IdentityUser) -> None:
    """GetPolicy shows what CreatePolicy has made: version v1, in force, attached to nothing."""
    created = ram.create_policy(Description="of the agents")
    assert created == {
        "PolicyName": "p2p-agent",
        "PolicyType": "Custom",
        "Description": "of the agents",
        "DefaultVersion": "v1",
        "CreateDate": "2026-11-23T08:00:00Z",
    }
    version = {
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "PolicyDocument": POLICY,
        "CreateDate": "2026-11-23T08:00:00Z",
    }
    assert ram.call("GetPolicy", **CUSTOM) == {
        "Policy": created | {"UpdateDate": "2026-11-23T08:00:00Z", "AttachmentCount": 0},
        "DefaultPolicyVersion": version,
    }
    assert ram.call("GetPolicyVersion", **CUSTOM, VersionId="v1") == {"PolicyVersion": version}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"PolicyName": ""}, ("MissingPolicyName", 400)),
        ({"PolicyName": "n" * 129}, ("InvalidParameter.PolicyName.Length", 400)),
        ({"PolicyName": "p2p.agent"}, ("InvalidParameter.PolicyName.InvalidChars", 400)),
        ({"PolicyDocument": ""}, ("MissingPolicyDocument", 400)),
        ({"PolicyDocument": "[]"}, ("MalformedPolicyDocument", 400)),
        ({"PolicyDocument": " " * 6145}, ("InvalidParameter.PolicyDocument.Length", 400)),
        ({"Description": "d" * 1025}, ("InvalidParameter.Description.Length", 400)),
        ({"PolicyName": "there"}, ("EntityAlreadyExists.Policy", 409)),
        ({"PolicyName": "AliyunECSReadOnlyAccess"}, ("EntityAlreadyExists.Policy", 409)),
    ],
)
def test_wrong_policies_are_refused(
    ram: IdentityUser, changes: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Names, documents and descriptions outside the limits are 400, a name that is taken is 409."""
    ram.create_policy("there")
    assert ram.refusal("CreatePolicy", **{**OWN, "PolicyDocument": POLICY, **changes}) == refusal


def test_the_quota_of_policies_ends(ram: IdentityUser) -> None:
    """One custom policy more than the account may have is LimitExceeded.Policy."""
    ram.set_faults(account={"quotas": {"ram:policies": 1}})
    ram.create_policy("one")
    another = {"PolicyName": "two", "PolicyDocument": POLICY}
    assert ram.refusal("CreatePolicy", **another) == ("LimitExceeded.Policy", 409)


def test_lists_of_policies_are_of_a_type_and_of_tags(ram: IdentityUser) -> None:
    """Without a type, both; system policies are there from the beginning."""
    ram.create_policy(Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}])
    ram.create_role()
    ram.call("AttachPolicyToRole", **CUSTOM, **AGENT)
    (custom,) = ram.call("ListPolicies", PolicyType="Custom")["Policies"]["Policy"]
    assert (custom["AttachmentCount"], custom["Tags"]) == (
        1,
        {"Tag": [{"TagKey": "p2p-fleet", "TagValue": "p2p-agent"}]},
    )
    tagged = ram.call("ListPolicies", Tag=[{"Key": "p2p-fleet"}])["Policies"]["Policy"]
    assert tagged == [custom]
    system = ram.call("ListPolicies", PolicyType="System")["Policies"]["Policy"]
    assert {"AliyunLogFullAccess", "AliyunECSReadOnlyAccess"} < {
        policy["PolicyName"] for policy in system
    }
    assert len(ram.call("ListPolicies")["Policies"]["Policy"]) == len(system) + 1
    assert ram.refusal("ListPolicies", PolicyType="Own") == ("InvalidParameter.PolicyType", 400)


def test_versions_are_added_put_in_force_and_deleted(ram: IdentityUser) -> None:
    """A new version is in force when asked to be; numbers are not used again."""
    ram.create_policy()
    ram.call("CreatePolicyVersion", **OWN, PolicyDocument=OTHER_POLICY)
    assert version_ids(ram) == [("v1", True), ("v2", False)]
    ram.call("CreatePolicyVersion", **OWN, PolicyDocument=POLICY, SetAsDefault=True)
    assert version_ids(ram) == [("v1", False), ("v2", False), ("v3", True)]
    ram.call("SetDefaultPolicyVersion", **OWN, VersionId="v2")
    assert ram.call("GetPolicy", **CUSTOM)["DefaultPolicyVersion"]["PolicyDocument"] == OTHER_POLICY
    ram.call("DeletePolicyVersion", **OWN, VersionId="v3")
    ram.call("CreatePolicyVersion", **OWN, PolicyDocument=POLICY)
    assert version_ids(ram) == [("v1", False), ("v2", True), ("v4", False)]


@pytest.mark.parametrize(
    ("action", "version_id", "refusal"),
    [
        ("DeletePolicyVersion", "v1", ("DeleteConflict.Policy.Version.Default", 409)),
        ("DeletePolicyVersion", "v9", ("EntityNotExist.Policy.Version", 404)),
        ("SetDefaultPolicyVersion", "v9", ("EntityNotExist.Policy.Version", 404)),
        ("SetDefaultPolicyVersion", "1", ("InvalidParameter.VersionId.Format", 400)),
        ("SetDefaultPolicyVersion", "", ("MissingVersionId", 400)),
    ],
)
def test_wrong_versions_are_refused(
    ram: IdentityUser, action: str, version_id: str, refusal: tuple[str, int]
) -> None:
    """The version in force cannot be deleted, an unknown one not be used."""
    ram.create_policy()
    assert ram.refusal(action, **OWN, VersionId=version_id) == refusal


def test_a_wrong_document_makes_no_version(ram: IdentityUser) -> None:
    """CreatePolicyVersion reads the document as CreatePolicy does."""
    ram.create_policy()
    got = ram.refusal("CreatePolicyVersion", **OWN, PolicyDocument="{}")
    assert got == ("MalformedPolicyDocument", 400)


def test_five_versions_are_the_most(ram: IdentityUser) -> None:
    """A sixth needs the rotation, which takes the oldest that is not in force."""
    ram.create_policy()
    for _ in range(4):
        ram.call("CreatePolicyVersion", **OWN, PolicyDocument=OTHER_POLICY)
    sixth = {**OWN, "PolicyDocument": POLICY}
    expected = ("LimitExceeded.Policy.Version", 409)
    assert ram.refusal("CreatePolicyVersion", **sixth) == expected
    assert ram.refusal("CreatePolicyVersion", **sixth, RotateStrategy="None") == expected
    rotate = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
    ram.call("CreatePolicyVersion", **sixth, RotateStrategy=rotate)
    assert [number for number, _ in version_ids(ram)] == ["v1", "v3", "v4", "v5", "v6"]


def test_a_policy_is_attached_and_detached(ram: IdentityUser) -> None:
    """Both lists show an attachment and when it was made."""
    role = ram.create_role()
    ram.create_policy(Description="of the agents")
    ram.wait(60)
    ram.call("AttachPolicyToRole", **CUSTOM, **AGENT)
    ram.call("AttachPolicyToRole", **SYSTEM, **AGENT)
    attached = ram.call("ListPoliciesForRole", **AGENT)["Policies"]["Policy"]
    assert attached == [
        {
            "PolicyName": "p2p-agent",
            "PolicyType": "Custom",
            "Description": "of the agents",
            "DefaultVersion": "v1",
            "AttachDate": "2026-11-23T08:01:00Z",
        },
        {
            "PolicyName": "AliyunLogFullAccess",
            "PolicyType": "System",
            "Description": "Provides full access to Log.",
            "DefaultVersion": "v1",
            "AttachDate": "2026-11-23T08:01:00Z",
        },
    ]
    shown = {key: role[key] for key in ("RoleId", "RoleName", "Arn", "Description")}
    assert ram.call("ListEntitiesForPolicy", **SYSTEM) == {
        "Roles": {"Role": [shown | {"AttachDate": "2026-11-23T08:01:00Z"}]},
        "Users": {"User": []},
        "Groups": {"Group": []},
    }
    ram.call("DetachPolicyFromRole", **SYSTEM, **AGENT)
    assert ram.call("ListEntitiesForPolicy", **SYSTEM)["Roles"] == {"Role": []}


@pytest.mark.parametrize(
    ("action", "params", "refusal"),
    [
        ("AttachPolicyToRole", CUSTOM, ("EntityAlreadyExists.Role.Policy", 409)),
        ("DetachPolicyFromRole", SYSTEM, ("EntityNotExist.Role.Policy", 404)),
        ("AttachPolicyToRole", {**SYSTEM, "RoleName": "none"}, ("EntityNotExist.Role", 404)),
        ("AttachPolicyToRole", {**SYSTEM, "PolicyName": "none"}, ("EntityNotExist.Policy", 404)),
        ("AttachPolicyToRole", {**CUSTOM, "PolicyType": "System"}, ("EntityNotExist.Policy", 404)),
        (
            "AttachPolicyToRole",
            {**CUSTOM, "PolicyType": "custom"},
            ("InvalidParameter.PolicyType", 400),
        ),
        ("AttachPolicyToRole", {"PolicyName": "p2p-agent"}, ("MissingPolicyType", 400)),
    ],
)
def test_wrong_attachments_are_refused(
    ram: IdentityUser, action: str, params: dict[str, str], refusal: tuple[str, int]
) -> None:
    """Twice the same, what is not attached, and what does not exist."""
    ram.create_role()
    ram.create_policy()
    ram.call("AttachPolicyToRole", **CUSTOM, **AGENT)
    assert ram.refusal(action, **{**AGENT, **params}) == refusal


def test_a_role_has_ten_custom_policies_at_most(ram: IdentityUser) -> None:
    """The quota of a role's custom policies ends; system policies count by themselves."""
    ram.create_role()
    for number in range(11):
        ram.create_policy(f"policy-{number}")
    for number in range(10):
        ram.call("AttachPolicyToRole", PolicyType="Custom", PolicyName=f"policy-{number}", **AGENT)
    eleventh = {"PolicyType": "Custom", "PolicyName": "policy-10", **AGENT}
    assert ram.refusal("AttachPolicyToRole", **eleventh) == ("LimitExceeded.Role.Policy", 409)
    ram.call("AttachPolicyToRole", **SYSTEM, **AGENT)


def test_a_policy_that_is_attached_stays(ram: IdentityUser) -> None:
    """Deletion is a conflict while a role has the policy, with either possible code."""
    ram.create_role()
    ram.create_policy()
    ram.call("AttachPolicyToRole", **CUSTOM, **AGENT)
    assert ram.refusal("DeletePolicy", **OWN) == ("DeleteConflict.Role.Policy", 409)
    ram.set_faults(variants={"attached_policy_error": "DeleteConflict.Policy.Role"})
    assert ram.refusal("DeletePolicy", **OWN, CascadingDelete=True) == (
        "DeleteConflict.Policy.Role",
        409,
    )
    ram.call("DetachPolicyFromRole", **CUSTOM, **AGENT)
    ram.call("DeletePolicy", **OWN)
    assert ram.refusal("GetPolicy", **CUSTOM) == ("EntityNotExist.Policy", 404)


def test_versions_beside_the_default_keep_a_policy(ram: IdentityUser) -> None:
    """They are a conflict unless they are deleted, or the deletion cascades."""
    for name in ("p2p-agent", "other"):
        ram.create_policy(name)
        ram.call("CreatePolicyVersion", PolicyName=name, PolicyDocument=OTHER_POLICY)
    assert ram.refusal("DeletePolicy", **OWN) == ("DeleteConflict.Policy.Version", 409)
    assert ram.refusal("DeletePolicy", **OWN, CascadingDelete=False) == (
        "DeleteConflict.Policy.Version",
        409,
    )
    ram.call("DeletePolicyVersion", **OWN, VersionId="v2")
    ram.call("DeletePolicy", **OWN)
    ram.call("DeletePolicy", PolicyName="other", CascadingDelete=True)
    assert ram.held() == {}


def test_system_policies_cannot_be_changed(ram: IdentityUser) -> None:
    """What changes a policy looks for a custom one only."""
    name = {"PolicyName": "AliyunLogFullAccess"}
    expected = ("EntityNotExist.Policy", 404)
    document = {"PolicyDocument": POLICY}
    assert ram.refusal("CreatePolicyVersion", **name, **document) == expected
    assert ram.refusal("DeletePolicy", **name) == expected
    target = {"ResourceType": "policy", "ResourceNames": ["AliyunLogFullAccess"]}
    assert ram.refusal("TagResources", **target, Tag=[{"Key": "k"}]) == expected


def test_policies_are_tagged(ram: IdentityUser) -> None:
    """Tags of a policy come, are listed and go, and do not count as a change of it."""
    ram.create_policy()
    ram.wait(60)
    target = {"ResourceType": "policy", "ResourceNames": ["p2p-agent"]}
    ram.call("TagResources", **target, Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}])
    assert ram.call("ListTagResources", **target)["TagResources"] == [
        {
            "ResourceType": "policy",
            "ResourceName": "p2p-agent",
            "TagKey": "p2p-fleet",
            "TagValue": "p2p-agent",
        }
    ]
    (policy,) = ram.call("ListPolicies", PolicyType="Custom")["Policies"]["Policy"]
    assert policy["UpdateDate"] == "2026-11-23T08:00:00Z"
    ram.call("UntagResources", **target, All=True)
    assert ram.call("ListTagResources", **target) == {"TagResources": []}


def test_the_state_shows_what_the_account_has_made(ram: IdentityUser) -> None:
    """Roles with their policies and custom policies with their versions, under one key."""
    role = ram.create_role(Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}])
    policy = ram.create_policy()
    ram.call("AttachPolicyToRole", **CUSTOM, **AGENT)
    ram.call("AttachPolicyToRole", **SYSTEM, **AGENT)
    version = ram.call("GetPolicyVersion", **CUSTOM, VersionId="v1")["PolicyVersion"]
    assert ram.held() == {
        "global": {
            "roles": [
                role
                | {
                    "UpdateDate": role["CreateDate"],
                    "Tags": {"p2p-fleet": "p2p-agent"},
                    "IsServiceLinkedRole": False,
                    "Policies": ["Custom:p2p-agent", "System:AliyunLogFullAccess"],
                }
            ],
            "policies": [policy | {"Tags": {}, "Versions": [version]}],
        }
    }
