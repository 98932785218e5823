"""What Auto Scaling makes of the vSwitches, templates, images and roles that others keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.domain.ess_user import REGION, START, EssUser

Json = dict[str, Any]


def call(ess: EssUser, product: str, action: str, **params: object) -> Json:
    """One call to another product in the same region."""
    return ess.cloud.call(product, action, REGION, params)


def template_data(ess: EssUser) -> Json:
    """What the fleet's usual template says that every template needs."""
    there = ess.cloud.add_surroundings(REGION, "p2p", None)
    image = call(ess, "ecs", "DescribeImageFromFamily", ImageFamily="acs:ubuntu_24_04_x64")
    return {
        "ImageId": image["Image"]["ImageId"],
        "InstanceType": "ecs.e-c1m1.large",
        "SecurityGroupId": there.security_group_id,
        "SystemDisk": {"Category": "cloud_essd"},
    }


def add_template(ess: EssUser, **data: object) -> str:
    """Creates a launch template; returns its id."""
    given = {name: value for name, value in data.items() if value is not None}
    answer = call(ess, "ecs", "CreateLaunchTemplate", LaunchTemplateName="mine", **given)
    return str(answer["LaunchTemplateId"])


def last_activity(ess: EssUser, group_id: str) -> tuple[str, str | None]:
    """Status and error code of the group's newest activity."""
    activity = ess.activities(group_id)[-1]
    return activity["StatusCode"], activity.get("ErrorCode")


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("ImageId", "TemplateMissingParameter.ImageId"),
        ("InstanceType", "TemplateMissingParameter.InstanceTypes"),
        ("SecurityGroupId", "TemplateMissingParameter.SecurityGroup"),
    ],
)
def test_a_template_must_say_what_every_instance_needs(
    ess: EssUser, missing: str, code: str
) -> None:
    """ECS keeps half a template, Auto Scaling does not take it."""
    template_id = add_template(ess, **{**template_data(ess), missing: None})
    request = {"MinSize": 0, "MaxSize": 1, "VSwitchIds": ess.vswitch_ids}
    refusal = ess.refusal("CreateScalingGroup", **request, LaunchTemplateId=template_id)
    assert refusal == (code, 400)


def test_overrides_stand_in_for_the_templates_instance_type(ess: EssUser) -> None:
    """A template without type will do where the group names types."""
    template_id = add_template(ess, **{**template_data(ess), "InstanceType": None})
    group_id = ess.create_active(
        MinSize=1,
        LaunchTemplateId=template_id,
        LaunchTemplateOverrides=[{"InstanceType": "ecs.u1-c1m1.large"}],
    )
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1}


def test_a_template_decides_what_stock_is_asked_for(ess: EssUser) -> None:
    """Its instance type, and its system disk's category; what it does not ask for is no matter."""
    ess.set_faults(stock=[{"disk": "cloud_essd_entry"}, {"instance_type": "ecs.u1-*"}])
    group_id = ess.create_active(MinSize=1)
    ess.wait(60)
    assert last_activity(ess, group_id) == ("Successful", None)
    ess.set_faults(stock=[{"disk": "cloud_essd"}])
    ess.modify(group_id, MinSize=2)
    ess.wait(10)
    assert last_activity(ess, group_id) == ("Failed", "RecommendEmpty.DiskTypeNoStock")


def test_a_zone_gets_nothing_that_it_does_not_sell(ess: EssUser) -> None:
    """In Frankfurt's zone c economy types come with cloud_essd only."""
    data = {**template_data(ess), "SystemDisk": {"Category": "cloud_auto"}}
    template_id = add_template(ess, **data)
    group_id = ess.create_active(
        MinSize=1, LaunchTemplateId=template_id, VSwitchIds=ess.vswitch_ids[2:]
    )
    ess.wait(10)
    assert last_activity(ess, group_id) == ("Failed", "RecommendEmpty.DiskTypeNoStock")
    ess.modify(group_id, VSwitchIds=ess.vswitch_ids[1:])
    ess.wait(60)
    assert last_activity(ess, group_id) == ("Successful", None)


def test_a_newer_version_of_the_template_counts_at_once(ess: EssUser) -> None:
    """Default and Latest follow the template, a number does not; running instances stay."""
    latest = ess.create_active("latest", MinSize=1, LaunchTemplateVersion="Latest")
    default = ess.create_active("default", MinSize=1)
    call(
        ess,
        "ecs",
        "CreateLaunchTemplateVersion",
        LaunchTemplateId=ess.template_id,
        **{**template_data(ess), "InstanceType": "ecs.g7.large"},
    )
    ess.wait(60)
    for group_id in (latest, default):
        ess.modify(group_id, MinSize=2)
    ess.wait(60)
    shown = call(ess, "ecs", "DescribeInstances")["Instances"]["Instance"]
    names = {latest: "ESS-asg-" + latest, default: "ESS-asg-" + default}
    assert {
        group_id: [one["InstanceType"] for one in shown if one["InstanceName"] == name]
        for group_id, name in names.items()
    } == {
        latest: ["ecs.e-c1m1.large", "ecs.g7.large"],
        default: ["ecs.e-c1m1.large", "ecs.e-c1m1.large"],
    }


def delete_template(ess: EssUser) -> None:
    """Deletes the template."""
    call(ess, "ecs", "DeleteLaunchTemplate", LaunchTemplateId=ess.template_id)


def delete_security_group(ess: EssUser) -> None:
    """Deletes the security group."""
    (group,) = call(ess, "ecs", "DescribeSecurityGroups")["SecurityGroups"]["SecurityGroup"]
    call(ess, "ecs", "DeleteSecurityGroup", SecurityGroupId=group["SecurityGroupId"])


def hide_images(ess: EssUser) -> None:
    """Takes the region's images away."""
    ess.set_faults(account={"images_missing_in": ["eu-*"]})


def demand_role(ess: EssUser) -> None:
    """Makes the template ask for a role that nobody has."""
    data = {**template_data(ess), "RamRoleName": "p2p-agent"}
    call(ess, "ecs", "CreateLaunchTemplateVersion", LaunchTemplateId=ess.template_id, **data)


@pytest.mark.parametrize(
    ("lose", "code"),
    [
        (delete_template, "LaunchTemplateSet.NotFound"),
        (delete_security_group, "InvalidSecurityGroupId.NotFound"),
        (hide_images, "InvalidImageId.NotFound"),
        (demand_role, "InvalidRamRole.NotFound"),
    ],
)
def test_what_vanishes_lets_activities_fail(ess: EssUser, lose: Any, code: str) -> None:  # noqa: ANN401
    """Nothing is launched any more, a modification succeeds, and the activity says why."""
    group_id = ess.create_active(LaunchTemplateVersion="Latest")
    lose(ess)
    ess.modify(group_id, MinSize=1)
    ess.wait(10)
    assert (last_activity(ess, group_id), ess.counts(group_id)) == (("Failed", code), {})


def test_a_role_that_is_there_will_do(ess: EssUser) -> None:
    """Once RAM knows the role, the same group launches."""
    group_id = ess.create_active(LaunchTemplateVersion="Latest")
    demand_role(ess)
    trust = (
        '{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow",'
        '"Principal":{"Service":["ecs.aliyuncs.com"]}}]}'
    )
    call(ess, "ram", "CreateRole", RoleName="p2p-agent", AssumeRolePolicyDocument=trust)
    ess.wait(60)
    ess.modify(group_id, MinSize=1)
    ess.wait(60)
    assert last_activity(ess, group_id) == ("Successful", None)


def test_a_deleted_template_cannot_be_enabled_or_chosen(ess: EssUser) -> None:
    """EnableScalingGroup looks at the template again, as does who names it."""
    group_id = ess.create()
    delete_template(ess)
    request = {"ScalingGroupId": group_id}
    refused = ("LaunchTemplateSet.NotFound", 400)
    assert ess.refusal("EnableScalingGroup", **request) == refused
    change = {**request, "LaunchTemplateId": ess.template_id}
    assert ess.refusal("ModifyScalingGroup", **change) == refused


def test_vswitches_must_be_ready_and_of_one_vpc(ess: EssUser) -> None:
    """A new one is Pending for a while; two VPCs do not make one group."""
    vpc_id = call(ess, "vpc", "CreateVpc", CidrBlock="192.168.0.0/16")["VpcId"]
    ess.wait(60)
    subnet = {"VpcId": vpc_id, "ZoneId": "eu-central-1a", "CidrBlock": "192.168.1.0/24"}
    vswitch_id = call(ess, "vpc", "CreateVSwitch", **subnet)["VSwitchId"]
    request = {"MinSize": 0, "MaxSize": 1, "VSwitchIds": [vswitch_id]}
    assert ess.refusal("CreateScalingGroup", **request) == ("IncorrectVSwitchStatus", 400)
    ess.wait(60)
    mixed = {**request, "VSwitchIds": [vswitch_id, *ess.vswitch_ids]}
    assert ess.refusal("CreateScalingGroup", **mixed) == ("InvalidParameter", 400)
    assert ess.call("CreateScalingGroup", **request)["ScalingGroupId"].startswith("asg-")


def test_nobody_in_mainland_china_launches_without_a_real_name(ess: EssUser) -> None:
    """Elsewhere, Hong Kong included, an account without verification gets its instances."""
    ess.set_faults(account={"real_name_verified": False})
    seen = {}
    for region in (REGION, "cn-hangzhou"):
        group = {"ScalingGroupId": ess.cloud.add_group(region, "group", None)}
        ess.cloud.call("ess", "ModifyScalingGroup", region, {**group, "MinSize": 1, "MaxSize": 1})
        ess.wait(60)
        answer = ess.cloud.call("ess", "DescribeScalingActivities", region, group)
        seen[region] = answer["ScalingActivities"][-1].get("ErrorCode")
    assert seen == {REGION: None, "cn-hangzhou": "RealNameAuthenticationError"}


def test_the_quota_of_vcpus_ends_an_activity_early(ess: EssUser) -> None:
    """Instances of two vCPUs each: five vCPUs are enough for two."""
    ess.set_faults(account={"quotas": {"ecs:vcpus": 5}})
    group_id = ess.create_active(MinSize=3)
    ess.wait(60)
    assert last_activity(ess, group_id) == ("Warning", "QuotaExceed.ElasticQuota")
    assert ess.counts(group_id) == {"Active": 2}


def test_a_vswitch_gives_each_instance_an_address(ess: EssUser) -> None:
    """The lowest free ones, without the first and the last three; then the next vSwitch is used."""
    subnet = {"ZoneId": "eu-central-1a", "CidrBlock": "10.20.30.192/29"}
    there = ess.cloud.add_surroundings(REGION, "p2p", None)
    small = call(ess, "vpc", "CreateVSwitch", **subnet, VpcId=there.vpc_id)["VSwitchId"]
    ess.wait(10)
    group_id = ess.create_active(MinSize=5, VSwitchIds=[small])
    ess.wait(60)
    addresses = [
        one["PrivateIpAddress"]
        for one in ess.call("DescribeScalingInstances", ScalingGroupId=group_id)["ScalingInstances"]
    ]
    assert addresses == [f"10.20.30.{number}" for number in (193, 194, 195, 196)]
    assert last_activity(ess, group_id) == ("Warning", "QuotaExceeded.PrivateIpAddress")
    ess.modify(group_id, VSwitchIds=[small, ess.vswitch_ids[1]])
    ess.wait(60)
    shown = call(ess, "ecs", "DescribeInstances", VSwitchId=ess.vswitch_ids[1])["Instances"]
    assert [one["VpcAttributes"]["PrivateIpAddress"] for one in shown["Instance"]] == [
        {"IpAddress": ["10.20.30.65"]}
    ]


def test_a_copy_of_an_instance_is_launched_like_it(ess: EssUser) -> None:
    """A group made after an instance goes to its vSwitch, with its type, disk, image and tags."""
    model_group = ess.create_active(
        "model",
        MinSize=1,
        LaunchTemplateOverrides=[{"InstanceType": "ecs.u1-c1m1.large"}],
        VSwitchIds=ess.vswitch_ids[1:],
    )
    (model,) = ess.activities(model_group)[0]["CreatedInstances"]
    answer = ess.call("CreateScalingGroup", MinSize=1, MaxSize=1, InstanceId=model)
    delete_template(ess)
    ess.call("EnableScalingGroup", **answer)
    ess.wait(60)
    shown = call(ess, "ecs", "DescribeInstances")["Instances"]["Instance"]
    names = ("InstanceType", "ZoneId", "VpcAttributes", "ImageId", "SecurityGroupIds", "Tags")
    first, second = ({name: one[name] for name in names} for one in shown)
    for one in (first, second):
        one["VpcAttributes"].pop("PrivateIpAddress")
    assert first == second
    assert first["ZoneId"] == "eu-central-1b"


def test_activities_of_more_than_a_month_ago_are_not_shown(ess: EssUser) -> None:
    """Of a long history there are the last 30 days."""
    group_id = ess.create_active()
    for day in range(100):
        ess.cloud.clock.advance_to(START + timedelta(days=day))
        ess.modify(group_id, MinSize=(day + 1) % 2, MaxSize=(day + 1) % 2)
    shown = ess.cloud.state()["products"]["ess"][REGION]["scaling_activities"]
    assert len(shown) == 31
