"""The table of vendor error codes: what every product answers, Auto Scaling, Function Compute.

What only the products of a region stack answer stands in `passing_error_rules` and
`stack_error_rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.failure import Reaction

_T: Final = Reaction.TRANSIENT
_S: Final = Reaction.SHORTAGE
_H: Final = Reaction.HUMAN

NEXT_POLL: Final = "Nothing to do: the next poll tries again."
OTHER_OFFER: Final = (
    "Add another instance type, disk category or zone to `fleet`, or wait: ESS keeps trying."
)
GRANT: Final = "Grant {action} to the identity whose access key is used, then try again."
PAY: Final = "Settle the account's balance in the Alibaba Cloud console."
_REPROVISION: Final = (
    "Let bootstrap rebuild the region's stack: p2p-fleet bootstrap --regions {region}"
)
_DEPLOY: Final = "Deploy it (make deploy), or correct BOOTSTRAP_FUNCTION."
QUOTA: Final = "Raise the quota in the Quota Center of the region, or lower the capacity."
CLEAN_UP: Final = "Delete what is not needed any more, or raise the quota in the Quota Center."
KEYS: Final = (
    "Check ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary"
    " credentials, ALIBABA_CLOUD_SECURITY_TOKEN."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How to read one vendor code; `code` may end in `*` (any code that begins so).

    `said` is the plain sentence, or None where the vendor's own message says it better.
    `lasting`: the same request again would be answered the same; only a new look, or time, helps.
    """

    code: str
    reaction: Reaction
    said: str | None
    remedy: str
    lasting: bool = False


def same(
    reaction: Reaction, said: str | None, remedy: str, *codes: str, lasting: bool = False
) -> tuple[Rule, ...]:
    """Return one rule for each of several codes that mean the same."""
    return tuple(Rule(code, reaction, said, remedy, lasting) for code in codes)


GENERAL_RULES: Final[tuple[Rule, ...]] = (
    # The service is busy or asks for patience.
    Rule("Throttling.Resource", _T, "The API asks for a pause.", NEXT_POLL),
    Rule("Throttling*", _T, "Too many requests a minute for this API.", NEXT_POLL),
    Rule("Rejected.Throttling", _T, "Too many requests a minute for this API.", NEXT_POLL),
    Rule("ServiceUnavailable*", _T, "The service is unavailable for the moment.", NEXT_POLL),
    Rule("InternalError", _T, "The service had an internal error.", NEXT_POLL),
    Rule("InternalServerError", _T, "The service had an internal error.", NEXT_POLL),
    Rule("UnknownError", _T, "The service had an internal error.", NEXT_POLL),
    Rule("SystemBusy", _T, "The service is busy.", NEXT_POLL),
    Rule("System.ServiceBusy", _T, "The service is busy.", NEXT_POLL),
    Rule("ServerBusy", _T, "The service is busy.", NEXT_POLL),
    Rule("RequestTimeout", _T, "The service took too long to answer.", NEXT_POLL),
    Rule("TaskConflict", _T, "Another operation on the same resource is running.", NEXT_POLL),
    Rule("OperationConflict", _T, "Another operation on the same resource is running.", NEXT_POLL),
    Rule("InvalidOperation.Conflict", _T, "Another operation is running.", NEXT_POLL),
    Rule("LastTokenProcessing", _T, "The same request is still being processed.", NEXT_POLL),
    Rule("IdempotentProcessing", _T, "The same request is still being processed.", NEXT_POLL),
    Rule("OperationFailed.*", _T, None, NEXT_POLL),
    Rule("SignatureNonceUsed", _T, "The service saw this request twice.", NEXT_POLL),
    Rule("ScalingActivityInProgress", _T, "A scaling activity of the group is running.", NEXT_POLL),
    Rule("IncorrectScalingGroupStatus", _T, "The group is changing its state.", NEXT_POLL),
    Rule(
        "InvalidScheduledTaskId.NotFound",
        _T,
        "The scheduled task is gone.",
        NEXT_POLL,
        lasting=True,
    ),
    Rule(
        "InvalidScheduledTaskName.Duplicate",
        _T,
        "A task of this name exists already.",
        NEXT_POLL,
        lasting=True,
    ),
    # The cloud has none of what was asked for; another offer may do.
    Rule("RecommendEmpty.InstanceTypeNoStock", _S, "No instance type is in stock.", OTHER_OFFER),
    Rule("RecommendEmpty.DiskTypeNoStock", _S, "No disk category is in stock.", OTHER_OFFER),
    Rule("OperationDenied.NoStock", _S, "The instance type is out of stock.", OTHER_OFFER),
    Rule("NoInstanceStock", _S, "The instance type is out of stock.", OTHER_OFFER),
    Rule("ResourceNotAvailable.ECS", _S, "The zone does not offer this type or disk.", OTHER_OFFER),
    Rule("InvalidResourceType.NotSupported", _S, "The zone does not offer this type.", OTHER_OFFER),
    Rule(
        "InvalidInstanceType.NotAuthorized",
        _S,
        "The account may not run these instance types in this region.",
        "Ask Alibaba Cloud support for access, or list another instance type in `fleet`.",
    ),
    Rule(
        "RecommendEmpty.InstanceTypeNotAuthorized",
        _S,
        "The account may not run these instance types in this region.",
        "Ask Alibaba Cloud support for access, or list another instance type in `fleet`.",
    ),
    Rule("RecommendEmpty.*", _S, None, OTHER_OFFER),
    # A person must act.
    Rule(
        "Forbidden.RiskControl",
        _H,
        "Alibaba Cloud's risk control blocks new instances of this account.",
        "Pass the identity verification (KYC) of the account, or ask support to lift the block.",
    ),
    Rule("Forbidden.Unauthorized", _H, "The access key may not call {action}.", GRANT),
    Rule("Forbidden.RAM", _H, "The access key may not call {action}.", GRANT),
    Rule("NoPermission", _H, "The access key may not call {action}.", GRANT),
    Rule(
        "Forbidden.Unsubscribed",
        _H,
        "Auto Scaling is not activated for this account.",
        "Activate Auto Scaling once in the Alibaba Cloud console.",
    ),
    Rule("InvalidAccessKeyId.*", _H, "The access key does not exist or is disabled.", KEYS),
    Rule("SignatureDoesNotMatch", _H, "The access key secret is wrong.", KEYS),
    Rule("InvalidSecurityToken.*", _H, "The temporary credentials are expired or wrong.", KEYS),
    Rule("FunctionNotFound", _H, "The function does not exist.", _DEPLOY),
    Rule("InvalidCredentials", _H, "No credentials are configured.", KEYS),
    Rule(
        "InvalidTimeStamp.*",
        _H,
        "The clock of this machine differs from Alibaba Cloud's by over 15 minutes.",
        "Set the machine's clock.",
    ),
    Rule("InvalidAccountStatus.NotEnoughBalance", _H, "The account's balance is too low.", PAY),
    Rule("InsufficientBalance", _H, "The account's balance is too low.", PAY),
    Rule("Account.Arrearage", _H, "The account is in arrears.", PAY),
    Rule(
        "InvalidScalingGroupName.Duplicate",
        _H,
        "A scaling group of this name exists already, perhaps one that is still being deleted.",
        "Find it in the console of {region} and delete it, or choose another FLEET_NAME.",
        lasting=True,
    ),
    Rule("QuotaExceeded.ScheduledTask", _H, "The region's scheduled tasks are used up.", QUOTA),
    Rule("QuotaExceeded.ScalingGroup", _H, "The region's scaling groups are used up.", CLEAN_UP),
    Rule("QuotaExceed.ElasticQuota", _H, "A quota of the account is used up.", QUOTA),
    Rule("QuotaExceed*", _H, "A quota of the account is used up.", CLEAN_UP),
    Rule(
        "InvalidScalingGroupId.NotFound",
        _T,
        "The scaling group is gone.",
        NEXT_POLL,
        lasting=True,
    ),
    Rule(
        "InvalidRegionId.NotFound",
        _H,
        "This endpoint does not know the region.",
        "Exclude the region in the control document until it is served again.",
    ),
    Rule("LaunchTemplateSet.NotFound", _H, "The group's launch template is gone.", _REPROVISION),
    Rule(
        "LaunchTemplateVersionSet.NotFound",
        _H,
        "The group's launch template version is gone.",
        _REPROVISION,
    ),
    Rule("TemplateMissingParameter.*", _H, "The launch template is incomplete.", _REPROVISION),
    Rule("MissingActiveScalingConfiguration", _H, "The group has no template.", _REPROVISION),
    Rule("InvalidVSwitchId.NotFound", _H, "A vSwitch of the group is gone.", _REPROVISION),
    Rule("ResourceNotAvailable.VPCNetwork", _H, "The VPC is not available.", _REPROVISION),
    Rule("InvalidParameter*", Reaction.BUG, None, "Report this with the request id."),
    Rule("MissingParameter*", Reaction.BUG, None, "Report this with the request id."),
)
