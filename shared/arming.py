"""What an armed region looks like: the scheduled tasks of start and stop. Pure.

The watcher arms them, readiness looks whether they are there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from shared.cloud.records import Capacity, TaskSpec
from shared.naming import TaskRole

HORIZON: Final = timedelta(days=80)
"""How far ahead we arm: ESS takes 90 days, the rest is margin."""


def start_spec(minute: datetime, nodes: int, *, desired_on: bool) -> TaskSpec:
    """Return the task that takes the group to `nodes` at `minute`."""
    return TaskSpec(TaskRole.START, minute, Capacity.of_all(nodes, desired_on=desired_on))


def stop_spec(role: TaskRole, minute: datetime, *, desired_on: bool) -> TaskSpec:
    """Return the task that takes the group to nothing at `minute`."""
    return TaskSpec(role, minute, Capacity.of_all(0, desired_on=desired_on))
