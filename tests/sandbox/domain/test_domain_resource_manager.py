"""The resource manager: resource groups over their lives."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.domain.errors import ApiError
from tests.sandbox.domain.identity_user import REGIONS, IdentityUser

FLEET = {"Name": "p2p-agent", "DisplayName": "P2P agents"}


@pytest.fixture
def manager() -> IdentityUser:
    """A user of the resource manager in an empty account."""
    return IdentityUser("resourcemanager")


def create(manager: IdentityUser, name: str = "p2p-agent", **more: object) -> str:
    """Creates a group and waits until it is OK; returns its id."""
    created = manager.call("CreateResourceGroup", Name=name, DisplayName=name, **more)
    manager.wait(2)
    return str(created["ResourceGroup"]["Id"])


def listed(manager: IdentityUser, **params: object) -> list[str]:
    """The names that ListResourceGroups gives."""
    answer = manager.call("ListResourceGroups", **params)
    return [group["Name"] for group in answer["ResourceGroups"]["ResourceGroup"]]


def status(manager: IdentityUser, group_id: str) -> str:
    """A group's status, which must be the same in all regions."""
    group = manager.call("GetResourceGroup", ResourceGroupId=group_id)["ResourceGroup"]
    assert group["RegionStatuses"] == {
        "RegionStatus": [{"RegionId": region, "Status": group["Status"]} for region in REGIONS]
    }
    return str(group["Status"])


def test_a_group_is_created_in_a_while(manager: IdentityUser) -> None:
    """It is Creating everywhere at first, and OK two seconds later."""
    created = manager.call("CreateResourceGroup", **FLEET)["ResourceGroup"]
    group_id = created["Id"]
    assert re.fullmatch(r"rg-[a-z0-9]{15}", group_id)
    assert created == FLEET | {
        "Id": group_id,
        "AccountId": manager.cloud.account.account_id,
        "CreateDate": "2026-11-23T08:00:00Z",
        "Status": "Creating",
        "RegionStatuses": {
            "RegionStatus": [{"RegionId": region, "Status": "Creating"} for region in REGIONS]
        },
    }
    manager.wait(1.9)
    assert status(manager, group_id) == "Creating"
    manager.wait(0.1)
    assert status(manager, group_id) == "OK"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"Name": "p"}, ("InvalidParameter.Name.Length", 400)),
        ({"Name": "p" * 51}, ("InvalidParameter.Name.Length", 400)),
        ({"Name": "p2p_agent"}, ("InvalidParameter.Name.InvalidChars", 400)),
        ({"Name": "2p-agent"}, ("InvalidParameter.Name.InvalidChars", 400)),
        ({"DisplayName": ""}, ("MissingParameter.DisplayName", 400)),
        ({"DisplayName": "d" * 51}, ("InvalidParameter.DisplayName.Length", 400)),
        ({"Tag": [{"Key": "acs:x"}]}, ("InvalidParameter.Tag.Key", 400)),
        ({"Tag": [{"Key": "k", "Value": "v" * 129}]}, ("InvalidParameter.Tag.Value", 400)),
        ({"Name": "there"}, ("EntityAlreadyExists.ResourceGroup", 409)),
        ({"Name": "default"}, ("EntityAlreadyExists.ResourceGroup", 409)),
    ],
)
def test_wrong_groups_are_refused(
    manager: IdentityUser, changes: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Names and tags outside the limits are 400, a name that is taken is 409."""
    create(manager, "there")
    assert manager.refusal("CreateResourceGroup", **{**FLEET, **changes}) == refusal


def test_thirty_groups_are_the_most(manager: IdentityUser) -> None:
    """The default group does not count; one that is being deleted does."""
    ids = [create(manager, f"group-{number}") for number in range(30)]
    expected = ("LimitExceeded.ResourceGroup", 409)
    assert manager.refusal("CreateResourceGroup", **FLEET) == expected
    manager.call("DeleteResourceGroup", ResourceGroupId=ids[0])
    assert manager.refusal("CreateResourceGroup", **FLEET) == expected
    manager.wait(5)
    create(manager)
    manager.set_faults(account={"quotas": {"resourcemanager:resource_groups": 1}})
    assert manager.refusal("CreateResourceGroup", Name="more", DisplayName="more") == expected


def test_the_default_group_is_always_there(manager: IdentityUser) -> None:
    """It is the first of the list, cannot be deleted, and is not shown as something made."""
    (group,) = manager.call("ListResourceGroups")["ResourceGroups"]["ResourceGroup"]
    assert (group["Name"], group["DisplayName"], group["Status"]) == (
        "default",
        "default resource group",
        "OK",
    )
    got = manager.refusal("DeleteResourceGroup", ResourceGroupId=group["Id"])
    assert got == ("InvalidParameter.ResourceGroupId", 400)
    assert manager.held() == {}


def test_lists_are_filtered(manager: IdentityUser) -> None:
    """By parts of names, by status, ids and tags; ResourceGroupIds outdoes ResourceGroupId."""
    one = create(manager, "fleet-one", Tag=[{"Key": "p2p-fleet", "Value": "one"}])
    two = create(manager, "fleet-two", Tag=[{"Key": "p2p-fleet", "Value": "two"}])
    manager.call("CreateResourceGroup", Name="late", DisplayName="Late one")
    assert listed(manager) == ["default", "fleet-one", "fleet-two", "late"]
    assert listed(manager, Name="fleet") == ["fleet-one", "fleet-two"]
    assert listed(manager, DisplayName="one") == ["fleet-one", "late"]
    assert listed(manager, Status="Creating") == ["late"]
    assert listed(manager, ResourceGroupId=one) == ["fleet-one"]
    assert listed(manager, ResourceGroupId=one, ResourceGroupIds=[two]) == ["fleet-two"]
    assert listed(manager, Tag=[{"Key": "p2p-fleet", "Value": "two"}]) == ["fleet-two"]
    assert listed(manager, Tag=[{"Key": "p2p-fleet"}], Name="one") == ["fleet-one"]
    assert listed(manager, ResourceGroupIds=["rg-unknown"]) == []


def test_lists_come_in_pages(manager: IdentityUser) -> None:
    """Ten to a page unless PageSize says more; the totals are those of the filter."""
    for number in range(11):
        create(manager, f"group-{number:02}")
    first = manager.call("ListResourceGroups", Name="group")
    second = manager.call("ListResourceGroups", Name="group", PageNumber=2)
    assert [len(page["ResourceGroups"]["ResourceGroup"]) for page in (first, second)] == [10, 1]
    assert (first["TotalCount"], first["PageSize"], second["PageNumber"]) == (11, 10, 2)
    assert len(listed(manager, PageSize=100)) == 12
    for wrong in ({"PageNumber": 0}, {"PageSize": 0}, {"PageSize": 101}):
        (name,) = wrong
        expected = (f"InvalidParameter.{name}", 400)
        assert manager.refusal("ListResourceGroups", **wrong) == expected


def test_tags_are_shown_when_asked_for(manager: IdentityUser) -> None:
    """IncludeTags, or a filter by tags, shows them; TagResources and UntagResources change them."""
    group_id = create(manager, Tag=[{"Key": "p2p-fleet", "Value": "one"}])
    manager.call("TagResources", ResourceId=[group_id], Tag=[{"Key": "k", "Value": "v"}])
    manager.call("UntagResources", ResourceId=[group_id], TagKey=["p2p-fleet", "unknown"])
    shown = {"Tag": [{"TagKey": "k", "TagValue": "v"}]}
    got = manager.call("GetResourceGroup", ResourceGroupId=group_id, IncludeTags=True)
    assert got["ResourceGroup"]["Tags"] == shown
    plain = manager.call("GetResourceGroup", ResourceGroupId=group_id)["ResourceGroup"]
    assert "Tags" not in plain
    for asking in ({"IncludeTags": True, "Name": "p2p"}, {"Tag": [{"Key": "k"}]}):
        (group,) = manager.call("ListResourceGroups", **asking)["ResourceGroups"]["ResourceGroup"]
        assert group["Tags"] == shown
    manager.call("UntagResources", ResourceId=[group_id], All=True)
    assert manager.call("ListTagResources") == {"TagResources": [], "NextToken": ""}


def test_tags_are_listed_in_pages(manager: IdentityUser) -> None:
    """NextToken leads through all tags of the groups asked for and is empty at the end."""
    group_id = create(manager, Tag=[{"Key": f"k{n}", "Value": "v"} for n in range(3)])
    create(manager, "other", Tag=[{"Key": "k0", "Value": "other"}])
    first = manager.call("ListTagResources", ResourceId=[group_id], MaxResults=2)
    rest = manager.call(
        "ListTagResources", ResourceId=[group_id], MaxResults=2, NextToken=first["NextToken"]
    )
    assert rest == {
        "TagResources": [
            {
                "ResourceId": group_id,
                "ResourceType": "resourcegroup",
                "TagKey": "k2",
                "TagValue": "v",
            }
        ],
        "NextToken": "",
    }
    found = manager.call("ListTagResources", Tag=[{"Key": "k0", "Value": "v"}])["TagResources"]
    assert [tag["ResourceId"] for tag in found] == [group_id]


@pytest.mark.parametrize(
    ("action", "params", "refusal"),
    [
        ("TagResources", {"ResourceId": ["rg-unknown"]}, ("EntityNotExists.ResourceGroup", 404)),
        ("TagResources", {"ResourceType": "Account"}, ("InvalidParameter.ResourceType", 400)),
        (
            "TagResources",
            {"ResourceId": [f"rg-{n}" for n in range(51)]},
            ("InvalidParameter.ResourceId", 400),
        ),
        (
            "TagResources",
            {"Tag": [{"Key": f"k{n}"} for n in range(21)]},
            ("LimitExceeded.Tag", 409),
        ),
        ("UntagResources", {}, ("InvalidParameter.TagKey", 400)),
        ("ListTagResources", {"NextToken": "next"}, ("InvalidParameter.NextToken", 400)),
        ("ListTagResources", {"MaxResults": 101}, ("InvalidParameter.MaxResults", 400)),
    ],
)
def test_wrong_tagging_is_refused(
    manager: IdentityUser, action: str, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Unknown or too many resources, too many tags and malformed pages change nothing."""
    usual: dict[str, Any] = {"ResourceId": [create(manager)]}
    if action == "TagResources":
        usual["Tag"] = [{"Key": "k", "Value": "v"}]
    assert manager.refusal(action, **{**usual, **params}) == refusal


def test_a_display_name_is_changed(manager: IdentityUser) -> None:
    """UpdateResourceGroup changes that alone, within the same limits."""
    target = {"ResourceGroupId": create(manager)}
    updated = manager.call("UpdateResourceGroup", **target, NewDisplayName="The fleet")
    assert updated["ResourceGroup"] == {
        "Id": target["ResourceGroupId"],
        "Name": "p2p-agent",
        "DisplayName": "The fleet",
        "AccountId": manager.cloud.account.account_id,
        "CreateDate": "2026-11-23T08:00:00Z",
    }
    for name, code in (
        ("", "MissingParameter.DisplayName"),
        ("d" * 51, "InvalidParameter.DisplayName.Length"),
    ):
        got = manager.refusal("UpdateResourceGroup", **target, NewDisplayName=name)
        assert got == (code, 400)


def test_an_unknown_group_is_not_found(manager: IdentityUser) -> None:
    """404 for an id of the right form, 400 for another."""
    for action, more in (
        ("GetResourceGroup", {}),
        ("DeleteResourceGroup", {}),
        ("UpdateResourceGroup", {"NewDisplayName": "new"}),
    ):
        unknown = manager.refusal(action, ResourceGroupId="rg-unknown", **more)
        assert unknown == ("EntityNotExists.ResourceGroup", 404)
        malformed = manager.refusal(action, ResourceGroupId="p2p-agent", **more)
        assert malformed == ("InvalidParameter.ResourceGroupId", 400)


def test_a_group_is_deleted_in_a_while(manager: IdentityUser) -> None:
    """It is PendingDelete under a changed name at first, and gone five seconds later."""
    group_id = create(manager)
    answer = manager.call("DeleteResourceGroup", ResourceGroupId=group_id)["ResourceGroup"]
    assert (answer["Status"], answer["Name"]) == (
        "PendingDelete",
        f"p2p-agent-{group_id}-20261123",
    )
    manager.wait(4.9)
    assert status(manager, group_id) == "PendingDelete"
    assert manager.held()["global"]["resource_groups"][0]["Status"] == "PendingDelete"
    got = manager.refusal("DeleteResourceGroup", ResourceGroupId=group_id)
    assert got == ("Invalid.ResourceGroup.Status", 409)
    manager.wait(0.1)
    got = manager.refusal("GetResourceGroup", ResourceGroupId=group_id)
    assert got == ("EntityNotExists.ResourceGroup", 404)
    assert manager.held() == {}


def test_a_deletion_may_take_days(manager: IdentityUser) -> None:
    """The variant says how long a deleted group stays."""
    manager.set_faults(variants={"resource_group_deletion_s": 3 * 86400})
    group_id = create(manager)
    manager.call("DeleteResourceGroup", ResourceGroupId=group_id)
    manager.wait(3 * 86400 - 1)
    assert status(manager, group_id) == "PendingDelete"
    manager.wait(1)
    assert listed(manager) == ["default"]


def test_a_group_that_is_being_created_cannot_be_deleted(manager: IdentityUser) -> None:
    """Its status does not allow it yet."""
    group_id = manager.call("CreateResourceGroup", **FLEET)["ResourceGroup"]["Id"]
    got = manager.refusal("DeleteResourceGroup", ResourceGroupId=group_id)
    assert got == ("Invalid.ResourceGroup.Status", 409)


@pytest.mark.parametrize(
    ("variant", "free"),
    [
        ("at_deletion", (True, True, True)),
        ("when_gone", (False, True, True)),
        ("after_a_day", (False, False, True)),
    ],
)
def test_the_name_of_a_deleted_group_is_free_again(
    variant: str, free: tuple[bool, bool, bool]
) -> None:
    """At once, when the group is gone, or a day later: nobody could verify which."""
    taken = ("EntityAlreadyExists.ResourceGroup", 409)
    for seconds, is_free in zip((0, 5, 5 + 86400), free, strict=True):
        manager = IdentityUser("resourcemanager")
        manager.set_faults(variants={"resource_group_name_free": variant})
        manager.call("DeleteResourceGroup", ResourceGroupId=create(manager))
        manager.wait(seconds)
        if is_free:
            create(manager)
        else:
            assert manager.refusal("CreateResourceGroup", **FLEET) == taken


def test_a_group_with_something_in_it_stays(manager: IdentityUser) -> None:
    """Deletion is a conflict while any product has a resource in the group."""
    group_id = create(manager)
    region = {"RegionId": "eu-central-1"}
    network = {**region, "CidrBlock": "10.20.0.0/16", "ResourceGroupId": group_id}
    vpc = {**region, "VpcId": manager.cloud.call("vpc", "CreateVpc", None, network)["VpcId"]}
    manager.wait(60)
    got = manager.refusal("DeleteResourceGroup", ResourceGroupId=group_id)
    assert got == ("DeleteConflict.ResourceGroup.Resource", 409)
    manager.cloud.call("vpc", "DeleteVpc", None, vpc)
    manager.wait(60)
    manager.call("DeleteResourceGroup", ResourceGroupId=group_id)


def test_other_products_may_use_a_group_until_it_is_deleted(manager: IdentityUser) -> None:
    """A group takes resources while it is Creating or OK, not once it is PendingDelete."""
    group_id = manager.call("CreateResourceGroup", **FLEET)["ResourceGroup"]["Id"]
    region = {"RegionId": "eu-central-1"}
    network = {**region, "CidrBlock": "10.20.0.0/16", "ResourceGroupId": group_id}
    vpc = {**region, "VpcId": manager.cloud.call("vpc", "CreateVpc", None, network)["VpcId"]}
    manager.wait(60)
    manager.cloud.call("vpc", "DeleteVpc", None, vpc)
    manager.wait(60)
    manager.call("DeleteResourceGroup", ResourceGroupId=group_id)
    with pytest.raises(ApiError) as caught:
        manager.cloud.call("vpc", "CreateVpc", None, network)
    assert "ResourceGroup" in caught.value.code
