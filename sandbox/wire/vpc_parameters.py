"""Parameters of the VPC actions served here (version 2016-04-28).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions. Where VPC has an
error code of its own for a value, the value passes here and the domain refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param, boolean, integer, records
from sandbox.wire.parameters import text as string
from sandbox.wire.parameters import texts as strings

VERSION: Final = "2016-04-28"

_REGION: Final = string("RegionId", required=True)
_OPTIONAL_REGION: Final = string("RegionId")
_CLIENT_TOKEN: Final = string("ClientToken", max_length=64)
_DRY_RUN: Final = boolean("DryRun")
_PAGE: Final = (integer("PageNumber", 1), integer("PageSize", 1, 50))
_GROUP: Final = string("ResourceGroupId")
_DESCRIPTION: Final = string("Description")

_TAG: Final = (string("Key"), string("Value"))
_NEW_TAGS: Final = records("Tag", *_TAG, max_items=21)
_WANTED_TAGS: Final = records("Tag", *_TAG, max_items=20)
_RESOURCE_TYPE: Final = string("ResourceType", required=True)
_RESOURCES: Final = strings("ResourceId", max_items=51, required=True)

_IPV6_ISP: Final = string("Ipv6Isp", "BGP", "ChinaMobile", "ChinaUnicom", "ChinaTelecom")
_LARGEST_ID: Final = 2**63 - 1

_NETWORKS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateVpc": (
        _REGION,
        string("CidrBlock"),
        string("Ipv6CidrBlock"),
        string("VpcName"),
        boolean("EnableIpv6"),
        _DESCRIPTION,
        _GROUP,
        _NEW_TAGS,
        _DRY_RUN,
        string("UserCidr"),
        _CLIENT_TOKEN,
        _IPV6_ISP,
        string("Ipv4IpamPoolId"),
        integer("Ipv4CidrMask"),
        boolean("EnableDnsHostname"),
        string("Ipv6IpamPoolId"),
        integer("Ipv6CidrMask"),
    ),
    "DescribeVpcs": (
        string("VpcId"),
        _REGION,
        string("VpcName"),
        boolean("IsDefault"),
        _DRY_RUN,
        _GROUP,
        *_PAGE,
        integer("VpcOwnerId", 0, _LARGEST_ID),
        string("DhcpOptionsSetId"),
        boolean("EnableIpv6"),
        _WANTED_TAGS,
    ),
    "DescribeVpcAttribute": (
        string("VpcId", required=True),
        _REGION,
        _DRY_RUN,
        boolean("IsDefault"),
    ),
    "ModifyVpcAttribute": (
        string("VpcId", required=True),
        _DESCRIPTION,
        string("VpcName"),
        string("CidrBlock"),
        _OPTIONAL_REGION,
        boolean("EnableIPv6"),
        string("Ipv6CidrBlock"),
        _IPV6_ISP,
        boolean("EnableDnsHostname"),
    ),
    "DeleteVpc": (
        string("VpcId", required=True),
        _OPTIONAL_REGION,
        boolean("ForceDelete"),
        _DRY_RUN,
        _CLIENT_TOKEN,
    ),
}

_VSWITCHES: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateVSwitch": (
        _NEW_TAGS,
        string("ZoneId", required=True),
        _OPTIONAL_REGION,
        string("CidrBlock", required=True),
        integer("Ipv6CidrBlock", 0, 255),
        string("VpcId", required=True),
        string("VSwitchName"),
        _DESCRIPTION,
        _CLIENT_TOKEN,
        string("VpcIpv6CidrBlock"),
    ),
    "DescribeVSwitches": (
        string("VpcId"),
        string("VSwitchId"),
        string("ZoneId"),
        _OPTIONAL_REGION,
        string("VSwitchName"),
        _DRY_RUN,
        boolean("IsDefault"),
        string("RouteTableId"),
        _GROUP,
        *_PAGE,
        integer("VSwitchOwnerId", 0, _LARGEST_ID),
        boolean("EnableIpv6"),
        _WANTED_TAGS,
    ),
    "DescribeVSwitchAttributes": (
        string("VSwitchId", required=True),
        _OPTIONAL_REGION,
        _DRY_RUN,
    ),
    "DeleteVSwitch": (
        string("VSwitchId", required=True),
        _OPTIONAL_REGION,
        _DRY_RUN,
    ),
    "DescribeZones": (
        _REGION,
        string("ZoneType"),
        string("AcceptLanguage", "zh-cn", "en-us", "ja", any_case=True),
    ),
}

_GATEWAYS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateIpv4Gateway": (
        string("Ipv4GatewayName"),
        string("Ipv4GatewayDescription"),
        string("VpcId", required=True),
        _DRY_RUN,
        _CLIENT_TOKEN,
        _REGION,
        _GROUP,
        _NEW_TAGS,
    ),
    "GetIpv4GatewayAttribute": (_REGION, string("Ipv4GatewayId", required=True)),
    "ListIpv4Gateways": (
        _REGION,
        integer("MaxResults", 1, 100),
        string("NextToken"),
        string("VpcId"),
        string("Ipv4GatewayId"),
        string("Ipv4GatewayName"),
        _GROUP,
        records("Tags", *_TAG, max_items=10),
    ),
    "EnableVpcIpv4Gateway": (
        string("Ipv4GatewayId", required=True),
        _REGION,
        _DRY_RUN,
        _CLIENT_TOKEN,
        strings("RouteTableList", max_items=100),
    ),
    "DeleteIpv4Gateway": (
        string("Ipv4GatewayId", required=True),
        string("InternetMode", "private", "public"),
        _REGION,
        _CLIENT_TOKEN,
        _DRY_RUN,
    ),
}

_ROUTES: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateRouteEntry": (
        _OPTIONAL_REGION,
        string("RouteTableId", required=True),
        string("DestinationCidrBlock", required=True),
        string("NextHopId"),
        _CLIENT_TOKEN,
        string("RouteEntryName"),
        _DESCRIPTION,
        string("NextHopType"),
        records(
            "NextHopList",
            string("NextHopId"),
            integer("Weight"),
            string("NextHopType"),
            max_items=16,
        ),
        _DRY_RUN,
    ),
    "DescribeRouteEntryList": (
        _REGION,
        string("RouteTableId", required=True),
        string("RouteEntryId"),
        string("DestinationCidrBlock"),
        string("RouteEntryName"),
        string("IpVersion"),
        string("RouteEntryType"),
        string("NextHopId"),
        string("NextHopType"),
        integer("MaxResult", 1, 500),
        string("NextToken"),
        string("ServiceType"),
        strings("DestCidrBlockList", max_items=200),
    ),
    "DescribeRouteTableList": (
        string("RouterType", "VRouter", "VBR"),
        string("RouterId"),
        string("VpcId"),
        string("RouteTableId"),
        string("RouteTableName"),
        *_PAGE,
        _GROUP,
        _REGION,
        _NEW_TAGS,
        string("RouteTableType", "System", "Custom"),
    ),
    "DeleteRouteEntry": (
        _OPTIONAL_REGION,
        string("RouteTableId"),
        string("RouteEntryId"),
        string("DestinationCidrBlock"),
        string("NextHopId"),
        records("NextHopList", string("NextHopId"), string("NextHopType"), max_items=8),
        _DRY_RUN,
    ),
}

_TAGS: Final[Mapping[str, tuple[Param, ...]]] = {
    "TagResources": (
        _RESOURCE_TYPE,
        _RESOURCES,
        _REGION,
        records("Tag", *_TAG, max_items=21, required=True),
    ),
    "UnTagResources": (
        _RESOURCE_TYPE,
        boolean("All"),
        _RESOURCES,
        strings("TagKey", max_items=21),
        _REGION,
    ),
    "ListTagResources": (
        _RESOURCE_TYPE,
        string("NextToken"),
        integer("MaxResults", 1, 50),
        strings("ResourceId", max_items=51),
        _REGION,
        _NEW_TAGS,
    ),
}

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    **_NETWORKS,
    **_VSWITCHES,
    **_GATEWAYS,
    **_ROUTES,
    **_TAGS,
}
