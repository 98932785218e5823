"""The one table from vendor error codes to reactions, plain sentences and remedies.

Sources: the ESS error pages of 2021 (with HTTP status), the RAM and VPC error lists, the retry
lists of the Terraform provider, and messages that live deployments of such fleets have recorded.
An unknown code is a matter for a person and is shown whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shared.failure import Failure, Reaction

_T: Final = Reaction.TRANSIENT
_S: Final = Reaction.SHORTAGE
_H: Final = Reaction.HUMAN

_NEXT_POLL: Final = "Nothing to do: the next poll tries again."
_OTHER_OFFER: Final = (
    "Add another instance type, disk category or zone to `fleet`, or wait: ESS keeps trying."
)
_GRANT: Final = "Grant {action} to the identity whose access key is used, then poll again."
_PAY: Final = "Settle the account's balance in the Alibaba Cloud console."
_REPROVISION: Final = (
    "Let bootstrap rebuild the region's stack: p2p-fleet bootstrap --regions {region}"
)
_DEPLOY: Final = "Deploy it (make deploy), or correct BOOTSTRAP_FUNCTION."
_QUOTA: Final = "Raise the quota in the Quota Center of the region, or lower the capacity."
_KEYS: Final = (
    "Check ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary"
    " credentials, ALIBABA_CLOUD_SECURITY_TOKEN."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How to read one vendor code; `code` may end in `*` (any code that begins so).

    `said` is the plain sentence, or None where the vendor's own message says it better.
    """

    code: str
    reaction: Reaction
    said: str | None
    remedy: str


# Order matters: the first rule that matches wins, so exact codes stand before their families.
RULES: Final[tuple[Rule, ...]] = (
    # The service is busy or asks for patience.
    Rule("Throttling.Resource", _T, "The API asks for a pause.", _NEXT_POLL),
    Rule("Throttling*", _T, "Too many requests a minute for this API.", _NEXT_POLL),
    Rule("Rejected.Throttling", _T, "Too many requests a minute for this API.", _NEXT_POLL),
    Rule("ServiceUnavailable*", _T, "The service is unavailable for the moment.", _NEXT_POLL),
    Rule("InternalError", _T, "The service had an internal error.", _NEXT_POLL),
    Rule("InternalServerError", _T, "The service had an internal error.", _NEXT_POLL),
    Rule("UnknownError", _T, "The service had an internal error.", _NEXT_POLL),
    Rule("SystemBusy", _T, "The service is busy.", _NEXT_POLL),
    Rule("System.ServiceBusy", _T, "The service is busy.", _NEXT_POLL),
    Rule("ServerBusy", _T, "The service is busy.", _NEXT_POLL),
    Rule("RequestTimeout", _T, "The service took too long to answer.", _NEXT_POLL),
    Rule("TaskConflict", _T, "Another operation on the same resource is running.", _NEXT_POLL),
    Rule("OperationConflict", _T, "Another operation on the same resource is running.", _NEXT_POLL),
    Rule("InvalidOperation.Conflict", _T, "Another operation is running.", _NEXT_POLL),
    Rule("LastTokenProcessing", _T, "The same request is still being processed.", _NEXT_POLL),
    Rule("IdempotentProcessing", _T, "The same request is still being processed.", _NEXT_POLL),
    Rule("OperationFailed.*", _T, None, _NEXT_POLL),
    Rule("SignatureNonceUsed", _T, "The service saw this request twice.", _NEXT_POLL),
    Rule(
        "ScalingActivityInProgress", _T, "A scaling activity of the group is running.", _NEXT_POLL
    ),
    Rule("IncorrectScalingGroupStatus", _T, "The group is changing its state.", _NEXT_POLL),
    Rule("InvalidScheduledTaskId.NotFound", _T, "The scheduled task is gone.", _NEXT_POLL),
    Rule(
        "InvalidScheduledTaskName.Duplicate", _T, "A task of this name exists already.", _NEXT_POLL
    ),
    # The cloud has none of what was asked for; another offer may do.
    Rule("RecommendEmpty.InstanceTypeNoStock", _S, "No instance type is in stock.", _OTHER_OFFER),
    Rule("RecommendEmpty.DiskTypeNoStock", _S, "No disk category is in stock.", _OTHER_OFFER),
    Rule("OperationDenied.NoStock", _S, "The instance type is out of stock.", _OTHER_OFFER),
    Rule("NoInstanceStock", _S, "The instance type is out of stock.", _OTHER_OFFER),
    Rule(
        "ResourceNotAvailable.ECS", _S, "The zone does not offer this type or disk.", _OTHER_OFFER
    ),
    Rule(
        "InvalidResourceType.NotSupported", _S, "The zone does not offer this type.", _OTHER_OFFER
    ),
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
    Rule("RecommendEmpty.*", _S, None, _OTHER_OFFER),
    # A person must act.
    Rule(
        "Forbidden.RiskControl",
        _H,
        "Alibaba Cloud's risk control blocks new instances of this account.",
        "Pass the identity verification (KYC) of the account, or ask support to lift the block.",
    ),
    Rule("Forbidden.Unauthorized", _H, "The access key may not call {action}.", _GRANT),
    Rule("Forbidden.RAM", _H, "The access key may not call {action}.", _GRANT),
    Rule("NoPermission", _H, "The access key may not call {action}.", _GRANT),
    Rule(
        "Forbidden.Unsubscribed",
        _H,
        "Auto Scaling is not activated for this account.",
        "Activate Auto Scaling once in the Alibaba Cloud console.",
    ),
    Rule("InvalidAccessKeyId.*", _H, "The access key does not exist or is disabled.", _KEYS),
    Rule("SignatureDoesNotMatch", _H, "The access key secret is wrong.", _KEYS),
    Rule("InvalidSecurityToken.*", _H, "The temporary credentials are expired or wrong.", _KEYS),
    Rule("FunctionNotFound", _H, "The function does not exist.", _DEPLOY),
    Rule("InvalidCredentials", _H, "No credentials are configured.", _KEYS),
    Rule(
        "InvalidTimeStamp.*",
        _H,
        "The clock of this machine differs from Alibaba Cloud's by over 15 minutes.",
        "Set the machine's clock.",
    ),
    Rule("InvalidAccountStatus.NotEnoughBalance", _H, "The account's balance is too low.", _PAY),
    Rule("InsufficientBalance", _H, "The account's balance is too low.", _PAY),
    Rule("Account.Arrearage", _H, "The account is in arrears.", _PAY),
    Rule("QuotaExceeded.ScheduledTask", _H, "The region's scheduled tasks are used up.", _QUOTA),
    Rule("QuotaExceeded.ScalingGroup", _H, "The region's scaling groups are used up.", _QUOTA),
    Rule("QuotaExceed*", _H, "A quota of the account is used up.", _QUOTA),
    Rule("InvalidScalingGroupId.NotFound", _T, "The scaling group is gone.", _NEXT_POLL),
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

_UNKNOWN_REMEDY: Final = (
    "This code is not in our table: look it up with the request id at"
    " https://api.alibabacloud.com/troubleshoot"
)
# The SDK puts "code: 400, … request id: X" around the vendor's sentence.
_SDK_WRAPPING: Final = re.compile(r"^code: \d+, (?P<said>.*?)(?: request id: \S+)?$", re.DOTALL)
_MESSAGE_LIMIT: Final = 300
# Their messages repeat what was signed, with key ids and tokens in it.
_NEVER_QUOTED: Final = ("Signature", "InvalidSecurityToken", "InvalidAccessKeyId")


def rule_for(code: str) -> Rule | None:
    """Return the first rule that covers `code`, or None for a code we do not know."""
    for rule in RULES:
        if rule.code == code or (rule.code.endswith("*") and code.startswith(rule.code[:-1])):
            return rule
    return None


def failure_of(  # noqa: PLR0913 (what an error of the cloud consists of)
    code: str,
    vendor_message: str,
    *,
    region: str,
    http_status: int,
    action: str = "this action",
    request_id: str | None = None,
) -> Failure:
    """Turn a vendor error into a `Failure`; HTTP 5xx without a known code is transient.

    `action` is what a policy would have to allow, such as `ess:ModifyScalingGroup`.
    """
    said = _on_one_line(_unwrap(vendor_message))[:_MESSAGE_LIMIT]
    rule = rule_for(code)
    if rule is None and http_status >= 500:  # noqa: PLR2004 (HTTP's own border)
        rule = Rule(code, _T, None, _NEXT_POLL)
    if rule is None:
        return Failure(code, said or "Unknown error.", _H, _UNKNOWN_REMEDY, request_id)
    message = said if rule.said is None else rule.said.format(action=action)
    if rule.said is not None and _is_quotable(rule, code, said):
        message = f"{message} ({said})"
    remedy = rule.remedy.format(region=region, action=action)
    return Failure(code, message, rule.reaction, remedy, request_id)


def _is_quotable(rule: Rule, code: str, said: str) -> bool:
    """Whether the vendor's words help a person: not secrets, not a verdict in JSON."""
    is_prose = bool(said) and not said.startswith(("{", "["))
    return is_prose and rule.reaction is _H and not code.startswith(_NEVER_QUOTED)


def refused_at_the_door(code: str) -> bool:
    """Whether a service has not even looked at a request, so that repeating it is safe."""
    return code.startswith(("Throttling", "Rejected.Throttling"))


def _on_one_line(text: str) -> str:
    """Return foreign text as it is safe to show: nothing that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _unwrap(message: str) -> str:
    found = _SDK_WRAPPING.match(message)
    return found["said"] if found else message
