"""The error table: every documented code has a reaction and a remedy, and none hides another."""

from __future__ import annotations

import pytest

from shared.cloud.errors import RULES, failure_of, rule_for
from shared.failure import Failure, Reaction

# What live deployments and the documentation of ESS, RAM and ECS report, by how to react.
DOCUMENTED = {
    Reaction.TRANSIENT: (
        "Throttling",
        "Throttling.User",
        "Throttling.Api",
        "Throttling.Resource",
        "Rejected.Throttling",
        "ServiceUnavailable",
        "InternalError",
        "SystemBusy",
        "System.ServiceBusy",
        "TaskConflict",
        "OperationConflict",
        "LastTokenProcessing",
        "OperationFailed.IdempotentTokenProcessing",
        "ScalingActivityInProgress",
        "IncorrectScalingGroupStatus",
        "InvalidScheduledTaskName.Duplicate",
        "InvalidScheduledTaskId.NotFound",
        "InvalidScalingGroupId.NotFound",
        # VPC, while something changes or has just come or gone.
        "TOKEN_PROCESSING",
        "IdempotentProcessing",
        "IdempotentParameterMismatch",
        "OperationFailed.LastTokenProcessing",
        "OperationFailed.DistibuteLock",
        "OperationFailed.NotifyCenCreate",
        "OperationFailed.Ipv4GatewayAlreadyActive.",
        "UnknownError",
        "IncorrectVpcStatus",
        "IncorrectVSwitchStatus",
        "IncorrectRouteEntryStatus",
        "IncorrectStatus",
        "IncorrectStatus.Vpc",
        "IncorrectStatus.Ipv4Gateway",
        "IncorrectStatus.RouteTableStatus",
        "IncorrectStatus.cbnStatus",
        "InvalidStatus.RouteEntry",
        "CreateVSwitch.IncorrectStatus.cbnStatus",
        "OperationDenied.OtherSubnetProcessing",
        "OperationDenied.VpcExistIpv4Gateway",
        "RouterEntryConflict.Duplicated",
        "InvalidCIDRBlock.Duplicate",
        "InvalidVpcId.NotFound",
        "InvalidVpcID.NotFound",
        "InvalidVpc.NotFound",
        "Forbidden.VpcNotFound",
        "ResourceNotFound.Ipv4Gateway",
        # What something else still needs.
        "DependencyViolation",
        "DependencyViolation.VSwitch",
        "DependencyViolation.SecurityGroup",
        "DependencyViolation.Ipv4Gateway",
        "DependencyViolation.RouteEntry",
        "OperationDenied.RouteEntryExist",
        "DeleteConflict.Role.Policy",
        "DeleteConflict.Policy.Version",
        "DeleteConflict.ResourceGroup.Resource",
        # Identities and names that are not seen everywhere yet.
        "InvalidRamRole.NotFound",
        "EntityNotExist.Role",
        "EntityNotExist.Policy",
        "EntityNotExist.Role.Policy",
        "EntityNotExists.ResourceGroup",
        "Invalid.ResourceGroup.Status",
        # The log service.
        "ServerBusy",
        "InternalServerError",
        "RequestTimeout",
        "WriteQuotaExceed",
        "ProjectNotExist",
        "LogStoreNotExist",
        "LogStoreAlreadyExist",
        "LogstoreAlreadyExist",
        "IndexAlreadyExist",
        "MachineGroupAlreadyExist",
        "ConfigAlreadyExist",
        # EventBridge, and Function Compute about triggers.
        "TooManyRequests",
        "EventBusNotExist",
        "EventSourceNotExist",
        "EventRuleNotExisted",
        "EventTargetNotExist",
        "EventBusAlreadyExist",
        "EventSourceAlreadyExist",
        "EventRuleAlreadyExist",
        "CreateRelatedResourceFailed",
        "TriggerNotFound",
        "TriggerAlreadyExists",
    ),
    Reaction.SHORTAGE: (
        "RecommendEmpty.InstanceTypeNoStock",
        "RecommendEmpty.DiskTypeNoStock",
        "RecommendEmpty.InstanceTypeNotAuthorized",
        "OperationDenied.NoStock",
        "InvalidInstanceType.NotAuthorized",
        "InvalidResourceType.NotSupported",
        "ResourceNotAvailable.ECS",
        "InvalidInstanceType.ValueNotSupported",
        "InvalidInstanceType.ZoneNotSupported",
        "InvalidInstanceType.ValueUnauthorized",
        "InvalidInstanceType.NotSupportDiskCategory",
        "InvalidSystemDiskCategory.ValueNotSupported",
        "Zone.NotOnSale",
        "InvalidOperation.PublicIpAddressNoStock",
    ),
    Reaction.HUMAN: (
        "Forbidden.RiskControl",
        "Forbidden.Unauthorized",
        "Forbidden.Unsubscribed",
        "NoPermission",
        "InvalidAccessKeyId.NotFound",
        "SignatureDoesNotMatch",
        "InvalidAccountStatus.NotEnoughBalance",
        "Account.Arrearage",
        "QuotaExceed.ElasticQuota",
        "QuotaExceeded.ScheduledTask",
        "QuotaExceeded.ScalingGroup",
        "QuotaExceeded.PrivateIpAddress",
        "LaunchTemplateSet.NotFound",
        "LaunchTemplateVersionSet.NotFound",
        "TemplateMissingParameter.ImageId",
        "InvalidRegionId.NotFound",
        "InvalidVSwitchId.NotFound",
        "InvalidScalingGroupName.Duplicate",
        "InvalidInternetChargeType.ValueNotSupported",
        "QuotaExceeded.Vpc",
        "QuotaExceeded.VSwitch",
        "QuotaExceed.SecurityGroup",
        "QuotaExceeded",
        "LimitExceeded.ResourceGroup",
        "LimitExceeded.Role",
        "LimitExceeded.Policy",
        "LimitExceeded.Role.Policy",
        "LimitExceeded.Policy.Version",
        "LaunchTemplateLimitExceed",
        "LaunchTemplateName.Duplicated",
        "UnsupportedRegion",
        "UnsupportedFeature.Ipv4Gateway",
        "OperationDenied.DirectEipExist",
        "OperationDenied.NormalNatExist",
        "OperationDenied.VpnExist",
        "OperationDenied.ConflictOfAllZeroRouting",
        "InvalidCidrBlock.Overlapped",
        "InvalidUserData.SizeExceeded",
        "InvalidTagKey.Malformed",
        "EntityAlreadyExists.Role",
        "EntityAlreadyExists.Policy",
        "DeleteConflict.Policy.User",
        "DeleteConflict.Policy.Group",
        "InvalidUser.PassRoleForbidden",
        "RealNameAuthenticationError",
        "ProjectAlreadyExist",
        "ProjectQuotaExceed",
        "RequestTimeTooSkewed",
        "Unauthorized",
        "SignatureNotMatch",
        "SecurityTokenExpired",
        "ServiceNotEnable",
        "ServiceAccessDenied",
        "EventBusCountExceedLimit",
        "EventRuleCountExceedLimit",
        "EventBusRuleNotEmptyForDelete",
        "EventTargetIneffectiveAttribute",
    ),
    Reaction.BUG: (
        "MalformedPolicyDocument",
        "InvalidUserData.Base64FormatInvalid",
        "InvalidParameter",
        "InvalidParameter.Conflict",
        "MissingParameter",
        "ParameterInvalid",
        "EventBusNameInvalid",
        "EventRuleFilterPatternSchemaError",
    ),
}


@pytest.mark.parametrize(
    ("code", "reaction"),
    [(code, reaction) for reaction, codes in DOCUMENTED.items() for code in codes],
)
def test_a_documented_code_has_its_reaction_and_a_remedy(code: str, reaction: Reaction) -> None:
    """Retry, look elsewhere, or call a person: the table decides, and says what to do."""
    failure = failure_of(code, "Vendor text.", region="eu-west-1", http_status=400)

    assert (failure.code, failure.reaction) == (code, reaction)
    assert failure.message
    assert failure.remedy
    assert "{" not in failure.remedy


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_rule_is_hidden_behind_an_earlier_one(rule: object) -> None:
    """The first match wins, so a family must not stand before its members."""
    code = getattr(rule, "code", "")

    assert rule_for(code.replace("*", "Anything")) is rule


def test_an_unknown_code_is_for_a_person_and_shown_whole() -> None:
    """What we do not know is neither retried nor hidden."""
    assert failure_of(
        "Brand.NewCode", "Something new.", region="x", http_status=400, request_id="0A"
    ) == Failure(
        "Brand.NewCode",
        "Something new.",
        Reaction.HUMAN,
        "This code is not in our table: look it up with the request id at"
        " https://api.alibabacloud.com/troubleshoot",
        "0A",
    )


def test_an_unknown_code_of_a_broken_server_is_transient() -> None:
    """5xx means that the service is in trouble, whatever it calls it."""
    failure = failure_of("Oops", "Ouch.", region="x", http_status=503)

    assert (failure.reaction, failure.message) == (Reaction.TRANSIENT, "Ouch.")


def test_the_sdks_wrapping_is_taken_off_and_the_vendors_words_are_kept() -> None:
    """A person reads the vendor's sentence, not the SDK's decoration of it."""
    failure = failure_of(
        "Forbidden.Unauthorized",
        "code: 403, You are not authorized\nto do this. request id: 0A-1B",
        region="x",
        http_status=403,
        action="ess:CreateScheduledTask",
    )

    assert failure.message == (
        "The access key may not call ess:CreateScheduledTask. (You are not authorized to do this.)"
    )


def test_a_verdict_in_json_is_not_shown_to_a_person() -> None:
    """RAM answers with a machine's text; the action that it denied is what matters."""
    failure = failure_of(
        "Forbidden.Unauthorized",
        '{"effectMap":{"0":"DENY"}}',
        region="x",
        http_status=403,
        action="ess:ModifyScalingGroup",
    )

    assert (failure.message, failure.remedy) == (
        "The access key may not call ess:ModifyScalingGroup.",
        "Grant ess:ModifyScalingGroup to the identity whose access key is used, then try again.",
    )


@pytest.mark.parametrize(
    "code",
    [
        "SignatureDoesNotMatch",
        "SignatureNotMatch",
        "InvalidSecurityToken.Expired",
        "SecurityTokenExpired",
        "InvalidAccessKeyId.NotFound",
    ],
)
def test_messages_that_repeat_what_was_signed_are_never_quoted(code: str) -> None:
    """They hold key ids and tokens, which no report may show."""
    failure = failure_of(
        code, "string to sign: x-acs-security-token:SECRET", region="x", http_status=400
    )

    assert "SECRET" not in failure.message


def test_a_refusal_without_words_still_says_something() -> None:
    """Some services send a code alone; a report never has an empty sentence."""
    failure = failure_of("ProjectNotExist", "", region="x", http_status=404)

    assert failure.message == "No reason was given."
