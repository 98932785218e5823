"""The fingerprint of a region's stack: whether what stands is what the document asks for.

The watcher compares it with the tag on the group, at no cost; bootstrap writes the tag once the
stack is as the template says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from shared.control.document import ControlDocument
from shared.control.mirrors import mirrors_of

_GENERATION: Final = 2
"""Raised when this program builds something else from the same template: a new agent, say."""


def stack_fingerprint(document: ControlDocument, region: str) -> str:
    """Return 16 hexadecimal digits that change with the region's template, and with nothing else.

    Capacity, times and the agent's settings are no part of the template: the group and the nodes
    read them by themselves; only where packages come from, a node must know before it can read.
    """
    values = {name: _plain(value) for name, value in document.template_for(region)}
    packages = mirrors_of(region, document.agent.mirrors).packages
    template = json.dumps([_GENERATION, values, packages], sort_keys=True, default=str)
    return hashlib.sha256(template.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """Return a field of the template as JSON can write it, the same in every process."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, BaseModel):
        return {name: _plain(part) for name, part in value}
    return value
