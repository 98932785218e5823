"""What bootstrap is wanted for, when it is asked, and what the poll says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.watcher.asking import (
    AskedBefore,
    AskedNow,
    Asking,
    Clearing,
    NotAsked,
    Wishes,
    WouldAsk,
    tell,
    wishes_of,
)
from functions.watcher.backoff import Board, LastAsked, after_asking, is_due
from functions.watcher.provision import payload_of
from functions.watcher.records import (
    Absent,
    Decision,
    Observation,
    Outcome,
    Provision,
    Remember,
    Sighting,
    Stack,
)
from functions.watcher.stack import stack_of
from shared.control.intent import Hold, Intent, Verdict
from shared.control.window import NowKey, Window
from shared.failure import Failure, Reaction
from shared.instants import Duration
from shared.memory import AppliedCommit, Memory, ResolvedNow
from shared.naming import ASKED_TAG, BUILDING_TAG, CLEARING_TAG
from shared.regions import CATALOGUE
from tests.watcher.fleet import INSIDE, REGION, START, UP_TO_DATE, group, intent, ours

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
OTHER = "ap-southeast-1"
SHORT = Failure("NoStock", "0 of 3 nodes run.", Reaction.SHORTAGE, "Add a type.", "req-1")
TROUBLE = Failure("NoPermission", "No.", Reaction.HUMAN, "Grant it.")
LATE = replace(TROUBLE, code="DeadlinePassed")
AT_WORK = "Nothing to do yet: bootstrap looks for another offer."
GOES = "the fleet is being destroyed: nothing is built before 2026-12-01T18:00:00Z"
BUILD = Decision(REGION, "provision", "the region has no group yet", (Provision(),))
RUN = Decision(REGION, "none", "inside the window: 3 wanted", target=3)


def wishes(*builds: str, short: tuple[str, ...] = (), wanted: Intent | None = None) -> Wishes:
    """Bootstrap is wanted to build some regions, and to choose anew for others."""
    return Wishes(wanted or intent(3), builds, dict.fromkeys(short, "NoStock"))


# --- what bootstrap is wanted for ---------------------------------------------------------------


def wished(
    sighting: Sighting, outcome: Outcome, verdict: Verdict, *, at: timedelta = timedelta()
) -> Wishes | None:
    """What bootstrap is wanted for after a poll of the one region."""
    seen = {REGION: Observation(REGION, sighting)}
    return wishes_of(verdict, seen, [outcome], INSIDE + at)


def test_a_region_that_asks_for_its_stack_is_wished_for() -> None:
    """Whatever became of the other actions there."""
    verdict = intent(3)
    failed = Outcome(replace(BUILD, kind="arm"), "failed", failure=TROUBLE)

    assert wished(Absent(), Outcome(BUILD, "none"), verdict) == Wishes(verdict, (REGION,), {})
    assert wished(ours(group(0)), failed, verdict) == Wishes(verdict, (REGION,), {})


def test_a_poll_with_nothing_to_ask_for_wishes_nothing() -> None:
    """Neither does one whose document is held."""
    assert wished(ours(group(3)), Outcome(RUN, "none"), intent(3)) is None
    assert wished(ours(group(3)), Outcome(RUN, "none", failure=SHORT), Hold("broken")) is None


def test_a_shortage_is_wished_away_once_its_last_choice_has_had_its_time() -> None:
    """Until the instant in the group's tag another choice would change nothing."""
    verdict, outcome = intent(3), Outcome(RUN, "none", failure=SHORT)
    waiting = ours(group(3), stack=replace(UP_TO_DATE, next_offer=INSIDE + HOUR))

    assert wished(ours(group(3)), outcome, verdict) == Wishes(verdict, (), {REGION: "NoStock"})
    assert wished(waiting, outcome, verdict) is None
    assert wished(waiting, outcome, verdict, at=HOUR - SECOND) is None
    assert wished(waiting, outcome, verdict, at=HOUR) == Wishes(verdict, (), {REGION: "NoStock"})


@pytest.mark.parametrize(
    ("seen", "verdict", "failure"),
    [
        (ours(group(3), stack=Stack()), intent(3), SHORT),
        (ours(group(3), stack=replace(UP_TO_DATE, adopted=True)), intent(3), SHORT),
        (ours(group(3)), intent(3), TROUBLE),
        (ours(group(3)), intent(3, suspended=True), SHORT),
        (ours(group(3)), intent(0), SHORT),
        (ours(group(3)), intent(None), SHORT),
        (ours(group(3)), replace(intent(3), nodes={}), SHORT),
        (ours(group(3)), intent(3, window=Window(START, INSIDE)), SHORT),
        (Absent(), intent(3), SHORT),
    ],
    ids=[
        "handed over by hand",
        "adopted",
        "no shortage",
        "suspended",
        "no nodes wanted",
        "unmanaged",
        "not configured",
        "over",
        "no group",
    ],
)
def test_no_other_offer_is_wished_for_where_it_is_not_ours_to_choose(
    seen: Sighting, verdict: Intent, failure: Failure
) -> None:
    """Only for a stack that bootstrap built, in a region that is to run, and only for shortages."""
    assert wished(seen, Outcome(RUN, "none", failure=failure), verdict) is None


def test_the_event_for_bootstrap_carries_all_that_the_poll_resolved() -> None:
    """Regions once each, commit, window, what `now` stands for, and the codes of the shortages."""
    now = ResolvedNow(NowKey(1, Duration(15, "minute")), START - 15 * MINUTE)
    asked = wishes(OTHER, REGION, short=(REGION,), wanted=replace(intent(3), resolved_now=now))
    forever = wishes(REGION, wanted=intent(3, window=Window(START, None)))

    assert payload_of(asked) == {
        "action": "provision",
        "regions": [OTHER, REGION],
        "commit": {"sha": "a" * 40, "time": "2026-11-30T18:00:00Z"},
        "window": {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"},
        "now": {"key": "v1+15minutes", "instant": "2026-12-01T17:45:00Z"},
        "shortages": {REGION: "NoStock"},
    }
    assert payload_of(forever) == {
        "action": "provision",
        "regions": [REGION],
        "commit": {"sha": "a" * 40, "time": "2026-11-30T18:00:00Z"},
        "window": {"start": "2026-12-01T18:00:00Z", "stop": None},
        "now": None,
        "shortages": {},
    }


# --- when it is asked ---------------------------------------------------------------------------


def test_the_memory_of_an_asking_is_read_back_as_it_was_written() -> None:
    """Twelve digits of the commit, the instant, and twice a bit for each region of the catalogue.

    First the regions that were to be built, then those that fell short.
    """
    first, last = CATALOGUE[0].region_id, CATALOGUE[-1].region_id
    asked = LastAsked("a" * 12, START, frozenset({first, last}), frozenset({first}))

    assert str(asked) == f"aaaaaaaaaaaa 2026-12-01T18:00:00Z {1 | 1 << len(CATALOGUE) - 1:x} 1"
    assert LastAsked.parse(str(asked)) == asked
    assert LastAsked.parse(f"{'a' * 12} 2026-12-01T18:00:00Z 0 0") == LastAsked(
        "a" * 12, START, frozenset()
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "asked",
        f"{'a' * 12} yesterday 1 0",
        f"{'A' * 12} 2026-12-01T18:00:00Z 1 0",
        f"{'a' * 12} 2026-12-01T18:00:00Z 1",
        "1 2 3 4",
    ],
)
def test_a_memory_that_we_did_not_write_is_none(value: str) -> None:
    """Bootstrap is then asked at once, and the memory overwritten; so it is with other notices."""
    board = Board.read({ASKED_TAG: value, BUILDING_TAG: value, CLEARING_TAG: value})

    assert board == Board()
    assert is_due(board, wishes(REGION), INSIDE)


def test_what_was_asked_for_is_asked_for_hourly() -> None:
    """The same region under the same commit waits; a schedule need not be punctual to the second.

    A memory from the future, which a clock put right leaves behind, counts for nothing.
    """
    board = Board(after_asking(None, wishes(REGION), INSIDE))

    due = {
        after: is_due(board, wishes(REGION), INSIDE + after)
        for after in (-SECOND, 0 * SECOND, 5 * MINUTE, 59 * MINUTE, HOUR - 30 * SECOND, HOUR)
    }

    assert due == {
        -SECOND: True,
        0 * SECOND: False,
        5 * MINUTE: False,
        59 * MINUTE: False,
        HOUR - 30 * SECOND: True,
        HOUR: True,
    }


def test_what_is_new_is_asked_for_at_once() -> None:
    """Another commit, or a region that was not asked for under this one."""
    board = Board(after_asking(None, wishes(REGION), INSIDE))
    later = intent(3, commit=AppliedCommit("b" * 40, START))

    assert is_due(board, wishes(REGION, wanted=later), INSIDE + MINUTE)
    assert is_due(board, wishes(REGION, OTHER), INSIDE + MINUTE)
    assert is_due(board, wishes(OTHER), INSIDE + MINUTE)


def test_a_run_of_bootstrap_that_died_is_asked_for_again_once_it_cannot_be_at_work() -> None:
    """Its notice stands past its end; one that an asking since has outlived proves nothing."""
    board = Board(after_asking(None, wishes(REGION), INSIDE), building_until=INSIDE + 10 * MINUTE)
    outlived = replace(board, last=after_asking(None, wishes(REGION), INSIDE + 11 * MINUTE))
    short = Board(after_asking(None, wishes(short=(OTHER,)), INSIDE), INSIDE + MINUTE)

    assert not is_due(board, wishes(REGION), INSIDE + 9 * MINUTE)
    assert is_due(board, wishes(REGION), INSIDE + 10 * MINUTE)
    assert not is_due(outlived, wishes(REGION), INSIDE + 12 * MINUTE)
    assert not is_due(short, wishes(short=(OTHER,)), INSIDE + 2 * MINUTE)


def test_a_shortage_is_asked_for_at_once_and_then_at_most_every_five_minutes() -> None:
    """When to choose anew says the group's tag; this holds where nobody writes that.

    Nodes are missing now: what was asked for other regions is no reason to wait.
    """
    built = Board(after_asking(None, wishes(REGION), INSIDE))
    short = Board(after_asking(None, wishes(short=(REGION,)), INSIDE))

    assert is_due(built, wishes(REGION, short=(OTHER,)), INSIDE + SECOND)
    assert is_due(short, wishes(short=(REGION, OTHER)), INSIDE + SECOND)
    assert not is_due(short, wishes(short=(REGION,)), INSIDE + 4 * MINUTE)
    assert is_due(short, wishes(short=(REGION,)), INSIDE + 5 * MINUTE)


def test_regions_asked_for_stay_remembered_for_the_hour_of_their_commit() -> None:
    """One that cannot be read in between is not new when it comes back."""
    first = after_asking(None, wishes(REGION), INSIDE)
    second = after_asking(first, wishes(OTHER, short=(REGION,)), INSIDE + MINUTE)
    over = after_asking(second, wishes(OTHER), INSIDE + 2 * HOUR)
    later = intent(3, commit=AppliedCommit("b" * 40, START))
    anew = after_asking(second, wishes(OTHER, wanted=later), INSIDE + 2 * MINUTE)

    both = frozenset({REGION, OTHER})
    assert second == LastAsked("a" * 12, INSIDE + MINUTE, both, frozenset({REGION}))
    assert over == LastAsked("a" * 12, INSIDE + 2 * HOUR, frozenset({OTHER}))
    assert anew == LastAsked("b" * 12, INSIDE + 2 * MINUTE, frozenset({OTHER}))


# --- what the poll says of it -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asking", "kind", "note", "failure"),
    [
        (AskedNow(), "done", "", None),
        (AskedNow(TROUBLE), "done", "; asked, but not remembered (NoPermission)", None),
        (AskedBefore(0), "none", "; asked for just now", None),
        (AskedBefore(1), "none", "; asked for 1 minute ago", None),
        (AskedBefore(14), "none", "; asked for 14 minutes ago", None),
        (NotAsked(TROUBLE), "failed", "", TROUBLE),
        (NotAsked(LATE), "skipped", "", LATE),
        (WouldAsk(), "none", "", None),
        (Clearing(START), "none", f"; {GOES}", None),
    ],
)
def test_a_region_without_a_stack_says_what_became_of_the_asking(
    asking: Asking, kind: str, note: str, failure: Failure | None
) -> None:
    """Done, waiting, failed or skipped; other regions say nothing of it."""
    elsewhere = Outcome(replace(RUN, region=OTHER), "none")

    told = tell([Outcome(BUILD, "none"), elsewhere], wishes(REGION), asking)

    decision = replace(BUILD, reason=f"{BUILD.reason}{note}")
    assert (told[0].decision, told[0].kind, told[0].failure) == (decision, kind, failure)
    assert told[1] == elsewhere


def test_a_stack_that_does_not_come_is_an_error_after_a_while() -> None:
    """A region that bootstrap cannot finish must not look as if all were well."""
    [told] = tell([Outcome(BUILD, "none")], wishes(REGION), AskedBefore(15))

    assert (told.kind, told.failure) == (
        "none",
        Failure(
            "StackUnfinished",
            f"Bootstrap was asked for {REGION} 15 minutes ago, and its stack is not as it should"
            " be.",
            Reaction.TRANSIENT,
            "Bootstrap's last report says why; it is asked again every hour. To try at once:"
            f" p2p-fleet bootstrap --regions {REGION}",
        ),
    )


def test_what_happened_in_the_region_itself_counts_for_more() -> None:
    """A region that was armed, or failed to be, keeps its outcome and its error."""
    decision = replace(BUILD, kind="arm", actions=(Remember(Memory()), Provision()))
    armed = Outcome(decision, "done", 2)
    failed = Outcome(decision, "failed", 0, SHORT)

    assert tell([armed, failed], wishes(REGION), AskedNow()) == [armed, failed]
    assert tell([armed, failed], wishes(REGION), NotAsked(TROUBLE)) == [
        replace(armed, failure=TROUBLE),
        failed,
    ]


@pytest.mark.parametrize(
    ("asking", "note", "remedy"),
    [
        (AskedNow(), "bootstrap looks for another offer", AT_WORK),
        (AskedBefore(3), "bootstrap was asked for another offer 3 minutes ago", AT_WORK),
        (
            NotAsked(TROUBLE),
            "bootstrap could not be asked for another offer (NoPermission)",
            "Add a type.",
        ),
        (WouldAsk(), "bootstrap would be asked for another offer", "Add a type."),
        (Clearing(START), GOES, "Add a type."),
    ],
)
def test_a_shortage_stays_the_error_and_says_that_bootstrap_looks_for_another_offer(
    asking: Asking, note: str, remedy: str
) -> None:
    """While bootstrap is at work a person need not be; where it is not, the old advice stands."""
    [told] = tell([Outcome(RUN, "none", failure=SHORT)], wishes(short=(REGION,)), asking)

    assert told == Outcome(
        replace(RUN, reason=f"{RUN.reason}; {note}"),
        "none",
        failure=replace(SHORT, remedy=remedy),
    )


def test_a_region_both_out_of_date_and_short_says_both() -> None:
    """It was asked for, and its error is the shortage."""
    behind = Outcome(replace(RUN, kind="provision", actions=(Provision(),)), "none", failure=SHORT)

    [told] = tell([behind], wishes(REGION, short=(REGION,)), AskedNow())

    assert (told.kind, told.failure and told.failure.code) == ("done", "NoStock")
    assert told.decision.reason == f"{RUN.reason}; bootstrap looks for another offer"


# --- what the tags of a group say of its stack --------------------------------------------------


def test_the_tags_of_a_group_tell_its_stack() -> None:
    """Fingerprint, whether it was adopted, and when another choice makes sense."""
    tags = {
        "p2p-fleet-stack": "1" * 16,
        "p2p-fleet-adopted": "true",
        "p2p-fleet-next-offer": "2026-12-01T18:00:00Z",
    }

    assert stack_of(tags) == Stack("1" * 16, adopted=True, next_offer=START)
    assert stack_of({"p2p-fleet": "p2p-agent"}) == Stack()
