"""How long things take in the cloud."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in virtual seconds.

    None of them is documented; the defaults are of the order that users see.
    """

    boot_s: tuple[float, float] = (25.0, 55.0)
    """An instance is Pending for a time between these."""
    removal_s: float = 20.0
    """An instance is Removing for so long."""
    failure_s: float = 5.0
    """A scaling activity that gets no instance at all takes so long to find out."""
    group_deletion_s: float = 10.0
    """An empty group is Deleting for so long."""
    first_retry_s: float = 60.0
    """ESS tries again so long after a failed activity; the wait doubles with each failure…"""
    longest_retry_s: float = 300.0
    """…up to this."""
    health_check_s: float = 60.0
    """An instance that has become unhealthy is found so much later."""
    task_retry_s: float = 30.0
    """A scheduled task that cannot run tries again so often inside its LaunchExpirationTime."""
