"""Failures as values: what went wrong, how to react, what a person should do."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Reaction(enum.StrEnum):
    """How the fleet reacts to a failure; every failure carries exactly one."""

    TRANSIENT = "transient"
    """Retry inside the deadline, else at the next poll."""
    SHORTAGE = "shortage"
    """The cloud has no stock: another type, disk or zone may have."""
    HUMAN = "human"
    """Only a person can mend it; keep holding and say what to do."""
    BUG = "bug"
    """Our own mistake: keep holding, show everything."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as it stands in reports, tables and notifications.

    `code` is the vendor's error code where there is one, else ours (CamelCase, same style).
    `message` is one plain sentence, free of secrets; `remedy` says what to do.
    """

    code: str
    message: str
    reaction: Reaction
    remedy: str
    request_id: str | None = None


class FailureError(Exception):
    """Carries a `Failure` through code that cannot return it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure
