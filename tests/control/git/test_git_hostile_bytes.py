"""No bytes that a host can send make the reader fail in another way than a fault."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from dulwich.protocol import pkt_line
from hypothesis import given
from hypothesis import strategies as st

from shared.control.git.conversation import Read
from shared.control.git.faults import SourceFault, foreign_words
from shared.control.git.objects import Entry, parse_commit, tree_entry
from shared.control.git.records import Limits
from shared.control.git.remote import RemoteRepository
from tests.control.git.asking import UNHURRIED, ask_in_vain

SHA = "1" * 40
GREETING_V2 = (
    pkt_line(b"version 2\n")
    + pkt_line(b"ls-refs\n")
    + pkt_line(b"fetch=shallow filter\n")
    + b"0000"
)
HEADERS = b"tree " + b"2" * 40 + b"\nauthor A <a@b> 1 +0000\n"


class Recording:
    """A connection on which a host says what was recorded, whatever it is asked."""

    host_key: str | None = None

    def __init__(self, greeting: bytes, answer: bytes) -> None:
        self._greeting = greeting
        self._answer = answer

    def greet(self) -> Read:
        """Say the greeting."""
        return io.BytesIO(self._greeting).read

    def exchange(self, request: bytes) -> Read:
        """Say the answer."""
        assert request.endswith((b"0000", b"done\n"))
        return io.BytesIO(self._answer).read

    def close(self) -> None:
        """There is nothing to close."""


def outcome_of(greeting: bytes, answer: bytes) -> str:
    """Read a ref and a commit, and return what came of it."""
    repository = RemoteRepository(Recording(greeting, answer), Limits())
    try:
        commit = repository.resolve("HEAD")
        repository.prepare([commit])
        return repository.get(commit, 1).decode("latin-1")
    except SourceFault as fault:
        return fault.code


LINES = st.lists(
    st.one_of(
        st.binary(max_size=40).map(pkt_line),
        st.sampled_from(
            [b"0000", b"0001", b"0002", b"0003", b"0004", b"zzzz", b"-001", b"fff0", b"00"]
        ),
        st.sampled_from(
            [
                pkt_line(SHA.encode() + b" HEAD\n"),
                pkt_line(b"packfile\n"),
                pkt_line(b"\x01PACK\0\0\0\x02\0\0\0\x01"),
                pkt_line(b"version 2\n"),
                pkt_line(b"version 1\n"),
                pkt_line(b"NAK\n"),
                pkt_line(SHA.encode() + b" HEAD\0side-band-64k shallow"),
            ]
        ),
    ),
    max_size=8,
).map(b"".join)


@UNHURRIED
@given(LINES, LINES)
def test_any_conversation_is_a_fault(greeting: bytes, answer: bytes) -> None:
    """Made-up greetings and answers never hold the commit, and are always a fault."""
    assert outcome_of(greeting, answer).startswith("Source")
    assert outcome_of(GREETING_V2, answer).startswith("Source")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "SourceGarbage"),
        (b"nonsense", "SourceGarbage"),
        (HEADERS, "SourceGarbage"),
        (HEADERS + b"committer A <a@b> soon +0000\n\nx", "SourceGarbage"),
        (HEADERS + b"committer A <a@b> 99999999999999999 +0000\n\nx", "SourceGarbage"),
        (
            HEADERS.replace(b"2" * 40, b"2" * 39) + b"committer A <a@b> 1 +0000\n\nx",
            "SourceGarbage",
        ),
    ],
)
def test_malformed_commit(raw: bytes, code: str) -> None:
    """A commit without its lines, or with an impossible time, is garbage."""
    with pytest.raises(SourceFault) as caught:
        parse_commit(SHA, raw)
    assert caught.value.code == code


def test_odd_but_honest_commit() -> None:
    """Text that is no UTF-8, and a commit without a message, are no reason to fail."""
    raw = HEADERS.replace(b"A <", b"J\xf6rg <") + b"committer A <a@b> 86400 +0545\n"
    commit = parse_commit(SHA, raw + b"encoding ISO-8859-1\n\n")
    assert (commit.author, commit.subject) == ("J\ufffdrg <a@b>", "")
    assert commit.committed_at == datetime(1970, 1, 2, tzinfo=UTC)


@UNHURRIED
@given(st.binary(max_size=120))
def test_any_commit_parses_or_is_a_fault(raw: bytes) -> None:
    """Whatever follows honest headers, parsing ends in a commit or a fault."""
    try:
        sha = parse_commit(SHA, HEADERS + b"committer A <a@b> 1 +0000\n" + raw).sha
    except SourceFault as fault:
        sha = fault.code
    assert sha in {SHA, "SourceGarbage"}


@UNHURRIED
@given(st.binary(max_size=120))
def test_any_tree_parses_or_is_a_fault(raw: bytes) -> None:
    """Whatever follows an honest entry, looking for it ends in the entry or a fault."""
    try:
        found: Entry | str | None = tree_entry(b"100644 a\0" + bytes(20) + raw, "a")
    except SourceFault as fault:
        found = fault.code
    assert found in {Entry(0o100644, "0" * 40), "SourceGarbage"}


@UNHURRIED
@given(st.one_of(st.text(), st.binary()))
def test_foreign_words_fit_a_sentence(words: str | bytes) -> None:
    """What a host says becomes one bounded, printable line."""
    shown = foreign_words(words)
    assert shown.isprintable()
    assert len(shown) <= 200


def test_mistake_of_ours_is_shown_without_its_words() -> None:
    """An exception nobody expected is reported as a bug of this program, not with its text."""

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise RuntimeError("s3cret")

    failure = ask_in_vain("https://host.example/r", resolve=resolve)
    assert (failure.code, failure.reaction.value) == ("SourceBug", "bug")
    assert "RuntimeError at test_git_hostile_bytes.py:" in failure.message
    assert "s3cret" not in repr(failure)
