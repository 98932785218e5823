"""Instances and network interfaces: what ECS shows of what scaling groups have made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.domain.ecs_user import EcsUser, Json
from tests.sandbox.domain.ess_user import REGION

NEWEST = "ubuntu_24_04_x64_20G_alibase_20260916.vhd"


def interfaces(ecs: EcsUser, **filters: object) -> list[Json]:
    """Network interfaces as they are described."""
    answer = ecs.call("DescribeNetworkInterfaces", **filters)
    shown: list[Json] = answer["NetworkInterfaceSets"]["NetworkInterfaceSet"]
    return shown


def states(ecs: EcsUser) -> list[str]:
    """The state of every instance."""
    return [one["Status"] for one in ecs.instances()]


def test_instances_come_and_go_in_ecss_own_states(ecs: EcsUser) -> None:
    """Pending, Starting, Running, Stopping; each has its network interface as long as it exists."""
    group_id = ecs.launch(2)
    seen = [(states(ecs), len(interfaces(ecs)))]
    for seconds in (6, 60):
        ecs.wait(seconds)
        seen.append((states(ecs), len(interfaces(ecs))))
    ecs.scale(group_id, 1)
    for seconds in (5, 60):
        ecs.wait(seconds)
        seen.append((states(ecs), len(interfaces(ecs))))
    assert seen == [
        (["Pending", "Pending"], 2),
        (["Starting", "Starting"], 2),
        (["Running", "Running"], 2),
        (["Stopping", "Running"], 2),
        (["Running"], 1),
    ]


def launch_peer(ecs: EcsUser, resource_group: str) -> None:
    """Launches one instance from a template that says a lot, in a group with tags."""
    data: Json = {
        "ImageId": NEWEST,
        "InstanceType": "ecs.e-c1m1.large",
        "InstanceName": "peer",
        "SecurityGroupIds": [ecs.there.security_group_id],
        "SystemDisk": {"Category": "cloud_essd"},
        "InternetChargeType": "PayByBandwidth",
        "InternetMaxBandwidthOut": 5,
        "HttpTokens": "required",
        "ResourceGroupId": resource_group,
        "Tag": [{"Key": "from", "Value": "template"}, {"Key": "both", "Value": "template"}],
    }
    ecs.launch(
        1,
        LaunchTemplateId=ecs.add_template(**data),
        Tags=[
            {"Key": "both", "Value": "group", "Propagate": True},
            {"Key": "kept", "Value": "group", "Propagate": False},
        ],
    )
    ecs.wait(60)


def test_an_instance_is_what_its_template_and_group_make_it(ecs: EcsUser) -> None:
    """Type, place, image, bandwidth, metadata service; tags of the template and of the group."""
    resource_group = ecs.add_resource_group("fleet")
    launch_peer(ecs, resource_group)
    (instance,) = ecs.instances()
    (interface,) = interfaces(ecs)
    address = interface["PrivateIpAddress"]
    wanted = {
        "InstanceName": "peer",
        "RegionId": REGION,
        "ZoneId": "eu-central-1a",
        "Status": "Running",
        "InstanceType": "ecs.e-c1m1.large",
        "InstanceTypeFamily": "ecs.e",
        "Cpu": 2,
        "Memory": 2048,
        "ImageId": NEWEST,
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByBandwidth",
        "InternetMaxBandwidthOut": 5,
        "ResourceGroupId": resource_group,
        "SecurityGroupIds": {"SecurityGroupId": [ecs.there.security_group_id]},
        "VpcAttributes": {
            "VpcId": ecs.there.vpc_id,
            "VSwitchId": ecs.there.vswitch_ids[0],
            "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": [address]},
        },
        "MetadataOptions": {
            "HttpEndpoint": "enabled",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 1,
        },
        "Tags": {
            "Tag": [
                {"TagKey": "from", "TagValue": "template"},
                {"TagKey": "both", "TagValue": "group"},
            ]
        },
    }
    assert {name: instance[name] for name in wanted} == wanted
    (public_ip,) = instance["PublicIpAddress"]["IpAddress"]
    linked = {
        "InstanceId": instance["InstanceId"],
        "Type": "Primary",
        "Status": "InUse",
        "VSwitchId": ecs.there.vswitch_ids[0],
        "VpcId": ecs.there.vpc_id,
        "SecurityGroupIds": {"SecurityGroupId": [ecs.there.security_group_id]},
        "AssociatedPublicIp": {"PublicIpAddress": public_ip},
    }
    assert {name: interface[name] for name in linked} == linked


def test_without_bandwidth_there_is_no_public_address(ecs: EcsUser) -> None:
    """InternetMaxBandwidthOut above zero is what gives one."""
    data: Json = {
        "ImageId": NEWEST,
        "InstanceType": "ecs.g7.large",
        "SecurityGroupId": ecs.there.security_group_id,
        "SystemDisk": {"Category": "cloud_essd"},
    }
    ecs.launch(1, LaunchTemplateId=ecs.add_template(**data))
    (instance,), (interface,) = ecs.instances(), interfaces(ecs)
    assert instance["PublicIpAddress"] == {"IpAddress": []}
    assert "AssociatedPublicIp" not in interface


def test_instances_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """Every filter that fits finds it, every one that does not finds nothing."""
    ecs.launch(1, Tags=[{"Key": "k", "Value": "v", "Propagate": True}])
    ecs.wait(60)
    (one,) = ecs.instances()
    address = one["VpcAttributes"]["PrivateIpAddress"]["IpAddress"]
    fitting = {
        "InstanceIds": json.dumps([one["InstanceId"], "i-unknown"]),
        "VpcId": ecs.there.vpc_id,
        "VSwitchId": ecs.there.vswitch_ids[0],
        "ZoneId": "eu-central-1a",
        "SecurityGroupId": ecs.there.security_group_id,
        "Status": "Running",
        "InstanceType": "ecs.e-c1m1.large",
        "InstanceTypeFamily": "ecs.e",
        "InstanceName": "ESS-asg-*",
        "ImageId": NEWEST,
        "PrivateIpAddresses": json.dumps(address),
        "PublicIpAddresses": json.dumps(one["PublicIpAddress"]["IpAddress"]),
        "InstanceNetworkType": "vpc",
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByBandwidth",
        "IoOptimized": True,
        "Tag": [{"Key": "k", "Value": "v"}],
    }
    for name, value in fitting.items():
        assert ecs.instances(**{name: value}) == [one], name
    strange = {
        "InstanceIds": '["i-unknown"]',
        "VpcId": "vpc-unknown",
        "VSwitchId": "vsw-unknown",
        "ZoneId": "eu-central-1b",
        "SecurityGroupId": "sg-unknown",
        "Status": "Pending",
        "InstanceType": "ecs.g7.large",
        "InstanceTypeFamily": "ecs.g7",
        "InstanceName": "other-*",
        "ImageId": "other",
        "PrivateIpAddresses": "[]",
        "PublicIpAddresses": '["192.0.2.255"]',
        "InstanceNetworkType": "classic",
        "InstanceChargeType": "PrePaid",
        "InternetChargeType": "PayByTraffic",
        "KeyPairName": "mine",
        "ResourceGroupId": "rg-unknown",
        "LockReason": "security",
        "EipAddresses": "[]",
        "Tag": [{"Key": "k", "Value": "w"}],
    }
    for name, value in strange.items():
        assert ecs.instances(**{name: value}) == [], name


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"Status": "Dreaming"}, ("InvalidStatus.NotFound", 404)),
        ({"InstanceIds": "i-1"}, ("InvalidParameter", 400)),
        ({"InstanceIds": json.dumps(["i"] * 101)}, ("InvalidParameter", 400)),
        ({"DryRun": True}, ("DryRunOperation", 400)),
        ({"PageSize": 0}, ("InvalidParameter", 400)),
    ],
)
def test_wrong_questions_about_instances_are_refused(
    ecs: EcsUser, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code."""
    ecs.launch(1)
    assert ecs.refusal("DescribeInstances", **params) == refusal


def test_network_interfaces_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """By instance, id, address, vSwitch, VPC, group, kind and state."""
    ecs.launch(2)
    first, second = interfaces(ecs)
    for filters, found in (
        ({"InstanceId": first["InstanceId"]}, [first]),
        ({"NetworkInterfaceId": [second["NetworkInterfaceId"]]}, [second]),
        ({"PrimaryIpAddress": first["PrivateIpAddress"]}, [first]),
        ({"PrivateIpAddress": [second["PrivateIpAddress"]]}, [second]),
        ({"VSwitchId": ecs.there.vswitch_ids[0]}, [first, second]),
        ({"VpcId": "vpc-unknown"}, []),
        ({"SecurityGroupId": ecs.there.security_group_id}, [first, second]),
        ({"Type": "Secondary"}, []),
        ({"Status": "Available"}, []),
        ({"ServiceManaged": True}, []),
        ({"Tag": [{"Key": "k"}]}, []),
        ({"NetworkInterfaceName": "mine"}, []),
        ({"MaxResults": 1}, [first]),
        ({"PageNumber": 2, "PageSize": 1}, [second]),
    ):
        assert interfaces(ecs, **filters) == found


def test_ecs_and_ess_count_the_same_instances(ecs: EcsUser) -> None:
    """The state of the account shows each in both products, with one id."""
    ecs.launch(3)
    ecs.wait(60)
    products = ecs.cloud.state()["products"]
    here, there = (products[name][REGION]["instances"] for name in ("ecs", "ess"))
    assert [one["InstanceId"] for one in here] == [one["InstanceId"] for one in there]
