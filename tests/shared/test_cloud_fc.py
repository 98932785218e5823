"""Function Compute through the session: where it is not offered, nothing is sent."""

from __future__ import annotations

import pytest

from shared.cloud.fc import invoke_async
from shared.cloud.session import CallFailedError, Session
from shared.failure import Reaction


def test_a_function_in_a_region_without_function_compute_is_a_matter_for_a_person(
    session: Session,
) -> None:
    """A host that does not exist would only say that it cannot be reached."""
    with pytest.raises(CallFailedError) as caught:
        invoke_async(session, "me-east-1", "bootstrap", {})

    failure = caught.value.failure
    assert (failure.code, failure.reaction, session.calls) == (
        "FunctionComputeNotOffered",
        Reaction.HUMAN,
        0,
    )
