"""What the access key may do: read from how the cloud refuses what is about nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from shared.cloud.ess import Ess
from shared.cloud.permissions import LAUNCH_ACTIONS, Permissions, is_denial
from shared.cloud.session import CallFailedError, Session
from tests.shared.conftest import REGION, SetFaults
from tests.shared.recording import RecordingSession, refusal

NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)


def may(session: Session) -> dict[str, bool]:
    """What the key may do of all that a poll may need."""
    permissions = Permissions(session)
    return {action: permissions.may(REGION, action, NOW) for action in LAUNCH_ACTIONS}


def test_what_the_cloud_does_not_find_is_allowed(session: Session) -> None:
    """Everything is allowed, and nothing was made."""
    assert may(session) == dict.fromkeys(LAUNCH_ACTIONS, True)
    assert (Ess(session).group_ids(REGION), Ess(session).task_count(REGION)) == (frozenset(), 0)


def test_what_ram_refuses_is_denied(session: Session, set_faults: SetFaults) -> None:
    """Each action on its own."""
    denied = {"CreateScheduledTask", "TagResources"}
    set_faults({"account": {"denied_actions": [f"ess:{one}" for one in denied]}})

    assert may(session) == {action: action not in denied for action in LAUNCH_ACTIONS}


@pytest.mark.parametrize("code", ["InternalError", "InvalidRegionId.NotFound", "InvalidParameter"])
def test_what_tells_neither_is_no_verdict(code: str) -> None:
    """A service that fails has not judged, nor one that does not know the region."""
    session = RecordingSession({"TagResources": refusal(code)})

    with pytest.raises(CallFailedError, match=code):
        Permissions(session).may(REGION, "TagResources", NOW)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Forbidden.Unauthorized", True),
        ("NoPermission", True),
        ("Forbidden.RiskControl", False),
        ("InvalidScalingGroupId.NotFound", False),
        ("SomethingNew", False),
    ],
)
def test_denials_are_told_from_other_refusals(code: str, expected: bool) -> None:  # noqa: FBT001
    """Only what RAM says; an account that is blocked needs another remedy than a grant."""
    assert is_denial(code) is expected
