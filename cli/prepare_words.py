"""What `p2p-fleet prepare` says of its work: to people, and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.function_roles import Outcome, role_arns
from cli.report_head import STATUS_STYLES
from cli.sentences import print_sentence
from cli.stack_words import one_by_one
from shared.report import Status, as_json_object, error_report


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    fleet: str
    remove: bool
    dry_run: bool


def status_of(outcome: Outcome) -> Status:
    """Return what came of the work, as reports say it."""
    if outcome.failure is not None:
        return Status.FAILED
    if outcome.missing:
        return Status.PARTIAL
    return Status.CHANGED if outcome.deeds else Status.CONVERGED


def as_json_text(asked: Asked, outcome: Outcome) -> str:
    """Return the report: the words of the other reports, besides `roles` (name → ARN)."""
    failure = outcome.failure
    told: dict[str, Any] = {
        "action": "unprepare" if asked.remove else "prepare",
        "status": status_of(outcome).value,
        "fleet": asked.fleet,
        "account_id": outcome.account_id,
        "dry_run": asked.dry_run,
        "shared": [as_json_object(one) for one in outcome.deeds],
        "roles": _arns(asked, outcome),
        "missing_permissions": list(outcome.missing),
        "error": None if failure is None else as_json_object(error_report(failure)),
        "next": _next_command(asked, outcome),
    }
    return json.dumps(told)


def print_outcome(asked: Asked, outcome: Outcome, console: Console) -> None:
    """Print status, deeds, roles, what is missing, and what to do next."""
    status = status_of(outcome)
    head = Text("prepare --remove: " if asked.remove else "prepare: ")
    head.append(status.value, STATUS_STYLES[status])
    if asked.dry_run:
        head.append("  (a plan: nothing was changed)")
    console.print(head)
    if asked.dry_run:
        for verb, kind, name in one_by_one(outcome.deeds):
            print_sentence(console, f"{verb:<7} {kind:<20} {name}", indent=2)
    else:
        for one in outcome.deeds:
            print_sentence(console, f"{one.verb} {one.kind} {one.name}", indent=2)
    for name, arn in _arns(asked, outcome).items():
        print_sentence(console, f"{name} runs as {arn}")
    for said in _last_words(asked, outcome):
        print_sentence(console, said)


def _arns(asked: Asked, outcome: Outcome) -> dict[str, str]:
    if asked.remove or outcome.account_id is None or outcome.failure is not None:
        return {}
    return role_arns(asked.fleet, outcome.account_id)


def _last_words(asked: Asked, outcome: Outcome) -> Iterator[str]:
    failure = outcome.failure
    if failure is not None:
        yield f"{failure.message} {failure.remedy}"
    elif outcome.missing:
        yield (
            f"The roles are ready, but the access key may not call {', '.join(outcome.missing)}."
            " Whoever deploys needs that too: infra/ram/deployer.json grants all of it."
        )
    if asked.remove and failure is None and not outcome.deeds:
        yield "There is nothing to remove."
    command = _next_command(asked, outcome)
    if command is not None:
        yield f"next: {command}"


def _next_command(asked: Asked, outcome: Outcome) -> str | None:
    """Return the command line that comes after this one, None where there is none."""
    fleet = "" if asked.fleet == "p2p-agent" else f" --fleet {asked.fleet}"
    if outcome.failure is not None or (outcome.missing and not asked.remove):
        return None if asked.dry_run else f"p2p-fleet prepare{fleet}"
    if asked.remove:
        confirmed = f"p2p-fleet prepare{fleet} --remove --confirm {asked.fleet}"
        return confirmed if asked.dry_run and outcome.deeds else None
    if asked.dry_run:
        return f"p2p-fleet prepare{fleet}"
    return "make deploy"
