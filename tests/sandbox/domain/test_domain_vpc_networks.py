"""VPCs: their states, rules, quotas, client tokens, dry runs and deletion."""

from __future__ import annotations

import pytest

from sandbox.domain.errors import ApiError
from tests.sandbox.domain.vpc_user import REGION, VpcUser, new_user


@pytest.fixture
def vpc() -> VpcUser:
    """A user of VPC in an empty account."""
    return new_user()


def test_a_new_vpc_is_pending_then_available(vpc: VpcUser) -> None:
    """CreateVpc answers at once with vRouter and route table; the VPC settles three seconds on."""
    created = vpc.call(
        "CreateVpc",
        CidrBlock="10.20.0.0/16",
        VpcName="p2p",
        Description="nodes",
        Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}],
    )
    vpc_id = created["VpcId"]
    statuses = [vpc.vpc_status(vpc_id)]
    vpc.wait(2.9)
    statuses.append(vpc.vpc_status(vpc_id))
    vpc.wait(0.1)
    assert statuses == ["Pending", "Pending"]
    assert vpc.call("DescribeVpcs")["Vpcs"]["Vpc"] == [
        {
            "VpcId": vpc_id,
            "VpcName": "p2p",
            "Description": "nodes",
            "Status": "Available",
            "CidrBlock": "10.20.0.0/16",
            "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
            "UserCidrs": {"UserCidr": []},
            "Ipv6CidrBlock": "",
            "Ipv6CidrBlocks": {"Ipv6CidrBlock": []},
            "EnabledIpv6": False,
            "DnsHostnameStatus": "DISABLED",
            "IsDefault": False,
            "VRouterId": created["VRouterId"],
            "RouterTableIds": {"RouterTableIds": [created["RouteTableId"]]},
            "VSwitchIds": {"VSwitchId": []},
            "NatGatewayIds": {"NatGatewayIds": []},
            "Tags": {"Tag": [{"Key": "p2p-fleet", "Value": "p2p-agent"}]},
            "RegionId": REGION,
            "OwnerId": int(vpc.cloud.account.account_id),
            "CreationTime": "2026-11-23T08:00:00Z",
        }
    ]


def test_a_vpc_says_what_is_in_it(vpc: VpcUser) -> None:
    """DescribeVpcAttribute counts vSwitches and names the gateway."""
    vpc_id = vpc.vpc()
    vswitch_id, gateway_id = vpc.vswitch(vpc_id), vpc.gateway(vpc_id)
    shown = vpc.call("DescribeVpcAttribute", VpcId=vpc_id)
    assert shown["VSwitchIds"] == {"VSwitchId": [vswitch_id]}
    assert shown["CloudResources"]["CloudResourceSetType"] == [
        {"ResourceType": "VRouter", "ResourceCount": 1},
        {"ResourceType": "RouteTable", "ResourceCount": 1},
        {"ResourceType": "VSwitch", "ResourceCount": 1},
    ]
    assert (shown["Ipv4GatewayId"], shown["SupportIpv4Gateway"]) == (gateway_id, True)


def test_without_a_block_a_vpc_has_the_documented_one(vpc: VpcUser) -> None:
    """CidrBlock defaults to 172.16.0.0/12."""
    vpc_id = vpc.call("CreateVpc")["VpcId"]
    assert vpc.call("DescribeVpcAttribute", VpcId=vpc_id)["CidrBlock"] == "172.16.0.0/12"


@pytest.mark.parametrize(
    ("cidr", "code"),
    [
        ("8.0.0.0/7", "IllegalParam.CidrBlockMask"),
        ("10.0.0.0/29", "IllegalParam.CidrBlockMask"),
        ("10.0.0.1/16", "InvalidParameter"),
        ("10.0.0.0", "InvalidParameter"),
        ("10.0.0.0/255.255.0.0", "InvalidParameter"),
        ("2001:db8::/56", "InvalidParameter"),
        ("everything", "InvalidParameter"),
        ("100.100.0.0/16", "InvalidParameter"),
        ("169.254.0.0/16", "InvalidParameter"),
        ("127.0.0.0/8", "InvalidParameter"),
        ("224.0.0.0/8", "InvalidParameter"),
    ],
)
def test_blocks_that_no_vpc_may_have(vpc: VpcUser, cidr: str, code: str) -> None:
    """A VPC's block is well-formed, 8 to 28 bits, and not reserved."""
    assert vpc.refusal("CreateVpc", CidrBlock=cidr) == (code, 400)


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [
        ({"VpcName": "x" * 129}, ("InvalidVpcName.Malformed", 400)),
        ({"VpcName": "https://vpc"}, ("InvalidVpcName.Malformed", 400)),
        ({"Description": "x" * 257}, ("InvalidVpcDiscription.Malformed", 400)),
        ({"Tag": [{"Key": "acs:x"}]}, ("InvalidTagKey", 400)),
        ({"Tag": [{"Key": "", "Value": "v"}]}, ("InvalidTagKey", 400)),
        ({"Tag": [{"Key": "k", "Value": "x" * 129}]}, ("InvalidTagValue", 400)),
        ({"Tag": [{"Key": "k"}, {"Key": "k"}]}, ("Forbidden.TagKey.Duplicated", 400)),
        ({"Tag": [{"Key": f"k{n}"} for n in range(21)]}, ("SizeLimitExceeded.TagNum", 400)),
        ({"ResourceGroupId": "rg-nowhere"}, ("InvalidResourceGroupId", 400)),
        ({"EnableIpv6": True}, ("Sandbox.NotModelled", 501)),
        ({"Ipv4IpamPoolId": "ipam-pool-x"}, ("Sandbox.NotModelled", 501)),
        ({"UserCidr": "10.0.0.0/8"}, ("Sandbox.NotModelled", 501)),
        ({"ClientToken": "ä"}, ("InvalidParameter", 400)),
        ({"DryRun": True}, ("DryRunOperation", 400)),
    ],
)
def test_settings_that_a_new_vpc_may_not_have(
    vpc: VpcUser, setting: dict[str, object], refusal: tuple[str, int]
) -> None:
    """Every rule of CreateVpc has its documented code, and a refusal makes nothing."""
    assert vpc.refusal("CreateVpc", **setting) == refusal


def test_a_region_holds_ten_vpcs(vpc: VpcUser) -> None:
    """The eleventh is refused; names may repeat; the quota can be set, and ends in no error."""
    for _ in range(10):
        vpc.call("CreateVpc", VpcName="same")
    assert vpc.refusal("CreateVpc") == ("QuotaExceeded.Vpc", 400)
    assert vpc.call("DescribeVpcs", VpcName="same")["TotalCount"] == 10
    vpc.set_faults(account={"quotas": {"vpc:vpcs": 11}})
    vpc.call("CreateVpc")
    assert vpc.refusal("CreateVpc") == ("QuotaExceeded.Vpc", 400)


def test_a_repeated_request_makes_one_vpc(vpc: VpcUser) -> None:
    """A client token's second request has the first's answer; another request is refused."""
    request = {"ClientToken": "again", "VpcName": "one"}
    assert vpc.call("CreateVpc", **request) == vpc.call("CreateVpc", **request)
    assert len(vpc.state("vpcs")) == 1
    assert vpc.refusal("CreateVpc", ClientToken="again", VpcName="other") == (
        "IdempotentParameterMismatch",
        400,
    )


def test_a_refused_request_leaves_its_token_free(vpc: VpcUser) -> None:
    """A dry run and a refusal use no client token up."""
    assert vpc.refusal("CreateVpc", ClientToken="t", DryRun=True) == ("DryRunOperation", 400)
    assert vpc.refusal("CreateVpc", ClientToken="t", CidrBlock="x") == ("InvalidParameter", 400)
    assert "VpcId" in vpc.call("CreateVpc", ClientToken="t")


def test_vpcs_belong_to_their_region(vpc: VpcUser) -> None:
    """A VPC of one region does not exist in another."""
    vpc_id = vpc.vpc()
    with pytest.raises(ApiError, match=r"InvalidVpcId\.NotFound"):
        vpc.cloud.call("vpc", "DescribeVpcAttribute", "cn-hangzhou", {"VpcId": vpc_id})
    assert list(vpc.cloud.state()["products"]["vpc"]) == [REGION]


def test_a_call_that_names_no_region_finds_the_vpc(vpc: VpcUser) -> None:
    """Where neither host nor parameter says so, the region is that of the resource."""
    made = vpc.cloud.call("vpc", "CreateVpc", "cn-hangzhou", {})
    shown = vpc.cloud.call("vpc", "DescribeVpcAttribute", None, {"VpcId": made["VpcId"]})
    assert shown["RegionId"] == "cn-hangzhou"


def test_a_new_vpc_may_take_a_while_to_be_seen(vpc: VpcUser) -> None:
    """With the variant on, every other action denies a VPC that was just created."""
    vpc.vary(vpc_visible_after_s=5.0)
    created = vpc.call("CreateVpc", CidrBlock="10.20.0.0/16")
    vpc_id, one = created["VpcId"], {"VpcId": created["VpcId"]}
    vpc.wait(4.9)
    vswitch = {"ZoneId": "eu-central-1a", "CidrBlock": "10.20.30.0/24"}
    target = {"ResourceType": "VPC", "ResourceId": [vpc_id]}
    assert [
        vpc.refusal("DescribeVpcAttribute", **one),
        vpc.refusal("ModifyVpcAttribute", **one),
        vpc.refusal("DeleteVpc", **one),
        vpc.refusal("CreateVSwitch", **one, **vswitch),
        vpc.refusal("CreateIpv4Gateway", **one),
        vpc.refusal("DescribeRouteEntryList", RouteTableId=created["RouteTableId"]),
        vpc.refusal("TagResources", **target, Tag=[{"Key": "k"}]),
    ] == [
        ("InvalidVpcId.NotFound", 404),
        ("InvalidVpcId.NotFound", 404),
        ("InvalidVpcId.NotFound", 404),
        ("InvalidVpcId.NotFound", 404),
        ("OperationFailed.VpcNotExist", 400),
        ("InvalidRouteTable.NotFound", 400),
        ("InvalidInstanceIds.NotFound", 400),
    ]
    assert vpc.call("DescribeVpcs")["TotalCount"] == 0
    vpc.wait(0.1)
    assert vpc.vpc_status(vpc_id) == "Available"
    assert vpc.call("DescribeVpcs")["TotalCount"] == 1


def test_a_vpc_that_is_not_available_takes_nothing(vpc: VpcUser) -> None:
    """While a VPC is Pending or Deleting, every change is refused with that API's code."""

    def refusals() -> list[tuple[str, int]]:
        one = {"VpcId": vpc_id}
        vswitch = {"ZoneId": "eu-central-1a", "CidrBlock": "10.20.30.0/24"}
        return [
            vpc.refusal("CreateVSwitch", **one, **vswitch),
            vpc.refusal("CreateIpv4Gateway", **one),
            vpc.refusal("ModifyVpcAttribute", **one, VpcName="x"),
            vpc.refusal("DeleteVpc", **one),
        ]

    expected = [
        ("IncorrectVpcStatus", 400),
        ("IncorrectStatus.Vpc", 400),
        ("IncorrectVpcStatus", 400),
        ("IncorrectVpcStatus", 400),
    ]
    vpc_id = vpc.call("CreateVpc", CidrBlock="10.20.0.0/16")["VpcId"]
    assert refusals() == expected
    vpc.wait()
    vpc.call("DeleteVpc", VpcId=vpc_id)
    assert refusals() == expected


def test_modifying_a_vpc(vpc: VpcUser) -> None:
    """Name, description and block change; what is left out stays."""
    vpc_id = vpc.vpc(VpcName="old", Description="said before")
    vpc.vswitch(vpc_id)
    vpc.call("ModifyVpcAttribute", VpcId=vpc_id, VpcName="new", CidrBlock="10.20.0.0/18")
    shown = vpc.call("DescribeVpcAttribute", VpcId=vpc_id)
    assert [shown[name] for name in ("VpcName", "Description", "CidrBlock")] == [
        "new",
        "said before",
        "10.20.0.0/18",
    ]
    assert [
        vpc.refusal("ModifyVpcAttribute", VpcId=vpc_id, **{name: value})
        for name, value in (
            ("CidrBlock", "10.20.64.0/18"),
            ("CidrBlock", "10.20.0.0/29"),
            ("VpcName", "http://x"),
            ("Description", "x" * 257),
            ("EnableIPv6", True),
        )
    ] == [
        ("IllegalCidrBlock", 400),
        ("InvalidCidrBlock.Malformed", 400),
        ("InvalidVpcName.Malformed", 400),
        ("InvalidVpcDiscription.Malformed", 400),
        ("Sandbox.NotModelled", 501),
    ]


def test_an_empty_vpc_is_deleting_then_gone(vpc: VpcUser) -> None:
    """DeleteVpc works on an empty VPC, takes a while, and a repetition by token is harmless."""
    vpc_id = vpc.vpc()
    vpc.call("DeleteVpc", VpcId=vpc_id, ClientToken="t")
    assert vpc.vpc_status(vpc_id) == "Deleting"
    assert vpc.call("DeleteVpc", VpcId=vpc_id, ClientToken="t") == {}
    vpc.wait()
    assert vpc.refusal("DescribeVpcAttribute", VpcId=vpc_id) == ("InvalidVpcId.NotFound", 404)
    assert vpc.refusal("DeleteVpc", VpcId=vpc_id) == ("InvalidVpcId.NotFound", 404)
    assert vpc.cloud.state()["products"]["vpc"] == {}


def test_what_is_in_a_vpc_keeps_it(vpc: VpcUser) -> None:
    """DeleteVpc names what is left: vSwitches, then routes, then the gateway."""
    vpc_id = vpc.vpc()
    vswitch_id, gateway_id = vpc.vswitch(vpc_id), vpc.gateway(vpc_id)
    entry_id = vpc.route(vpc_id, gateway_id)
    violations = [vpc.refusal("DeleteVpc", VpcId=vpc_id)]
    vpc.call("DeleteVSwitch", VSwitchId=vswitch_id)
    violations.append(vpc.refusal("DeleteVpc", VpcId=vpc_id))
    vpc.wait()
    violations.append(vpc.refusal("DeleteVpc", VpcId=vpc_id))
    vpc.call("DeleteRouteEntry", RouteEntryId=entry_id)
    violations.append(vpc.refusal("DeleteVpc", VpcId=vpc_id, ForceDelete=True))
    vpc.wait()
    violations.append(vpc.refusal("DeleteVpc", VpcId=vpc_id))
    vpc.call("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id)
    violations.append(vpc.refusal("DeleteVpc", VpcId=vpc_id, ForceDelete=True))
    vpc.wait()
    assert violations == [
        ("DependencyViolation.VSwitch", 400),
        ("DependencyViolation.VSwitch", 400),
        ("DependencyViolation.RouteEntry", 400),
        ("DependencyViolation.RouteEntry", 400),
        ("DependencyViolation.Ipv4Gateway", 400),
        ("DependencyViolation.Ipv4Gateway", 400),
    ]
    assert vpc.call("DeleteVpc", VpcId=vpc_id) == {}


def test_force_takes_the_gateway_and_its_routes_along(vpc: VpcUser) -> None:
    """ForceDelete works with an IPv4 gateway and routes to it, not with a vSwitch."""
    vpc_id = vpc.vpc()
    gateway_id, vswitch_id = vpc.gateway(vpc_id), vpc.vswitch(vpc_id)
    vpc.route(vpc_id, gateway_id)
    assert vpc.refusal("DeleteVpc", VpcId=vpc_id, ForceDelete=True) == (
        "DependencyViolation.VSwitch",
        400,
    )
    vpc.call("DeleteVSwitch", VSwitchId=vswitch_id)
    vpc.wait()
    vpc.call("DeleteVpc", VpcId=vpc_id, ForceDelete=True)
    vpc.wait()
    assert vpc.cloud.state()["products"]["vpc"] == {}
    assert vpc.refusal("GetIpv4GatewayAttribute", Ipv4GatewayId=gateway_id) == (
        "ResourceNotFound.Ipv4Gateway",
        400,
    )


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("DescribeVpcs", {}),
        ("DescribeVpcAttribute", {"VpcId": "{vpc}"}),
        ("DescribeVSwitches", {}),
        ("DescribeVSwitchAttributes", {"VSwitchId": "{vswitch}"}),
        ("DeleteVSwitch", {"VSwitchId": "{vswitch}"}),
        ("EnableVpcIpv4Gateway", {"Ipv4GatewayId": "{gateway}"}),
        ("DeleteIpv4Gateway", {"Ipv4GatewayId": "{gateway}"}),
        ("DeleteVpc", {"VpcId": "{other}"}),
        ("CreateIpv4Gateway", {"VpcId": "{other}"}),
    ],
)
def test_a_dry_run_only_checks(vpc: VpcUser, action: str, params: dict[str, str]) -> None:
    """Every action with DryRun ends in DryRunOperation and changes nothing."""
    vpc_id = vpc.vpc()
    ids = {
        "vpc": vpc_id,
        "vswitch": vpc.vswitch(vpc_id),
        "gateway": vpc.gateway(vpc_id),
        "other": vpc.vpc(),
    }
    filled = {name: value.format(**ids) for name, value in params.items()}
    assert vpc.refusal(action, **filled, DryRun=True) == ("DryRunOperation", 400)


def test_a_dry_run_finds_what_is_wrong(vpc: VpcUser) -> None:
    """A dry run of a request that would be refused ends in that refusal."""
    assert vpc.refusal("DeleteVpc", VpcId="vpc-x", DryRun=True) == ("InvalidVpcId.NotFound", 404)
