"""May the account start instances here at all? Only instances tell, or their failure. Pure."""

from __future__ import annotations

from typing import Final

from functions.bootstrap.checks.records import Check, Ours, Wanted, bad, ok, unknown
from shared.cloud.records import ScalingActivity
from shared.failure import Failure
from shared.group_health import activity_failure

_CODES: Final = (
    "Forbidden.RiskControl",
    "Forbidden.Unsubscribed",
    "InvalidInstanceType.NotAuthorized",
    "InvalidInstanceType.ValueUnauthorized",
    "RecommendEmpty.InstanceTypeNotAuthorized",
    "InvalidAccountStatus",
    "InsufficientBalance",
    "Account.Arrearage",
    "InvalidPayMethod",
    "PaymentMethodNotFound",
    "RealNameAuthenticationError",
    "SecurityRisk.3DVerification",
    "RegionUnauthorized",
    "AccountForbidden",
)
"""How codes begin that are about the account, whatever is asked for."""
_TROUBLED: Final = frozenset({"Failed", "Warning"})
_NOBODY_KNOWS: Final = (
    "no instance has run here yet: only the first one shows whether risk control and account"
    " verification let it"
)


def check_account(wanted: Wanted, ours: Ours) -> Check:
    """Whether an instance has run here, or the latest attempt says why none may."""
    if isinstance(ours.trial, Failure) and stands_against_account(ours.trial):
        return bad("account", ours.trial)
    if not isinstance(ours.activities, Failure):
        for activity in ours.activities:  # the latest first
            verdict = _verdict(wanted, activity)
            if verdict is not None:
                return verdict
    if ours.group.active > 0:
        return ok("account", "instances run here")
    if isinstance(ours.activities, Failure):
        return unknown("account", ours.activities)
    return unknown("account", _NOBODY_KNOWS)


def stands_against_account(failure: Failure) -> bool:
    """Whether a failure is about the account: blocked, unverified, in arrears, not authorised."""
    return failure.code.startswith(_CODES)


def _verdict(wanted: Wanted, activity: ScalingActivity) -> Check | None:
    """Return what one activity tells of the account, None where it tells nothing."""
    if activity.status == "Successful":
        return ok("account", "an instance has run here")
    if activity.status not in _TROUBLED:
        return None
    failure = activity_failure(wanted.region, activity)
    if not stands_against_account(failure):
        return None
    said = f"When instances were last wanted ({activity.started_at}): {failure.message}"
    return bad("account", Failure(failure.code, said, failure.reaction, failure.remedy))
