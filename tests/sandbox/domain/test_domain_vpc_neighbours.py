"""What VPC asks of the other products, and what it tells them."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network
from random import Random

import pytest

from sandbox.domain.account import make_account
from sandbox.domain.clock import VirtualClock
from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from sandbox.domain.neighbours import VSwitchFacts
from sandbox.domain.timing import Timing
from sandbox.domain.vpc.product import Vpc
from sandbox.domain.world import World
from tests.sandbox.domain.vpc_user import REGION, START, ZONE, VpcUser, new_user


@pytest.fixture
def vpc() -> VpcUser:
    """A user of VPC in an empty account."""
    return new_user()


def resource_group(vpc: VpcUser) -> str:
    """A new resource group; returns its id."""
    params = {"Name": "p2p-agent", "DisplayName": "p2p-agent"}
    answer = vpc.cloud.call("resourcemanager", "CreateResourceGroup", None, params)
    vpc.wait()
    return str(answer["ResourceGroup"]["Id"])


def refusal(vpc: VpcUser, product: str, action: str, **params: object) -> tuple[str, int]:
    """Code and HTTP status of a call to another product that must be refused."""
    with pytest.raises(ApiError) as caught:
        vpc.cloud.call(product, action, REGION, params)
    return caught.value.code, caught.value.http_status


def test_a_network_shows_its_resource_group(vpc: VpcUser) -> None:
    """VPC and gateway are in the group they were made in, vSwitch and route table in the VPC's."""
    group_id = resource_group(vpc)
    vpc_id = vpc.vpc(ResourceGroupId=group_id)
    vswitch_id, gateway_id = vpc.vswitch(vpc_id), vpc.gateway(vpc_id, ResourceGroupId=group_id)
    tables = vpc.call("DescribeRouteTableList")["RouterTableList"]["RouterTableListType"]
    shown = [
        vpc.call("DescribeVpcs", ResourceGroupId=group_id)["Vpcs"]["Vpc"][0],
        vpc.call("DescribeVpcAttribute", VpcId=vpc_id),
        vpc.call("DescribeVSwitchAttributes", VSwitchId=vswitch_id),
        vpc.call("GetIpv4GatewayAttribute", Ipv4GatewayId=gateway_id),
        tables[0],
    ]
    assert [one["ResourceGroupId"] for one in shown] == [group_id] * 5
    vpc.vpc()
    assert vpc.call("DescribeVpcs", ResourceGroupId=group_id)["TotalCount"] == 1
    assert vpc.call("DescribeVSwitches", ResourceGroupId=group_id)["TotalCount"] == 1
    assert vpc.call("ListIpv4Gateways", ResourceGroupId=group_id)["TotalCount"] == "1"


def test_networks_keep_their_resource_group(vpc: VpcUser) -> None:
    """A resource group with a VPC or a gateway in it is not deleted, an empty one is."""
    group_id = resource_group(vpc)
    own = vpc.vpc(ResourceGroupId=group_id)
    other = vpc.vpc()
    vpc.gateway(other, ResourceGroupId=group_id)
    conflict = ("DeleteConflict.ResourceGroup.Resource", 409)
    deletion = {"ResourceGroupId": group_id}
    assert refusal(vpc, "resourcemanager", "DeleteResourceGroup", **deletion) == conflict
    vpc.call("DeleteVpc", VpcId=own)
    vpc.wait()
    assert refusal(vpc, "resourcemanager", "DeleteResourceGroup", **deletion) == conflict
    vpc.call("DeleteVpc", VpcId=other, ForceDelete=True)
    vpc.wait()
    vpc.cloud.call("resourcemanager", "DeleteResourceGroup", REGION, deletion)


def test_a_security_group_keeps_its_vpc(vpc: VpcUser) -> None:
    """DeleteVpc names a security group that is left, forced or not."""
    vpc_id = vpc.vpc()
    made = vpc.cloud.call("ecs", "CreateSecurityGroup", REGION, {"VpcId": vpc_id})
    kept = ("DependencyViolation.SecurityGroup", 400)
    assert vpc.refusal("DeleteVpc", VpcId=vpc_id) == kept
    assert vpc.refusal("DeleteVpc", VpcId=vpc_id, ForceDelete=True) == kept
    one = {"RegionId": REGION, "SecurityGroupId": made["SecurityGroupId"]}
    vpc.cloud.call("ecs", "DeleteSecurityGroup", REGION, one)
    assert vpc.call("DeleteVpc", VpcId=vpc_id) == {}


def test_a_vpc_that_is_not_seen_yet_takes_no_security_group(vpc: VpcUser) -> None:
    """The eventual visibility of a new VPC reaches ECS too."""
    vpc.vary(vpc_visible_after_s=5.0)
    params = {"VpcId": vpc.call("CreateVpc")["VpcId"]}
    code, _ = refusal(vpc, "ecs", "CreateSecurityGroup", **params)
    vpc.wait(5)
    assert (code, len(vpc.cloud.call("ecs", "CreateSecurityGroup", REGION, params))) == (
        "InvalidVpcId.NotFound",
        1,
    )


@pytest.fixture
def fleet() -> VpcUser:
    """A user of VPC in an account with a group of the fleet."""
    cloud = Cloud(seed=1, start=START, regions=[REGION])
    cloud.add_fleet_groups()
    return VpcUser(cloud)


def group_of(fleet: VpcUser) -> dict[str, object]:
    """The fleet's scaling group."""
    answer = fleet.cloud.call("ess", "DescribeScalingGroups", REGION, {})
    group: dict[str, object] = answer["ScalingGroups"][0]
    return group


def scale(fleet: VpcUser, size: int) -> None:
    """Brings the group to that size and waits until it is done."""
    bounds = {"MinSize": size, "MaxSize": size}
    group_id = {"ScalingGroupId": group_of(fleet)["ScalingGroupId"]}
    fleet.cloud.call("ess", "ModifyScalingGroup", REGION, {**group_id, **bounds})
    fleet.wait(300)


def test_instances_take_addresses_and_keep_their_vswitch(fleet: VpcUser) -> None:
    """Every instance takes one address; with one in it, or a group that names it, it stays."""
    vswitches = fleet.state("vswitches")
    free = sum(one["AvailableIpAddressCount"] for one in vswitches)
    scale(fleet, 2)
    used = sum(one["AvailableIpAddressCount"] for one in fleet.state("vswitches"))
    assert free - used == 2
    in_use = ("DependencyViolation", 400)
    for one in vswitches:
        assert fleet.refusal("DeleteVSwitch", VSwitchId=one["VSwitchId"]) == in_use
    scale(fleet, 0)
    assert sum(one["AvailableIpAddressCount"] for one in fleet.state("vswitches")) == free
    assert fleet.refusal("DeleteVSwitch", VSwitchId=vswitches[0]["VSwitchId"]) == in_use
    group = {"ScalingGroupId": group_of(fleet)["ScalingGroupId"], "ForceDelete": True}
    fleet.cloud.call("ess", "DeleteScalingGroup", REGION, group)
    fleet.wait(60)
    assert fleet.call("DeleteVSwitch", VSwitchId=vswitches[0]["VSwitchId"]) == {}


def test_other_products_learn_of_vpcs_and_vswitches() -> None:
    """The directory knows what is there and whether a vSwitch is Available, region by region."""
    world = World(
        clock=VirtualClock(START),
        account=make_account(Random(1)),
        region_ids=(REGION, "cn-hangzhou"),
        timing=Timing(),
        seed=1,
        faults=Faults(),
    )
    product = Vpc(world)

    def pass_time(seconds: float) -> None:
        world.clock.advance_to(world.clock.now + timedelta(seconds=seconds))

    vpc_id = product.actions["CreateVpc"](REGION, {"CidrBlock": "10.20.0.0/16"})["VpcId"]
    pass_time(3)
    vswitch = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.30.0/24"}
    vswitch_id = product.actions["CreateVSwitch"](REGION, vswitch)["VSwitchId"]
    pending = product.vswitch(REGION, vswitch_id)
    pass_time(3)
    cidr = IPv4Network("10.20.30.0/24")
    assert [
        product.vpc_exists(REGION, vpc_id),
        product.vpc_exists("cn-hangzhou", vpc_id),
        pending,
        product.vswitch(REGION, vswitch_id),
        product.vswitch("cn-hangzhou", vswitch_id),
    ] == [
        True,
        False,
        VSwitchFacts(vswitch_id, vpc_id, ZONE, cidr, available=False),
        VSwitchFacts(vswitch_id, vpc_id, ZONE, cidr, available=True),
        None,
    ]
