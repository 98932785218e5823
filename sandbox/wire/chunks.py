"""Bodies in chunks (RFC 9112, section 7.1): from clients that do not know a length beforehand."""

from __future__ import annotations

import re
from io import BufferedIOBase
from typing import Final

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[^\r\n]*)?\r?\n")
_LONGEST_LINE_BYTES: Final = 4096
_MOST_TRAILERS: Final = 64


class ChunkError(Exception):
    """The chunks are malformed, or longer together than is taken; the message is a sentence."""


def read_chunks(stream: BufferedIOBase, most_bytes: int) -> bytes:
    """The whole body; trailers are read and forgotten.

    Raises ChunkError, and ConnectionResetError where the stream ends too early.
    """
    body = bytearray()
    while size := _read_size(stream):
        if len(body) + size > most_bytes:
            raise ChunkError(f"The body is over {most_bytes} bytes.")
        body += _read_exactly(stream, size)
        if _read_line(stream).strip():
            raise ChunkError("A chunk is longer than it says.")
    for _ in range(_MOST_TRAILERS):
        if not _read_line(stream).strip():
            return bytes(body)
    raise ChunkError(f"There are more than {_MOST_TRAILERS} trailers.")


def _read_size(stream: BufferedIOBase) -> int:
    match = _SIZE.fullmatch(_read_line(stream))
    if match is None:
        raise ChunkError("The length of a chunk is not a hexadecimal number.")
    return int(match[1], 16)


def _read_line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(_LONGEST_LINE_BYTES)
    if not line:
        raise ConnectionResetError("the client closed the connection within its body")
    return line


def _read_exactly(stream: BufferedIOBase, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise ConnectionResetError("the client closed the connection within its body")
    return content
