"""pkt-lines as a host sends them, with every way they can be wrong turned into a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from dulwich.errors import GitProtocolError, HangupException
from dulwich.protocol import Protocol

from shared.control.git.conversation import Read, Refusal
from shared.control.git.faults import foreign_words, garbage

_DATA: Final = 1
_PROGRESS: Final = 2
_ERROR: Final = 3


class PktLines:
    """The lines of one answer, in order."""

    def __init__(self, read: Read) -> None:
        self._protocol = Protocol(read, _write_nothing)

    def next(self) -> bytes | None:
        """Return the next line, or None for a flush or delimiter.

        Raises:
            SourceFault: `Refusal` for an error line, `SourceGarbage` for anything malformed.
        """
        try:
            line = self._protocol.read_pkt_line()
        except HangupException as error:
            raise garbage("an answer that ends too early") from error
        except GitProtocolError as error:
            raise garbage("an answer that is cut off or not in Git's protocol") from error
        if line is not None and line.startswith(b"ERR "):
            _refuse(line[4:])
        return line

    def section(self) -> Iterator[bytes]:
        """Yield lines up to the next flush or delimiter."""
        while (line := self.next()) is not None:
            yield line

    def pack(self) -> bytes:
        """Return the pack from here to the flush, without progress messages."""
        pack = bytearray()
        for line in self.section():
            channel = line[0] if line else 0
            if channel == _DATA:
                pack += line[1:]
            elif channel == _ERROR:
                _refuse(line[1:])
            elif channel != _PROGRESS:
                raise garbage("an answer without the side band that was asked for")
        return bytes(pack)


def _refuse(words: bytes) -> NoReturn:
    raise Refusal("SourceRefused", f"refuses the request: {foreign_words(words)}")


def _write_nothing(_: bytes) -> None:
    """Requests do not go through here: they are sent whole."""
