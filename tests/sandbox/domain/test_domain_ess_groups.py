"""Creating scaling groups, enabling and disabling them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser

OVERRIDES = [
    {"InstanceType": "ecs.e-c1m1.large"},
    {"InstanceType": "ecs.u1-c1m1.large", "WeightedCapacity": 2, "SpotPriceLimit": 0.05},
]

CAPACITIES = [
    f"{state}Capacity"
    for state in (
        *("Total", "Active", "Pending", "PendingWait", "Removing", "RemovingWait"),
        *("Standby", "Stopped", "Protected", "Init", "Spot"),
    )
]


def test_a_group_is_born_inactive_with_what_it_was_given(ess: EssUser) -> None:
    """Even with a launch template; nothing is launched, and defaults are ESS's."""
    resource_group = ess.add_resource_group("fleet")
    group_id = ess.create(
        "p2p-agent",
        MinSize=1,
        MaxSize=4,
        LaunchTemplateVersion="1",
        LaunchTemplateOverrides=OVERRIDES,
        VSwitchIds=ess.vswitch_ids[1:],
        ScalingPolicy="forceRelease",
        HealthCheckTypes=["ECS", "LOAD_BALANCER"],
        ResourceGroupId=resource_group,
        Tags=[{"Key": "p2p-fleet", "Value": "p2p-agent", "Propagate": True}, {"Key": "empty"}],
    )
    ess.wait(600)
    group = ess.group(group_id)
    assert group_id.startswith("asg-")
    assert len(group.pop("VpcId")) == len("vpc-") + 20
    assert group == {
        "ScalingGroupId": group_id,
        "ScalingGroupName": "p2p-agent",
        "RegionId": "eu-central-1",
        "LifecycleState": "Inactive",
        "MinSize": 1,
        "MaxSize": 4,
        "EnableDesiredCapacity": False,
        **dict.fromkeys(CAPACITIES, 0),
        "TotalInstanceCount": 0,
        "SystemSuspended": False,
        "SuspendedProcesses": [],
        "GroupDeletionProtection": False,
        "IsElasticStrengthInAlarm": False,
        "CreationTime": "2026-11-23T08:00Z",
        "ModificationTime": "2026-11-23T08:00Z",
        "Tags": [
            {"TagKey": "p2p-fleet", "TagValue": "p2p-agent", "Propagate": True},
            {"TagKey": "empty", "TagValue": "", "Propagate": False},
        ],
        "LaunchTemplateId": ess.template_id,
        "LaunchTemplateVersion": "1",
        "LaunchTemplateOverrides": OVERRIDES,
        "VSwitchId": ess.vswitch_ids[1],
        "VSwitchIds": ess.vswitch_ids[1:],
        "ScalingPolicy": "forceRelease",
        "HealthCheckType": "ECS",
        "HealthCheckTypes": ["ECS", "LOAD_BALANCER"],
        "ResourceGroupId": resource_group,
        "GroupType": "ECS",
        "DefaultCooldown": 300,
        "MultiAZPolicy": "PRIORITY",
        "RemovalPolicies": ["OldestScalingConfiguration", "OldestInstance"],
        "AllocationStrategy": "priority",
        "SpotAllocationStrategy": "priority",
        "SpotInstanceRemedy": False,
        "CompensateWithOnDemand": True,
        "AzBalance": False,
        "AutoRebalance": False,
        "BalanceMode": "BalancedBestEffort",
        "LoadBalancerIds": [],
        "DBInstanceIds": [],
        "VServerGroups": [],
    }


def test_a_group_without_a_name_is_named_by_its_id(ess: EssUser) -> None:
    """The default name is the group's id."""
    request = {"MinSize": 0, "MaxSize": 1, "VSwitchIds": ess.vswitch_ids}
    answer = ess.call("CreateScalingGroup", **request)
    assert list(answer) == ["ScalingGroupId"]
    assert ess.group(answer["ScalingGroupId"])["ScalingGroupName"] == answer["ScalingGroupId"]


@pytest.mark.parametrize(
    ("settings", "code", "status"),
    [
        ({"ScalingGroupName": "x"}, "InvalidParameter", 400),
        ({"ScalingGroupName": "-starts-with-hyphen"}, "InvalidParameter", 400),
        ({"ScalingGroupName": "has space"}, "InvalidParameter", 400),
        ({"ScalingGroupName": "x" * 65}, "InvalidParameter", 400),
        ({"ScalingGroupName": "taken"}, "InvalidScalingGroupName.Duplicate", 400),
        ({"MinSize": 5, "MaxSize": 4}, "InvalidParameter.Conflict", 400),
        ({"MinSize": -1}, "InvalidParameter", 400),
        ({"MaxSize": 2001}, "InvalidParameter", 400),
        ({"DesiredCapacity": 11}, "IncorrectCapacity.MaxSize", 400),
        ({"MinSize": 2, "DesiredCapacity": 1}, "IncorrectCapacity.MinSize", 400),
        ({"DesiredCapacity": -1}, "InvalidParameter", 400),
        ({"LaunchTemplateId": "template"}, "LaunchTemplateSet.NotFound", 400),
        ({"LaunchTemplateVersion": "7"}, "LaunchTemplateVersionSet.NotFound", 400),
        ({"ResourceGroupId": "rg-unknown"}, "InvalidResourceGroup.NotFound", 404),
        ({"LaunchTemplateVersion": "newest"}, "TemplateVersion.NotNumber", 400),
        ({"LaunchTemplateOverrides": [{"WeightedCapacity": 1}]}, "InvalidParameter", 400),
        (
            {"LaunchTemplateOverrides": [{"InstanceType": "ecs.a", "WeightedCapacity": 501}]},
            "InvalidParameter",
            400,
        ),
        ({"VSwitchIds": ["vsw-unknown"]}, "InvalidVSwitchId.NotFound", 404),
        ({"VSwitchIds": None}, "ResourceNotAvailable.VPCNetwork", 404),
        ({"VSwitchIds": [f"vsw-{n}" for n in range(9)]}, "InvalidParameter", 400),
        ({"MaxInstanceLifetime": 3600}, "InvalidParameter", 400),
        ({"AutoRebalance": True}, "InvalidParameter.Conflict", 400),
        ({"InstanceId": "i-nowhere", "LaunchTemplateId": None}, "InvalidInstanceId.NotFound", 404),
        ({"Tags": [{"Key": f"k{n}"} for n in range(21)]}, "InvalidTags.ListSize", 400),
        ({"Tags": [{"Value": "keyless"}]}, "InvalidTags.KeyValue", 400),
        ({"Tags": [{"Key": "acs:reserved"}]}, "InvalidTagKey.Malformed", 400),
        ({"Tags": [{"Key": "twice"}, {"Key": "twice"}]}, "InvalidTagKey.Malformed", 400),
        ({"Tags": [{"Key": "k", "Value": "v" * 129}]}, "InvalidParameter", 400),
        ({"LoadBalancerIds": "lb-1"}, "InvalidLoadBalancerId.NotFound", 404),
        ({"DBInstanceIds": "rm-1"}, "InvalidDBInstanceId.NotFound", 404),
        ({"LifecycleHooks": [{"LifecycleHookName": "h"}]}, "Sandbox.NotModelled", 501),
        ({"ClientToken": "t" * 65}, "InvalidParameter", 400),
        ({"ClientToken": "tökn"}, "InvalidParameter", 400),
    ],
)
def test_wrong_groups_are_refused(
    ess: EssUser, settings: dict[str, Any], code: str, status: int
) -> None:
    """Each mistake has its documented code, and nothing is created."""
    ess.create("taken")
    params = {
        "ScalingGroupName": "mine",
        "MinSize": 0,
        "MaxSize": 10,
        "LaunchTemplateId": ess.template_id,
        "VSwitchIds": ess.vswitch_ids,
        **settings,
    }
    asked = {name: value for name, value in params.items() if value is not None}
    assert ess.refusal("CreateScalingGroup", **asked) == (code, status)


def test_overrides_need_a_launch_template(ess: EssUser) -> None:
    """Without a template there is nothing that they could override."""
    params = {"MinSize": 0, "MaxSize": 1, "VSwitchIds": ess.vswitch_ids}
    params["LaunchTemplateOverrides"] = OVERRIDES
    assert ess.refusal("CreateScalingGroup", **params) == ("InvalidParameter", 400)


def test_a_client_token_makes_creation_repeatable(ess: EssUser) -> None:
    """The same request gets the same id, another one with the same token is refused."""
    request = {"ScalingGroupName": "p2p", "MinSize": 0, "MaxSize": 1, "ClientToken": "tok-1"}
    request["VSwitchIds"] = ess.vswitch_ids
    first = ess.call("CreateScalingGroup", **request)
    group_id = first.pop("ScalingGroupId")
    assert ess.call("CreateScalingGroup", **request) == {"ScalingGroupId": group_id}
    assert len(ess.call("DescribeScalingGroups")["ScalingGroups"]) == 1
    other = {**request, "MaxSize": 2}
    assert ess.refusal("CreateScalingGroup", **other) == ("IdempotentParameterMismatch", 400)


def test_a_refused_request_does_not_use_up_its_token(ess: EssUser) -> None:
    """After a failure the corrected request may carry the same token."""
    request = {"ScalingGroupName": "p2p", "MinSize": 2, "MaxSize": 1, "ClientToken": "tok-1"}
    request["VSwitchIds"] = ess.vswitch_ids
    assert ess.refusal("CreateScalingGroup", **request)[0] == "InvalidParameter.Conflict"
    assert ess.call("CreateScalingGroup", **{**request, "MaxSize": 2})["ScalingGroupId"]


def test_the_quota_of_groups(ess: EssUser) -> None:
    """A region holds so many groups and no more."""
    ess.set_faults(account={"quotas": {"ess:scaling_groups": 2}})
    ess.create("one")
    ess.create("two")
    params = {"MinSize": 0, "MaxSize": 1, "VSwitchIds": ess.vswitch_ids}
    assert ess.refusal("CreateScalingGroup", **params) == ("QuotaExceeded.ScalingGroup", 400)


def test_desired_capacity_at_creation_turns_its_feature_on(ess: EssUser) -> None:
    """The feature is on exactly when DesiredCapacity is given; zero is a value too."""
    with_it, with_zero, without = (
        ess.create("with", DesiredCapacity=2),
        ess.create("zero", DesiredCapacity=0),
        ess.create("without"),
    )
    shown = [ess.group(one) for one in (with_it, with_zero, without)]
    assert [one["EnableDesiredCapacity"] for one in shown] == [True, True, False]
    assert [one.get("DesiredCapacity") for one in shown] == [2, 0, None]


def test_desired_capacity_zero_may_be_refused_at_creation(ess: EssUser) -> None:
    """Variant: the API may not take zero when a group is created; later it does."""
    ess.set_faults(variants={"desired_capacity_zero_at_create": "reject"})
    request = {"MinSize": 0, "MaxSize": 1, "DesiredCapacity": 0, "VSwitchIds": ess.vswitch_ids}
    assert ess.refusal("CreateScalingGroup", **request) == ("InvalidParameter", 400)
    group_id = ess.create(DesiredCapacity=1)
    ess.modify(group_id, DesiredCapacity=0)
    assert ess.bounds(group_id) == (0, 10, 0)


def test_enabling_needs_an_inactive_group_that_knows_what_to_launch(ess: EssUser) -> None:
    """Without a configuration it is refused; the call itself may bring one; twice is refused."""
    bare = ess.call("CreateScalingGroup", MinSize=0, MaxSize=1, VSwitchIds=ess.vswitch_ids)
    assert ess.refusal("EnableScalingGroup", **bare) == ("MissingActiveScalingConfiguration", 400)
    for extra, code in (
        ({"ActiveScalingConfigurationId": "asc-x"}, "InvalidScalingConfigurationId.NotFound"),
        ({"InstanceIds": ["i-x"]}, "InvalidInstanceId.NotFound"),
    ):
        assert ess.refusal("EnableScalingGroup", **bare, **extra)[0] == code
    ess.call("EnableScalingGroup", **bare, LaunchTemplateId=ess.template_id)
    group = ess.group(bare["ScalingGroupId"])
    assert (group["LifecycleState"], group["LaunchTemplateId"]) == ("Active", ess.template_id)
    assert ess.refusal("EnableScalingGroup", **bare) == ("IncorrectScalingGroupStatus", 400)


def test_a_group_may_take_its_configuration_from_an_instance(ess: EssUser) -> None:
    """A scaling configuration is made after the instance, and the group can be enabled."""
    model_group = ess.create_active("model", MinSize=1)
    (model,) = ess.activities(model_group)[0]["CreatedInstances"]
    answer = ess.call("CreateScalingGroup", MinSize=1, MaxSize=1, InstanceId=model)
    copy_id = answer["ScalingGroupId"]
    configuration = ess.group(copy_id)["ActiveScalingConfigurationId"]
    ess.call("EnableScalingGroup", ScalingGroupId=copy_id)
    ess.wait(60)
    (instance,) = ess.call("DescribeScalingInstances", ScalingConfigurationId=configuration)[
        "ScalingInstances"
    ]
    assert configuration.startswith("asc-")
    assert (instance["ScalingGroupId"], instance["LifecycleState"]) == (copy_id, "InService")


def test_disabling_needs_an_active_group(ess: EssUser) -> None:
    """An Inactive group cannot be disabled again."""
    group_id = ess.create_active()
    ess.call("DisableScalingGroup", ScalingGroupId=group_id)
    assert ess.group(group_id)["LifecycleState"] == "Inactive"
    assert ess.refusal("DisableScalingGroup", ScalingGroupId=group_id) == (
        "IncorrectScalingGroupStatus",
        400,
    )


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("ModifyScalingGroup", {"MaxSize": 1}),
        ("EnableScalingGroup", {}),
        ("DisableScalingGroup", {}),
        ("DeleteScalingGroup", {}),
        ("SetGroupDeletionProtection", {"GroupDeletionProtection": True}),
        ("SuspendProcesses", {"Processes": ["ScaleIn"]}),
        ("ResumeProcesses", {"Processes": ["ScaleIn"]}),
        ("DescribeScalingGroupDetail", {}),
        ("DescribeScalingActivities", {}),
        ("DescribeScalingInstances", {}),
    ],
)
def test_unknown_groups_are_not_found(ess: EssUser, action: str, params: dict[str, object]) -> None:
    """Every action on one group says so in the same words."""
    assert ess.refusal(action, ScalingGroupId="asg-unknown", **params) == (
        "InvalidScalingGroupId.NotFound",
        404,
    )
