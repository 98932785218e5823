"""How long things take in the cloud."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in virtual seconds.

    None of them is documented; the defaults are of the order that users see.
    """

    boot_s: tuple[float, float] = (25.0, 55.0)
    """An instance is Pending for a time between these."""
    creation_s: float = 5.0
    """So much of that time ECS shows it as Pending, for the rest as Starting."""
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
    role_visible_s: float = 0.0
    """A new RAM role is unknown to the other products for so long."""
    linked_role_deletion_s: float = 3.0
    """Deleting a service-linked role takes so long."""
    resource_group_s: float = 2.0
    """A resource group is Creating for so long."""
    resource_group_deletion_s: float = 5.0
    """A deleted resource group is PendingDelete for so long; the documentation speaks of days."""
    vpc_s: float = 3.0
    """A VPC is Pending for so long, and Deleting for as long."""
    vswitch_s: float = 3.0
    """A vSwitch is Pending for so long when it is created, and when it is deleted."""
    ipv4_gateway_s: float = 2.0
    """An IPv4 gateway is Creating for so long, and Deleting for as long."""
    ipv4_gateway_enable_s: float = 2.0
    """An IPv4 gateway is Activating for so long."""
    route_entry_s: float = 1.0
    """A route entry is Pending for so long, and Deleting for as long."""
    log_project_s: float = 1.0
    """What is inside a new log project cannot be reached for so long."""
    function_retry_s: tuple[float, ...] = (60.0, 120.0)
    """Waits before an asynchronous invocation that failed is tried again; the last one repeats."""
    function_key_s: float = 600.0
    """A function keeps its role's temporary key for so long, whatever becomes of the role."""

    @classmethod
    def instant(cls) -> Timing:
        """Durations for who sets an account up: nothing takes any time."""
        usual: dict[str, Any] = asdict(cls())
        nothing: dict[str, Any] = {
            name: tuple(0.0 for _ in value) if isinstance(value, tuple) else 0.0
            for name, value in usual.items()
        }
        return cls(**nothing)
