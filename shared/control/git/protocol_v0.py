"""Git's protocol versions 0 and 1, for hosts that never learned version 2 (gitprotocol-pack).

One greeting with all refs, one fetch. Hosts that old often neither leave objects out nor send
single ones, so the whole tree of one commit is fetched; the byte limit bounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dulwich.protocol import pkt_line

from shared.control.git.conversation import Connection, pick
from shared.control.git.faults import SourceFault, garbage
from shared.control.git.packs import GitObject, read_pack
from shared.control.git.pktlines import PktLines

_FLUSH: Final = b"0000"
_NO_REFS: Final = b"capabilities^{}"
_ANSWERS: Final = (b"NAK", b"ACK ")


class ConversationV0:
    """A conversation in version 0 or 1."""

    def __init__(
        self, connection: Connection, refs: Iterable[bytes], max_inflated_bytes: int
    ) -> None:
        self._connection = connection
        self._max_inflated_bytes = max_inflated_bytes
        self._refs, self._capabilities = _advertised(refs)
        self.partial = False
        if not {b"side-band-64k", b"shallow"} <= self._capabilities:
            raise SourceFault("SourceUnsupported", "cannot send a single commit")

    def resolve(self, ref: str) -> str:
        """Look the ref up in the greeting."""
        return pick(ref, self._refs)

    def fetch(
        self, wants: Sequence[str], depth: int, object_filter: str | None
    ) -> dict[str, GitObject]:
        """Fetch everything of these commits; a filter is used where the host has one."""
        asked = [b"side-band-64k", b"no-progress", b"ofs-delta", b"agent=p2p-fleet"]
        filtered = object_filter is not None and b"filter" in self._capabilities
        if filtered:
            asked.append(b"filter")
        first, *others = (b"want " + want.encode() for want in wants)
        arguments = [b" ".join([first, *asked]), *others, b"deepen %d" % depth]
        if filtered and object_filter:
            arguments.append(b"filter " + object_filter.encode())
        request = b"".join([*map(pkt_line, arguments), _FLUSH, pkt_line(b"done\n")])
        answer = PktLines(self._connection.exchange(request))
        for _ in answer.section():  # where the history is cut; the commits themselves tell
            pass
        line = answer.next()
        if line is None or not line.startswith(_ANSWERS):
            raise garbage("an answer without a pack")
        return read_pack(answer.pack(), self._max_inflated_bytes)


def _advertised(lines: Iterable[bytes]) -> tuple[dict[str, str], frozenset[bytes]]:
    refs: dict[str, str] = {}
    peeled: dict[str, str] = {}
    capabilities: set[bytes] = set()
    for line in lines:
        advertised, _, appended = line.partition(b"\0")
        capabilities.update(appended.split())  # the first line has them
        sha, _, name = advertised.strip().partition(b" ")
        ref = name.decode("utf-8", "replace")
        if ref.endswith("^{}"):
            peeled[ref.removesuffix("^{}")] = sha.decode("ascii", "replace")
        elif name != _NO_REFS:
            refs[ref] = sha.decode("ascii", "replace")
    return refs | peeled, frozenset(capabilities)
