"""Accepting a document: rails, the resolution of `now`, and reasons to hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.control.accept import Recollection, accept
from shared.control.choose import Chosen
from shared.control.document import ControlDocument
from shared.control.git import Answer, Commit, parse_sources
from shared.control.intent import Hold, Intent
from shared.control.window import NowKey, Window
from shared.instants import Duration
from shared.memory import AppliedCommit, Memory, ResolvedNow
from shared.rails import Rails
from shared.stack import stack_fingerprint

COMMITTED = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SOON = COMMITTED + timedelta(minutes=1)
COMMIT = AppliedCommit("1" * 40, COMMITTED)
RAILS = Rails(max_nodes_per_region=20, max_nodes=200, max_usd_per_day=None)
KEY = NowKey(1, Duration(15, "minute"))
(SOURCE,) = parse_sources("https://git.example/fleet.git")
REGION = "eu-central-1"


def chosen(text: str) -> Chosen:
    """The chosen answer: a document at one commit."""
    commit = Commit(COMMIT.sha, "t" * 40, (), COMMITTED, "o", "o", "change", b"", None)
    return Chosen(Answer(SOURCE, commit, text.encode(), "f" * 40, 1, 1), rewound=False)


def remembering(key: NowKey, instant: datetime) -> Memory:
    """What a group remembers of what `now` stood for."""
    return Memory(COMMIT, None, None, ResolvedNow(key, instant))


def verdict(
    text: str,
    *memories: Memory,
    unreadable: tuple[str, ...] = (),
    rails: Rails = RAILS,
    now: datetime = SOON,
) -> object:
    """Accept a document and return the verdict."""
    recollection = Recollection(memories, frozenset(unreadable))
    return accept(chosen(text), recollection, rails, now).verdict


def test_now_is_the_time_of_the_commit_in_which_it_was_first_seen() -> None:
    """Nobody remembers, everybody is readable: the committer time counts, plus the offset."""
    result = verdict(f"regions: [{REGION}]\ncapacity: 3\n")

    start = COMMITTED + timedelta(minutes=15)
    assert result == Intent(
        COMMIT,
        Window(start, start + timedelta(days=7)),
        ResolvedNow(KEY, COMMITTED),
        {REGION: 3},
        suspended=False,
        stacks={REGION: stack_fingerprint(ControlDocument.model_validate({"capacity": 3}), REGION)},
    )


def test_the_earliest_remembered_now_wins_over_later_commits() -> None:
    """Whatever later commits change, the start of the fleet does not move."""
    early = COMMITTED - timedelta(days=2)
    result = verdict(
        "capacity: 3\n",
        remembering(KEY, COMMITTED - timedelta(days=1)),
        remembering(KEY, early),
        remembering(NowKey(2, KEY.start_offset), early - timedelta(days=1)),
        unreadable=("me-east-1",),
    )

    assert isinstance(result, Intent)
    assert result.resolved_now == ResolvedNow(KEY, early)


def test_now_is_not_resolved_while_a_configured_region_may_remember_it() -> None:
    """What cannot be read is never guessed: the fleet is held until the region answers."""
    held = verdict("capacity: 3\n", unreadable=("me-east-1",))
    elsewhere = verdict("capacity: 3\nexclude: [me-east-1]\n", unreadable=("me-east-1",))

    assert isinstance(held, Hold)
    assert held.reason == (
        "start: now is not resolved yet, and me-east-1 cannot be read, which may remember when the"
        " fleet started; to go on without, exclude it or give an explicit start"
    )
    assert isinstance(elsewhere, Intent)


def test_a_now_that_is_over_when_first_seen_asks_for_a_new_start_version() -> None:
    """A document that was never seen in its time does not start anything late."""
    late = COMMITTED + timedelta(days=8)

    first_seen = verdict("capacity: 3\n", now=late)
    remembered = verdict("capacity: 3\n", remembering(KEY, COMMITTED), now=late)

    assert isinstance(first_seen, Hold)
    assert first_seen.reason == (
        "start: now of this commit means 2026-12-01T12:15:00Z to 2026-12-08T12:15:00Z, which was"
        " over when it was first seen; bump start_version to start anew"
    )
    assert isinstance(remembered, Intent)


@pytest.mark.parametrize(
    ("rails", "reason"),
    [
        (
            Rails(2, 200, None),
            "over a rail: cn-qingdao asks for 3 nodes, 1 over MAX_NODES_PER_REGION = 2; raise"
            " MAX_NODES_PER_REGION in the environment of the watcher, or lower the capacity",
        ),
        (
            Rails(20, 80, None),
            "over a rail: the fleet asks for 90 nodes, 10 over MAX_NODES = 80; raise MAX_NODES in"
            " the environment of the watcher, or lower the capacity",
        ),
        (
            Rails(20, 200, 50.0),
            "over a rail: the fleet may cost 97.20 USD a day, 47.20 over MAX_USD_PER_DAY = 50.00;"
            " raise MAX_USD_PER_DAY in the environment of the watcher, or lower the capacity",
        ),
    ],
)
def test_a_document_over_a_rail_is_refused_as_a_whole(rails: Rails, reason: str) -> None:
    """The reason says which rail, by how much, and how to raise it."""
    result = verdict("capacity: 3\n", rails=rails)

    assert isinstance(result, Hold)
    assert result.reason == reason


def test_the_spending_rail_fails_closed_where_no_price_is_known() -> None:
    """A template without a known price cannot be kept under a ceiling, so it is refused."""
    text = "capacity: 1\nfleet: {disk_size_gb: 500}\n"

    refused = verdict(text, rails=Rails(20, 200, 1e6))
    empty = verdict(text.replace("1", "0", 1), rails=Rails(20, 200, 1e6))

    assert isinstance(refused, Hold)
    assert refused.reason.startswith("over a rail: MAX_USD_PER_DAY is set but no price is known")
    assert isinstance(empty, Intent)


def test_complaints_name_file_line_and_column() -> None:
    """A broken document is held with everything that is wrong with it."""
    result = verdict("capcity: 3\nsuspend: maybe\n")

    assert isinstance(result, Hold)
    assert "control.yaml:1:1: " in result.reason
    assert "control.yaml:2:10: " in result.reason


def test_fractions_of_a_second_are_rounded_up_to_what_tags_can_hold() -> None:
    """A window is never early, and equals itself when read back from the tags."""
    result = verdict("start: 2026-12-02T00:00:00.4Z\ncapacity: 1\n")

    assert isinstance(result, Intent)
    assert result.window.start == datetime(2026, 12, 2, 0, 0, 1, tzinfo=UTC)


def test_the_applied_commit_is_the_newest_that_any_group_remembers() -> None:
    """Groups that nothing changed for remember an older one; it does not count."""
    newer = AppliedCommit("2" * 40, COMMITTED + timedelta(hours=1))
    memories = (Memory(COMMIT), Memory(newer), Memory())

    assert Recollection(memories).newest_applied == newer
    assert Recollection().newest_applied is None


def test_what_each_stack_is_to_be_follows_from_the_template_alone() -> None:
    """A region that differs gets another fingerprint; capacity and `adopt` are no part of it."""
    text = (
        "capacity: {all: 1}\n"
        "regions: {eu-central-1: {adopt: true}, eu-west-1: {capacity: 3}, us-west-1: {zones: 1}}\n"
    )
    result = verdict(text)

    assert isinstance(result, Intent)
    assert result.adopting == {"eu-central-1"}
    assert result.stacks["eu-central-1"] == result.stacks["eu-west-1"]
    assert result.stacks["eu-west-1"] != result.stacks["us-west-1"]
