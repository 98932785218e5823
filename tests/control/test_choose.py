"""Which commit counts: the newest acceptable one, never one that is behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from shared.control.choose import Choice, Chosen, Descends, choose
from shared.control.git import Answer, Commit, NoAnswer, Source, parse_sources
from shared.failure import Failure, Reaction
from shared.memory import AppliedCommit
from shared.report import SourceReport

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = parse_sources(
    "https://a.example/fleet.git https://b.example/fleet.git https://c.example/fleet.git"
)


def answer(source: Source, sha: str, at: datetime) -> Answer:
    """What a source says: one commit, committed at an instant."""
    commit = Commit(sha * 40, "t" * 40, (), at, "o", "o", "change", b"", None)
    return Answer(source, commit, b"capacity: 1\n", "f" * 40, 7, 900)


def ancestry(*parents: tuple[str, str], unknown: bool = False) -> Descends:
    """A commit graph of one-letter commits, child before parent; or one that cannot be told."""
    graph: Mapping[str, str] = dict(parents)

    def descends(one: Answer, ancestor: str) -> bool | None:
        if unknown:
            return None
        at = one.commit.sha[0]
        while at in graph:
            at = graph[at]
            if at == ancestor[0]:
                return True
        return False

    return descends


def applied(sha: str, at: datetime) -> AppliedCommit:
    """The newest commit that the fleet remembers."""
    return AppliedCommit(sha * 40, at)


def picked(choice: Choice) -> str | None:
    """The commit that was chosen, by its letter."""
    return choice.chosen.answer.commit.sha[0] if choice.chosen else None


def test_a_descendant_is_newer_whatever_its_clock_says() -> None:
    """Ancestry beats committer time, among the sources and against the applied commit."""
    old, new = answer(A, "1", NOW - HOUR), answer(B, "2", NOW - 2 * HOUR)

    choice = choose(
        [old, new], applied("1", NOW - HOUR), ancestry(("2", "1")), NOW, allow_rewind=False
    )

    assert choice == Choice(
        Chosen(new, rewound=False),
        "",
        (
            SourceReport(A.label, "behind", "1" * 40, "behind 222222222222", 7),
            SourceReport(B.label, "used", "2" * 40, None, 7),
        ),
    )


def test_equal_commits_are_one_and_the_first_source_is_named() -> None:
    """Order only breaks ties; the other mirrors are the same."""
    choice = choose(
        [answer(A, "1", NOW), answer(B, "1", NOW)], None, ancestry(), NOW, allow_rewind=False
    )

    assert [source.status for source in choice.sources] == ["used", "same"]


def test_where_ancestry_cannot_be_told_the_committer_time_decides() -> None:
    """Beyond the bounds of history the younger commit wins, and an older one is refused."""
    old, new = answer(A, "1", NOW - 2 * HOUR), answer(B, "2", NOW - HOUR)
    blind = ancestry(unknown=True)

    assert picked(choose([old, new], None, blind, NOW, allow_rewind=False)) == "2"
    assert picked(choose([old], applied("2", NOW - HOUR), blind, NOW, allow_rewind=False)) is None
    assert picked(choose([new], applied("1", NOW), blind, NOW, allow_rewind=False)) is None


def test_forked_sources_are_a_hold() -> None:
    """Two histories that do not contain each other are two intents: neither is followed."""
    choice = choose(
        [answer(A, "1", NOW - HOUR), answer(B, "2", NOW)],
        None,
        ancestry(),
        NOW,
        allow_rewind=False,
    )

    assert (choice.chosen, choice.reason) == (
        None,
        "the sources have forked: https://a.example/fleet.git is at 111111111111,"
        " https://b.example/fleet.git at 222222222222, and neither contains the other;"
        " push the same history to both",
    )


def test_a_rewound_source_is_refused_and_the_message_says_how_to_allow_it() -> None:
    """A stale or captured mirror cannot bring back an old intent."""
    choice = choose(
        [answer(A, "1", NOW - HOUR)], applied("2", NOW), ancestry(), NOW, allow_rewind=False
    )

    assert choice.chosen is None
    assert choice.reason == (
        "no source offers an acceptable commit: https://a.example/fleet.git: commit 111111111111"
        " of 2026-12-01T11:00:00Z is behind the applied commit 222222222222 of"
        " 2026-12-01T12:00:00Z; to go back on purpose, commit the old content anew, or set"
        " CONTROL_ALLOW_REWIND"
    )


def test_a_rewind_within_the_same_second_is_refused_too() -> None:
    """Equal committer times are no proof of being newer."""
    choice = choose([answer(A, "1", NOW)], applied("2", NOW), ancestry(), NOW, allow_rewind=False)

    assert choice.chosen is None


def test_an_allowed_rewind_is_marked() -> None:
    """With CONTROL_ALLOW_REWIND the older commit counts, and is known to be one."""
    old = answer(A, "1", NOW - HOUR)

    choice = choose([old], applied("2", NOW), ancestry(), NOW, allow_rewind=True)

    assert choice.chosen == Chosen(old, rewound=True)


def test_a_stale_mirror_is_passed_over_for_a_fresh_one() -> None:
    """One source that lags behind the applied commit does not hold the fleet."""
    stale, fresh = answer(A, "1", NOW - HOUR), answer(B, "2", NOW)

    choice = choose([stale, fresh], applied("2", NOW), ancestry(), NOW, allow_rewind=False)

    assert picked(choice) == "2"
    assert [source.status for source in choice.sources] == ["passed over", "used"]


def test_commits_from_the_future_wait_unless_they_descend_from_the_applied_one() -> None:
    """A wrong clock is no reason to hold a commit that plainly follows the applied one."""
    future = answer(A, "2", NOW + HOUR)
    soon = answer(A, "2", NOW + timedelta(minutes=4))

    refused = choose([future], None, ancestry(), NOW, allow_rewind=False)
    followed = choose([future], applied("1", NOW), ancestry(("2", "1")), NOW, allow_rewind=False)

    assert refused.reason == (
        "no source offers an acceptable commit: https://a.example/fleet.git: commit 222222222222"
        " lies in the future (2026-12-01T13:00:00Z)"
    )
    assert picked(followed) == "2"
    assert picked(choose([soon], None, ancestry(), NOW, allow_rewind=False)) == "2"


def test_sources_that_fail_are_named_and_the_rest_decides() -> None:
    """A dead source is reported with its remedy; with none left the reason lists them all."""
    dead = NoAnswer(B, Failure("SourceX", "It is dead.", Reaction.TRANSIENT, "Wait."), 12)

    one_left = choose([answer(A, "1", NOW), dead], None, ancestry(), NOW, allow_rewind=False)
    none_left = choose([dead], None, ancestry(), NOW, allow_rewind=False)

    assert one_left.sources[1] == SourceReport(B.label, "failed", None, "It is dead. Wait.", 12)
    assert none_left.reason == ("no source offers an acceptable commit: It is dead.")


def test_three_mirrors_agree_on_the_newest() -> None:
    """The newest of three in one line of history is chosen wherever it stands in the list."""
    line = ancestry(("3", "2"), ("2", "1"))
    mirrors = [answer(A, "2", NOW), answer(B, "3", NOW), answer(C, "1", NOW)]

    assert picked(choose(mirrors, None, line, NOW, allow_rewind=False)) == "3"
