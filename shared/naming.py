"""Every name and tag key that the fleet uses in the cloud, in one place.

Names are `<fleet>-<region>`; ownership is a tag, never a name alone.
"""

from __future__ import annotations

import enum
import re
from typing import Final

FLEET_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""What FLEET_NAME may be: with a region id and `-stop-next` it stays below ESS's 64 characters."""


class Tag(enum.StrEnum):
    """Tag keys on a scaling group; the value of `FLEET` says whose group it is."""

    FLEET = "p2p-fleet"
    COMMIT = "p2p-fleet-commit"
    COMMIT_TIME = "p2p-fleet-commit-time"
    START = "p2p-fleet-start"
    STOP = "p2p-fleet-stop"
    EARLIER_STOP = "p2p-fleet-earlier-stop"
    NOW = "p2p-fleet-now"


class TaskRole(enum.StrEnum):
    """What one of our scheduled tasks is for; the value is the ending of its name.

    `NEXT_STOP` exists only while a running fleet still has an earlier stop to honour before a
    later window: then that later window's own stop needs a task beside it, so that a start is
    never armed without a stop behind it.
    """

    START = "start"
    STOP = "stop"
    NEXT_STOP = "stop-next"


def group_name(fleet: str, region_id: str) -> str:
    """Name of the fleet's scaling group in a region."""
    return f"{fleet}-{region_id}"


def task_name(group: str, role: TaskRole) -> str:
    """Name of the scheduled task of `role` on the group named `group`."""
    return f"{group}-{role}"
