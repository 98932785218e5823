"""vSwitches: their states, blocks, conflicts and deletion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sandbox.domain.vpc_user import ZONE, VpcUser, new_user


@pytest.fixture
def vpc() -> VpcUser:
    """A user of VPC in an empty account."""
    return new_user()


def test_a_new_vswitch_is_pending_then_available(vpc: VpcUser) -> None:
    """CreateVSwitch answers at once, the vSwitch settles three seconds on; four addresses go."""
    vpc_id = vpc.vpc()
    created = vpc.call(
        "CreateVSwitch",
        VpcId=vpc_id,
        ZoneId=ZONE,
        CidrBlock="10.20.30.0/28",
        VSwitchName="p2p-a",
        Description="zone a",
        Tag=[{"Key": "k", "Value": "v"}],
    )
    vswitch_id = created["VSwitchId"]
    assert vpc.vswitch_status(vswitch_id) == "Pending"
    vpc.wait(3)
    shown = {
        "VSwitchId": vswitch_id,
        "VSwitchName": "p2p-a",
        "Description": "zone a",
        "VpcId": vpc_id,
        "ZoneId": ZONE,
        "Status": "Available",
        "CidrBlock": "10.20.30.0/28",
        "AvailableIpAddressCount": 12,
        "Ipv6CidrBlock": "",
        "EnabledIpv6": False,
        "IsDefault": False,
        "NetworkAclId": "",
        "RouteTable": {"RouteTableId": vpc.table(vpc_id), "RouteTableType": "System"},
        "Tags": {"Tag": [{"Key": "k", "Value": "v"}]},
        "OwnerId": int(vpc.cloud.account.account_id),
        "CreationTime": "2026-11-23T08:00:10Z",
    }
    assert vpc.call("DescribeVSwitchAttributes", VSwitchId=vswitch_id) == shown
    assert vpc.call("DescribeVSwitches")["VSwitches"]["VSwitch"] == [shown]


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [
        ({"CidrBlock": "10.20.30.0/30"}, ("InvalidCirdrBlock.MaskLength", 400)),
        ({"CidrBlock": "10.0.0.0/15"}, ("InvalidCirdrBlock.MaskLength", 400)),
        ({"CidrBlock": "10.20.30.1/24"}, ("InvalidCidrBlock.Malformed", 400)),
        ({"CidrBlock": "10.20.30.0"}, ("InvalidCidrBlock.Malformed", 400)),
        ({"CidrBlock": "10.21.0.0/24"}, ("InvalidParameter", 400)),
        ({"CidrBlock": "10.20.30.128/25"}, ("InvalidCidrBlock.Overlapped", 400)),
        ({"CidrBlock": "10.20.0.0/18"}, ("InvalidCidrBlock.Overlapped", 400)),
        ({"ZoneId": "eu-central-1z"}, ("InvalidZoneId.NotFound", 400)),
        ({"ZoneId": "cn-hangzhou-b"}, ("InvalidZoneId.NotFound", 400)),
        ({"VpcId": "vpc-nowhere"}, ("InvalidVpcId.NotFound", 404)),
        ({"VSwitchName": "http://x"}, ("InvalidVSwitchName.Malformed", 400)),
        ({"Description": "x" * 257}, ("InvalidVSwitchDiscription.Malformed", 400)),
        ({"Tag": [{"Key": "aliyun-x"}]}, ("InvalidTagKey", 400)),
        ({"Ipv6CidrBlock": 0}, ("Sandbox.NotModelled", 501)),
    ],
)
def test_settings_that_a_new_vswitch_may_not_have(
    vpc: VpcUser, setting: dict[str, object], refusal: tuple[str, int]
) -> None:
    """Beside 10.20.30.0/24 in a /16, every rule of CreateVSwitch has its documented code."""
    vpc_id = vpc.vpc()
    vpc.vswitch(vpc_id)
    params = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.31.0/24", **setting}
    assert vpc.refusal("CreateVSwitch", **params) == refusal


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "10.20.255.248/29"])
def test_the_largest_and_the_smallest_vswitch(vpc: VpcUser, cidr: str) -> None:
    """Masks of 16 and 29 bits are both allowed, up to the VPC's whole block."""
    assert vpc.vswitch_status(vpc.vswitch(vpc.vpc(), cidr)) == "Available"


def test_a_vswitch_may_not_be_what_a_route_leads_to(vpc: VpcUser) -> None:
    """A block that is a route's destination is refused, a part of it is not."""
    vpc_id = vpc.vpc()
    vpc.route(vpc_id, vpc.gateway(vpc_id), "10.20.30.0/24")
    same = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.30.0/24"}
    assert vpc.refusal("CreateVSwitch", **same) == ("RouteConflict.AlreadyExist", 400)
    vpc.vswitch(vpc_id, "10.20.30.0/25")


def test_vswitches_come_one_at_a_time(vpc: VpcUser) -> None:
    """While one is Pending another is refused, in this VPC only, until the first has settled."""
    vpc_id, other = vpc.vpc(), vpc.vpc()
    first = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.1.0/24"}
    second = {**first, "CidrBlock": "10.20.2.0/24"}
    vpc.call("CreateVSwitch", **first)
    assert vpc.refusal("CreateVSwitch", **second) == ("IncorrectVSwitchStatus", 400)
    vpc.call("CreateVSwitch", **{**second, "VpcId": other})
    vpc.wait(3)
    vpc.call("CreateVSwitch", **second)


@pytest.mark.parametrize(
    "code",
    [
        "IncorrectVSwitchStatus",
        "TaskConflict",
        "OperationConflict",
        "OperationDenied.OtherSubnetCreating",
    ],
)
def test_the_code_of_the_conflict_is_a_variant(vpc: VpcUser, code: str) -> None:
    """Whatever the real code is, the sandbox can answer it."""
    vpc_id = vpc.vpc()
    vpc.vary(vswitch_conflict_error=code)
    params = {"VpcId": vpc_id, "ZoneId": ZONE}
    vpc.call("CreateVSwitch", **params, CidrBlock="10.20.1.0/24")
    assert vpc.refusal("CreateVSwitch", **params, CidrBlock="10.20.2.0/24") == (code, 400)


def test_vswitches_may_come_in_parallel(vpc: VpcUser) -> None:
    """With the variant on, two are Pending at once."""
    vpc_id = vpc.vpc()
    vpc.vary(vswitches_in_parallel=True)
    for cidr in ("10.20.1.0/24", "10.20.2.0/24"):
        vpc.call("CreateVSwitch", VpcId=vpc_id, ZoneId=ZONE, CidrBlock=cidr)
    assert [one["Status"] for one in vpc.state("vswitches")] == ["Pending", "Pending"]


def test_a_route_on_its_way_blocks_vswitches(vpc: VpcUser) -> None:
    """While a route entry is Pending, no vSwitch of the VPC is created or deleted."""
    vpc_id = vpc.vpc()
    vswitch_id, gateway_id = vpc.vswitch(vpc_id), vpc.gateway(vpc_id)
    vpc.call("CreateRouteEntry", **vpc.route_params(vpc_id, gateway_id))
    another = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.2.0/24"}
    blocked = ("IncorrectRouteEntryStatus", 400)
    assert vpc.refusal("CreateVSwitch", **another) == blocked
    assert vpc.refusal("DeleteVSwitch", VSwitchId=vswitch_id) == blocked


def test_a_vpc_holds_so_many_vswitches(vpc: VpcUser) -> None:
    """One more than the quota, 150 unless set, is refused."""
    vpc_id = vpc.vpc()
    vpc.set_faults(account={"quotas": {"vpc:vswitches": 1}})
    vpc.vswitch(vpc_id)
    another = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.2.0/24"}
    assert vpc.refusal("CreateVSwitch", **another) == ("QuotaExceeded.VSwitch", 400)


def test_a_repeated_request_makes_one_vswitch(vpc: VpcUser) -> None:
    """A client token works for CreateVSwitch even while the first vSwitch is Pending."""
    vpc_id = vpc.vpc()
    request = {
        "VpcId": vpc_id,
        "ZoneId": ZONE,
        "CidrBlock": "10.20.1.0/24",
        "ClientToken": "once",
    }
    assert vpc.call("CreateVSwitch", **request) == vpc.call("CreateVSwitch", **request)
    assert len(vpc.state("vswitches")) == 1


def test_a_vswitch_is_pending_then_gone(vpc: VpcUser) -> None:
    """DeleteVSwitch shows Pending, as documented, and the block is free only afterwards."""
    vpc_id = vpc.vpc()
    vswitch_id = vpc.vswitch(vpc_id)
    vpc.call("DeleteVSwitch", VSwitchId=vswitch_id)
    assert vpc.vswitch_status(vswitch_id) == "Pending"
    again = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": "10.20.30.0/24"}
    assert vpc.refusal("CreateVSwitch", **again) == ("InvalidCidrBlock.Overlapped", 400)
    assert vpc.refusal("DeleteVSwitch", VSwitchId=vswitch_id) == ("IncorrectVSwitchStatus", 400)
    vpc.wait(3)
    assert vpc.refusal("DescribeVSwitchAttributes", VSwitchId=vswitch_id) == (
        "InvalidVSwitchId.NotFound",
        400,
    )
    assert vpc.refusal("DeleteVSwitch", VSwitchId=vswitch_id) == ("InvalidVSwitchId.NotFound", 404)
    vpc.call("CreateVSwitch", **again)


def test_vswitches_go_one_at_a_time(vpc: VpcUser) -> None:
    """While one vSwitch of a VPC is on its way out, another stays."""
    vpc_id = vpc.vpc()
    first, second = vpc.vswitch(vpc_id, "10.20.1.0/24"), vpc.vswitch(vpc_id, "10.20.2.0/24")
    vpc.call("DeleteVSwitch", VSwitchId=first)
    assert vpc.refusal("DeleteVSwitch", VSwitchId=second) == (
        "OperationDenied.OtherSubnetProcessing",
        400,
    )
    vpc.wait(3)
    vpc.call("DeleteVSwitch", VSwitchId=second)


def test_a_pending_vswitch_settles_on_time_only(vpc: VpcUser) -> None:
    """A vSwitch deleted right after it has settled is not revived by an old timer."""
    vpc_id = vpc.vpc()
    created = vpc.call("CreateVSwitch", VpcId=vpc_id, ZoneId=ZONE, CidrBlock="10.20.1.0/24")
    vpc.cloud.clock.advance_to(vpc.cloud.clock.now + timedelta(seconds=3))
    vpc.call("DeleteVSwitch", VSwitchId=created["VSwitchId"])
    vpc.wait(2.9)
    assert vpc.vswitch_status(created["VSwitchId"]) == "Pending"
    vpc.wait(0.1)
    assert vpc.state("vswitches") == []
