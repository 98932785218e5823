"""Roles in RAM: creation, change, lists, tags, deletion, and when the others know of them."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from sandbox.domain.account import make_account
from sandbox.domain.clock import VirtualClock
from sandbox.domain.faults import Faults
from sandbox.domain.ram.product import Ram
from sandbox.domain.timing import Timing
from sandbox.domain.variants import Variants
from sandbox.domain.world import World
from tests.sandbox.domain.identity_user import START, TRUST, IdentityUser

AGENT = {"RoleName": "p2p-agent"}


@pytest.fixture
def ram() -> IdentityUser:
    """A user of RAM in an empty account."""
    return IdentityUser("ram")


def names(ram: IdentityUser, **params: object) -> list[str]:
    """The names that ListRoles gives."""
    return [role["RoleName"] for role in ram.call("ListRoles", **params)["Roles"]["Role"]]


def test_a_role_is_created_and_shown(ram: IdentityUser) -> None:
    """GetRole shows what CreateRole has made, with the account in its ARN."""
    created = ram.create_role(Description="of the agents", MaxSessionDuration=7200)
    account_id = ram.cloud.account.account_id
    expected = {
        "RoleId": created["RoleId"],
        "RoleName": "p2p-agent",
        "Arn": f"acs:ram::{account_id}:role/p2p-agent",
        "Description": "of the agents",
        "AssumeRolePolicyDocument": TRUST,
        "MaxSessionDuration": 7200,
        "CreateDate": "2026-11-23T08:00:00Z",
    }
    assert created == expected
    assert ram.call("GetRole", **AGENT)["Role"] == expected | {
        "UpdateDate": "2026-11-23T08:00:00Z",
        "IsServiceLinkedRole": False,
        "RolePrincipalName": f"p2p-agent@role.{account_id}.onaliyunservice.com",
    }


def test_a_name_is_taken_once(ram: IdentityUser) -> None:
    """A second role of the same name is a conflict; the first stays as it is."""
    ram.create_role()
    again = {**AGENT, "AssumeRolePolicyDocument": TRUST, "Description": "other"}
    assert ram.refusal("CreateRole", **again) == ("EntityAlreadyExists.Role", 409)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"RoleName": ""}, "MissingRoleName"),
        ({"RoleName": "n" * 65}, "InvalidParameter.RoleName.Length"),
        ({"RoleName": "p2p agent"}, "InvalidParameter.RoleName.InvalidChars"),
        ({"RoleName": "p2p_agent"}, "InvalidParameter.RoleName.InvalidChars"),
        ({"AssumeRolePolicyDocument": ""}, "MissingAssumeRolePolicyDocument"),
        ({"AssumeRolePolicyDocument": "{}"}, "MalformedPolicyDocument"),
        (
            {"AssumeRolePolicyDocument": " " * 6145},
            "InvalidParameter.AssumeRolePolicyDocument.Length",
        ),
        ({"Description": "d" * 1025}, "InvalidParameter.Description.Length"),
        ({"MaxSessionDuration": 3599}, "InvalidParameter"),
        ({"MaxSessionDuration": 43201}, "InvalidParameter"),
        ({"Tag": [{"Key": "aliyun-own", "Value": "v"}]}, "InvalidParameter"),
        ({"Tag": [{"Key": "see-https://example.org"}]}, "InvalidParameter"),
        ({"Tag": [{"Key": "k", "Value": "v" * 257}]}, "InvalidParameter"),
        ({"Tag": [{"Value": "v"}]}, "InvalidParameter"),
    ],
)
def test_wrong_values_are_refused(ram: IdentityUser, changes: dict[str, Any], code: str) -> None:
    """Names, documents, descriptions, durations and tags outside the documented limits are 400."""
    params = {**AGENT, "AssumeRolePolicyDocument": TRUST, **changes}
    assert ram.refusal("CreateRole", **params) == (code, 400)


def test_the_limits_themselves_are_taken(ram: IdentityUser) -> None:
    """The longest name, description and session, and every character that a name may have."""
    ram.create_role("Az0.-" + "n" * 59, Description="d" * 1024, MaxSessionDuration=43200)
    ram.create_role("a", MaxSessionDuration=3600, Tag=[{"Key": "k" * 128, "Value": "v" * 256}])
    assert len(names(ram)) == 2


def test_the_quota_of_roles_ends(ram: IdentityUser) -> None:
    """One role more than the account may have is LimitExceeded.Role."""
    ram.set_faults(account={"quotas": {"ram:roles": 1}})
    ram.create_role()
    another = {"RoleName": "another", "AssumeRolePolicyDocument": TRUST}
    assert ram.refusal("CreateRole", **another) == ("LimitExceeded.Role", 409)


def test_an_update_changes_only_what_is_sent(ram: IdentityUser) -> None:
    """UpdateRole replaces description, trust and session; the rest, and the id, stays."""
    before = ram.call("GetRole", RoleName=ram.create_role(Description="one")["RoleName"])
    ram.wait(60)
    trust = json.dumps(json.loads(TRUST.replace("ecs.aliyuncs.com", "fc.aliyuncs.com")))
    ram.call("UpdateRole", **AGENT, NewDescription="two")
    ram.call("UpdateRole", **AGENT, NewMaxSessionDuration=7200)
    updated = ram.call("UpdateRole", **AGENT, NewAssumeRolePolicyDocument=trust)["Role"]
    after = ram.call("GetRole", **AGENT)["Role"]
    changes = {
        "Description": "two",
        "MaxSessionDuration": 7200,
        "AssumeRolePolicyDocument": trust,
        "UpdateDate": "2026-11-23T08:01:00Z",
    }
    assert after == before["Role"] | changes
    assert updated == {key: after[key] for key in updated}


def test_a_wrong_update_changes_nothing(ram: IdentityUser) -> None:
    """All of an update or none of it."""
    ram.create_role()
    half_right = {**AGENT, "NewDescription": "two"}
    assert ram.refusal("UpdateRole", **half_right, NewAssumeRolePolicyDocument="no JSON") == (
        "MalformedPolicyDocument",
        400,
    )
    assert ram.refusal("UpdateRole", **half_right, NewMaxSessionDuration=60) == (
        "InvalidParameter",
        400,
    )


def test_a_list_comes_in_parts(ram: IdentityUser) -> None:
    """Markers lead through the names in order, whatever is deleted or created on the way."""
    for name in ("d", "b", "a", "c"):
        ram.create_role(name)
    first = ram.call("ListRoles", MaxItems=2)
    assert [role["RoleName"] for role in first["Roles"]["Role"]] == ["a", "b"]
    assert first["IsTruncated"]
    ram.call("DeleteRole", RoleName="b")
    ram.create_role("aa")
    second = ram.call("ListRoles", MaxItems=2, Marker=first["Marker"])
    assert [role["RoleName"] for role in second["Roles"]["Role"]] == ["c", "d"]
    assert (second["IsTruncated"], "Marker" in second) == (False, False)


def test_a_hundred_roles_are_a_part(ram: IdentityUser) -> None:
    """Without MaxItems an answer holds a hundred."""
    for number in range(101):
        ram.create_role(f"role-{number:03}")
    answer = ram.call("ListRoles")
    assert (len(answer["Roles"]["Role"]), answer["IsTruncated"]) == (100, True)


@pytest.mark.parametrize(
    "params", [{"MaxItems": 0}, {"MaxItems": 1001}, {"Marker": "?"}, {"Marker": "/w=="}]
)
def test_impossible_parts_are_refused(ram: IdentityUser, params: dict[str, Any]) -> None:
    """A part of no size, of more than a thousand, or after a marker that is none."""
    assert ram.refusal("ListRoles", **params) == ("InvalidParameter", 400)


def test_a_role_is_deleted(ram: IdentityUser) -> None:
    """After DeleteRole the role is nowhere, and a second deletion finds nothing."""
    ram.create_role()
    ram.call("DeleteRole", **AGENT)
    assert names(ram) == []
    assert ram.held() == {}
    for action in ("GetRole", "UpdateRole", "DeleteRole", "ListPoliciesForRole"):
        assert ram.refusal(action, **AGENT) == ("EntityNotExist.Role", 404)


def test_a_role_with_policies_stays(ram: IdentityUser) -> None:
    """Deleting a role with an attached policy is a conflict until the policy is detached."""
    ram.create_role()
    policy = {"PolicyType": "System", "PolicyName": "AliyunLogFullAccess"}
    ram.call("AttachPolicyToRole", **AGENT, **policy)
    assert ram.refusal("DeleteRole", **AGENT) == ("DeleteConflict.Role.Policy", 409)
    ram.call("DetachPolicyFromRole", **AGENT, **policy)
    ram.call("DeleteRole", **AGENT)
    assert names(ram) == []


def test_tags_come_and_go(ram: IdentityUser) -> None:
    """Tags of creation, added tags and new values are shown in lists and found by filters."""
    ram.create_role("a", Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}])
    ram.create_role("b")
    target = {"ResourceType": "role", "ResourceNames": ["a", "b"]}
    ram.call("TagResources", **target, Tag=[{"Key": "stage", "Value": "1"}])
    ram.call("TagResources", **target, Tag=[{"Key": "stage", "Value": "2"}])
    ram.call("UntagResources", ResourceType="role", ResourceNames=["b"], TagKeys=["x", "stage"])
    assert names(ram, Tag=[{"Key": "p2p-fleet"}]) == ["a"]
    assert names(ram, Tag=[{"Key": "stage", "Value": "1"}]) == []
    (role,) = ram.call("ListRoles", Tag=[{"Key": "stage", "Value": "2"}])["Roles"]["Role"]
    assert role["Tags"] == {
        "Tag": [
            {"TagKey": "p2p-fleet", "TagValue": "p2p-agent"},
            {"TagKey": "stage", "TagValue": "2"},
        ]
    }
    ram.call("UntagResources", ResourceType="role", ResourceNames=["a"], All=True)
    assert ram.call("ListTagResources", ResourceType="role") == {"TagResources": []}


def test_tags_are_listed_in_pages(ram: IdentityUser) -> None:
    """ListTagResources gives so many tags at a time, of the resources asked for."""
    ram.create_role("a", Tag=[{"Key": f"k{n}", "Value": "v"} for n in range(3)])
    ram.create_role("b", Tag=[{"Key": "k0", "Value": "other"}])
    asked = {"ResourceType": "role", "ResourceNames": ["a"], "PageSize": 2}
    first = ram.call("ListTagResources", **asked)
    second = ram.call("ListTagResources", **asked, NextToken=first["NextToken"])
    assert [tag["TagKey"] for tag in first["TagResources"]] == ["k0", "k1"]
    assert second == {
        "TagResources": [
            {"ResourceType": "role", "ResourceName": "a", "TagKey": "k2", "TagValue": "v"}
        ]
    }
    wanted = ram.call("ListTagResources", ResourceType="role", Tag=[{"Key": "k0", "Value": "v"}])
    assert [tag["ResourceName"] for tag in wanted["TagResources"]] == ["a"]


@pytest.mark.parametrize(
    ("action", "params", "refusal"),
    [
        ("TagResources", {"ResourceNames": ["a", "b"]}, ("EntityNotExist.Role", 404)),
        ("TagResources", {"ResourceNames": []}, ("MissingResourceNames", 400)),
        ("TagResources", {"ResourceNames": ["a"] * 51, "Tag": []}, ("MissingTag", 400)),
        ("TagResources", {"ResourceType": "user"}, ("InvalidParameter", 400)),
        (
            "TagResources",
            {"Tag": [{"Key": f"k{number}"} for number in range(21)]},
            ("LimitExceeded.Tag", 409),
        ),
        (
            "TagResources",
            {"ResourceNames": [f"r{number}" for number in range(51)]},
            ("InvalidParameter", 400),
        ),
        ("UntagResources", {}, ("MissingTagKeys", 400)),
        ("ListTagResources", {"NextToken": "next"}, ("InvalidParameter", 400)),
        ("ListTagResources", {"PageSize": 101}, ("InvalidParameter", 400)),
    ],
)
def test_wrong_tagging_is_refused(
    ram: IdentityUser, action: str, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Unknown or too many resources, too many tags and malformed pages change nothing."""
    ram.create_role("a")
    usual: dict[str, Any] = {"ResourceType": "role", "ResourceNames": ["a"]}
    if action == "TagResources":
        usual["Tag"] = [{"Key": "k", "Value": "v"}]
    assert ram.refusal(action, **{**usual, **params}) == refusal


@pytest.mark.parametrize(
    ("timing_s", "variant_s", "delay_s"),
    [(0.0, None, 0.0), (10.0, None, 10.0), (10.0, 4.0, 4.0), (10.0, 0.0, 0.0)],
)
def test_other_products_learn_of_a_role_in_time(
    timing_s: float, variant_s: float | None, delay_s: float
) -> None:
    """A new role exists for others after the usual time, or the variant's; RAM itself knows it."""
    variants = Variants(role_visible_s=variant_s)
    world = World(
        clock=VirtualClock(START),
        account=make_account(Random(1)),
        region_ids=("eu-central-1",),
        timing=Timing(role_visible_s=timing_s),
        seed=1,
        faults=Faults(variants=variants),
    )
    ram = Ram(world)
    ram.actions["CreateRole"]("", {**AGENT, "AssumeRolePolicyDocument": TRUST})
    ram.actions["GetRole"]("", AGENT)
    seen = []
    for seconds in (0.0, delay_s - 0.5, delay_s):
        world.clock.advance_to(max(world.clock.now, START + timedelta(seconds=seconds)))
        seen.append(ram.role_exists("p2p-agent"))
    assert seen == [delay_s == 0, delay_s == 0, True]
    assert not ram.role_exists("another")
