"""Provision: one asynchronous invocation of bootstrap for all that it is wanted for."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.watcher.asking import AskedBefore, AskedNow, Asking, Clearing, NotAsked, Wishes
from functions.watcher.backoff import Board, LastAsked, after_asking, is_due
from functions.watcher.health import DEADLINE_CODE
from shared.cloud.fc import function_tags, invoke_async, tag_function
from shared.cloud.session import CallFailedError, DeadlinePassedError, Effect, Session
from shared.failure import Failure, Reaction
from shared.instants import format_instant
from shared.naming import ASKED_TAG
from shared.settings import Settings


def ask(session: Session, settings: Settings, wishes: Wishes, now: datetime) -> Asking:
    """Ask bootstrap, unless it was asked for the same a short while ago, or the fleet goes."""
    region, bootstrap = settings.fc_region, settings.bootstrap_function
    if region is None or bootstrap is None:
        return NotAsked(_not_configured(settings))
    board = _read_board(session, region, settings.watcher_arn)
    last = board.last
    if board.clearing_until is not None and board.is_clearing(now):
        return Clearing(board.clearing_until)
    if last is not None and not is_due(board, wishes, now):
        return AskedBefore((now - last.at) // timedelta(minutes=1))
    payload = payload_of(wishes)
    try:
        # Throttling is waited for: with a slow schedule the next poll may be a day away.
        session.persist(Effect.WRITE, lambda: invoke_async(session, region, bootstrap, payload))
    except CallFailedError as error:
        return NotAsked(error.failure)
    except DeadlinePassedError:
        return NotAsked(_no_time_to("ask for what bootstrap is wanted for"))
    # Remembered only now: a crash in between costs one invocation more, not one too few.
    return AskedNow(
        _remember(session, region, settings.watcher_arn, after_asking(last, wishes, now))
    )


def payload_of(wishes: Wishes) -> dict[str, object]:
    """Return the event that asks bootstrap, with everything that this poll has resolved."""
    intent = wishes.intent
    resolved, stop = intent.resolved_now, intent.window.stop
    return {
        "action": "provision",
        "regions": list(wishes.regions),
        "commit": {
            "sha": intent.commit.sha,
            "time": format_instant(intent.commit.committed_at),
        },
        "window": {
            "start": format_instant(intent.window.start),
            "stop": format_instant(stop) if stop else None,
        },
        "now": (
            {"key": str(resolved.key), "instant": format_instant(resolved.instant)}
            if resolved
            else None
        ),
        "shortages": dict(wishes.shortages),
    }


def _read_board(session: Session, region: str, arn: str | None) -> Board:
    """Read the memory; without one (a terminal has none) bootstrap is asked every time.

    Where it cannot be read, too: an invocation more does no harm, one that never comes does.
    """
    if arn is None:
        return Board()
    try:
        return Board.read(function_tags(session, region, arn))
    except (CallFailedError, DeadlinePassedError):
        return Board()


def _remember(session: Session, region: str, arn: str | None, asked: LastAsked) -> Failure | None:
    """Write the memory; return why that failed, which only means that the next poll asks again."""
    if arn is None:
        return None
    try:
        tag_function(session, region, arn, {ASKED_TAG: str(asked)})
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return _no_time_to("remember that bootstrap was asked")
    return None


def _no_time_to(do_what: str) -> Failure:
    return Failure(
        DEADLINE_CODE,
        f"There was no time left to {do_what}.",
        Reaction.TRANSIENT,
        "Nothing to do: the next poll asks again. If it lasts, raise DEADLINE_S.",
    )


def _not_configured(settings: Settings) -> Failure:
    name = "BOOTSTRAP_FUNCTION" if settings.bootstrap_function is None else "FC_REGION"
    return Failure(
        "BootstrapNotConfigured",
        "The region's stack is missing, unfinished or out of date, and"
        f" {name} is not set: nobody can build it.",
        Reaction.HUMAN,
        f"Deploy the bootstrap function and set {name}, or exclude the region.",
    )
