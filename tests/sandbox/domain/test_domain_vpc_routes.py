"""IPv4 gateways and the routes to them: their states, rules and deletion."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.vpc_user import REGION, VpcUser, new_user


@pytest.fixture
def vpc() -> VpcUser:
    """A user of VPC in an empty account."""
    return new_user()


def test_a_gateway_is_created_then_enabled(vpc: VpcUser) -> None:
    """Creating, Created, Activating, Created and enabled: two seconds for each step."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.call("CreateIpv4Gateway", VpcId=vpc_id)["Ipv4GatewayId"]
    seen = [vpc.gateway_status(gateway_id)]
    vpc.wait(2)
    seen.append(vpc.gateway_status(gateway_id))
    vpc.call("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id)
    seen.append(vpc.gateway_status(gateway_id))
    vpc.wait(2)
    seen.append(vpc.gateway_status(gateway_id))
    assert seen == [
        ("Creating", False),
        ("Created", False),
        ("Activating", False),
        ("Created", True),
    ]


def test_a_gateway_shows_what_it_was_made_with(vpc: VpcUser) -> None:
    """List and Get agree, but for the name of the time of creation."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(
        vpc_id,
        Ipv4GatewayName="p2p",
        Ipv4GatewayDescription="out",
        Tag=[{"Key": "k", "Value": "v"}],
    )
    shown = {
        "Ipv4GatewayId": gateway_id,
        "Ipv4GatewayName": "p2p",
        "Ipv4GatewayDescription": "out",
        "VpcId": vpc_id,
        "Status": "Created",
        "Enabled": False,
        "Ipv4GatewayRouteTableId": "",
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    created = "2026-11-23T08:00:10Z"
    assert vpc.call("GetIpv4GatewayAttribute", Ipv4GatewayId=gateway_id) == {
        **shown,
        "CreateTime": created,
    }
    assert vpc.call("ListIpv4Gateways") == {
        "Ipv4GatewayModels": [{**shown, "GmtCreate": created}],
        "TotalCount": "1",
    }


def test_a_gateway_in_motion_takes_no_change(vpc: VpcUser) -> None:
    """While Creating, Activating or Deleting it is neither enabled, deleted nor routed to."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.call("CreateIpv4Gateway", VpcId=vpc_id)["Ipv4GatewayId"]

    def refusals() -> set[tuple[str, int]]:
        return {
            vpc.refusal("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id),
            vpc.refusal("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id),
            vpc.refusal("CreateRouteEntry", **vpc.route_params(vpc_id, gateway_id)),
        }

    wrong = {("IncorrectStatus.Ipv4Gateway", 400)}
    assert refusals() == wrong
    vpc.wait()
    vpc.call("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id)
    assert refusals() == wrong
    vpc.wait()
    vpc.call("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id)
    assert refusals() == wrong


def test_a_vpc_has_one_gateway(vpc: VpcUser) -> None:
    """A second gateway is refused until the first is really gone."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    second = ("OperationDenied.VpcExistIpv4Gateway", 400)
    assert vpc.refusal("CreateIpv4Gateway", VpcId=vpc_id) == second
    vpc.call("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id, InternetMode="public")
    assert vpc.gateway_status(gateway_id) == ("Deleting", False)
    assert vpc.refusal("CreateIpv4Gateway", VpcId=vpc_id) == second
    vpc.wait()
    vpc.gateway(vpc_id)


def test_a_gateway_is_made_once_for_each_token(vpc: VpcUser) -> None:
    """Client tokens work for creating, enabling and deleting a gateway."""
    vpc_id = vpc.vpc()
    request = {"VpcId": vpc_id, "ClientToken": "create"}
    created = vpc.call("CreateIpv4Gateway", **request)
    assert vpc.call("CreateIpv4Gateway", **request) == created
    vpc.wait()
    one = {"Ipv4GatewayId": created["Ipv4GatewayId"]}
    for _ in range(2):
        assert vpc.call("EnableVpcIpv4Gateway", **one, ClientToken="enable") == {}
    vpc.wait()
    for _ in range(2):
        assert vpc.call("DeleteIpv4Gateway", **one, ClientToken="delete") == {}


@pytest.mark.parametrize(
    "code",
    ["OperationFailed.Ipv4GatewayAlreadyActive.", "OperationFailed.Ipv4GatewayAlreadyActive"],
)
def test_a_gateway_is_enabled_once(vpc: VpcUser, code: str) -> None:
    """Enabling again has a code of its own, with or without a full stop."""
    gateway_id = vpc.gateway(vpc.vpc())
    vpc.vary(ipv4_gateway_already_active_error=code)
    vpc.call("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id)
    vpc.wait()
    assert vpc.refusal("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id) == (code, 400)


def test_some_regions_may_lack_gateways(vpc: VpcUser) -> None:
    """With the variant on, the named regions refuse and DescribeVpcAttribute says so."""
    vpc_id = vpc.vpc()
    vpc.vary(ipv4_gateway_missing_in=[REGION])
    assert vpc.refusal("CreateIpv4Gateway", VpcId=vpc_id) == ("UnsupportedRegion", 400)
    assert vpc.call("DescribeVpcAttribute", VpcId=vpc_id)["SupportIpv4Gateway"] is False
    vpc.vary(ipv4_gateway_missing_in=["cn-hangzhou"])
    vpc.gateway(vpc_id)


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [
        ({"VpcId": "vpc-nowhere"}, ("OperationFailed.VpcNotExist", 400)),
        ({"ResourceGroupId": "rg-nowhere"}, ("IllegalParam.ResourceGroupId", 400)),
        ({"Ipv4GatewayName": "x" * 129}, ("InvalidParameter", 400)),
        ({"Tag": [{"Value": "v"}]}, ("InvalidTagKey", 400)),
        ({"DryRun": True}, ("DryRunOperation", 400)),
    ],
)
def test_settings_that_a_new_gateway_may_not_have(
    vpc: VpcUser, setting: dict[str, object], refusal: tuple[str, int]
) -> None:
    """Every rule of CreateIpv4Gateway has its documented code."""
    params = {"VpcId": vpc.vpc(), **setting}
    assert vpc.refusal("CreateIpv4Gateway", **params) == refusal


def test_enabling_can_add_the_default_route(vpc: VpcUser) -> None:
    """With RouteTableList the system route table gets 0.0.0.0/0 to the gateway."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    vpc.call("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id, RouteTableList=[vpc.table(vpc_id)])
    assert vpc.routes(vpc_id, RouteEntryType="Custom") == [("Custom", "0.0.0.0/0", "Pending")]
    vpc.wait()
    assert vpc.routes(vpc_id, RouteEntryType="Custom") == [("Custom", "0.0.0.0/0", "Available")]
    assert vpc.gateway_status(gateway_id) == ("Created", True)


def test_tables_that_enabling_refuses(vpc: VpcUser) -> None:
    """Tables that do not exist, of another VPC, too many, or with a default route already."""
    vpc_id, other = vpc.vpc(), vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    vpc.route(vpc_id, gateway_id)
    assert [
        vpc.refusal("EnableVpcIpv4Gateway", Ipv4GatewayId=gateway_id, RouteTableList=tables)
        for tables in (["vtb-x"], [vpc.table(other)], ["vtb-x"] * 11, [vpc.table(vpc_id)])
    ] == [
        ("InvalidRouteTableId.NotFound", 404),
        ("Mismatch.Ipv4GatewayIdAndRouteTableId", 400),
        ("InvalidParameter", 400),
        ("OperationDenied.ConflictOfAllZeroRouting", 400),
    ]


def test_a_gateway_that_is_not_there(vpc: VpcUser) -> None:
    """Get, Enable and Delete know one code for it."""
    missing = ("ResourceNotFound.Ipv4Gateway", 400)
    for action in ("GetIpv4GatewayAttribute", "EnableVpcIpv4Gateway", "DeleteIpv4Gateway"):
        assert vpc.refusal(action, Ipv4GatewayId="ipv4gw-x") == missing


def test_a_route_is_pending_then_available_then_deleting_then_gone(vpc: VpcUser) -> None:
    """A second for each step; a gateway stays as long as the route does."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    params = vpc.route_params(vpc_id, gateway_id)
    entry_id = vpc.call("CreateRouteEntry", **params, RouteEntryName="out")["RouteEntryId"]
    seen = [vpc.routes(vpc_id, RouteEntryId=entry_id)]
    vpc.wait(1)
    seen.append(vpc.routes(vpc_id, RouteEntryId=entry_id))
    kept = ("OperationDenied.RouteEntryExist", 400)
    assert vpc.refusal("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id) == kept
    vpc.call("DeleteRouteEntry", RouteEntryId=entry_id)
    seen.append(vpc.routes(vpc_id, RouteEntryId=entry_id))
    assert vpc.refusal("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id) == kept
    vpc.wait(1)
    seen.append(vpc.routes(vpc_id, RouteEntryId=entry_id))
    assert seen == [
        [("Custom", "0.0.0.0/0", "Pending")],
        [("Custom", "0.0.0.0/0", "Available")],
        [("Custom", "0.0.0.0/0", "Deleting")],
        [],
    ]
    vpc.call("DeleteIpv4Gateway", Ipv4GatewayId=gateway_id)


def test_a_route_shows_where_it_leads(vpc: VpcUser) -> None:
    """DescribeRouteEntryList shows name, description and the one next hop."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    params = vpc.route_params(vpc_id, gateway_id, "8.8.8.8")
    entry_id = vpc.call("CreateRouteEntry", **params, RouteEntryName="dns", Description="a host")
    answer = vpc.call(
        "DescribeRouteEntryList", RouteTableId=vpc.table(vpc_id), NextHopType="Ipv4Gateway"
    )
    assert answer["RouteEntrys"]["RouteEntry"] == [
        {
            "RouteEntryId": entry_id["RouteEntryId"],
            "RouteEntryName": "dns",
            "Description": "a host",
            "RouteTableId": vpc.table(vpc_id),
            "DestinationCidrBlock": "8.8.8.8/32",
            "IpVersion": "ipv4",
            "Type": "Custom",
            "Origin": "CustomCreate",
            "Status": "Pending",
            "GmtModified": "2026-11-23T08:00:20Z",
            "NextHops": {"NextHop": [{"NextHopType": "Ipv4Gateway", "NextHopId": gateway_id}]},
        }
    ]


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [
        ({"RouteTableId": "vtb-nowhere"}, ("InvalidRouteTableId.NotFound", 404)),
        ({"DestinationCidrBlock": "0.0.0.0/0"}, ("InvalidCIDRBlock.Duplicate", 400)),
        ({"DestinationCidrBlock": "1.2.3.4/8"}, ("InvalidCidrBlock.Malformed", 400)),
        ({"DestinationCidrBlock": "10.20.30.0/24"}, ("InvalidCidrBlock", 400)),
        ({"DestinationCidrBlock": "10.20.30.7"}, ("InvalidCidrBlock", 400)),
        ({"DestinationCidrBlock": "100.64.0.0/10"}, ("InvalidDestinationCidrBlock", 400)),
        ({"NextHopId": "ipv4gw-x"}, ("ResourceNotFound.Ipv4Gateway", 400)),
        ({"NextHopId": None}, ("InvalidNexthopTypeAndList.BothNull", 400)),
        ({"NextHopList": [{"NextHopId": "x"}]}, ("InvalidNexthopTypeAndList.BothNotNull", 400)),
        ({"NextHopType": "NatGateway"}, ("InvalidNextHop.NotFound", 400)),
        ({"NextHopType": "Internet"}, ("InvalidNextHopType", 400)),
        ({"RouteEntryName": "http://"}, ("InvalidRouteEntryName.Malformed", 400)),
        ({"Description": "x" * 257}, ("InvalidDescription.Malformed", 400)),
        ({"DryRun": True}, ("DryRunOperation", 400)),
    ],
)
def test_routes_that_may_not_be(
    vpc: VpcUser, setting: dict[str, object], refusal: tuple[str, int]
) -> None:
    """Beside a default route and a vSwitch, every rule of CreateRouteEntry has its code."""
    vpc_id = vpc.vpc()
    vpc.vswitch(vpc_id)
    gateway_id = vpc.gateway(vpc_id)
    vpc.route(vpc_id, gateway_id)
    params = {**vpc.route_params(vpc_id, gateway_id, "8.8.8.0/24"), **setting}
    assert vpc.refusal("CreateRouteEntry", **params) == refusal


def test_a_route_and_its_gateway_are_of_one_vpc(vpc: VpcUser) -> None:
    """A gateway of another VPC is no next hop."""
    vpc_id, other = vpc.vpc(), vpc.vpc()
    params = vpc.route_params(vpc_id, vpc.gateway(other))
    assert vpc.refusal("CreateRouteEntry", **params) == (
        "Mismatch.Ipv4GatewayIdAndRouteTableId",
        400,
    )


def test_routes_come_and_go_one_at_a_time(vpc: VpcUser) -> None:
    """A route or vSwitch of the VPC that is unsettled blocks new routes and deletions."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    first = vpc.route(vpc_id, gateway_id, "8.8.4.0/24")
    another = vpc.route_params(vpc_id, gateway_id, "8.8.8.0/24")
    vpc.call("CreateRouteEntry", **vpc.route_params(vpc_id, gateway_id))
    blocked = ("IncorrectRouteEntryStatus", 400)
    assert vpc.refusal("CreateRouteEntry", **another) == blocked
    assert vpc.refusal("DeleteRouteEntry", RouteEntryId=first) == blocked
    vpc.wait(1)
    vpc.call("CreateVSwitch", VpcId=vpc_id, ZoneId="eu-central-1a", CidrBlock="10.20.1.0/24")
    blocked = ("IncorrectVSwitchStatus", 400)
    assert vpc.refusal("CreateRouteEntry", **another) == blocked
    assert vpc.refusal("DeleteRouteEntry", RouteEntryId=first) == blocked
    vpc.wait(3)
    vpc.call("DeleteRouteEntry", RouteEntryId=first)


def test_a_table_holds_so_many_routes(vpc: VpcUser) -> None:
    """One more custom entry than the quota, 200 unless set, is refused."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    vpc.set_faults(account={"quotas": {"vpc:route_entries": 1}})
    vpc.route(vpc_id, gateway_id)
    params = vpc.route_params(vpc_id, gateway_id, "8.8.8.0/24")
    assert vpc.refusal("CreateRouteEntry", **params) == ("QuotaExceeded", 400)


def test_a_repeated_request_makes_one_route(vpc: VpcUser) -> None:
    """A client token works for CreateRouteEntry even while the entry is Pending."""
    vpc_id = vpc.vpc()
    request = {**vpc.route_params(vpc_id, vpc.gateway(vpc_id)), "ClientToken": "once"}
    assert vpc.call("CreateRouteEntry", **request) == vpc.call("CreateRouteEntry", **request)
    assert len(vpc.state("route_entries")) == 1


def test_a_route_is_deleted_by_what_it_is(vpc: VpcUser) -> None:
    """Table, destination and next hop name an entry as well as its id does."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    vpc.route(vpc_id, gateway_id)
    named = {"RouteTableId": vpc.table(vpc_id), "DestinationCidrBlock": "0.0.0.0/0"}
    assert vpc.call("DeleteRouteEntry", **named, NextHopId=gateway_id) == {}
    vpc.wait()
    assert vpc.state("route_entries") == []


def test_deletions_of_routes_that_are_refused(vpc: VpcUser) -> None:
    """Every way to name a route wrongly has its documented code."""
    vpc_id = vpc.vpc()
    vpc.vswitch(vpc_id)
    gateway_id = vpc.gateway(vpc_id)
    entry_id, table = vpc.route(vpc_id, gateway_id), vpc.table(vpc_id)
    hop, everywhere = {"NextHopId": gateway_id}, {"DestinationCidrBlock": "0.0.0.0/0"}
    hops = {"NextHopList": [{"NextHopId": "x"}]}
    requests: list[dict[str, object]] = [
        {},
        {"RouteTableId": table},
        {"RouteEntryId": "rte-x"},
        {"RouteEntryId": entry_id, "RouteTableId": table},
        {"RouteTableId": "vtb-x", **everywhere, **hop},
        {"RouteTableId": table, **everywhere},
        {"RouteTableId": table, **everywhere, **hop, **hops},
        {"RouteTableId": table, **everywhere, **hops},
        {"RouteTableId": table, **everywhere, "NextHopId": "ipv4gw-x"},
        {"RouteTableId": table, "DestinationCidrBlock": "10.20.30.0/24", **hop},
        {"RouteEntryId": entry_id, "DryRun": True},
    ]
    assert [vpc.refusal("DeleteRouteEntry", **request) for request in requests] == [
        ("MissingParameter", 400),
        ("MissingParameter", 400),
        ("InvalidRouteEntryId.NotFound", 400),
        ("ParamExclusive.RouteEntryIdAndRouteTableIdOrDestCidrBlock", 400),
        ("InvalidRouteTableId.NotFound", 404),
        ("InvalidNextHop", 400),
        ("ParamExclusive.NextHopIdAndList", 400),
        ("InvalidRouteEntry.NotFound", 400),
        ("InvalidRouteEntry.NotFound", 400),
        ("OperationDenied", 400),
        ("DryRunOperation", 400),
    ]


def test_routes_on_their_way_out_are_left_alone(vpc: VpcUser) -> None:
    """A route that is being deleted is not deleted twice, nor is one whose VPC goes."""
    vpc_id = vpc.vpc()
    gateway_id = vpc.gateway(vpc_id)
    entry_id = vpc.route(vpc_id, gateway_id)
    kept = vpc.route(vpc_id, gateway_id, "8.8.8.0/24")
    vpc.call("DeleteRouteEntry", RouteEntryId=entry_id)
    again = vpc.refusal("DeleteRouteEntry", RouteEntryId=entry_id)
    vpc.wait()
    vpc.call("DeleteVpc", VpcId=vpc_id, ForceDelete=True)
    assert (again, vpc.refusal("DeleteRouteEntry", RouteEntryId=kept)) == (
        ("IncorrectRouteEntryStatus", 400),
        ("IncorrectVpcStatus", 400),
    )
