"""What is read of a repository, be it on a host or on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Repository(Protocol):
    """A repository opened for reading; every method raises `SourceFault`."""

    @property
    def host_key(self) -> str | None:
        """Fingerprint of the ssh host it is on, once that was asked."""
        ...

    def resolve(self, ref: str) -> str:
        """Return the id of the commit a ref stands for (a full commit id stands for itself)."""
        ...

    def prepare(self, commits: Sequence[str]) -> None:
        """Make ready to get these commits and what is in them."""
        ...

    def get(self, sha: str, kind: int) -> bytes:
        """Return the content of an object of that kind."""
        ...

    def history(self, head: str, depth: int) -> Mapping[str, bytes]:
        """Return raw commits reachable from `head` within `depth` generations, by id."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
