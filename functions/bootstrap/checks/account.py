"""May the account start instances here at all? Only instances tell, or their failure. Pure."""

from __future__ import annotations

from typing import Final

from functions.bootstrap.checks.records import (
    Check,
    Limits,
    Ours,
    Wanted,
    bad,
    human,
    ok,
    unknown,
    unmade,
)
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
_VERIFY: Final = (
    "Pass the identity verification of the account in the Alibaba Cloud console, or exclude the"
    " regions of mainland China."
)


def check_account(wanted: Wanted, limits: Limits, ours: Ours | None) -> Check:
    """Whether an instance has run here, or the latest attempt says why none may."""
    verified = None if isinstance(limits.account, Failure) else limits.account.real_name_verified
    if wanted.is_mainland and verified is False:
        said = "The account has not passed the real-name verification of mainland China."
        return bad("account", human("RealNameNotVerified", said, _VERIFY))
    if ours is None:
        return unknown("account", _NOBODY_KNOWS)
    if isinstance(ours.trial, Failure) and is_about_account(ours.trial):
        return bad("account", ours.trial)
    return _from_experience(wanted, ours)


def _from_experience(wanted: Wanted, ours: Ours) -> Check:
    if isinstance(ours.activities, Failure):
        if ours.group.active > 0:
            return ok("account", "instances run here")
        return unmade("account", ours.activities)
    verdicts = (_verdict(wanted, activity) for activity in ours.activities)  # the latest first
    first = next((verdict for verdict in verdicts if verdict is not None), None)
    return first or unknown("account", _NOBODY_KNOWS)


def is_about_account(failure: Failure) -> bool:
    """Whether a failure is about the account: blocked, unverified, in arrears, not authorised."""
    return failure.code.startswith(_CODES)


def _verdict(wanted: Wanted, activity: ScalingActivity) -> Check | None:
    """Return what one activity tells of the account, None where it tells nothing."""
    if activity.status == "Successful":
        return ok("account", "an instance has run here")
    if activity.status not in _TROUBLED:
        return None
    failure = activity_failure(wanted.region, activity)
    if not is_about_account(failure):
        return None
    said = f"When instances were last wanted ({activity.started_at}): {failure.message}"
    return bad("account", Failure(failure.code, said, failure.reaction, failure.remedy))
