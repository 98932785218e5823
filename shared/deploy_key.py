"""Private keys that machines use to read a repository: OpenSSH ed25519, without a passphrase.

Format: PROTOCOL.key of OpenSSH. Others are refused for their size, 4 KB being all the environment
that a function has, or because nobody could type their passphrase.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

_HEAD: Final = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_FOOT: Final = b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC: Final = b"openssh-key-v1\0"
_NO_CIPHER: Final = b"\0\0\0\x04none"
_ED25519: Final = b"\0\0\0\x0bssh-ed25519"


def deploy_key_refusal(key: bytes) -> str | None:
    """Return why a private key cannot be used, None where it can; never shows any of it."""
    lines = key.strip().split()
    begins, ends = b" ".join(lines[:4]), b" ".join(lines[-4:])
    if begins != _HEAD or ends != _FOOT:
        return "is no private key of OpenSSH"
    try:
        body = base64.b64decode(b"".join(lines[4:-4]), validate=True)
    except binascii.Error:
        return "is a private key of OpenSSH that was cut or changed"
    if not body.startswith(_MAGIC):
        return "is a private key of OpenSSH that was cut or changed"
    if not body.startswith(_MAGIC + _NO_CIPHER):
        return "is a private key with a passphrase, which nobody could type"
    if _ED25519 not in body:
        return "is not an ed25519 key"
    return None
