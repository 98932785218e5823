"""Objects out of a pack, with bounds that hold against a hostile one.

dulwich checks that an object inflates to no more than the size its header declares; here the
declared sizes themselves are bounded before anything is inflated.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from hashlib import sha1
from typing import Final, NamedTuple

from dulwich.errors import ApplyDeltaError
from dulwich.pack import (
    OFS_DELTA,
    REF_DELTA,
    UnpackedObject,
    apply_delta,
    obj_sha,
    read_pack_header_at,
    unpack_object_at,
)

from shared.control.git.faults import SourceFault, garbage

COMMIT: Final = 1
TREE: Final = 2
BLOB: Final = 3
KINDS: Final = {COMMIT: "commit", TREE: "tree", BLOB: "blob", 4: "tag"}

_HEADER_BYTES: Final = 12
_TRAILER_BYTES: Final = 20
_MAX_OBJECTS: Final = 20_000
_MORE: Final = 0x80
"""The bit of a variable-length number that says another byte follows."""


class GitObject(NamedTuple):
    """An object: what it is (the pack format's number) and its content."""

    kind: int
    data: bytes


def read_pack(pack: bytes, max_inflated_bytes: int) -> dict[str, GitObject]:
    """Return the objects of a pack by id.

    Ids are computed from the content, so an object found under an id is that object: a host can
    leave things out, but not lie.

    Raises:
        SourceFault: the pack is broken (`SourceGarbage`), or holds too much (`SourceTooLarge`).
    """
    try:
        return _Unpacking(pack, max_inflated_bytes).objects()
    # dulwich says "broken pack" in all of these ways
    except (ApplyDeltaError, AssertionError, IndexError, ValueError, zlib.error) as error:
        raise garbage(f"a broken pack ({type(error).__name__})") from error


class _Unpacking:
    """One pack on its way to objects: whole ones first, then the deltas that stand on them."""

    def __init__(self, pack: bytes, max_inflated_bytes: int) -> None:
        self._pack = pack
        self._budget = max_inflated_bytes
        self._whole: list[tuple[int, GitObject]] = []
        self._waiting: dict[int | bytes, list[UnpackedObject]] = defaultdict(list)
        self._objects: dict[str, GitObject] = {}

    def objects(self) -> dict[str, GitObject]:
        if sha1(self._pack[:-_TRAILER_BYTES]).digest() != self._pack[-_TRAILER_BYTES:]:  # noqa: S324 (Git's own hash)
            raise garbage("a pack whose checksum is wrong")
        _, count = read_pack_header_at(self._pack)
        if count > _MAX_OBJECTS:
            raise SourceFault("SourceTooLarge", f"sends {count} objects, over {_MAX_OBJECTS}")
        self._inflate(count)
        for offset, whole in self._whole:
            self._settle(offset, whole)
        if self._waiting:
            raise garbage("a pack that lacks what its deltas stand on")
        return self._objects

    def _inflate(self, count: int) -> None:
        offset = _HEADER_BYTES
        for _ in range(count):
            self._spend(_declared_size(self._pack, offset))
            unpacked, end = unpack_object_at(self._pack, offset, sha1)
            kind = unpacked.pack_type_num
            if kind == OFS_DELTA and isinstance(unpacked.delta_base, int):
                self._waiting[offset - unpacked.delta_base].append(unpacked)
            elif kind == REF_DELTA and isinstance(unpacked.delta_base, bytes):
                self._waiting[unpacked.delta_base].append(unpacked)
            elif kind in KINDS:
                content = b"".join(unpacked.decomp_chunks)
                self._whole.append((offset, GitObject(kind, content)))
            else:
                raise garbage(f"a pack with an object of unknown kind {kind}")
            offset = end
        if offset != len(self._pack) - _TRAILER_BYTES:
            raise garbage("a pack with something behind its last object")

    def _settle(self, offset: int, whole: GitObject) -> None:
        """Name an object, and all that are deltas of it."""
        settled = [(offset, whole)]
        while settled:
            offset, base = settled.pop()
            name = obj_sha(base.kind, base.data)
            self._objects[name.hex()] = base
            for delta in (*self._waiting.pop(offset, ()), *self._waiting.pop(name, ())):
                chunks = b"".join(delta.decomp_chunks)
                self._spend(_delta_target_size(chunks))
                content = b"".join(apply_delta(base.data, chunks))
                settled.append((delta.offset or 0, GitObject(base.kind, content)))

    def _spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise SourceFault("SourceTooLarge", "sends objects that inflate beyond the limit")


def _declared_size(pack: bytes, offset: int) -> int:
    """Return the inflated size an object's header declares (Git's pack format)."""
    byte = pack[offset]
    size, shift = byte & 0x0F, 4
    while byte & _MORE:
        offset += 1
        byte = pack[offset]
        size |= (byte & 0x7F) << shift
        shift += 7
    return size


def _delta_target_size(delta: bytes) -> int:
    """Return the size of what a delta builds: the second number of its header."""
    position = 0
    size = 0
    for _ in range(2):
        size, shift, byte = 0, 0, _MORE
        while byte & _MORE:
            byte = delta[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
    return size
