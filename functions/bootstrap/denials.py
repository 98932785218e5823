"""Denials: one that is met leads to all others, so that a person grants everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from functions.bootstrap.regions import Result
from functions.bootstrap.setting import Setting
from shared.cloud.build_permissions import Question, denied_among
from shared.cloud.permissions import denied_action
from shared.failure import Failure, Reaction
from shared.regions import BY_ID


@dataclass(frozen=True, slots=True)
class Denials:
    """What the access key may not do, as the failure of every region that has met some of it."""

    failure: Failure | None = None

    def told_of(self, result: Result) -> Result:
        """Return a result that names all denials, where one was what it failed for."""
        if self.failure is None or result.failure is None or denied_action(result.failure) is None:
            return result
        return replace(result, failure=self.failure)


def all_denials(
    setting: Setting,
    results: Sequence[Result],
    questions: Sequence[Question],
    *,
    again: str,
) -> Denials:
    """Where a denial was met, and only there, ask for all others; one region stands for all.

    `again`: what is to be run once more when all is granted.
    """
    failures = [result.failure for result in results if result.failure is not None]
    met = [name for failure in failures if (name := denied_action(failure)) is not None]
    if not met:
        return Denials()
    found = denied_among(setting.pool, setting.session, _best_asked(results), questions)
    names = ", ".join(dict.fromkeys((*found, *met)))
    return Denials(
        Failure(
            "ActionsDenied",
            f"The access key may not call {names}.",
            Reaction.HUMAN,
            f"Grant them to the identity whose access key is used, then run {again} again.",
        )
    )


def _best_asked(results: Sequence[Result]) -> str:
    """Return a region that has answered, if any: one with a denial, or with something done."""

    def silence(result: Result) -> tuple[bool, bool]:
        failure = result.failure
        is_denied = failure is not None and denied_action(failure) is not None
        return not is_denied, not result.deeds or failure is not None

    return min((one for one in results if one.region in BY_ID), key=silence).region
