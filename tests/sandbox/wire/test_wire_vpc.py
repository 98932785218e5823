"""VPC through the vendor's own, unmodified SDK and through its generic client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from alibabacloud_vpc20160428 import models
from alibabacloud_vpc20160428.client import Client as VpcClient
from darabonba.runtime import RuntimeOptions

from sandbox.server import RunningSandbox

REGION: Final = "ap-southeast-7"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


@pytest.fixture
def vpc(sandbox: RunningSandbox, config_for: ConfigFor) -> VpcClient:
    """The official VPC client, for the empty sandbox."""
    return VpcClient(config_for(sandbox))


@pytest.fixture
def settle(sandbox: RunningSandbox, admin: AdminCall) -> Callable[[], object]:
    """Lets enough virtual time pass for everything to settle."""
    return lambda: admin(sandbox, "POST", "clock", {"advance_s": 10})


def create_vpc(vpc: VpcClient) -> models.CreateVpcResponseBody:
    """A new VPC with a tag."""
    request = models.CreateVpcRequest(
        region_id=REGION,
        cidr_block="10.20.0.0/16",
        vpc_name="p2p-agent-ap-southeast-7",
        client_token="p2p-agent-vpc",
        tag=[models.CreateVpcRequestTag(key="p2p-fleet", value="ü & = +")],
    )
    return vpc.create_vpc(request).body


def test_life_of_a_network(
    vpc: VpcClient, settle: Callable[[], object], sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """VPC, vSwitch, gateway and route are made and unmade through the SDK, and nothing is left."""
    created = create_vpc(vpc)
    settle()
    shown = vpc.describe_vpcs(models.DescribeVpcsRequest(region_id=REGION)).body.vpcs.vpc
    assert [(one.vpc_id, one.status, one.tags.tag[0].value) for one in shown] == [
        (created.vpc_id, "Available", "ü & = +")
    ]
    vswitch_id = vpc.create_vswitch(
        models.CreateVSwitchRequest(
            region_id=REGION,
            zone_id=f"{REGION}a",
            vpc_id=created.vpc_id,
            cidr_block="10.20.30.0/24",
            tag=[models.CreateVSwitchRequestTag(key="p2p-fleet", value="p2p-agent")],
        )
    ).body.v_switch_id
    gateway_id = vpc.create_ipv_4gateway(
        models.CreateIpv4GatewayRequest(region_id=REGION, vpc_id=created.vpc_id)
    ).body.ipv_4gateway_id
    settle()
    gateway = {"region_id": REGION, "ipv_4gateway_id": gateway_id}
    vpc.enable_vpc_ipv_4gateway(models.EnableVpcIpv4GatewayRequest(**gateway))
    settle()
    entry_id = vpc.create_route_entry(
        models.CreateRouteEntryRequest(
            region_id=REGION,
            route_table_id=created.route_table_id,
            destination_cidr_block="0.0.0.0/0",
            next_hop_type="Ipv4Gateway",
            next_hop_id=gateway_id,
        )
    ).body.route_entry_id
    settle()
    entries = vpc.describe_route_entry_list(
        models.DescribeRouteEntryListRequest(
            region_id=REGION, route_table_id=created.route_table_id, route_entry_type="Custom"
        )
    ).body.route_entrys.route_entry
    hop = entries[0].next_hops.next_hop[0]
    assert (entries[0].status, hop.next_hop_id) == ("Available", gateway_id)
    vpc.delete_route_entry(
        models.DeleteRouteEntryRequest(region_id=REGION, route_entry_id=entry_id)
    )
    settle()
    vpc.delete_ipv_4gateway(models.DeleteIpv4GatewayRequest(**gateway))
    vpc.delete_vswitch(models.DeleteVSwitchRequest(region_id=REGION, v_switch_id=vswitch_id))
    settle()
    vpc.delete_vpc(models.DeleteVpcRequest(region_id=REGION, vpc_id=created.vpc_id))
    settle()
    assert admin(sandbox, "GET", "state")["products"]["vpc"] == {}


def test_lists_of_records_and_strings(vpc: VpcClient) -> None:
    """Tags travel as `Tag.1.Key` and ids as `ResourceId.1`, filters too."""
    vpc_id = create_vpc(vpc).vpc_id
    target = {"region_id": REGION, "resource_type": "VPC", "resource_id": [vpc_id]}
    added = [models.TagResourcesRequestTag(key="k", value="v")]
    vpc.tag_resources(models.TagResourcesRequest(**target, tag=added))
    vpc.un_tag_resources(models.UnTagResourcesRequest(**target, tag_key=["p2p-fleet"]))
    tags = vpc.list_tag_resources(models.ListTagResourcesRequest(**target)).body.tag_resources
    assert [(one.resource_id, one.tag_key, one.tag_value) for one in tags.tag_resource] == [
        (vpc_id, "k", "v")
    ]
    found = vpc.describe_vpcs(
        models.DescribeVpcsRequest(
            region_id=REGION, tag=[models.DescribeVpcsRequestTag(key="k", value="v")]
        )
    ).body
    assert found.total_count == 1


def test_errors_reach_the_sdk(vpc: VpcClient) -> None:
    """A refusal arrives with its documented code and status."""
    with pytest.raises(ClientException) as caught:
        vpc.describe_vpc_attribute(
            models.DescribeVpcAttributeRequest(region_id=REGION, vpc_id="vpc-nowhere")
        )
    assert (caught.value.code, caught.value.status_code) == ("InvalidVpcId.NotFound", 404)


@pytest.mark.parametrize(
    ("action", "query", "code"),
    [
        ("DescribeVpcs", {"PageSize": "51"}, "InvalidParameter"),
        ("DescribeVpcs", {"Filter": "x"}, "InvalidParameter"),
        ("DescribeVSwitchAttributes", {}, "MissingVSwitchId"),
        ("ListIpv4Gateways", {"MaxResults": "0"}, "InvalidParameter"),
        ("TagResources", {"ResourceType": "VPC", "ResourceId.1": "vpc-x"}, "MissingTag"),
    ],
)
def test_parameters_that_are_not_published_are_refused(
    sandbox: RunningSandbox, config_for: ConfigFor, action: str, query: dict[str, str], code: str
) -> None:
    """What the metadata does not allow is refused before the domain sees it."""
    client = OpenApiClient(config_for(sandbox, endpoint=f"vpc.{REGION}.aliyuncs.com"))
    params = Params(
        action=action,
        version="2016-04-28",
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    request = OpenApiRequest(query={"RegionId": REGION, **query})
    with pytest.raises(ClientException) as caught:
        client.call_api(params, request, RuntimeOptions())
    assert (caught.value.code, caught.value.status_code) == (code, 400)


def test_hangzhou_has_the_central_host(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """The SDK sends cn-hangzhou to vpc.aliyuncs.com, and that host answers."""
    client = VpcClient(config_for(sandbox, region="cn-hangzhou"))
    zones = client.describe_zones(models.DescribeZonesRequest(region_id="cn-hangzhou")).body.zones
    assert zones.zone[0].zone_id == "cn-hangzhou-b"
