"""Tags of scaling groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser, Json

OF_GROUPS = {"ResourceType": "scalinggroup"}


def tags(ess: EssUser, **selector: object) -> list[tuple[str, str, str]]:
    """Resource, key and value of what ListTagResources answers."""
    answer = ess.call("ListTagResources", **OF_GROUPS, **selector)
    return [(one["ResourceId"], one["TagKey"], one["TagValue"]) for one in answer["TagResources"]]


def test_tags_are_added_and_overwritten(ess: EssUser) -> None:
    """A key that is there gets the new value and propagation, others stay."""
    group_id = ess.create(Tags=[{"Key": "fleet", "Value": "a"}, {"Key": "env", "Value": "test"}])
    new = [{"Key": "fleet", "Value": "b", "Propagate": True}, {"Key": "commit", "Value": "abc"}]
    ess.call("TagResources", **OF_GROUPS, ResourceIds=[group_id], Tags=new)
    assert ess.group(group_id)["Tags"] == [
        {"TagKey": "fleet", "TagValue": "b", "Propagate": True},
        {"TagKey": "env", "TagValue": "test", "Propagate": False},
        {"TagKey": "commit", "TagValue": "abc", "Propagate": False},
    ]


def test_a_group_carries_at_most_twenty_tags(ess: EssUser) -> None:
    """One more is refused for all the groups named, replacing one is not."""
    full = ess.create("full", Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(20)])
    empty = ess.create("empty")
    request = {**OF_GROUPS, "ResourceIds": [empty, full]}
    more = {**request, "Tags": [{"Key": "k20", "Value": "v"}]}
    assert ess.refusal("TagResources", **more) == ("InvalidTags.ListSize", 400)
    ess.call("TagResources", **request, Tags=[{"Key": "k19", "Value": "w"}])
    assert len(ess.group(full)["Tags"]) == 20
    assert len(ess.group(empty)["Tags"]) == 1


def test_tags_are_removed_by_key_or_all(ess: EssUser) -> None:
    """Unknown keys do not matter; named keys win over All."""
    group_id = ess.create(Tags=[{"Key": key, "Value": "v"} for key in ("one", "two", "three")])
    request = {**OF_GROUPS, "ResourceIds": [group_id]}
    ess.call("UntagResources", **request, TagKeys=["one", "unknown"], All=True)
    assert [tag["TagKey"] for tag in ess.group(group_id)["Tags"]] == ["two", "three"]
    ess.call("UntagResources", **request, All=True)
    assert ess.group(group_id)["Tags"] == []


def test_tags_are_listed_by_group_by_tag_or_by_both(ess: EssUser) -> None:
    """By tag, only the tags asked for are listed, of groups that carry them all."""
    one = ess.create("one", Tags=[{"Key": "fleet", "Value": "a"}, {"Key": "env", "Value": "x"}])
    two = ess.create("two", Tags=[{"Key": "fleet", "Value": "b"}])
    assert tags(ess, ResourceIds=[one, two, "asg-unknown"]) == [
        (one, "fleet", "a"),
        (one, "env", "x"),
        (two, "fleet", "b"),
    ]
    assert tags(ess, Tags=[{"Key": "fleet"}]) == [(one, "fleet", "a"), (two, "fleet", "b")]
    assert tags(ess, Tags=[{"Key": "fleet", "Value": "b"}]) == [(two, "fleet", "b")]
    assert tags(ess, Tags=[{"Key": "fleet"}, {"Key": "env"}]) == [
        (one, "fleet", "a"),
        (one, "env", "x"),
    ]
    assert tags(ess, ResourceIds=[two], Tags=[{"Key": "env"}]) == []


def test_a_listed_tag_is_complete(ess: EssUser) -> None:
    """The resource type in answers differs from the one in requests."""
    group_id = ess.create(Tags=[{"Key": "fleet", "Value": "a", "Propagate": True}])
    assert ess.call("ListTagResources", **OF_GROUPS, ResourceIds=[group_id]) == {
        "TagResources": [
            {
                "ResourceId": group_id,
                "ResourceType": "ALIYUN::ESS::SCALINGGROUP",
                "TagKey": "fleet",
                "TagValue": "a",
                "Propagate": True,
            }
        ]
    }


def test_long_lists_of_tags_come_in_pages(ess: EssUser) -> None:
    """NextToken leads on until there is none."""
    for name in ("one", "two", "three"):
        ess.create(name, Tags=[{"Key": f"k{n}", "Value": name} for n in range(20)])
    wanted = {"ResourceIds": [group["ScalingGroupId"] for group in all_groups(ess)]}
    first = ess.call("ListTagResources", **OF_GROUPS, **wanted)
    rest = ess.call("ListTagResources", **OF_GROUPS, **wanted, NextToken=first["NextToken"])
    assert (len(first["TagResources"]), len(rest["TagResources"])) == (50, 10)
    assert "NextToken" not in rest
    seen = {(one["ResourceId"], one["TagKey"]) for one in first["TagResources"]}
    seen |= {(one["ResourceId"], one["TagKey"]) for one in rest["TagResources"]}
    assert len(seen) == 60


def all_groups(ess: EssUser) -> list[Json]:
    """Every group of the region."""
    shown: list[Json] = ess.call("DescribeScalingGroups")["ScalingGroups"]
    return shown


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("TagResources", {"ResourceType": "instance"}, "InvalidResourceType.NotFound"),
        ("TagResources", {"ResourceIds": ["asg-unknown"]}, "InvalidScalingGroupId.NotFound"),
        ("TagResources", {"ResourceIds": []}, "InvalidParameter"),
        ("TagResources", {"Tags": []}, "MissingParameter"),
        ("TagResources", {"Tags": [{"Key": "aliyun-x"}]}, "InvalidTagKey.Malformed"),
        ("UntagResources", {"TagKeys": []}, "MissingParameter"),
        ("UntagResources", {"ResourceType": "instance"}, "InvalidResourceType.NotFound"),
        ("UntagResources", {"ResourceIds": ["asg-unknown"]}, "InvalidScalingGroupId.NotFound"),
        ("ListTagResources", {"ResourceType": "instance"}, "InvalidResourceType.NotFound"),
        ("ListTagResources", {"ResourceIds": []}, "MissingParameter"),
        ("ListTagResources", {"NextToken": "the next one"}, "InvalidParameter"),
    ],
)
def test_wrong_tag_requests_are_refused(
    ess: EssUser, action: str, params: dict[str, Any], code: str
) -> None:
    """Nothing is tagged or untagged by a request that is refused."""
    group_id = ess.create(Tags=[{"Key": "kept", "Value": "v"}])
    request: dict[str, Any] = {"ResourceIds": [group_id], **OF_GROUPS}
    if action == "TagResources":
        request["Tags"] = [{"Key": "fleet", "Value": "a"}]
    if action == "UntagResources":
        request["TagKeys"] = ["kept"]
    assert ess.refusal(action, **{**request, **params})[0] == code
