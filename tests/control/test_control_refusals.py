"""Wrong documents and the exact words of their refusal, each complaint at its place."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from shared.control.parse import MAX_COMPLAINTS, Complaint, parse_document
from shared.control.text import MAX_BYTES

GOLDEN = Path(__file__).with_name("refusals.md").read_text(encoding="utf-8")
PAIRS: list[tuple[str, str]] = re.findall(
    r"```yaml\n(.*?)```\n```text\n(.*?)```", GOLDEN, re.DOTALL
)


def complaints(text: bytes) -> list[str]:
    """What is wrong with a document, as the operator sees it."""
    parsed = parse_document(text)
    assert isinstance(parsed, tuple), "the document was accepted"
    return [str(complaint) for complaint in parsed]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_a_wrong_document_is_refused_in_these_words(text: str, expected: str) -> None:
    """Every document of refusals.md gets all its complaints, in order, word for word."""
    assert complaints(text.encode()) == expected.splitlines()


def test_the_golden_file_is_read_whole() -> None:
    """No pair of refusals.md is skipped because of how it is written."""
    assert len(PAIRS) == GOLDEN.count("```yaml") > 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "1:1: the document is empty; write at least `capacity`"),
        (
            b"\xef\xbb\xbfcapacity: 1",
            "1:1: the document begins with a byte order mark; save it without one",
        ),
        (b"\xff\xfec\x00", "1:1: the document is UTF-16; save it as UTF-8"),
        (b"capacity: \xff", "1:11: byte 0xff is not UTF-8; save the document as UTF-8"),
        (b"a: 1\n\xc3\xa9: \xe9", "2:4: byte 0xe9 is not UTF-8; save the document as UTF-8"),
        (b"capacity: 1\r\n# \0", "2:3: U+0000 (a control character) is not accepted; delete it"),
        (b"capacity: 1\r# \0", "2:3: U+0000 (a control character) is not accepted; delete it"),
        (b"# \xe2\x80\xa8", "1:3: U+2028 (LINE SEPARATOR) is not accepted; delete it"),
        (b"# \xe2\x80\xae", "1:3: U+202E (RIGHT-TO-LEFT OVERRIDE) is not accepted; delete it"),
        (b"# \xef\xbb\xbf", "1:3: U+FEFF (ZERO WIDTH NO-BREAK SPACE) is not accepted; delete it"),
        (b"capacity:\n\tall: 3", "2:1: a tab cannot indent; use spaces"),
        (
            "capa\N{CYRILLIC SMALL LETTER ES}ity: 3".encode(),
            "1:1: unknown key `capa\N{CYRILLIC SMALL LETTER ES}ity`; did you mean `capacity`?"
            " (yours has \N{CYRILLIC SMALL LETTER ES} U+0441, CYRILLIC SMALL LETTER ES)",
        ),
        (
            "capa\N{ZERO WIDTH SPACE}city: 3".encode(),
            "1:1: unknown key `capa\\u200bcity`; did you mean `capacity`?"
            " (yours has \\u200b U+200B, ZERO WIDTH SPACE)",
        ),
        (
            "capacity: 1\nregions: [eu\N{NON-BREAKING HYPHEN}west-1]".encode(),
            "2:11: regions.eu\N{NON-BREAKING HYPHEN}west-1: `eu\N{NON-BREAKING HYPHEN}west-1` is"
            " not a region of Alibaba Cloud; did you mean `eu-west-1`?"
            " (yours has \N{NON-BREAKING HYPHEN} U+2011, NON-BREAKING HYPHEN)",
        ),
        (
            b"capacity: 1\nfleet: {tags: {"
            + b", ".join(b"key%d: value" % number for number in range(18))
            + b"}}",
            "2:15: fleet.tags: must have at most 10 entries",
        ),
        (
            b"capacity: 1\nagent: {pre_run: " + b"x" * 4097 + b"}",
            "2:18: agent.pre_run: must be at most 4096 characters long, not 4097",
        ),
        (b"[" * 100_000, "1:17: this is nested over 16 levels deep"),
        (b"- " * 100_000, "1:33: this is nested over 16 levels deep"),
    ],
)
def test_bytes_that_no_page_can_show_are_refused(text: bytes, expected: str) -> None:
    """Encodings, invisible characters, look-alikes and sizes."""
    assert complaints(text) == [expected]


def test_a_document_is_read_up_to_256_kib() -> None:
    """The limit itself is accepted, one byte more is refused unread."""
    full = b"capacity: 1\n#".ljust(MAX_BYTES, b"x")

    assert not isinstance(parse_document(full), tuple)
    assert complaints(full + b"x") == [
        "1:1: the document has 262,145 bytes; at most 262,144 are read"
    ]


def test_a_flood_of_complaints_is_cut_off() -> None:
    """The first fifty are worded, the last one counts the rest, and it does not take long."""
    flood = b"capacity: 1\n" + b"".join(b"k%d: 1\n" % number for number in range(20_000))
    parsed = parse_document(flood)

    assert isinstance(parsed, tuple)
    assert len(parsed) == MAX_COMPLAINTS + 1
    assert parsed[-1] == Complaint(52, 1, "and 19950 more complaints from here on")


FLOODS = {
    "unknown regions": b"capacity: 1\nregions: ["
    + b",".join(b"r%d" % n for n in range(30_000))
    + b"]",
    "regions twice": b"capacity: 1\nregions: [" + b"eu-west-1," * 25_000 + b"]",
    "exclusions": b"capacity: 1\nexclude: [" + b"eu-west-1," * 25_000 + b"]",
    "clouds": b"capacity: {" + b",".join(b"k%d: 1" % n for n in range(20_000)) + b"}",
    "levels": b"capacity: {aliyun: {" + b",".join(b"k%d: 1" % n for n in range(20_000)) + b"}}",
    "levels in text": b"capacity: '{" + b",".join(b'"k%d":1' % n for n in range(15_000)) + b"}'",
    "types": b"capacity: 1\nfleet: {instance_types: [" + b"ecs.g7.large," * 15_000 + b"]}",
    "nearly a number": b"capacity: " + b"1_" * 125_000 + b"x",
    "digits": b"capacity: " + b"9" * 250_000,
    "keys twice": b"capacity: 1\n" * 20_000,
    "escapes": b'{"capacity": "' + rb"\ud83d\ude00" * 20_000 + b'"}',
    "backslashes": b'{"capacity": "' + b"\\" * 250_000 + b'"}',
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_no_document_takes_the_poll_its_time(flood: bytes) -> None:
    """Whatever fills 256 KiB is refused within a few seconds of CPU on any machine."""
    assert len(flood) <= MAX_BYTES
    began = time.process_time()
    refused = parse_document(flood)

    assert isinstance(refused, tuple)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "secret",
    [
        b'agent: {repository: "https://user:s3cr3t@host/x"}',
        b'agent: {repository: "https://s3cr3t@host/x"}',
        b'agent: {repository: "s3cr3t"}',
        b"fleet: {public_keys: [s3cr3t]}",
        b"fleet: {public_keys: s3cr3t}",
        b"fleet: {public_keys: [ssh-ed25519 s3cr3t]}",
        b"fleet: {public_keys: ['-----BEGIN OPENSSH PRIVATE KEY----- s3cr3t']}",
        b"agent: s3cr3t",
    ],
)
def test_what_may_be_a_secret_is_never_repeated(secret: bytes) -> None:
    """A complaint is logged and shown, so it names the key and not the value."""
    said = complaints(b"capacity: 1\n" + secret)

    assert (len(said), "s3cr3t" in said[0]) == (1, False)
