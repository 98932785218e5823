"""Code packages for functions and layers that tests deploy."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping


def archive(files: Mapping[str, str]) -> bytes:
    """A ZIP archive of text files; the same files make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def encoded(files: Mapping[str, str]) -> str:
    """The archive as `code.zipFile` has it."""
    return base64.b64encode(archive(files)).decode()
