"""What is remembered from run to run: small JSON files that are whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def recall(path: Path) -> Mapping[str, Any]:
    """Return what was remembered; nothing where there is no such file, or only rubbish in it."""
    try:
        remembered = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return remembered if isinstance(remembered, dict) else {}


def remember(path: Path, facts: Mapping[str, object]) -> None:
    """Replace what was remembered, all at once.

    Raises:
        OSError: the disk is full, or not writable; what was remembered before is still there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(facts, file, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
