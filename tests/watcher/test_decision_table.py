"""The whole decision table, walked and written down: `docs/decision-table.md`."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from functions.watcher.decide import decide
from functions.watcher.records import (
    Absent,
    Action,
    CreateTask,
    Decision,
    DeleteTask,
    ModifyTask,
    NotOurs,
    Observation,
    Provision,
    Remember,
    SetCapacity,
    Sighting,
    Stack,
    Unknown,
)
from shared.cloud.records import Capacity
from shared.control.intent import Hold, Intent, Verdict
from shared.failure import Failure, Reaction
from shared.memory import Memory
from shared.naming import TaskRole
from tests.watcher.fleet import (
    AFTER,
    BEFORE,
    INSIDE,
    OUT_OF_DATE,
    REGION,
    START,
    STOP,
    group,
    intent,
    ours,
    task,
)

TABLE = Path(__file__).parents[2] / "docs" / "decision-table.md"
FAILURE = Failure("Some.Code", "Something.", Reaction.HUMAN, "Do this.")
START_TASK = task(TaskRole.START, START, 3)
STOP_TASK = task(TaskRole.STOP, STOP)

INSTANTS = {"before": BEFORE, "inside": INSIDE, "after": AFTER}
SIGHTINGS: dict[str, Sighting] = {
    "unknown": Unknown(FAILURE),
    "not ours": NotOurs(FAILURE),
    "of our name": NotOurs(FAILURE, adoptable=True),
    "of our name, adopt: true": NotOurs(FAILURE, adoptable=True),
    "not ours, adopt: true": NotOurs(FAILURE),
    "no group": Absent(),
    "deleting": ours(group(3, state="Deleting"), STOP_TASK),
    "system-suspended": ours(replace(group(3), system_suspended=True), STOP_TASK),
    "processes suspended": ours(replace(group(3), suspended_processes=("ScaleIn",)), STOP_TASK),
    "inactive": ours(group(0, state="Inactive"), memory=Memory()),
    "without template": ours(replace(group(0), has_template=False), memory=Memory()),
    "new, 0": ours(group(0), memory=Memory()),
    "armed, 0": ours(group(0), START_TASK, STOP_TASK),
    "armed, 0, template out of date": ours(group(0), START_TASK, STOP_TASK, stack=OUT_OF_DATE),
    "running 2": ours(group(2), STOP_TASK),
    "running 3": ours(group(3), STOP_TASK),
    "running 3, template out of date": ours(group(3), STOP_TASK, stack=OUT_OF_DATE),
    "running 3, adopted": ours(group(3), STOP_TASK, stack=replace(OUT_OF_DATE, adopted=True)),
    "running 3, handed over by hand": ours(group(3), STOP_TASK, stack=Stack()),
    "running 3, no stop armed": ours(group(3)),
    "running 5": ours(group(5), STOP_TASK),
    "0 to 9 by hand": ours(group(Capacity(0, 9, None)), STOP_TASK),
    "desired on, 2 of 0 to 9": ours(
        group(Capacity(0, 9, 2)), task(TaskRole.STOP, STOP, desired_on=True)
    ),
}
VERDICTS: dict[str, Verdict] = {
    "wants 3": intent(3),
    "wants 0": intent(0),
    "unmanaged": intent(None),
    "not configured": Intent(intent().commit, intent().window, None, {}, suspended=False),
    "suspended, wants 3": intent(3, suspended=True),
    "held": Hold("the document is broken"),
}


def rows() -> Iterator[tuple[str, str, str, Decision]]:
    """Every combination of document, instant and region, decided."""
    for document, when, seen in itertools.product(VERDICTS, INSTANTS, SIGHTINGS):
        verdict = verdict_on(document, seen)
        decision = decide(Observation(REGION, SIGHTINGS[seen]), verdict, INSTANTS[when])
        yield document, when, seen, decision


def verdict_on(document: str, seen: str) -> Verdict:
    """The document, with `adopt: true` for the region where the row says so."""
    verdict = VERDICTS[document]
    if isinstance(verdict, Hold) or "adopt: true" not in seen:
        return verdict
    return replace(verdict, adopting=frozenset(verdict.nodes))


def table() -> str:
    """The table as Markdown, one section per document."""
    lines = [
        "# The decision table",
        "",
        "Every kind of region under every kind of document at every time, as the code decides it.",
        "Written by `tests/watcher/test_decision_table.py`; to renew it after a change that is",
        "meant, run `UPDATE_GOLDEN=1 make test`. The window has a start and a stop, and the group",
        "remembers it unless it is new or unfinished.",
    ]
    for document, section in itertools.groupby(rows(), key=lambda row: row[0]):
        lines += ["", f"## Document: {document}", ""]
        lines += ["| time | region | decision | calls, in order | reason |"]
        lines += ["|---|---|---|---|---|"]
        for _, when, seen, decision in section:
            calls = "; ".join(described(action) for action in decision.actions) or "none"
            lines += [f"| {when} | {seen} | {decision.kind} | {calls} | {decision.reason} |"]
    return "\n".join(lines) + "\n"


def described(action: Action) -> str:
    """One call in a few words."""
    match action:
        case SetCapacity(capacity):
            desired = "" if capacity.desired is None else f" desired {capacity.desired}"
            return f"set {capacity.minimum}..{capacity.maximum}{desired}"
        case Remember():
            return "tag"
        case CreateTask(spec):
            return f"create {spec.role} → {spec.capacity.maximum}"
        case ModifyTask(_, spec):
            return f"move {spec.role} → {spec.capacity.maximum}"
        case DeleteTask(task_id):
            return f"delete {task_id.removeprefix('task-')}"
        case Provision():
            return "ask bootstrap"


def test_the_decision_table_is_the_one_that_was_reviewed() -> None:
    """All combinations decide as the golden table says; a change of it is reviewed as a diff."""
    if os.environ.get("UPDATE_GOLDEN"):
        TABLE.write_text(table(), encoding="utf-8")

    assert table() == TABLE.read_text(encoding="utf-8")


def test_no_row_raises_capacity_outside_the_window_or_without_an_accepted_document() -> None:
    """The one promise that must hold in every row, whatever the reasons say."""
    raising = {
        (document, when)
        for document, when, seen, decision in rows()
        for action in decision.actions
        if isinstance(action, SetCapacity) and raises(SIGHTINGS[seen], action)
    }

    assert raising == {("wants 3", "inside")}


def raises(seen: Sighting, action: SetCapacity) -> bool:
    """Whether this call would bring more instances than the group may have now."""
    before = seen.group.capacity if hasattr(seen, "group") else Capacity(0, 0, None)
    return action.capacity.wanted > before.wanted or action.capacity.maximum > before.maximum


def test_regions_that_are_not_ours_or_unknown_are_never_written() -> None:
    """Hold means no call at all there; a suspended group is written only to stop it."""
    touched = {
        seen
        for _, _, seen, decision in rows()
        if any(not isinstance(action, Provision) for action in decision.actions)
    }

    assert touched.isdisjoint({"unknown", "no group", "deleting"})
    assert touched.isdisjoint(
        {seen for seen, sighting in SIGHTINGS.items() if isinstance(sighting, NotOurs)}
    )
    assert all(
        isinstance(action, SetCapacity | Remember | DeleteTask)
        for _, _, seen, decision in rows()
        if seen in {"system-suspended", "processes suspended"}
        for action in decision.actions
    )


def test_bootstrap_is_asked_only_where_nodes_are_wanted_before_the_stop() -> None:
    """And only for what is missing, unfinished, to be adopted, or was built by it before."""
    asked = {
        (document, when, seen)
        for document, when, seen, decision in rows()
        if Provision() in decision.actions
    }

    assert asked == set(
        itertools.product(
            ["wants 3"],
            ["before", "inside"],
            [
                "no group",
                "of our name, adopt: true",
                "inactive",
                "without template",
                "armed, 0, template out of date",
                "running 3, template out of date",
            ],
        )
    )
