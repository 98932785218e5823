"""Errors of VPCs and vSwitches, and those that all actions share.

Codes, statuses and texts are those of the VPC API metadata; the misspellings are the vendor's.
Where the metadata has a code but no text for our case, the text follows its neighbours.
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_NOT_FOUND = HTTPStatus.NOT_FOUND


def dry_run_passed() -> ApiError:
    """A dry run that finds nothing wrong ends in this error."""
    return ApiError(
        "DryRunOperation", "Request validation has been passed with DryRun flag set.", _BAD
    )


def not_modelled(what: str) -> ApiError:
    """The real service can do it, this one cannot; said aloud rather than ignored."""
    return ApiError(
        "Sandbox.NotModelled",
        f"The sandbox does not model {what} of VPCs.",
        HTTPStatus.NOT_IMPLEMENTED,
    )


def invalid_parameter(name: str) -> ApiError:
    """The value of one parameter is out of range or malformed."""
    return ApiError(
        "InvalidParameter", f'The specified value of parameter "{name}" is not valid.', _BAD
    )


def missing_parameter() -> ApiError:
    """A parameter that the schema calls optional is needed in this combination."""
    return ApiError("MissingParameter", "Miss mandatory parameter.", _BAD)


def malformed_name(code: str, name: str) -> ApiError:
    """A name or description of the wrong length or form; every API has its own code."""
    return ApiError(code, f"Specified {name} is not valid.", _BAD)


def illegal_token() -> ApiError:
    """NextToken is not one that we gave out."""
    return ApiError("IllegalParam.NextToken", "The specified NextToken is invalid.", _BAD)


def vpc_not_found() -> ApiError:
    """No such VPC in this region, or not visible yet."""
    return ApiError("InvalidVpcId.NotFound", "Specified VPC does not exist.", _NOT_FOUND)


def vpc_not_found_by_filter() -> ApiError:
    """As `vpc_not_found`, for lists."""
    return ApiError("Forbidden.VpcNotFound", "Specified VPC can not found.", _BAD)


def wrong_vpc_status() -> ApiError:
    """The VPC is Pending or Deleting."""
    return ApiError(
        "IncorrectVpcStatus", "Current VPC status does not support this operation.", _BAD
    )


def vpc_quota_exceeded() -> ApiError:
    """The region holds as many VPCs as the account may have."""
    return ApiError("QuotaExceeded.Vpc", "VPC quota exceeded.", _BAD)


def too_many_ids() -> ApiError:
    """More than 20 VPC ids in one filter."""
    return ApiError(
        "InvalidVpcIdNumber.NotSupported", "The number of vpcIds exceeds the limit.", _BAD
    )


def malformed_vpc_cidr() -> ApiError:
    """CreateVpc: no address block, one with host bits, or a reserved one."""
    return ApiError("InvalidParameter", "Specified CIDR block is not valid", _BAD)


def illegal_vpc_mask(bits: int) -> ApiError:
    """CreateVpc: the mask is not between 8 and 28 bits long."""
    return ApiError(
        "IllegalParam.CidrBlockMask", f"The param of CidrBlock Mask [{bits}] is illegal.", _BAD
    )


def cidr_leaves_vswitches_out() -> ApiError:
    """ModifyVpcAttribute: a vSwitch lies outside the new block."""
    return ApiError("IllegalCidrBlock", "Some subnet cidrBlock is not in the cidrBlock.", _BAD)


def resource_group_not_found() -> ApiError:
    """CreateVpc: no such resource group."""
    return ApiError("InvalidResourceGroupId", "The specified ResourceGroupId does not exist.", _BAD)


def resource_group_of_filter_not_found() -> ApiError:
    """DescribeVpcs: no such resource group."""
    return ApiError(
        "InvalidResourceGroupId.NotFound", "The Specified ResourceGroupId not exists.", _BAD
    )


def depended_on(by: str) -> ApiError:
    """DeleteVpc: something is left in the VPC; `by` ends the code."""
    texts = {
        "SecurityGroup": "Specified object has dependent resources SecurityGroup.",
        "Ipv4Gateway": "The VPC cannot be deleted when it has ipv4Gateway.",
    }
    return ApiError(
        f"DependencyViolation.{by}", texts.get(by, "Specified object has dependent resources"), _BAD
    )


def vswitch_not_found(status: int = _NOT_FOUND) -> ApiError:
    """No such vSwitch in this region; DescribeVSwitchAttributes says 400."""
    return ApiError("InvalidVSwitchId.NotFound", "VSwitch not exist.", status)


def zone_not_found() -> ApiError:
    """The region has no such zone."""
    return ApiError("InvalidZoneId.NotFound", "Specified zone does not exist.", _BAD)


def malformed_cidr() -> ApiError:
    """No IPv4 address block in the form 10.0.0.0/24, or one with host bits."""
    return ApiError("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.", _BAD)


def illegal_vswitch_mask() -> ApiError:
    """A vSwitch's mask is not between 16 and 29 bits long."""
    return ApiError("InvalidCirdrBlock.MaskLength", "Specified CIDR block is not valid .", _BAD)


def cidr_outside_vpc() -> ApiError:
    """A vSwitch's block is not inside the VPC's."""
    return ApiError("InvalidParameter", "Specified CIDR block is not valid in VPC.", _BAD)


def cidr_overlaps() -> ApiError:
    """A vSwitch's block overlaps another one's."""
    return ApiError(
        "InvalidCidrBlock.Overlapped", "Specified CIDR block overlapped with other subnets.", _BAD
    )


def cidr_is_routed() -> ApiError:
    """A vSwitch's block is the destination of a route entry."""
    return ApiError("RouteConflict.AlreadyExist", "Route conflict exists in routing table.", _BAD)


def vswitch_quota_exceeded() -> ApiError:
    """The VPC holds as many vSwitches as it may."""
    return ApiError("QuotaExceeded.VSwitch", "Virtual switch quota exceeded.", _BAD)


def other_vswitch_creating(code: str) -> ApiError:
    """CreateVSwitch while another one is unsettled; the code is a variant.

    Seen in production as 400 IncorrectVSwitchStatus with this text.
    """
    return ApiError(code, "VSwitch Creation simultaneously is not supported.", _BAD)


def other_vswitch_unsettled() -> ApiError:
    """DeleteVSwitch while another one is being created or deleted."""
    return ApiError("OperationDenied.OtherSubnetProcessing", "other subnet is processing.", _BAD)


def vswitch_unsettled() -> ApiError:
    """The vSwitch, or for routes any of the VPC, is being created or deleted."""
    return ApiError("IncorrectVSwitchStatus", "vpc subnet is in middle status.", _BAD)


def vswitch_in_use() -> ApiError:
    """Instances or scaling groups still use the vSwitch."""
    return ApiError(
        "DependencyViolation", "Resources deployed in the vSwitch have not been deleted.", _BAD
    )
