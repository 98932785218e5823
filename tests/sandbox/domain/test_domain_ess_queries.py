"""What the Describe actions show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser


def names(ess: EssUser, **filters: object) -> list[str]:
    """The names of the groups that a filter lets through."""
    answer = ess.call("DescribeScalingGroups", **filters)
    return [group["ScalingGroupName"] for group in answer["ScalingGroups"]]


def test_groups_come_in_pages(ess: EssUser) -> None:
    """Ten to a page unless asked otherwise, with the totals; past the end a page is empty."""
    for number in range(12):
        ess.create(f"group-{number:02}")
    first = ess.call("DescribeScalingGroups")
    assert (first["TotalCount"], first["PageNumber"], first["PageSize"]) == (12, 1, 10)
    assert len(first["ScalingGroups"]) == 10
    assert names(ess, PageNumber=2) == ["group-10", "group-11"]
    assert names(ess, PageNumber=3, PageSize=5) == ["group-10", "group-11"]
    assert names(ess, PageNumber=4, PageSize=5) == []


@pytest.mark.parametrize(
    ("action", "page"),
    [
        ("DescribeScalingGroups", {"PageSize": 51}),
        ("DescribeScalingGroups", {"PageSize": 0}),
        ("DescribeScalingGroups", {"PageNumber": 0}),
        ("DescribeScheduledTasks", {"PageSize": 51}),
        ("DescribeScalingInstances", {"PageSize": 101}),
    ],
)
def test_impossible_pages_are_refused(ess: EssUser, action: str, page: dict[str, int]) -> None:
    """Pages begin at one and hold at most 50 entries, 100 instances."""
    assert ess.refusal(action, **page) == ("InvalidParameter", 400)


def test_filters_by_name_and_id_omit_inactive_groups(ess: EssUser) -> None:
    """The trap: only unfiltered and tag queries show a group that is not enabled yet."""
    active = ess.create_active("active", Tags=[{"Key": "fleet", "Value": "a"}])
    inactive = ess.create("inactive", Tags=[{"Key": "fleet", "Value": "a"}])
    assert names(ess) == ["active", "inactive"]
    assert names(ess, Tags=[{"Key": "fleet"}]) == ["active", "inactive"]
    assert names(ess, ScalingGroupNames=["active", "inactive"]) == ["active"]
    assert names(ess, ScalingGroupIds=[active, inactive, "asg-unknown"]) == ["active"]
    assert names(ess, ScalingGroupName="inactive") == []
    ess.set_faults(variants={"filters_omit_inactive_groups": False})
    assert names(ess, ScalingGroupNames=["active", "inactive"]) == ["active", "inactive"]
    assert names(ess, ScalingGroupName="inactive") == ["inactive"]


def test_filters_by_tag_type_and_resource_group(ess: EssUser) -> None:
    """All given tags must match; a tag without value matches any value."""
    ess.create("group-a", Tags=[{"Key": "fleet", "Value": "x"}, {"Key": "env", "Value": "test"}])
    resource_group = ess.add_resource_group("fleet")
    ess.create("group-b", Tags=[{"Key": "fleet", "Value": "y"}], ResourceGroupId=resource_group)
    ess.create("group-c", GroupType="ECI")
    assert names(ess, Tags=[{"Key": "fleet"}]) == ["group-a", "group-b"]
    assert names(ess, Tags=[{"Key": "fleet", "Value": "y"}]) == ["group-b"]
    assert names(ess, Tags=[{"Key": "fleet"}, {"Key": "env"}]) == ["group-a"]
    assert names(ess, GroupType="ECI") == ["group-c"]
    assert names(ess, ResourceGroupId=resource_group) == ["group-b"]
    assert names(ess, ResourceGroupId="rg-unknown") == []


def test_an_instance_as_it_is_described(ess: EssUser) -> None:
    """Id, place, origin and state of an instance in service."""
    group_id = ess.create_active(MinSize=1, LaunchTemplateVersion="1")
    ess.wait(60)
    (activity,) = ess.activities(group_id)
    answer = ess.call("DescribeScalingInstances", ScalingGroupId=group_id)
    (instance,) = answer.pop("ScalingInstances")
    assert answer == {"PageNumber": 1, "PageSize": 10, "TotalCount": 1, "TotalSpotCount": 0}
    assert instance.pop("ScalingInstanceId").startswith("asi-")
    assert instance.pop("PrivateIpAddress").startswith("10.20.30.")
    assert instance == {
        "InstanceId": activity["CreatedInstances"][0],
        "ZoneId": "eu-central-1a",
        "ScalingGroupId": group_id,
        "ScalingActivityId": activity["ScalingActivityId"],
        "LifecycleState": "InService",
        "HealthStatus": "Healthy",
        "CreationType": "AutoCreated",
        "CreationTime": "2026-11-23T08:00Z",
        "CreatedTime": "2026-11-23T08:00:00Z",
        "WeightedCapacity": 1,
        "SpotStrategy": "NoSpot",
        "WarmupState": "NoNeedWarmup",
        "LoadBalancerWeight": 50,
        "Entrusted": False,
        "LaunchTemplateId": ess.template_id,
        "LaunchTemplateVersion": "1",
    }


def test_instances_are_found_by_what_they_are(ess: EssUser) -> None:
    """Filters narrow the list down; two that say the same are a conflict."""
    one = ess.create_active("one", MinSize=1)
    ess.wait(60)
    ess.create_active("two", MinSize=2)

    def count(**filters: object) -> int:
        return int(ess.call("DescribeScalingInstances", **filters)["TotalCount"])

    (first,) = ess.activities(one)[0]["CreatedInstances"]
    assert count() == 3
    assert count(LifecycleState="InService") == 1
    assert count(LifecycleStates=["Pending", "Removing"]) == 2
    assert count(InstanceIds=[first, "i-unknown"]) == 1
    assert count(ScalingActivityId=ess.activities(one)[0]["ScalingActivityId"]) == 1
    assert count(HealthStatus="Unhealthy") == 0
    assert count(CreationType="Attached") == 0
    assert count(CreationTypes=["AutoCreated"]) == 3
    for twice in (
        {"LifecycleState": "Pending", "LifecycleStates": ["Pending"]},
        {"CreationType": "Attached", "CreationTypes": ["Attached"]},
    ):
        assert ess.refusal("DescribeScalingInstances", **twice)[0] == "InvalidParameter.Conflict"


def test_activities_are_asked_for_by_group_or_by_id(ess: EssUser) -> None:
    """Exactly one of the two; newest first; a status narrows them down."""
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    ess.modify(group_id, MinSize=0, MaxSize=0)

    def seen(**selector: object) -> list[str]:
        answer = ess.call("DescribeScalingActivities", **selector)
        return [activity["StatusCode"] for activity in answer["ScalingActivities"]]

    ids = [activity["ScalingActivityId"] for activity in ess.activities(group_id)]
    assert seen(ScalingGroupId=group_id) == ["InProgress", "Successful"]
    assert seen(ScalingGroupId=group_id, StatusCode="Successful") == ["Successful"]
    assert seen(ScalingGroupId=group_id, PageSize=1, PageNumber=2) == ["Successful"]
    assert seen(ScalingActivityIds=[*ids, "asa-unknown"]) == ["InProgress", "Successful"]
    assert seen(ScalingGroupId=group_id, InstanceRefreshTaskId="ir-unknown") == []
    both = {"ScalingGroupId": group_id, "ScalingActivityIds": ids}
    assert ess.refusal("DescribeScalingActivities", **both)[0] == "InvalidParameter.Conflict"
    assert ess.refusal("DescribeScalingActivities") == ("MissingParameter", 400)


def test_activities_are_remembered_for_thirty_days(ess: EssUser) -> None:
    """Older ones are not shown any more."""
    group_id = ess.create_active(MinSize=1)
    day = 24 * 3600
    ess.wait(29 * day)
    assert ess.statuses(group_id) == ["Successful"]
    ess.wait(2 * day)
    assert ess.statuses(group_id) == []
    ess.modify(group_id, MinSize=2)
    assert ess.statuses(group_id) == ["InProgress"]


def test_the_limits_are_the_quotas_in_force(ess: EssUser) -> None:
    """DescribeLimitation shows what the account may have."""
    usual = ess.call("DescribeLimitation")
    ess.set_faults(account={"quotas": {"ess:scaling_groups": 50, "ess:scheduled_tasks": 20}})
    assert (usual["MaxNumberOfScalingGroups"], usual["MaxNumberOfScheduledTasks"]) == (200, 70)
    assert (usual["MaxNumberOfMinSize"], usual["MaxNumberOfMaxSize"]) == (2000, 2000)
    assert ess.call("DescribeLimitation") == usual | {
        "MaxNumberOfScalingGroups": 50,
        "MaxNumberOfScheduledTasks": 20,
    }


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ({}, "德国（法兰克福）"),  # noqa: RUF001  (the name as it is written)
        ({"AcceptLanguage": "en-US"}, "Germany (Frankfurt)"),
    ],
)
def test_regions_are_named_in_the_callers_language(
    ess: EssUser, language: dict[str, Any], name: str
) -> None:
    """Chinese by default; only the regions of this cloud; languages it lacks are refused."""
    regions = ess.call("DescribeRegions", **language)["Regions"]
    assert [region["RegionId"] for region in regions] == ["eu-central-1", "cn-hangzhou"]
    assert regions[0] == {
        "RegionId": "eu-central-1",
        "LocalName": name,
        "RegionEndpoint": "ess.eu-central-1.aliyuncs.com",
        "ClassicUnavailable": True,
        "VpcUnavailable": False,
    }
    assert regions[1]["RegionEndpoint"] == "ess.aliyuncs.com"
    assert ess.refusal("DescribeRegions", AcceptLanguage="de-DE") == (
        "InvalidAcceptLanguage.NotFound",
        404,
    )


def test_the_details_of_one_group(ess: EssUser) -> None:
    """An Inactive group is shown, without what the published schema of the action lacks.

    The YAML form is refused aloud.
    """
    group_id = ess.create(CapacityOptions={"OnDemandBaseCapacity": 0}, StopInstanceTimeout=60)
    listed = ess.group(group_id)
    detail = ess.call("DescribeScalingGroupDetail", ScalingGroupId=group_id)["ScalingGroup"]
    assert detail["LifecycleState"] == "Inactive"
    assert {name: listed[name] for name in detail} == detail
    assert listed.keys() - detail.keys() == {
        "AutoRebalance",
        "BalanceMode",
        "CapacityOptions",
        "SpotCapacity",
        "StopInstanceTimeout",
    }
    request = {"ScalingGroupId": group_id, "OutputFormat": "yaml"}
    assert ess.refusal("DescribeScalingGroupDetail", **request) == ("Sandbox.NotModelled", 501)
