"""Commits and trees, parsed from their raw content."""

from __future__ import annotations

from datetime import UTC, datetime
from stat import S_IFLNK, S_IFMT, S_ISDIR, S_ISREG
from typing import Final, NamedTuple

from dulwich.errors import ObjectFormatException
from dulwich.objects import Commit as ParsedCommit
from dulwich.objects import parse_tree

from shared.control.git.faults import garbage, printable
from shared.control.git.records import Commit

_GITLINK: Final = 0o160000
_SHA1_BYTES: Final = 20


class Entry(NamedTuple):
    """One entry of a tree: its mode and the id of what it names."""

    mode: int
    sha: str

    @property
    def is_directory(self) -> bool:
        """Whether the entry is a tree."""
        return S_ISDIR(self.mode)

    @property
    def is_file(self) -> bool:
        """Whether the entry is a plain file, executable or not."""
        return S_ISREG(self.mode)

    @property
    def described(self) -> str:
        """What the entry is, in words."""
        if self.is_directory:
            return "a directory"
        if S_IFMT(self.mode) == S_IFLNK:
            return "a symbolic link"
        return "a submodule" if self.mode == _GITLINK else "a file"


def parse_commit(sha: str, raw: bytes) -> Commit:
    """Parse the content of the commit `sha`.

    Raises:
        SourceFault: it is malformed (`SourceGarbage`).
    """
    parsed = ParsedCommit()
    try:
        parsed.set_raw_string(raw)
        message = parsed.message or b""
        return Commit(
            sha=sha,
            tree=parsed.tree.decode(),
            parents=tuple(parent.decode() for parent in parsed.parents),
            committed_at=datetime.fromtimestamp(parsed.commit_time, UTC),
            author=printable(parsed.author),
            committer=printable(parsed.committer),
            subject=printable(message.strip().partition(b"\n")[0]),
            raw=raw,
            signature=parsed.gpgsig,
        )
    except (ObjectFormatException, AttributeError, TypeError, ValueError, OSError) as error:
        # a line that is missing is None to dulwich; a time beyond the calendar an OverflowError
        raise garbage(f"a malformed commit {sha[:12]}") from error
    except OverflowError as error:
        raise garbage(f"a commit {sha[:12]} whose time is beyond the calendar") from error


def tree_entry(raw: bytes, name: str) -> Entry | None:
    """Return the entry of that name in a tree, or None.

    Raises:
        SourceFault: the tree is malformed (`SourceGarbage`).
    """
    wanted = name.encode()
    try:
        for entry_name, mode, sha in parse_tree(raw, _SHA1_BYTES):
            if entry_name == wanted:
                return Entry(mode, sha.decode())
    except (ObjectFormatException, ValueError) as error:
        raise garbage("a malformed tree") from error
    return None
