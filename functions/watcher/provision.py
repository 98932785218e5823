"""Provision: one asynchronous invocation of bootstrap for all regions that lack a stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from functions.watcher.observe import DEADLINE_CODE
from functions.watcher.records import Decision, Outcome
from shared.cloud.fc import invoke_async
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.control.intent import Intent, Verdict
from shared.failure import Failure, Reaction
from shared.instants import format_instant
from shared.report import OutcomeKind
from shared.settings import Settings


def ask_for_stacks(
    session: Session, settings: Settings, verdict: Verdict, decisions: Sequence[Decision]
) -> Failure | None:
    """Ask bootstrap for all missing stacks at once; return why that could not be done."""
    missing = [one.region for one in decisions if one.kind == "provision"]
    if not missing or not isinstance(verdict, Intent):
        return None
    return _ask(session, settings, verdict, missing)


def tell_asked(outcomes: Sequence[Outcome], failure: Failure | None) -> list[Outcome]:
    """Say in the outcome of each region without a stack what became of the asking."""
    kind: OutcomeKind = "done" if failure is None else "failed"
    if failure is not None and failure.code == DEADLINE_CODE:
        kind = "skipped"
    return [
        replace(one, kind=kind, failure=failure) if one.decision.kind == "provision" else one
        for one in outcomes
    ]


def _ask(
    session: Session, settings: Settings, intent: Intent, regions: Sequence[str]
) -> Failure | None:
    if settings.bootstrap_function is None or settings.fc_region is None:
        return _not_configured(settings)
    stop = intent.window.stop
    payload = {
        "action": "provision",
        "regions": list(regions),
        "commit": {
            "sha": intent.commit.sha,
            "time": format_instant(intent.commit.committed_at),
        },
        "window": {
            "start": format_instant(intent.window.start),
            "stop": format_instant(stop) if stop else None,
        },
    }
    try:
        invoke_async(session, settings.fc_region, settings.bootstrap_function, payload)
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return Failure(
            DEADLINE_CODE,
            "There was no time left to ask for the missing stacks.",
            Reaction.TRANSIENT,
            "Nothing to do: the next poll asks again.",
        )
    return None


def _not_configured(settings: Settings) -> Failure:
    name = "BOOTSTRAP_FUNCTION" if settings.bootstrap_function is None else "FC_REGION"
    return Failure(
        "BootstrapNotConfigured",
        f"The region's stack is missing or unfinished, and {name} is not set: nobody can build it.",
        Reaction.HUMAN,
        f"Deploy the bootstrap function and set {name}, or exclude the region.",
    )
