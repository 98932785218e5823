"""User data of the nodes: what cloud-init does in their first minute. Pure, the same every time.

Equal input gives equal bytes, so that a launch template gets a new version only for a change.
"""

from __future__ import annotations

import base64
import gzip
from typing import Final

from functions.bootstrap.node.parts import NodeIdentity, parts_of
from shared.failure import Failure, Reaction

LIMIT_BYTES: Final = 32 * 1024
"""Longest user data before Base64 (ECS API, CreateLaunchTemplate, UserData)."""
_BOUNDARY: Final = "p2p-fleet-part"
_HEAD: Final = f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"\nMIME-Version: 1.0\n'


def user_data(identity: NodeIdentity) -> str | Failure:
    """Return Base64 of a gzipped multipart archive for cloud-init, or why it cannot be."""
    packed = gzip.compress(_multipart(identity).encode(), mtime=0)
    if len(packed) > LIMIT_BYTES:
        return _too_long(len(packed))
    return base64.b64encode(packed).decode()


def _multipart(identity: NodeIdentity) -> str:
    """Return the archive as text (RFC 2046); no part has a line that is the boundary."""
    written = [
        f"--{_BOUNDARY}\n"
        f'Content-Type: {part.kind}; charset="utf-8"\n'
        "MIME-Version: 1.0\n"
        "Content-Transfer-Encoding: 8bit\n"
        f'Content-Disposition: attachment; filename="{part.name}"\n'
        f"\n{part.text}\n"
        for part in parts_of(identity)
    ]
    return "\n".join([_HEAD, "".join(written) + f"--{_BOUNDARY}--\n"])


def _too_long(size: int) -> Failure:
    return Failure(
        "UserDataTooLong",
        f"The nodes' user data would be {size} bytes, over the {LIMIT_BYTES} that ECS takes.",
        Reaction.HUMAN,
        "List fewer or shorter `public_keys` in `fleet` (ed25519 keys are the shortest).",
    )
