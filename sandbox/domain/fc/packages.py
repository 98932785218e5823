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


def read_package(code: Params) -> Package:
    """The package of an InputCodeLocation.

    Raises ApiError `InvalidArgument`: no ZIP archive, one whose entries lie outside of it, one
    that is too large, a wrong checksum, or code that is to be fetched from OSS (not served here).
    """
    if "ossBucketName" in code or "ossObjectName" in code:
        bucket, name = code.get("ossBucketName", ""), code.get("ossObjectName", "")
        raise invalid_argument(f"code object '{name}' in OSS bucket '{bucket}' cannot be read")
    if not code.get("zipFile"):
        raise invalid_argument("either code.zipFile or code.ossBucketName must be specified")
    try:
        content = base64.b64decode(code["zipFile"], validate=True)
    except (binascii.Error, ValueError):
        raise invalid_argument("code.zipFile is not encoded in Base64") from None
    _check_archive(content)
    package = Package(content, crc64(content))
    if code.get("checksum", package.checksum) != package.checksum:
        raise invalid_argument(
            f"code.checksum is {code['checksum']} but the package's is {package.checksum}"
        )
    return package


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise invalid_argument("code.zipFile is not a ZIP archive") from None
    for entry in entries:
        if _escapes(entry.filename):
            raise invalid_argument(f"entry '{entry.filename}' lies outside of the ZIP archive")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise invalid_argument(f"the unpacked code is over {MAX_UNPACKED_BYTES} bytes")


def _escapes(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts
