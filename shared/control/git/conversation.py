"""What a transport gives, and what reading a repository takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.control.git.faults import SourceFault
from shared.control.git.packs import GitObject

Read = Callable[[int], bytes]
"""Read so many bytes; fewer only at the end."""


class Connection(Protocol):
    """A connection to `git-upload-pack` on a host; every call costs one round trip.

    All methods raise `SourceFault`.
    """

    host_key: str | None

    def greet(self) -> Read:
        """Begin a conversation (again, if need be); what is read is the server's greeting."""
        ...

    def exchange(self, request: bytes) -> Read:
        """Send a request; what is read is its answer."""
        ...

    def close(self) -> None:
        """Let go of the host."""
        ...


class Conversation(Protocol):
    """The two questions asked of a host, in whichever version of the protocol it speaks.

    `partial`: the host can leave objects out, and send single ones by id.
    """

    partial: bool

    def resolve(self, ref: str) -> str:
        """Return the commit id that a ref stands for.

        Raises:
            SourceFault: `SourceRefMissing` or `SourceEmpty`.
        """
        ...

    def fetch(
        self, wants: Sequence[str], depth: int, object_filter: str | None
    ) -> dict[str, GitObject]:
        """Fetch objects, of commits down to `depth` generations, by id.

        Raises:
            SourceFault: `Refusal` if the host does not want to.
        """
        ...


class Refusal(SourceFault):
    """The host said no to a request, and why."""


def candidates(ref: str) -> tuple[str, ...]:
    """Return the full names a ref may stand for, the first that exists wins.

    A branch comes before a tag of the same name, as in `git clone --branch`.
    """
    if ref == "HEAD" or ref.startswith("refs/"):
        return (ref,)
    return (f"refs/heads/{ref}", f"refs/tags/{ref}")


def pick(ref: str, found: dict[str, str]) -> str:
    """Return the id of the ref among those found.

    Raises:
        SourceFault: it is not there.
    """
    for name in candidates(ref):
        if name in found:
            return found[name]
    if ref == "HEAD":
        raise no_commits()
    raise SourceFault("SourceRefMissing", f"has no branch or tag {ref}")


def no_commits() -> SourceFault:
    """Return the fault of a repository that is still empty."""
    return SourceFault("SourceEmpty", "has no commit on its default branch")
