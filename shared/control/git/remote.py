"""A repository on a host: which objects to ask for, and what to do where a host will not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from shared.control.git.conversation import Connection, Conversation, Refusal, no_commits
from shared.control.git.faults import SourceFault, garbage
from shared.control.git.packs import COMMIT, KINDS, GitObject
from shared.control.git.pktlines import PktLines
from shared.control.git.protocol_v2 import ConversationV2
from shared.control.git.records import Limits

_COMMIT_ID: Final = re.compile(r"[0-9a-f]{40}")
_INFLATION: Final = 8
"""How many times what may be received all of it together may inflate to."""
_ONLY_WANTED: Final = "tree:0"
"""Not `tree:1`, which would spare a round trip: GitHub allows a tree depth of 0 at most."""


class RemoteRepository:
    """A repository on a host, read over one connection.

    With a host that has partial fetch, a file in the root takes five round trips: greeting, refs,
    commit, tree, file; each directory on the way one more. Without: greeting, refs, everything.
    """

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._max_inflated_bytes = _INFLATION * limits.max_bytes
        self._objects: dict[str, GitObject] = {}
        self._commits: tuple[str, ...] = ()
        self._opened: Conversation | None = None
        self._has_everything = False
        self._named_by_id = False

    @property
    def host_key(self) -> str | None:
        """Fingerprint of the ssh host's key."""
        return self._connection.host_key

    def resolve(self, ref: str) -> str:
        """Return the commit id of a ref; a full commit id is taken at its word."""
        commit_id = ref.lower()
        if _COMMIT_ID.fullmatch(commit_id):
            self._named_by_id = True
            return commit_id
        commit_id = self._conversation().resolve(ref)
        if not _COMMIT_ID.fullmatch(commit_id):
            raise garbage("a ref that is not a commit id")
        return commit_id

    def prepare(self, commits: Sequence[str]) -> None:
        """Fetch commits alone, or with all of their trees and files if the host cannot do less."""
        self._commits = tuple(commits)
        if self._conversation().partial:
            try:
                self._objects |= self._fetch(self._commits, 1, _ONLY_WANTED)
            except Refusal:
                self._fetch_everything()
        else:
            self._fetch_everything()

    def get(self, sha: str, kind: int) -> bytes:
        """Return an object's content, fetching it if it has not come yet."""
        if sha not in self._objects and not self._has_everything:
            try:
                self._objects |= self._fetch([sha], 1, _ONLY_WANTED)
            except Refusal:
                self._fetch_everything()
        found = self._objects.get(sha)
        if found is None:
            raise garbage(f"a pack without the {KINDS[kind]} {sha[:12]} it should hold")
        if found.kind == kind:
            return found.data
        what = f"a {KINDS[found.kind]} where a {KINDS[kind]} should be, at {sha[:12]}"
        if kind == COMMIT:
            raise SourceFault("SourceRefMissing", f"has {what}")
        raise garbage(what)

    def history(self, head: str, depth: int) -> Mapping[str, bytes]:
        """Fetch commits alone where the host can leave trees out."""
        fetched = self._fetch([head], depth, _ONLY_WANTED)
        return {sha: found.data for sha, found in fetched.items() if found.kind == COMMIT}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _fetch_everything(self) -> None:
        self._has_everything = True
        try:
            self._objects |= self._fetch(self._commits, 1, None)
        except Refusal as refusal:
            if not self._named_by_id:
                raise
            raise SourceFault(
                "SourceRefMissing", f"does not give the commit {self._commits[0][:12]}"
            ) from refusal

    def _fetch(
        self, wants: Sequence[str], depth: int, object_filter: str | None
    ) -> dict[str, GitObject]:
        conversation = self._conversation()
        # after a refusal, or a fetch in version 0, the host has hung up: begin anew if need be
        self._opened = None
        fetched = conversation.fetch(wants, depth, object_filter)
        if conversation.partial:
            self._opened = conversation
        return fetched

    def _conversation(self) -> Conversation:
        if self._opened is None:
            self._opened = self._greeted()
        return self._opened

    def _greeted(self) -> Conversation:
        greeting = PktLines(self._connection.greet())
        first = greeting.next()
        if first is not None and first.startswith(b"# service="):
            greeting.next()  # the flush behind it: smart HTTP before version 2
            first = greeting.next()
        if first is None:
            # in version 0 a repository without refs has nothing to say
            raise no_commits()
        if first.strip() == b"version 2":
            return ConversationV2(self._connection, greeting.section(), self._max_inflated_bytes)
        # Imported here: hosts this old are rare.
        from shared.control.git.protocol_v0 import ConversationV0  # noqa: PLC0415

        lines = list(greeting.section())
        if first.strip() != b"version 1":
            lines.insert(0, first)
        return ConversationV0(self._connection, lines, self._max_inflated_bytes)
