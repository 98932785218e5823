"""What a group remembers survives its tags, and nothing else is taken for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.control.window import NowKey, Window
from shared.instants import Duration
from shared.memory import (
    AppliedCommit,
    Memory,
    MemoryUnreadableError,
    ResolvedNow,
    memory_of,
    tags_of,
)

AT = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
FULL = Memory(
    AppliedCommit("a" * 40, AT),
    Window(AT, AT.replace(day=8)),
    AT.replace(hour=9),
    ResolvedNow(NowKey(2, Duration(15, "minute")), AT),
)

seconds = st.integers(0, 4_000_000_000).map(lambda count: datetime.fromtimestamp(count, UTC))
maybe = st.one_of(st.none(), seconds)


def test_the_tags_are_these() -> None:
    """Names and forms of the tags are public: bootstrap and operators read them."""
    assert tags_of(FULL) == {
        "p2p-fleet-commit": "a" * 40,
        "p2p-fleet-commit-time": "2026-12-01T18:00:00Z",
        "p2p-fleet-start": "2026-12-01T18:00:00Z",
        "p2p-fleet-stop": "2026-12-08T18:00:00Z",
        "p2p-fleet-earlier-stop": "2026-12-01T09:00:00Z",
        "p2p-fleet-now": "v2+15minutes@2026-12-01T18:00:00Z",
    }


@given(seconds, maybe, maybe, maybe)
def test_a_memory_read_back_is_the_same(
    start: datetime, stop: datetime | None, earlier: datetime | None, now: datetime | None
) -> None:
    """Whatever is written is read back unchanged, so that a converged group stays converged."""
    resolved = ResolvedNow(NowKey(1, Duration(3, "month")), now) if now else None
    memory = Memory(AppliedCommit("b" * 40, start), Window(start, stop), earlier, resolved)

    assert memory_of(tags_of(memory)) == memory


def test_new_tags_blot_out_what_is_not_remembered_any_more() -> None:
    """TagResources replaces equal keys only, so nothing old may stay behind."""
    tags = tags_of(FULL) | tags_of(Memory(FULL.commit, FULL.window))

    assert memory_of(tags) == Memory(FULL.commit, FULL.window)


def test_a_group_without_tags_remembers_nothing() -> None:
    """A fresh group, or one with tags of others only, is a blank page."""
    assert memory_of({"team": "video"}) == Memory()


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("p2p-fleet-stop", "tomorrow"),
        ("p2p-fleet-start", "2026-12-01"),
        ("p2p-fleet-now", "v1+15minutes"),
        ("p2p-fleet-now", "15@2026-12-01T18:00:00Z"),
        ("p2p-fleet-commit-time", "0"),
    ],
)
def test_a_tag_edited_by_hand_is_an_error_and_never_a_guess(tag: str, value: str) -> None:
    """The sentence names the tag and what it holds."""
    with pytest.raises(MemoryUnreadableError) as caught:
        memory_of(tags_of(FULL) | {tag: value})

    assert str(caught.value) == f"tag {tag} holds {value!r}, which the fleet did not write"
