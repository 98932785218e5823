"""Packs: honest ones made by git, and hostile ones."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from typing import Final

import pytest
from dulwich.object_format import SHA1
from dulwich.pack import create_delta, pack_object_header
from hypothesis import given
from hypothesis import strategies as st

from sandbox.git_host import ControlRepository, run_git
from shared.control.git.faults import SourceFault
from shared.control.git.packs import BLOB, COMMIT, TREE, GitObject, read_pack
from tests.control.git.asking import UNHURRIED

PLENTY: Final = 1 << 20
REF_DELTA: Final = 7
OFS_DELTA: Final = 6
BASE: Final = b"one line of text\n" * 20


def blob_id(content: bytes) -> str:
    """Return the id git gives a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324 (Git's)


def entry(kind: int, content: bytes, base: bytes | int | None = None) -> bytes:
    """Return one object as it stands in a pack."""
    return header(kind, len(content), base) + zlib.compress(content)


def header(kind: int, size: int, base: bytes | int | None = None) -> bytes:
    """Return the header of an object that declares this inflated size."""
    return bytes(pack_object_header(kind, base, size, SHA1))


def pack(*entries: bytes, count: int | None = None) -> bytes:
    """Return a pack with a right checksum, whatever it holds."""
    count = len(entries) if count is None else count
    body = b"PACK" + struct.pack(">LL", 2, count) + b"".join(entries)
    return body + hashlib.sha1(body).digest()  # noqa: S324 (Git's)


def delta(target: bytes, base: bytes = BASE) -> bytes:
    """Return instructions that make one content of another."""
    return b"".join(create_delta(base, target))


def test_pack_made_by_git(repository: ControlRepository) -> None:
    """Everything git packs, deltas included, comes out under its id."""
    for size in range(20):
        repository.commit("# a comment that stays the same\n" * 40 + f"capacity: {size}\n")
    listed = repository.list_objects()
    made = run_git(
        ["pack-objects", "--stdout", "-q", "--no-reuse-delta", "--delta-base-offset"],
        repository.path,
        stdin="\n".join(listed).encode(),
    )
    objects = read_pack(made, PLENTY)
    assert set(objects) == set(listed)
    kinds = {COMMIT: "commit", TREE: "tree", BLOB: "blob"}
    for sha, found in objects.items():
        assert found.data == repository.show(kinds[found.kind], sha)


@pytest.mark.parametrize("order", ["base first", "base last"])
def test_chain_of_deltas(order: str) -> None:
    """Deltas of deltas are resolved, wherever in the pack their bases stand."""
    second, third = BASE + b"second\n", BASE + b"second\nthird\n"
    entries = [
        entry(BLOB, BASE),
        entry(REF_DELTA, delta(second), bytes.fromhex(blob_id(BASE))),
        entry(REF_DELTA, delta(third, second), bytes.fromhex(blob_id(second))),
    ]
    if order == "base last":
        entries.reverse()
    assert read_pack(pack(*entries), PLENTY) == {
        blob_id(content): GitObject(BLOB, content) for content in (BASE, second, third)
    }


def test_delta_by_offset() -> None:
    """A base may be named by its distance too."""
    base = entry(BLOB, BASE)
    by_offset = entry(OFS_DELTA, delta(b"x" + BASE), len(base))
    assert set(read_pack(pack(base, by_offset), PLENTY)) == {blob_id(BASE), blob_id(b"x" + BASE)}


BOMB: Final = zlib.compress(b"\0" * 50_000_000)
HOSTILE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "empty": (lambda: b"", "SourceGarbage"),
    "checksum": (lambda: pack(entry(BLOB, b"x"))[:-1] + b"!", "SourceGarbage"),
    "not a pack": (lambda: pack().replace(b"PACK", b"KCAP"), "SourceGarbage"),
    "fewer than announced": (lambda: pack(entry(BLOB, b"x"), count=2), "SourceGarbage"),
    "more than announced": (
        lambda: pack(entry(BLOB, b"x"), entry(BLOB, b"y"), count=1),
        "SourceGarbage",
    ),
    "very many announced": (lambda: pack(count=2_000_000_000), "SourceTooLarge"),
    "unknown kind": (lambda: pack(entry(5, b"x")), "SourceGarbage"),
    "cut inside an object": (lambda: pack(entry(BLOB, b"x" * 99)[:-3], count=1), "SourceGarbage"),
    "missing base": (
        lambda: pack(entry(REF_DELTA, delta(b"x"), bytes(20))),
        "SourceGarbage",
    ),
    "base before the pack": (
        lambda: pack(entry(OFS_DELTA, delta(b"x"), 4000)),
        "SourceGarbage",
    ),
    "delta of another base": (
        lambda: pack(
            entry(BLOB, b"y"), entry(REF_DELTA, delta(b"x"), bytes.fromhex(blob_id(b"y")))
        ),
        "SourceGarbage",
    ),
    "empty delta": (
        lambda: pack(entry(BLOB, BASE), entry(REF_DELTA, b"", bytes.fromhex(blob_id(BASE)))),
        "SourceGarbage",
    ),
    "bomb that says so": (
        lambda: pack(header(BLOB, 50_000_000) + BOMB),
        "SourceTooLarge",
    ),
    "bomb that does not": (
        lambda: pack(header(BLOB, 10) + BOMB),
        "SourceGarbage",
    ),
    "delta bomb": (
        lambda: pack(
            entry(BLOB, BASE),
            # copy the base 10,000,000 times over, says its header
            entry(
                REF_DELTA,
                b"\xd4\x02\x80\x80\x80\x40" + b"\x90\xff" * 9,
                bytes.fromhex(blob_id(BASE)),
            ),
        ),
        "SourceTooLarge",
    ),
    "many large ones": (
        lambda: pack(*(entry(BLOB, bytes([i]) * 100_000) for i in range(20))),
        "SourceTooLarge",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pack(name: str) -> None:
    """Broken packs are garbage; bombs are refused before they are inflated."""
    make, code = HOSTILE[name]
    with pytest.raises(SourceFault) as caught:
        read_pack(make(), PLENTY)
    assert caught.value.code == code


@UNHURRIED
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(junk: bytes) -> None:
    """Whatever stands behind a right header and checksum is read or a fault, nothing else."""
    try:
        outcome: int | str = len(read_pack(pack(junk, count=1), PLENTY))
    except SourceFault as fault:
        outcome = fault.code
    assert outcome in {1, "SourceGarbage", "SourceTooLarge"}


@UNHURRIED
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_flipped_byte_is_found(position: int, value: int) -> None:
    """A pack damaged anywhere is garbage, or it was not damaged."""
    honest = pack(entry(BLOB, BASE), entry(BLOB, bytes(range(256))))
    position %= len(honest)
    damaged = honest[:position] + bytes([value]) + honest[position + 1 :]
    if damaged == honest:
        assert read_pack(damaged, PLENTY) == read_pack(honest, PLENTY)
    else:
        with pytest.raises(SourceFault, match="SourceGarbage"):
            read_pack(damaged, PLENTY)
