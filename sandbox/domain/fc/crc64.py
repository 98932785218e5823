"""CRC-64 with the polynomial of ECMA-182, as FC states the checksum of a code package."""

from __future__ import annotations

from typing import Final

_POLYNOMIAL: Final = 0xC96C5795D7870F42  # ECMA-182, lowest bit first
_ALL_ONES: Final = 0xFFFFFFFFFFFFFFFF


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE: Final = tuple(_remainder(byte) for byte in range(256))


def crc64(content: bytes) -> str:
    """The checksum as FC writes it: a decimal number."""
    table = _TABLE
    crc = _ALL_ONES
    for byte in content:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return str(crc ^ _ALL_ONES)
