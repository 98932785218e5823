"""Git's protocol version 2: a greeting, then stateless commands (gitprotocol-v2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dulwich.protocol import pkt_line

from shared.control.git.conversation import Connection, candidates, pick
from shared.control.git.faults import SourceFault, garbage
from shared.control.git.packs import GitObject, read_pack
from shared.control.git.pktlines import PktLines

_AGENT: Final = b"agent=p2p-fleet"
_DELIMITER: Final = b"0001"
_FLUSH: Final = b"0000"


class ConversationV2:
    """A conversation in version 2; every call is one round trip."""

    def __init__(
        self, connection: Connection, capabilities: Iterable[bytes], max_inflated_bytes: int
    ) -> None:
        values = {
            name: value
            for name, _, value in (line.strip().partition(b"=") for line in capabilities)
        }
        if values.get(b"object-format", b"sha1") != b"sha1":
            raise SourceFault("SourceUnsupported", "keeps its objects in the SHA-256 format")
        self.partial = b"filter" in values.get(b"fetch", b"").split()
        self._head = [_AGENT]
        if b"object-format" in values:
            self._head.append(b"object-format=sha1")
        self._connection = connection
        self._max_inflated_bytes = max_inflated_bytes

    def resolve(self, ref: str) -> str:
        """Ask for the few refs that the name may stand for, however many there are."""
        prefixes = [b"ref-prefix " + name.encode() for name in candidates(ref)]
        found: dict[str, str] = {}
        for line in self._command(b"ls-refs", [b"peel", *prefixes]).section():
            sha, _, rest = line.strip().decode("utf-8", "replace").partition(" ")
            name, *attributes = rest.split(" ")
            peeled = [a.removeprefix("peeled:") for a in attributes if a.startswith("peeled:")]
            found[name] = peeled[0] if peeled else sha
        return pick(ref, found)

    def fetch(
        self, wants: Sequence[str], depth: int, object_filter: str | None
    ) -> dict[str, GitObject]:
        """Fetch without negotiation: nothing is kept from one poll to the next."""
        arguments = [b"no-progress", *(b"want " + want.encode() for want in wants)]
        arguments.append(b"deepen %d" % depth)
        if object_filter:
            arguments.append(b"filter " + object_filter.encode())
        answer = self._command(b"fetch", [*arguments, b"done"])
        while (line := answer.next()) != b"packfile\n":
            if line is not None and not line.startswith(_BEFORE_PACK):
                raise garbage("an answer without a pack")
        return read_pack(answer.pack(), self._max_inflated_bytes)

    def _command(self, name: bytes, arguments: Iterable[bytes]) -> PktLines:
        head = map(pkt_line, [b"command=" + name, *self._head])
        request = b"".join([*head, _DELIMITER, *map(pkt_line, arguments), _FLUSH])
        return PktLines(self._connection.exchange(request))


_BEFORE_PACK: Final = (b"shallow-info", b"shallow ", b"unshallow ")
"""What may come before the pack when nothing is negotiated."""
