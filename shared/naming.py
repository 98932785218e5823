"""Every name and tag key that the fleet uses in the cloud, in one place.

Names are `<fleet>-<region>`; ownership is a tag, never a name alone.
"""

from __future__ import annotations

import enum
import hashlib
import re
from typing import Final

FLEET_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""What FLEET_NAME may be: with a region id and `-stop-next` it stays below ESS's 64 characters."""


class Tag(enum.StrEnum):
    """Tag keys on a scaling group; the value of `FLEET` says whose group it is.

    `FLEET` and `COMMIT` stand on everything else that the fleet owns, too. `STACK` is the
    fingerprint of the template that the region's stack was last brought to, written when that was
    done. `NEXT_OFFER` is the instant before which a shortage needs no new choice of instance type,
    disk and zones. `ADOPTED` marks a group that the fleet drives but has not made.
    """

    FLEET = "p2p-fleet"
    COMMIT = "p2p-fleet-commit"
    COMMIT_TIME = "p2p-fleet-commit-time"
    START = "p2p-fleet-start"
    STOP = "p2p-fleet-stop"
    EARLIER_STOP = "p2p-fleet-earlier-stop"
    NOW = "p2p-fleet-now"
    STACK = "p2p-fleet-stack"
    NEXT_OFFER = "p2p-fleet-next-offer"
    ADOPTED = "p2p-fleet-adopted"


ASKED_TAG: Final = "p2p-fleet-asked"
"""Tag key on the watcher's own function: when bootstrap was asked last, and for what."""

BUILDING_TAG: Final = "p2p-fleet-building-until"
"""Tag key there while bootstrap builds: the instant at which, if it lives, it has ended."""

CLEARING_TAG: Final = "p2p-fleet-clearing-until"
"""Tag key there while the fleet is destroyed: the instant before which nothing is built anew."""


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


def vswitch_name(fleet: str, zone: str) -> str:
    """Name of the fleet's vSwitch in a zone; zone ids are unique in the world."""
    return f"{fleet}-{zone}"


def role_name(fleet: str) -> str:
    """Name of the fleet's instance role, and of the policy attached to it."""
    return f"{fleet}-node"


def log_project_name(fleet: str, region_id: str, account_id: str) -> str:
    """Name of the fleet's log project: unique in the world, so with an ending from the account.

    SLS allows 63 characters; account ids are no secret but need not be spelled out either.
    """
    ending = hashlib.sha256(account_id.encode()).hexdigest()[:8]
    return f"{fleet}-{region_id}-{ending}"


def task_name(group: str, role: TaskRole) -> str:
    """Name of the scheduled task of `role` on the group named `group`."""
    return f"{group}-{role}"
