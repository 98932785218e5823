"""Tags and resource groups of what ECS keeps."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.errors import ApiError
from tests.sandbox.domain.ecs_user import EcsUser


def tags(ecs: EcsUser, kind: str, **filters: object) -> list[tuple[str, str, str]]:
    """Resource, key and value of every tag that fits."""
    answer = ecs.call("ListTagResources", ResourceType=kind, **filters)
    return [
        (one["ResourceId"], one["TagKey"], one["TagValue"])
        for one in answer["TagResources"]["TagResource"]
    ]


def resource(ecs: EcsUser, kind: str) -> str:
    """The id of some resource of this kind."""
    if kind == "instance":
        ecs.launch(1)
        return str(ecs.instances()[0]["InstanceId"])
    return ecs.there.security_group_id if kind == "securitygroup" else ecs.there.template_id


@pytest.mark.parametrize("kind", ["securitygroup", "launchtemplate", "instance"])
def test_tags_come_and_go(ecs: EcsUser, kind: str) -> None:
    """A key that is there gets the new value; keys go by name, or all at once."""
    one = resource(ecs, kind)
    target = {"ResourceType": kind, "ResourceId": [one]}
    ecs.call("TagResources", **target, Tag=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    ecs.call("TagResources", **target, Tag=[{"Key": "a", "Value": "2"}])
    assert tags(ecs, kind, ResourceId=[one]) == [(one, "a", "2"), (one, "b", "")]
    assert tags(ecs, kind, Tag=[{"Key": "a"}]) == [(one, "a", "2")]
    assert tags(ecs, kind, Tag=[{"Key": "a", "Value": "1"}]) == []
    ecs.call("UntagResources", **target, TagKey=["a", "unknown"])
    assert tags(ecs, kind, ResourceId=[one]) == [(one, "b", "")]
    ecs.call("UntagResources", **target, All=True)
    assert tags(ecs, kind, ResourceId=[one]) == []


def test_an_instances_changed_tags_are_its_own(ecs: EcsUser) -> None:
    """They are shown and found with it, and forgotten with it."""
    group_id = ecs.launch(2, Tags=[{"Key": "fleet", "Value": "x", "Propagate": True}])
    ecs.wait(60)
    first, second = (one["InstanceId"] for one in ecs.instances())
    target = {"ResourceType": "instance", "ResourceId": [first]}
    ecs.call("TagResources", **target, Tag=[{"Key": "drain", "Value": "yes"}])
    assert [one["InstanceId"] for one in ecs.instances(Tag=[{"Key": "drain"}])] == [first]
    assert tags(ecs, "instance", Tag=[{"Key": "fleet", "Value": "x"}]) == [
        (first, "fleet", "x"),
        (second, "fleet", "x"),
    ]
    ecs.scale(group_id, 0)
    ecs.wait(60)
    assert tags(ecs, "instance", Tag=[{"Key": "drain"}]) == []


def test_long_lists_of_tags_come_in_pages(ecs: EcsUser) -> None:
    """Fifty tags to an answer, and a token while there are more."""
    for number in range(6):
        ecs.add_security_group(
            SecurityGroupName=f"group-{number}",
            Tag=[{"Key": f"key-{n}", "Value": "v"} for n in range(10)],
        )
    ids = [
        one["SecurityGroupId"]
        for one in ecs.call("DescribeSecurityGroups")["SecurityGroups"]["SecurityGroup"]
    ]
    asked = {"ResourceType": "securitygroup", "ResourceId": ids}
    first = ecs.call("ListTagResources", **asked)
    rest = ecs.call("ListTagResources", **asked, NextToken=first["NextToken"])
    counts = [len(answer["TagResources"]["TagResource"]) for answer in (first, rest)]
    assert (counts, "NextToken" in rest) == ([50, 10], False)


@pytest.mark.parametrize(
    ("action", "params", "refusal"),
    [
        ("TagResources", {"ResourceType": "spaceship"}, ("InvalidResourceType.NotFound", 404)),
        ("TagResources", {"ResourceId": ["sg-unknown"]}, ("InvalidResourceId.NotFound", 404)),
        (
            "TagResources",
            {"ResourceId": [f"sg-{n}" for n in range(51)]},
            ("NumberExceed.ResourceIds", 400),
        ),
        (
            "TagResources",
            {"Tag": [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]},
            ("Duplicate.TagKey", 400),
        ),
        (
            "TagResources",
            {"Tag": [{"Key": f"k{n}", "Value": ""} for n in range(21)]},
            ("QuotaExceed.Tags", 403),
        ),
        ("UntagResources", {}, ("MissingParameter.Tags", 404)),
        ("UntagResources", {"All": True, "TagKey": ["k"]}, ("Param.Conflict", 403)),
        (
            "UntagResources",
            {"All": True, "ResourceId": ["sg-x"]},
            ("InvalidResourceId.NotFound", 404),
        ),
        ("ListTagResources", {"ResourceId": []}, ("BothEmpty.TagsAndResources", 403)),
        ("ListTagResources", {"NextToken": "mine"}, ("Invalid.NextToken", 403)),
    ],
)
def test_wrong_calls_about_tags_are_refused(
    ecs: EcsUser, action: str, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code, and nothing is tagged."""
    usual: dict[str, Any] = {
        "ResourceType": "securitygroup",
        "ResourceId": [ecs.there.security_group_id],
    }
    if action == "TagResources":
        usual["Tag"] = [{"Key": "k", "Value": "v"}]
    assert ecs.refusal(action, **{**usual, **params}) == refusal


def test_a_resource_group_waits_for_its_members(ecs: EcsUser) -> None:
    """Security group, template, and the instances that a template puts there keep it alive."""
    resource_group = ecs.add_resource_group("fleet")
    group_id = ecs.add_security_group(ResourceGroupId=resource_group)
    template_id = ecs.add_template(
        TemplateResourceGroupId=resource_group,
        ResourceGroupId=resource_group,
        ImageId="ubuntu_24_04_x64_20G_alibase_20260916.vhd",
        InstanceType="ecs.g7.large",
        SecurityGroupId=ecs.there.security_group_id,
        SystemDisk={"Category": "cloud_essd"},
    )
    scaling_group = ecs.launch(1, LaunchTemplateId=template_id)
    ecs.wait(60)

    def delete() -> str:
        wanted = {"ResourceGroupId": resource_group}
        try:
            ecs.cloud.call("resourcemanager", "DeleteResourceGroup", None, wanted)
        except ApiError as error:
            return error.code
        return "deleted"

    seen = [delete()]
    ecs.call("DeleteSecurityGroup", SecurityGroupId=group_id)
    seen.append(delete())
    ecs.call("DeleteLaunchTemplate", LaunchTemplateId=template_id)
    seen.append(delete())
    assert ecs.call("DescribeInstances", ResourceGroupId=resource_group)["TotalCount"] == 1
    ecs.scale(scaling_group, 0)
    ecs.wait(60)
    assert [*seen, delete()] == [*["DeleteConflict.ResourceGroup.Resource"] * 3, "deleted"]
