"""What VPC's lists show: pages, filters, tags, zones."""

from __future__ import annotations

from typing import Final

import pytest

from sandbox.domain.regions import BY_ID
from tests.sandbox.domain.vpc_user import REGION, ZONE, Json, VpcUser, new_user

MANY: Final = [f"vpc-{number}" for number in range(21)]
TWICE: Final = ["vpc-1", "vpc-1"]


@pytest.fixture
def vpc() -> VpcUser:
    """A user of VPC in an empty account."""
    return new_user()


def tag(key: str, value: str | None = None) -> list[dict[str, str]]:
    """A list of one tag, as requests have it."""
    return [{"Key": key} if value is None else {"Key": key, "Value": value}]


def test_vpcs_come_in_pages(vpc: VpcUser) -> None:
    """Ten to a page unless PageSize says more; a page past the end is empty."""
    made = [vpc.call("CreateVpc")["VpcId"] for _ in range(10)]
    vpc.set_faults(account={"quotas": {"vpc:vpcs": 12}})
    made += [vpc.call("CreateVpc")["VpcId"] for _ in range(2)]
    pages = [vpc.call("DescribeVpcs", PageNumber=number) for number in (1, 2, 3)]
    assert [[one["VpcId"] for one in page["Vpcs"]["Vpc"]] for page in pages] == [
        made[:10],
        made[10:],
        [],
    ]
    assert {name: pages[1][name] for name in ("PageNumber", "PageSize", "TotalCount")} == {
        "PageNumber": 2,
        "PageSize": 10,
        "TotalCount": 12,
    }
    assert len(vpc.call("DescribeVpcs", PageSize=50)["Vpcs"]["Vpc"]) == 12
    assert vpc.refusal("DescribeVpcs", PageSize=51) == ("InvalidParameter", 400)
    assert vpc.refusal("DescribeVpcs", PageNumber=0) == ("InvalidParameter", 400)


def test_vpcs_are_found_by_every_filter(vpc: VpcUser) -> None:
    """Ids, name, tags, owner: what a filter does not know is left out without an error."""
    first = vpc.vpc(VpcName="a", Tag=[*tag("fleet", "x"), *tag("zone", "1")])
    second = vpc.vpc(VpcName="b", Tag=tag("fleet", "y"))

    def found(**filters: object) -> list[str]:
        return [one["VpcId"] for one in vpc.call("DescribeVpcs", **filters)["Vpcs"]["Vpc"]]

    assert found() == [first, second]
    assert found(VpcId=second) == [second]
    assert found(VpcId=f"{second},{first},vpc-x") == [first, second]
    assert found(VpcName="a") == [first]
    assert found(VpcName="A") == []
    assert found(Tag=tag("fleet")) == [first, second]
    assert found(Tag=tag("fleet", "y")) == [second]
    assert found(Tag=[*tag("fleet", "x"), *tag("zone", "2")]) == []
    assert found(VpcOwnerId=1) == []
    assert found(IsDefault=True) == []
    assert found(IsDefault=False) == [first, second]
    assert vpc.refusal("DescribeVpcs", Tag=[{"Value": "x"}]) == ("InvalidTagKey", 400)
    assert vpc.refusal("DescribeVpcs", VpcId=",".join(f"vpc-{n}" for n in range(21))) == (
        "InvalidVpcIdNumber.NotSupported",
        400,
    )
    assert vpc.refusal("DescribeVpcs", ResourceGroupId="rg-nowhere") == (
        "InvalidResourceGroupId.NotFound",
        400,
    )


def test_vswitches_are_found_by_every_filter(vpc: VpcUser) -> None:
    """Ids, zone, VPC, table, name and tags narrow DescribeVSwitches."""
    one, other = vpc.vpc(), vpc.vpc()
    first = vpc.vswitch(one, VSwitchName="a", Tag=tag("k", "1"))
    second = vpc.vswitch(one, "10.20.31.0/24", ZoneId="eu-central-1b", VSwitchName="b")
    third = vpc.vswitch(other, Tag=tag("k", "2"))

    def found(**filters: object) -> list[str]:
        answer = vpc.call("DescribeVSwitches", **filters)
        return [vswitch["VSwitchId"] for vswitch in answer["VSwitches"]["VSwitch"]]

    assert found() == [first, second, third]
    assert found(VpcId=one) == [first, second]
    assert found(VSwitchId=second) == [second]
    assert found(VSwitchId="vsw-x") == []
    assert found(VSwitchName="b") == [second]
    assert found(ZoneId=ZONE) == [first, third]
    assert found(RouteTableId=vpc.table(other)) == [third]
    assert found(Tag=tag("k")) == [first, third]
    assert found(VpcId=one, PageSize=1, PageNumber=2) == [second]


def test_an_unknown_vpc_has_no_vswitches_or_is_refused(vpc: VpcUser) -> None:
    """Whether DescribeVSwitches minds a VpcId that does not exist is a variant."""
    assert vpc.call("DescribeVSwitches", VpcId="vpc-x")["TotalCount"] == 0
    vpc.vary(unknown_vpc_filter_refused=True)
    assert vpc.refusal("DescribeVSwitches", VpcId="vpc-x") == ("Forbidden.VpcNotFound", 400)


def test_gateways_come_in_pages_by_token(vpc: VpcUser) -> None:
    """NextToken leads from page to page and is missing on the last."""
    made = [vpc.gateway(vpc.vpc()) for _ in range(3)]
    first = vpc.call("ListIpv4Gateways", MaxResults=2)
    second = vpc.call("ListIpv4Gateways", MaxResults=2, NextToken=first["NextToken"])
    shown = first["Ipv4GatewayModels"] + second["Ipv4GatewayModels"]
    assert [one["Ipv4GatewayId"] for one in shown] == made
    assert (first["TotalCount"], "NextToken" in second) == ("3", False)
    assert vpc.refusal("ListIpv4Gateways", NextToken="-1") == ("IllegalParam.NextToken", 400)
    assert vpc.refusal("ListIpv4Gateways", MaxResults=101) == ("InvalidParameter", 400)


def test_gateways_are_found_by_every_filter(vpc: VpcUser) -> None:
    """Id, VPC, name and tags narrow ListIpv4Gateways."""
    one, other = vpc.vpc(), vpc.vpc()
    first = vpc.gateway(one, Ipv4GatewayName="a", Tag=tag("k", "1"))
    second = vpc.gateway(other, Ipv4GatewayName="b")

    def found(**filters: object) -> list[str]:
        answer = vpc.call("ListIpv4Gateways", **filters)
        return [gateway["Ipv4GatewayId"] for gateway in answer["Ipv4GatewayModels"]]

    assert found() == [first, second]
    assert found(VpcId=other) == [second]
    assert found(Ipv4GatewayId=first) == [first]
    assert found(Ipv4GatewayName="b") == [second]
    assert found(Tags=tag("k", "1")) == [first]
    assert found(VpcId="vpc-x") == []


def test_every_vpc_has_its_system_route_table(vpc: VpcUser) -> None:
    """DescribeRouteTableList shows it with its vSwitches; there are no others."""
    vpc_id = vpc.vpc()
    vpc.vpc()
    vswitch_id = vpc.vswitch(vpc_id)
    network = vpc.call("DescribeVpcAttribute", VpcId=vpc_id)
    answer = vpc.call("DescribeRouteTableList", VpcId=vpc_id)
    assert answer == {
        "PageNumber": 1,
        "PageSize": 10,
        "TotalCount": 1,
        "RouterTableList": {
            "RouterTableListType": [
                {
                    "RouteTableId": vpc.table(vpc_id),
                    "RouteTableName": "",
                    "RouteTableType": "System",
                    "RouterId": network["VRouterId"],
                    "RouterType": "VRouter",
                    "VpcId": vpc_id,
                    "Status": "Available",
                    "Description": "",
                    "AssociateType": "VSwitch",
                    "VSwitchIds": {"VSwitchId": [vswitch_id]},
                    "GatewayIds": {"GatewayIds": []},
                    "RoutePropagationEnable": True,
                    "Tags": {"Tag": []},
                    "OwnerId": int(vpc.cloud.account.account_id),
                    "CreationTime": "2026-11-23T08:00:00Z",
                }
            ]
        },
    }
    assert vpc.call("DescribeRouteTableList")["TotalCount"] == 2
    assert vpc.call("DescribeRouteTableList", RouteTableType="Custom")["TotalCount"] == 0
    assert vpc.call("DescribeRouteTableList", RouterType="VBR")["TotalCount"] == 0


def test_a_route_table_has_system_routes(vpc: VpcUser) -> None:
    """Each vSwitch has a local route, the cloud's services have one; filters tell them apart."""
    vpc_id = vpc.vpc()
    vpc.vswitch(vpc_id)
    vpc.route(vpc_id, vpc.gateway(vpc_id))
    custom = ("Custom", "0.0.0.0/0", "Available")
    local = ("System", "10.20.30.0/24", "Available")
    services = ("System", "100.64.0.0/10", "Available")
    assert vpc.routes(vpc_id) == [custom, local, services]
    assert vpc.routes(vpc_id, RouteEntryType="System") == [local, services]
    assert vpc.routes(vpc_id, NextHopType="local") == [local]
    assert vpc.routes(vpc_id, DestinationCidrBlock="0.0.0.0/0") == [custom]
    assert vpc.routes(vpc_id, DestCidrBlockList=["0.0.0.0/0", "10.20.30.0/24"]) == [custom, local]
    assert vpc.routes(vpc_id, IpVersion="IPv6") == []
    assert vpc.routes(vpc_id, MaxResult=2) == [custom, local]


def test_routes_come_in_pages_by_token(vpc: VpcUser) -> None:
    """Ten entries to a page unless MaxResult says more."""
    vpc_id = vpc.vpc()
    gateway_id, table = vpc.gateway(vpc_id), vpc.table(vpc_id)
    made = [vpc.route(vpc_id, gateway_id, f"8.8.{n}.0/24") for n in range(10)]
    first = vpc.call("DescribeRouteEntryList", RouteTableId=table)
    rest = vpc.call("DescribeRouteEntryList", RouteTableId=table, NextToken=first["NextToken"])
    assert [one["RouteEntryId"] for one in first["RouteEntrys"]["RouteEntry"]] == made
    assert [one["Type"] for one in rest["RouteEntrys"]["RouteEntry"]] == ["System"]
    assert "NextToken" not in rest
    everything = vpc.call("DescribeRouteEntryList", RouteTableId=table, MaxResult=500)
    assert len(everything["RouteEntrys"]["RouteEntry"]) == 11


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"RouteTableId": "vtb-x"}, "InvalidRouteTable.NotFound"),
        ({"RouteEntryType": "Static"}, "IllegalParam.RouteEntryType"),
        ({"IpVersion": "IPv5"}, "IllegalParam.IpVersion"),
        ({"NextToken": "x"}, "IllegalParam.NextToken"),
        ({"MaxResult": 501}, "InvalidParameter"),
        (
            {"RouteEntryType": "System", "RouteEntryName": "a"},
            "OperationFailed.FilterParamUnderWrongRouteType",
        ),
    ],
)
def test_filters_of_routes_that_are_refused(
    vpc: VpcUser, filters: dict[str, object], code: str
) -> None:
    """Impossible filters have their documented codes."""
    params = {"RouteTableId": vpc.table(vpc.vpc()), **filters}
    assert vpc.refusal("DescribeRouteEntryList", **params) == (code, 400)


def make_one_of_each(vpc: VpcUser) -> dict[str, str]:
    """One resource of every type that carries tags: type → id."""
    vpc_id = vpc.vpc()
    return {
        "VPC": vpc_id,
        "VSWITCH": vpc.vswitch(vpc_id),
        "ROUTETABLE": vpc.table(vpc_id),
        "IPV4GATEWAY": vpc.gateway(vpc_id),
    }


@pytest.mark.parametrize("kind", ["VPC", "VSWITCH", "ROUTETABLE", "IPV4GATEWAY"])
def test_tags_are_added_changed_listed_and_removed(vpc: VpcUser, kind: str) -> None:
    """Every type carries tags; a key that is there gets the new value; the type's case is free."""
    ids = make_one_of_each(vpc)
    target: Json = {"ResourceType": kind, "ResourceId": [ids[kind]]}

    def listed() -> list[tuple[str, str, str, str]]:
        answer = vpc.call("ListTagResources", **target)
        names = ("ResourceType", "ResourceId", "TagKey", "TagValue")
        return [
            (one[names[0]], one[names[1]], one[names[2]], one[names[3]])
            for one in answer["TagResources"]["TagResource"]
        ]

    vpc.call("TagResources", **target, Tag=[*tag("a", "1"), *tag("b")])
    vpc.call("TagResources", **{**target, "ResourceType": kind.title()}, Tag=tag("a", "2"))
    assert listed() == [(kind, ids[kind], "a", "2"), (kind, ids[kind], "b", "")]
    vpc.call("UnTagResources", **target, TagKey=["a", "unknown"])
    assert listed() == [(kind, ids[kind], "b", "")]
    vpc.call("UnTagResources", **target, All=True)
    assert listed() == []


def test_tags_show_on_their_resource(vpc: VpcUser) -> None:
    """Tags added later stand in the resource's own description."""
    ids = make_one_of_each(vpc)
    for kind, resource in ids.items():
        vpc.call("TagResources", ResourceType=kind, ResourceId=[resource], Tag=tag("k", kind))
    shown = {
        "VPC": vpc.call("DescribeVpcs")["Vpcs"]["Vpc"][0]["Tags"]["Tag"],
        "VSWITCH": vpc.call("DescribeVSwitches")["VSwitches"]["VSwitch"][0]["Tags"]["Tag"],
        "ROUTETABLE": vpc.call("DescribeRouteTableList", Tag=tag("k"))["RouterTableList"][
            "RouterTableListType"
        ][0]["Tags"]["Tag"],
        "IPV4GATEWAY": vpc.call("ListIpv4Gateways")["Ipv4GatewayModels"][0]["Tags"],
    }
    assert shown == {kind: tag("k", kind) for kind in ids}


def test_resources_are_found_by_their_tags(vpc: VpcUser) -> None:
    """ListTagResources by tags answers the wanted keys of resources that carry all of them."""
    first = vpc.vpc(Tag=[*tag("fleet", "x"), *tag("other", "1")])
    second = vpc.vpc(Tag=tag("fleet", "y"))

    def found(**filters: object) -> list[tuple[str, str]]:
        answer = vpc.call("ListTagResources", ResourceType="VPC", **filters)
        return [(one["ResourceId"], one["TagKey"]) for one in answer["TagResources"]["TagResource"]]

    assert found(Tag=tag("fleet")) == [(first, "fleet"), (second, "fleet")]
    assert found(Tag=tag("fleet", "x")) == [(first, "fleet")]
    assert found(Tag=[*tag("fleet", "x"), *tag("other", "2")]) == []
    assert found(Tag=tag("fleet"), ResourceId=[second]) == [(second, "fleet")]
    assert found(ResourceId=[first]) == [(first, "fleet"), (first, "other")]


def test_tags_come_in_pages_by_token(vpc: VpcUser) -> None:
    """MaxResults and NextToken cut the list of tags."""
    vpc_id = vpc.vpc(Tag=[{"Key": f"k{n}"} for n in range(5)])
    target: Json = {"ResourceType": "VPC", "ResourceId": [vpc_id], "MaxResults": 2}
    keys: list[str] = []
    following: Json = {}
    for _ in range(3):
        answer = vpc.call("ListTagResources", **target, **following)
        keys += [one["TagKey"] for one in answer["TagResources"]["TagResource"]]
        following = {"NextToken": answer["NextToken"]} if "NextToken" in answer else {}
    assert (keys, following) == (["k0", "k1", "k2", "k3", "k4"], {})


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("TagResources", {"ResourceType": "EIP", "Tag": tag("k")}, "InvalidInstanceType.NotFound"),
        ("TagResources", {"ResourceId": ["vpc-x"], "Tag": tag("k")}, "InvalidInstanceIds.NotFound"),
        ("TagResources", {"Tag": tag("acs:k")}, "InvalidTagKey"),
        ("TagResources", {"Tag": tag("k", "https://x")}, "InvalidTagValue"),
        ("TagResources", {"Tag": tag("new")}, "QuotaExceeded.TagNum"),
        (
            "TagResources",
            {"ResourceId": MANY, "Tag": tag("k")},
            "SizeLimitExceeded.ResourceId",
        ),
        ("TagResources", {"ResourceId": TWICE, "Tag": tag("k")}, "DuplicatedParam.ResourceIds"),
        ("UnTagResources", {}, "MissingParam"),
        ("UnTagResources", {"TagKey": ["k"] * 21}, "SizeLimitExceeded.TagNum"),
        ("ListTagResources", {"ResourceId": []}, "BothEmpty.TagsAndResources"),
        ("ListTagResources", {"Tag": [{"Value": "v"}]}, "InvalidTagKey"),
        ("ListTagResources", {"NextToken": "x"}, "IllegalParam.NextToken"),
        ("ListTagResources", {"MaxResults": 51}, "InvalidParameter"),
    ],
)
def test_requests_about_tags_that_are_refused(
    vpc: VpcUser, action: str, params: dict[str, object], code: str
) -> None:
    """On a VPC that has 20 tags, every rule about tags has its documented code."""
    vpc_id = vpc.vpc(Tag=[{"Key": f"k{n}"} for n in range(20)])
    target = {"ResourceType": "VPC", "ResourceId": [vpc_id]}
    assert vpc.refusal(action, **{**target, **params}) == (code, 400)


def test_all_resources_are_tagged_or_none(vpc: VpcUser) -> None:
    """One resource that has no room keeps the others from being tagged."""
    full, empty = vpc.vpc(Tag=[{"Key": f"k{n}"} for n in range(20)]), vpc.vpc()
    target = {"ResourceType": "VPC", "ResourceId": [empty, full]}
    assert vpc.refusal("TagResources", **target, Tag=tag("new")) == ("QuotaExceeded.TagNum", 400)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("zh-cn", f"{BY_ID[REGION].chinese_name} 可用区A"),
        ("EN-US", "Germany (Frankfurt) Zone A"),
    ],
)
def test_zones_are_those_of_the_region(vpc: VpcUser, language: str, name: str) -> None:
    """DescribeZones lists the region's zones under their local names."""
    zones = vpc.call("DescribeZones", AcceptLanguage=language)["Zones"]["Zone"]
    assert [one["ZoneId"] for one in zones] == [f"{REGION}a", f"{REGION}b", f"{REGION}c"]
    assert zones[0] == {"ZoneId": ZONE, "LocalName": name, "ZoneType": "AvailabilityZone"}


def test_zones_of_another_type_do_not_exist(vpc: VpcUser) -> None:
    """There are availability zones only."""
    assert vpc.call("DescribeZones", ZoneType="EdgeZone") == {"Zones": {"Zone": []}}
