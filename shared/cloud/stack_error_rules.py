"""The table of vendor error codes: what the products of a region stack answer.

Shortages, and what only a person can mend: VPC, ECS, RAM, resource groups, Simple Log Service.
What mends itself stands in `passing_error_rules`, with the sources.
"""

from __future__ import annotations

from typing import Final

from shared.cloud.error_rules import CLEAN_UP, GRANT, KEYS, OTHER_OFFER, PAY, QUOTA, Rule, same
from shared.failure import Reaction

_S: Final = Reaction.SHORTAGE
_H: Final = Reaction.HUMAN
_BUG: Final = Reaction.BUG

_VERIFY: Final = "Pass the identity verification of the account in the Alibaba Cloud console."
_REPORT: Final = "Report this with the request id."
_LIST_DISK: Final = "List another `disk_categories` entry in `fleet`, or wait."
_RESIZE: Final = "Correct `disk_size_gb` in `fleet`."
_RETAG: Final = "Correct `tags` in `fleet`."
_REIMAGE: Final = "Name another `image` in `fleet`."
_EXCLUDE: Final = "Exclude the region in the control document."
_OTHER_NAME: Final = "Remove it in the console if nobody needs it, or choose another FLEET_NAME."
_READDRESS: Final = "Choose another `cidr_block` in `fleet`."
_CLOCK: Final = "Set the machine's clock."

_NOT_SOLD: Final = (
    *same(
        _S,
        "The region or zone does not sell this instance type now.",
        OTHER_OFFER,
        "InvalidInstanceType.ValueNotSupported",
        "InvalidInstanceType.ZoneNotSupported",
        "InvalidInstanceType.NotSupported",
        "InvalidInstanceType.NotFound",
        "InstanceType.Offline",
        "Zone.NotOnSale",
        "Zone.NotOpen",
        "OperationDenied.ZoneNotAllowed",
        "OperationDenied.PaygNotAvailable",
        "OperationDenied.ResourceControl",
        "IoOptimized.NotSupported",
        "ImageNotSupportInstanceType",
        "ResourceNotAvailable",
        "InvalidZoneId.NotFound",
    ),
    *same(
        _S,
        "The zone does not offer this disk category with this instance type.",
        _LIST_DISK,
        "InvalidInstanceType.NotSupportDiskCategory",
        "InvalidSystemDiskCategory.ValueNotSupported",
        "InvalidDiskCategory.ValueNotSupported",
        "InvalidDiskCategory.NotSupported",
        "InvalidDiskCategory.Mismatch",
        "OperationDenied.ZoneSystemCategoryNotMatch",
        "OperationDenied.DiskTypeNotSupport",
        "OperationDenied.CloudSSDNotSupported",
    ),
    Rule(
        "InvalidInstanceType.ValueUnauthorized",
        _S,
        "The account may not run this instance type in this region.",
        "Ask Alibaba Cloud support for access, or list another instance type in `fleet`.",
    ),
    Rule(
        "InvalidOperation.PublicIpAddressNoStock",
        _S,
        "The region has no public addresses of this kind left.",
        "Change `internet_charge_type` in `fleet`, or wait.",
    ),
)
"""What another type, disk or zone may have."""

_USED_UP: Final = (
    Rule("QuotaExceeded.Vpc", _H, "The region's VPCs are used up.", CLEAN_UP),
    Rule("QuotaExceeded.VSwitch", _H, "The VPC's vSwitches are used up.", CLEAN_UP),
    Rule("QuotaExceed.SecurityGroup", _H, "The region's security groups are used up.", CLEAN_UP),
    Rule("QuotaExceed.AfterpayInstance", _H, "The account's instances are used up.", QUOTA),
    *same(
        _H,
        "A resource can carry no more tags.",
        "Give fewer `tags` in `fleet`.",
        "QuotaExceed.Tags",
        "QuotaExceeded.TagNum",
        "NumberExceed.Tags",
        "SizeLimitExceeded.TagNum",
        "OperationDenied.QuotaExceed",
    ),
    Rule("LimitExceeded.ResourceGroup", _H, "The resource groups are used up.", CLEAN_UP),
    Rule("LimitExceeded.Policy.Version", _H, "The policy has five versions already.", CLEAN_UP),
    Rule("LimitExceeded.*", _H, "A limit of the account's roles and policies.", CLEAN_UP),
    *same(
        _H,
        "The region's launch templates, or a template's versions, are used up (30 each).",
        CLEAN_UP,
        "LaunchTemplateLimitExceed",
        "LaunchTemplateVersionLimitExceed",
    ),
    *same(
        _H,
        "The security group can hold no more rules.",
        "Give fewer `open_ports` or `allow_ssh` in `fleet`.",
        "AuthorizationLimitExceed",
        "AclLimitExceed",
    ),
    Rule("ProjectQuotaExceed", _H, "The log service has no room for more.", CLEAN_UP),
)
"""What the account has no more of."""

_NOT_ALLOWED: Final = (
    *same(
        _H,
        "The access key may not call {action}.",
        GRANT,
        "Forbidden",
        "Forbbiden",
        "Forbidden.SubUser",
        "Unauthorized",
        "AccessDenied",
        "InvalidUser.Unauthorized",
        "InvalidOperation.SecurityGroupNotAuthorized",
    ),
    Rule(
        "InvalidUser.PassRoleForbidden",
        _H,
        "The access key may not hand the instance role to instances.",
        "Grant ram:PassRole on the fleet's role to the identity whose access key is used.",
    ),
    *same(
        _H,
        "The access key or its secret is wrong.",
        KEYS,
        "InvalidAccessKeyId",
        "SignatureNotMatch",
    ),
    *same(
        _H,
        "The temporary credentials are expired or wrong.",
        KEYS,
        "SecurityTokenExpired",
        "SecurityToken.Expired",
        "InvalidSecurityToken",
    ),
    *same(
        _H,
        "The clock of this machine differs from Alibaba Cloud's by over 15 minutes.",
        _CLOCK,
        "RequestTimeTooSkewed",
        "RequestTimeExpired",
    ),
    *same(
        _H,
        "The account has not passed its identity verification.",
        _VERIFY,
        "RealNameAuthenticationError",
        "SecurityRisk.3DVerification",
    ),
    *same(
        _H,
        "The account cannot pay for this.",
        PAY,
        "InvalidPayMethod",
        "PaymentMethodNotFound",
        "InsufficientBalance.AgentCredit",
        "InvalidAccountStatus",
    ),
    *same(
        _H,
        "The account may not use this region.",
        "Ask Alibaba Cloud support for access, or exclude the region in the control document.",
        "RegionUnauthorized",
        "AccountForbidden.ProductCreationLimited",
    ),
    Rule("ProjectForbidden", _H, "The log project is disabled.", PAY),
)
"""What the account or its key may not do."""

_NOT_POSSIBLE: Final = (
    Rule(
        "DeleteConflict.Policy*",
        _H,
        "Somebody has given the fleet's policy to another user, group or role.",
        "Detach the policy from it in the RAM console.",
    ),
    Rule(
        "DeleteConflict.*",
        _H,
        "It cannot be deleted while something else uses it.",
        "Remove in the console what uses it.",
    ),
    *same(
        _H,
        "This endpoint does not know the region.",
        _EXCLUDE,
        "InvalidRegion.NotExist",
        "Forbidden.RegionNotFound",
        "Region.NotSupport",
    ),
    *same(
        _H,
        "The region does not offer what the stack needs.",
        _EXCLUDE,
        "UnsupportedRegion",
        "UnsupportedFeature*",
    ),
    *same(
        _H,
        "The VPC has another way out, which an IPv4 gateway does not go together with.",
        "Remove the elastic addresses, NAT or VPN gateways that were added to the fleet's VPC.",
        "OperationDenied.DirectEipExist",
        "OperationDenied.ExistDirectEip",
        "OperationDenied.NormalNatExist",
        "OperationDenied.NatgatewayExist",
        "OperationDenied.VpnExist",
        "OperationDenied.SubnetRouteV1Exist",
        "OperationDenied.ConflictOfAllZeroRouting",
        "OperationDenied.GatewayAlreadyAssociated",
    ),
    *same(
        _H,
        "The address block does not fit.",
        _READDRESS,
        "InvalidCidrBlock*",
        "InvalidCirdrBlock.MaskLength",
        "RouteConflict.AlreadyExist",
        "OperationFailed.CidrAcross",
    ),
    *same(
        _H,
        "A tag is not as the API takes them.",
        _RETAG,
        "InvalidTagKey*",
        "InvalidTagValue*",
        "Duplicate.TagKey",
        "Forbidden.TagKey*",
    ),
    Rule(
        "InvalidUserData.SizeExceeded",
        _H,
        "The user data is larger than ECS takes (32 KB).",
        "Shorten the `agent` section of the control document, or give fewer `public_keys`.",
    ),
    *same(_H, "ECS does not take user data here.", _REPORT, "InvalidUserData.Forbidden"),
    Rule("InvalidUserData*", _BUG, None, _REPORT),
    *same(
        _H,
        "The disk is too small, or larger than allowed.",
        _RESIZE,
        "InvalidSystemDiskSize*",
        "InvalidDisk.SystemDiskSize",
    ),
    *same(
        _H,
        "The region does not offer public bandwidth like this.",
        "Correct `bandwidth_out_mbps` or `internet_charge_type` in `fleet`.",
        "InvalidInternetChargeType.ValueNotSupported",
        "InvalidInternetMaxBandwidthOut.ValueNotSupported",
    ),
    *same(
        _H,
        "The image cannot be used.",
        _REIMAGE,
        "InvalidImageId*",
        "InvalidImageFamily*",
        "ImageNotSupportCloudInit",
        "OperationDenied.ImageNotValid",
    ),
    *same(
        _H,
        "A launch template of this name exists already.",
        _OTHER_NAME,
        "LaunchTemplateName.Duplicated",
    ),
    Rule("EntityAlreadyExists.*", _H, "Something of this name exists already.", _OTHER_NAME),
    Rule(
        "ProjectAlreadyExist",
        _H,
        "A log project of this name exists already, in this account or another.",
        _OTHER_NAME,
    ),
    Rule("EntityNotExist.Service", _H, "The service does not exist.", _REPORT),
    Rule(
        "InvalidOperation.ResourceManagedByCloudProduct",
        _H,
        "Another cloud product manages this resource.",
        _OTHER_NAME,
    ),
    *same(
        _BUG,
        None,
        _REPORT,
        "MalformedPolicyDocument*",
        "InvalidOperation.DeleteDefaultVersion",
        "ParameterInvalid",
        "LogStoreInfoInvalid",
        "IndexInfoInvalid",
        "PostBodyInvalid",
    ),
)
"""What does not fit together; a person changes the document, the account or the program."""

STACK_RULES: Final[tuple[Rule, ...]] = (
    *_NOT_SOLD,
    *_USED_UP,
    *_NOT_ALLOWED,
    *_NOT_POSSIBLE,
)
"""Exact codes stand before their families here too (see `errors`)."""
