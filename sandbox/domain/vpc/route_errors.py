"""Errors of IPv4 gateways and routes: codes, statuses and texts of the VPC API metadata."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_NOT_FOUND = HTTPStatus.NOT_FOUND


def gateways_missing_here() -> ApiError:
    """The region has no IPv4 gateways."""
    return ApiError(
        "UnsupportedRegion", "The feature of ipv4Gateway is not supported in the region.", _BAD
    )


def gateway_exists() -> ApiError:
    """A VPC has one IPv4 gateway at most."""
    return ApiError(
        "OperationDenied.VpcExistIpv4Gateway", "An IPv4 gateway already exists in the VPC.", _BAD
    )


def gateway_not_found() -> ApiError:
    """No such IPv4 gateway in this region."""
    return ApiError(
        "ResourceNotFound.Ipv4Gateway", "The specified resource ipv4Gateway is not found.", _BAD
    )


def wrong_gateway_status(gateway_id: str) -> ApiError:
    """The IPv4 gateway is not Created."""
    return ApiError(
        "IncorrectStatus.Ipv4Gateway",
        f"The status of Ipv4Gateway [{gateway_id}] is incorrect.",
        _BAD,
    )


def gateway_already_active(code: str) -> ApiError:
    """The IPv4 gateway is enabled; whether the code ends in a full stop is a variant."""
    return ApiError(code, "The operation failed because of ipv4Gateway is already active.", _BAD)


def default_route_exists(table_id: str) -> ApiError:
    """EnableVpcIpv4Gateway is to add a default route where there is one."""
    return ApiError(
        "OperationDenied.ConflictOfAllZeroRouting",
        f"The operation is not allowed  because of routetable [{table_id}] exist all-zero route "
        "entry.",
        _BAD,
    )


def gateway_is_routed_to() -> ApiError:
    """DeleteIpv4Gateway while a route entry leads to it."""
    return ApiError(
        "OperationDenied.RouteEntryExist",
        "The operation is not allowed because of existing routeEntry point to ipv4Gateway.",
        _BAD,
    )


def table_not_found() -> ApiError:
    """No such route table in this region."""
    return ApiError(
        "InvalidRouteTableId.NotFound", "Specified route table does not exist.", _NOT_FOUND
    )


def listed_table_not_found() -> ApiError:
    """As `table_not_found`, in DescribeRouteEntryList."""
    return ApiError("InvalidRouteTable.NotFound", "The specified RouteTable was not found.", _BAD)


def gateway_of_other_vpc() -> ApiError:
    """Gateway and route table belong to different VPCs."""
    return ApiError(
        "Mismatch.Ipv4GatewayIdAndRouteTableId",
        "The specified IPv4Gateway and RouteTable are not matched.",
        _BAD,
    )


def next_hop_missing() -> ApiError:
    """CreateRouteEntry: neither a next hop nor a list of them."""
    return ApiError(
        "InvalidNexthopTypeAndList.BothNull", "both nexthopType and nextHopList are null.", _BAD
    )


def next_hop_twice() -> ApiError:
    """CreateRouteEntry: a next hop and a list of them."""
    return ApiError(
        "InvalidNexthopTypeAndList.BothNotNull",
        "both nexthopType and nextHopList are not null.",
        _BAD,
    )


def next_hop_not_found() -> ApiError:
    """The account has no such next hop."""
    return ApiError("InvalidNextHop.NotFound", "Specified next hop does not exist.", _BAD)


def destination_exists() -> ApiError:
    """The route table has an entry for this destination."""
    return ApiError("InvalidCIDRBlock.Duplicate", "Specified CIDR block is already exists.", _BAD)


def destination_in_vswitch() -> ApiError:
    """The destination is a vSwitch's block, or inside it."""
    return ApiError("InvalidCidrBlock", "Specified CIDR block is not valid.", _BAD)


def destination_reserved() -> ApiError:
    """The destination is inside 100.64.0.0/10, which belongs to the cloud's own services."""
    return ApiError(
        "InvalidDestinationCidrBlock",
        "The specified destinationCidrBlock must not included in black list cidr.",
        _BAD,
    )


def route_quota_exceeded() -> ApiError:
    """The route table holds as many custom entries as it may."""
    return ApiError("QuotaExceeded", "Route entry quota exceeded in this route table.", _BAD)


def route_unsettled() -> ApiError:
    """A route entry of the VPC is being created or deleted."""
    return ApiError(
        "IncorrectRouteEntryStatus", "Some route entry status blocked this operation.", _BAD
    )


def route_entry_not_found() -> ApiError:
    """DeleteRouteEntry: no entry with this destination and next hop."""
    return ApiError("InvalidRouteEntry.NotFound", "Route entry not exists.", _BAD)


def route_entry_id_not_found() -> ApiError:
    """DeleteRouteEntry: no entry of this id."""
    return ApiError("InvalidRouteEntryId.NotFound", "Specified RouteEntryId does not exist.", _BAD)


def route_entry_named_twice() -> ApiError:
    """DeleteRouteEntry takes an id, or table and destination, not both."""
    return ApiError(
        "ParamExclusive.RouteEntryIdAndRouteTableIdOrDestCidrBlock",
        "RouteEntryId is mutually exclusive with RouteTableId and DestinationCidrBlock.",
        _BAD,
    )


def next_hop_to_delete_twice() -> ApiError:
    """DeleteRouteEntry takes one next hop or a list of them."""
    return ApiError(
        "ParamExclusive.NextHopIdAndList",
        "NextHopId and NextHopList cannot both be not null.",
        _BAD,
    )


def next_hop_to_delete_missing() -> ApiError:
    """DeleteRouteEntry by destination needs the next hop too."""
    return ApiError("InvalidNextHop", "Specified nexthop and nexthop list cannot both null.", _BAD)


def system_entry_undeletable() -> ApiError:
    """System entries go with their vSwitch."""
    return ApiError(
        "OperationDenied", "Specified operation is denied as route entry type is system.", _BAD
    )


def filter_needs_custom_routes() -> ApiError:
    """DescribeRouteEntryList filters by id and name among custom entries only."""
    return ApiError(
        "OperationFailed.FilterParamUnderWrongRouteType",
        "Operation failed  because only custom type support filter by routeEntryId or "
        "routeEntryName",
        _BAD,
    )


def vpc_of_gateway_not_found() -> ApiError:
    """As `vpc_not_found`, in CreateIpv4Gateway."""
    return ApiError(
        "OperationFailed.VpcNotExist", "The operation is failed because of vpc is not found.", _BAD
    )


def wrong_vpc_status_for_gateway(vpc_id: str) -> ApiError:
    """As `wrong_vpc_status`, in CreateIpv4Gateway."""
    return ApiError("IncorrectStatus.Vpc", f"The status of Vpc [{vpc_id}] is incorrect.", _BAD)


def resource_group_of_gateway_not_found() -> ApiError:
    """CreateIpv4Gateway: no such resource group."""
    return ApiError("IllegalParam.ResourceGroupId", "Invalid ResourceGroupld value.", _BAD)


def unknown_next_hop_type() -> ApiError:
    """CreateRouteEntry: nothing of this type can be a next hop."""
    return ApiError("InvalidNextHopType", 'Specified parameter "NextHopType" is not valid.', _BAD)


def illegal_filter(name: str) -> ApiError:
    """DescribeRouteEntryList: the value of a filter is none of those documented."""
    return ApiError(f"IllegalParam.{name}", f"The parameter of {name} is illegal.", _BAD)
