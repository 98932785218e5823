"""Code packages: ZIP archives of functions and layers, checked before anybody unpacks them."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from sandbox.domain.fc.crc64 import crc64
from sandbox.domain.fc.errors import invalid_argument
from sandbox.domain.product import Params

MAX_SENT_BYTES: Final = 100 * 1024 * 1024
"""How large a package may be that is in the call itself, as FC's page on limits says."""
MAX_STORED_BYTES: Final = 500 * 1024 * 1024
"""How large one may be that comes from OSS, as the same page says."""
MAX_UNPACKED_BYTES: Final = 500 * 1024 * 1024
"""How large a package may be when it is unpacked, as FC's page on limits says."""


@dataclass(frozen=True, slots=True)
class Package:
    """A ZIP archive that is safe to unpack; `checksum` is its CRC-64 as a decimal number."""

    content: bytes
    checksum: str

    @property
    def size(self) -> int:
        """Length of the archive in bytes."""
        return len(self.content)


def read_package(code: Params, stored: bytes | None) -> Package:
    """The package of an InputCodeLocation; `stored` is the object in OSS that it names, if any.

    Raises ApiError `InvalidArgument`: an object that is not there, no ZIP archive, one whose
    entries lie outside of it, one that is too large, or a wrong checksum.
    """
    content = _content(code, stored)
    _check_archive(content)
    package = Package(content, crc64(content))
    if code.get("checksum", package.checksum) != package.checksum:
        raise invalid_argument(
            f"code.checksum is {code['checksum']} but the package's is {package.checksum}"
        )
    return package


def _content(code: Params, stored: bytes | None) -> bytes:
    if "ossBucketName" in code or "ossObjectName" in code:
        bucket, name = code.get("ossBucketName", ""), code.get("ossObjectName", "")
        if stored is None:
            raise invalid_argument(f"code object '{name}' in OSS bucket '{bucket}' cannot be read")
        return _within(stored, MAX_STORED_BYTES)
    if not code.get("zipFile"):
        raise invalid_argument("either code.zipFile or code.ossBucketName must be specified")
    try:
        sent = base64.b64decode(code["zipFile"], validate=True)
    except (binascii.Error, ValueError):
        raise invalid_argument("code.zipFile is not encoded in Base64") from None
    return _within(sent, MAX_SENT_BYTES)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise invalid_argument(f"the code package is over {limit} bytes")
    return content


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise invalid_argument("the code package is not a ZIP archive") from None
    for entry in entries:
        if _escapes(entry.filename):
            raise invalid_argument(f"entry '{entry.filename}' lies outside of the ZIP archive")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise invalid_argument(f"the unpacked code is over {MAX_UNPACKED_BYTES} bytes")


def _escapes(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts
