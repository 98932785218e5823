"""What a poll itself may lack: time."""

from __future__ import annotations

from typing import Final

from shared.failure import Failure, Reaction

DEADLINE_CODE: Final = "DeadlinePassed"


def no_time(region: str) -> Failure:
    """Say that the deadline passed before the region was reached."""
    return Failure(
        DEADLINE_CODE,
        f"There was no time left for {region}.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll goes on here. If it lasts, raise DEADLINE_S.",
    )
