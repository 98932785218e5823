"""User data of the nodes: what cloud-init does in their first minute. Pure, the same every time.

Equal input gives equal bytes, so that a launch template gets a new version only for a change.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Final

import yaml

from shared.failure import Failure, Reaction

LIMIT_BYTES: Final = 32 * 1024
"""Longest user data before Base64 (ECS API, CreateLaunchTemplate, UserData)."""
_NODE_FILE: Final = "/etc/p2p-fleet/node.json"
_LOG_IDENTITY_FILE: Final = "/etc/ilogtail/user_defined_id"
_LOG_OWNER_FOLDER: Final = "/etc/ilogtail/users"


def user_data(  # noqa: PLR0913 (what a node has to know)
    *, fleet: str, region: str, name: str, account_id: str, public_keys: Sequence[str], logs: bool
) -> str | Failure:
    """Return Base64 of gzipped cloud-config, or why it cannot be.

    It lets the document's public keys log in and tells the node who it is; with `logs` also
    Logtail, to which project's machine group it belongs (its user-defined id is `name`).
    """
    files = [_file(_NODE_FILE, json.dumps({"fleet": fleet, "region": region}) + "\n")]
    if logs:
        files.append(_file(_LOG_IDENTITY_FILE, f"{name}\n"))
        files.append(_file(f"{_LOG_OWNER_FOLDER}/{account_id}", ""))
    config: dict[str, object] = {"write_files": files}
    if public_keys:
        config["ssh_authorized_keys"] = list(public_keys)
    text = "#cloud-config\n" + yaml.safe_dump(config, sort_keys=True, width=1_000)
    packed = gzip.compress(text.encode(), mtime=0)
    if len(packed) > LIMIT_BYTES:
        return _too_long(len(packed))
    return base64.b64encode(packed).decode()


def _file(path: str, content: str) -> dict[str, str]:
    return {"path": path, "content": content, "permissions": "0644"}


def _too_long(size: int) -> Failure:
    return Failure(
        "UserDataTooLong",
        f"The nodes' user data would be {size} bytes, over the {LIMIT_BYTES} that ECS takes.",
        Reaction.HUMAN,
        "List fewer or shorter `public_keys` in `fleet` (ed25519 keys are the shortest).",
    )
