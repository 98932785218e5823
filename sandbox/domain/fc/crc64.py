"""CRC-64 with the polynomial of ECMA-182, as FC states the checksum of a code package."""

from __future__ import annotations

import fastcrc


def crc64(content: bytes) -> str:
    """The checksum as FC writes it: a decimal number."""
    return str(fastcrc.crc64.xz(content))
