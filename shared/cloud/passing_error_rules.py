"""The table of vendor error codes: what mends itself while a region stack is built or removed.

VPC, ECS, RAM, resource groups and the Simple Log Service; some codes are spelt as here, typing
errors of the vendor included. Sources: the error lists of the OpenAPI metadata and of the
documentation, and what the Terraform provider retries.
"""

from __future__ import annotations

from typing import Final

from shared.cloud.error_rules import NEXT_POLL, Rule, same
from shared.failure import Reaction

_T: Final = Reaction.TRANSIENT
_LOOK_AGAIN: Final = "Nothing to do: the next run looks again."
_STILL_USED: Final = (
    "Nothing to do: the next run tries again. If it lasts, find in the console what still uses it."
)

_PASSING: Final = (
    *same(
        _T,
        "The same request is still being processed.",
        _LOOK_AGAIN,
        "TOKEN_PROCESSING",
        "OperationFailed.IdempotentTokenProcessing",
        "OperationFailed.LastTokenProcessing",
    ),
    *same(
        _T,
        "An earlier request with this client token asked for something else.",
        _LOOK_AGAIN,
        "IdempotentParameterMismatch",
        "Duplicated.ClientToken",
    ),
    *same(
        _T,
        "The network is changing its state.",
        _LOOK_AGAIN,
        "IncorrectVpcStatus",
        "IncorrectVSwitchStatus",
        "IncorrectRouteEntryStatus",
        "IncorrcetRouteEntryStatus",
        "IncorrectInstanceStatus",
        "IncorrectStatus*",
        "InvalidStatus.RouteEntry",
        "CreateVSwitch.IncorrectStatus*",
        "DeleteVSwitch.IncorrectStatus*",
    ),
    *same(
        _T,
        "Another operation in the same network is running.",
        _LOOK_AGAIN,
        "OperationDenied.OtherSubnetProcessing",
        "OperationDenied.OtherSubnetCreating",
        "OperationDenied.CreatingConflict",
    ),
    *same(
        _T,
        "The resource group is changing its state.",
        _LOOK_AGAIN,
        "Invalid.ResourceGroup.Status",
    ),
    *same(
        _T,
        "A service behind the API failed.",
        NEXT_POLL,
        "InnerServiceFailed",
        "InvokeError",
        "Internal.Error",
        "Vpc.Error",
        "Mayi.InternalError",
    ),
    *same(
        _T,
        "More is written to the log service than it takes at once.",
        NEXT_POLL,
        "WriteQuotaExceed",
        "ReadQuotaExceed",
    ),
)
"""What mends itself."""

_UNSEEN: Final = (
    *same(
        _T,
        "The VPC is gone, or too new to be known everywhere.",
        _LOOK_AGAIN,
        "InvalidVpcId.NotFound",
        "InvalidVpcID.NotFound",
        "InvalidVpc.NotFound",
        "InvalidVPC.NotFound",
        "Forbidden.VpcNotFound",
        "OperationFailed.VpcNotExist",
        "VpcNotFound",
        "INVALID_VPC_ID",
        lasting=True,
    ),
    *same(
        _T,
        None,  # the vendor says what is gone, or too new to be known everywhere
        _LOOK_AGAIN,
        "InvalidVswitchID.NotFound",
        "ResourceNotFound.Ipv4Gateway",
        "InvalidRouteTableId.NotFound",
        "InvalidRouteTable.NotFound",
        "InvalidRouteEntry.NotFound",
        "InvalidRouteEntryId.NotFound",
        "InvalidNextHop.NotFound",
        "InvalidNexthop.NotFound",
        "InvalidSecurityGroupId.NotFound",
        "InvalidSecurityGroup.NotFound",
        "InvalidLaunchTemplate.NotFound",
        "InvalidLaunchTemplateVersion.NotFound",
        "InvalidResourceId.NotFound",
        "InvalidInstanceIds.NotFound",
        "InvalidResourceGroup.NotFound",
        "InvalidResourceGroupId.NotFound",
        "InvalidRamRole.NotFound",
        "EntityNotExists.ResourceGroup",
        "EntityNotExist.Role",
        "EntityNotExist.Policy",
        "EntityNotExist.Role.Policy",
        "EntityNotExist.Policy.Version",
        "ProjectNotExist",
        "LogStoreNotExist",
        "LogstoreNotExist",
        "IndexConfigNotExist",
        "MachineGroupNotExist",
        "GroupNotExist",
        "ConfigNotExist",
        lasting=True,
    ),
    *same(
        _T,
        None,  # the vendor says what exists already
        _LOOK_AGAIN,
        "OperationDenied.VpcExistIpv4Gateway",
        "OperationDenied.VpcHasAlreadyActive",
        "OperationFailed.Ipv4GatewayAlreadyActive",
        "OperationFailed.Ipv4GatewayAlreadyActive.",
        "RouterEntryConflict.Duplicated",
        "InvalidCIDRBlock.Duplicate",
        "InvalidRouteEntry.Duplicate",
        "LogStoreAlreadyExist",
        "LogstoreAlreadyExist",
        "IndexAlreadyExist",
        "MachineGroupAlreadyExist",
        "GroupAlreadyExist",
        "ConfigAlreadyExist",
        lasting=True,
    ),
)
"""What another look at the cloud explains: it came or went in between."""

_IN_USE: Final = (
    *same(
        _T,
        "Something that depends on it is still there.",
        _STILL_USED,
        "DependencyViolation*",
        "OperationDenied.RouteEntryExist",
        "DeleteConflict.ResourceGroup.Resource",
        "DeleteConflict.Role.Policy",
        "DeleteConflict.Policy.Version",
        lasting=True,
    ),
)
"""What cannot go before something else."""

PASSING_RULES: Final[tuple[Rule, ...]] = (*_PASSING, *_UNSEEN, *_IN_USE)
"""Exact codes stand before their families here too (see `errors`)."""
