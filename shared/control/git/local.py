"""A repository on this machine (`file://`): its refs and objects, none of its configuration."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dulwich.errors import ChecksumMismatch, FileFormatException
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID, ShaFile, Tag
from dulwich.pack import obj_sha
from dulwich.refs import DiskRefsContainer, Ref

from shared.control.git.conversation import candidates, pick
from shared.control.git.faults import SourceFault, garbage
from shared.control.git.leash import Leash
from shared.control.git.packs import KINDS
from shared.control.git.source import Source

_COMMIT_ID: Final = re.compile(r"[0-9a-f]{40}")

_BROKEN: Final = (
    ChecksumMismatch,
    FileFormatException,
    AssertionError,
    OSError,
    ValueError,
    zlib.error,
)


class LocalRepository:
    """A bare repository, or one with a work tree (which is not looked at)."""

    host_key: str | None = None

    def __init__(self, source: Source, leash: Leash) -> None:
        root = Path(source.repository)
        git_dir = root / ".git" if (root / ".git").is_dir() else root
        if not (git_dir / "objects").is_dir():
            raise SourceFault("SourceNotFound", "is not a Git repository, or does not exist")
        self._leash = leash
        self._refs = DiskRefsContainer(git_dir)
        self._store = DiskObjectStore(git_dir / "objects")

    def resolve(self, ref: str) -> str:
        """Follow symbolic refs and annotated tags."""
        if _COMMIT_ID.fullmatch(ref.lower()):
            return ref.lower()
        found = {}
        for name in candidates(ref):
            _, sha = self._refs.follow(Ref(name.encode()))
            if sha is not None:
                found[name] = sha.decode()
        target = self._object(pick(ref, found))
        while isinstance(target, Tag):
            target = self._object(target.object[1].decode())
        return target.id.decode()

    def prepare(self, commits: Sequence[str]) -> None:
        """Do nothing: everything is here."""

    def get(self, sha: str, kind: int) -> bytes:
        """Return an object's content."""
        found = self._object(sha)
        if found.type_num != kind:
            raise SourceFault("SourceRefMissing", f"has no {KINDS[kind]} at {sha[:12]}")
        return self._leash.count(found.as_raw_string())

    def history(self, head: str, depth: int) -> Mapping[str, bytes]:
        """Walk the commits, one generation after the other; a shallow clone just ends earlier."""
        found: dict[str, bytes] = {}
        generation = [head]
        for _ in range(depth):
            parents: list[str] = []
            for sha in generation:
                self._leash.remaining_s()
                if sha in found or ObjectID(sha.encode()) not in self._store:
                    continue
                commit = self._object(sha)
                if isinstance(commit, Commit):
                    found[sha] = self._leash.count(commit.as_raw_string())
                    parents += [parent.decode() for parent in commit.parents]
            generation = parents
        return found

    def close(self) -> None:
        """Close the packs."""
        self._store.close()

    def _object(self, sha: str) -> ShaFile:
        try:
            found = self._store[ObjectID(sha.encode())]
        except KeyError as error:
            raise SourceFault("SourceRefMissing", f"has no object {sha[:12]}") from error
        # dulwich says "broken object" in all of these ways
        except _BROKEN as error:
            raise garbage(f"a broken object {sha[:12]}") from error
        if obj_sha(found.type_num, found.as_raw_string()).hex() != sha:
            raise garbage(f"an object {sha[:12]} that does not hash to its name")
        return found
