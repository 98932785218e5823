"""From bytes to text: size, encoding, and characters that have no place in a control document."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from shared.control.complaint import Complaint

MAX_BYTES: Final = 256 * 1024
"""A larger document is refused unread; a full one for thirty regions has under 10 KiB."""

_REFUSED: Final = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, save tab and line ends
    "\u2028\u2029"  # line ends that editors and parsers count differently
    "\u202a-\u202e\u2066-\u2069"  # text direction: what is seen is not what is read
    "\ufeff\ufffe\uffff"  # byte order marks, non-characters
    "]"
)


def decode(raw: bytes) -> str | Complaint:
    """Return the text of a document, or why it is not text that can be trusted."""
    if len(raw) > MAX_BYTES:
        size = f"{len(raw):,} bytes"
        return Complaint(1, 1, f"the document has {size}; at most {MAX_BYTES:,} are read")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Complaint(1, 1, "the document is UTF-16; save it as UTF-8")
    if raw.startswith(codecs.BOM_UTF8):
        return Complaint(1, 1, "the document begins with a byte order mark; save it without one")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line, column = _position(raw[: error.start].decode())
        byte = f"0x{raw[error.start]:02x}"
        return Complaint(line, column, f"byte {byte} is not UTF-8; save the document as UTF-8")
    found = _REFUSED.search(text)
    if found is None:
        return text
    line, column = _position(text[: found.start()])
    char = found.group()
    name = unicodedata.name(char, "a control character")
    return Complaint(line, column, f"U+{ord(char):04X} ({name}) is not accepted; delete it")


def _position(before: str) -> tuple[int, int]:
    """Return line and column, from 1, of the character that follows `before`."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
