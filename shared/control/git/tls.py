"""Whom HTTPS hosts must be certified by."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

from shared.control.git.faults import SourceFault


@cache
def client_context(ca_file: str | None) -> ssl.SSLContext:
    """Return the TLS context of clients; made once per process.

    The system's directory of hashed certificates is preferred: OpenSSL reads of it the one
    certificate it needs, while parsing a whole bundle costs 20 ms of CPU (measured).

    Raises:
        SourceFault: `ca_file` cannot be read.
    """
    try:
        if ca_file is not None:
            return ssl.create_default_context(cafile=ca_file)
        directory = Path(ssl.get_default_verify_paths().openssl_capath)
        if any(directory.glob("*.0")):
            return ssl.create_default_context(capath=str(directory))
        import certifi  # noqa: PLC0415 (only systems without certificates of their own need it)

        return ssl.create_default_context(cafile=certifi.where())
    except OSError as error:
        raise SourceFault(
            "SourceTlsFailure", f"needs the CA file {ca_file}, which cannot be read"
        ) from error
