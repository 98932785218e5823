"""Switches for facts about Alibaba Cloud that nobody could verify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field


def _accepted(value: object) -> object:
    """Take true and false for `accept` and `reject`."""
    return {True: "accept", False: "reject"}[value] if isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Variants:
    """One switch per unverified fact; a client must be right either way.

    The defaults are what the evidence makes more likely.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    desired_capacity_zero_at_create: Annotated[
        Literal["accept", "reject"], BeforeValidator(_accepted)
    ] = "accept"
    """Whether CreateScalingGroup takes DesiredCapacity=0; nothing in the schema forbids it."""

    modify_desired_capacity: Literal["enables", "ignored", "rejected"] = "enables"
    """What ModifyScalingGroup with DesiredCapacity does to a group that never had the feature.

    Documents of 2021 say that only creation can turn it on; deployed systems imply that this does.
    """

    filters_omit_inactive_groups: bool = True
    """Whether DescribeScalingGroups leaves Inactive groups out when asked by name or id.

    The metadata says so for the two list filters; assumed of the single name as well.
    """

    fired_task_kept: bool = True
    """Whether a one-shot scheduled task stays, and counts toward the quota, after it has fired."""

    launch_expiration_max_s: Literal[1800, 21600, 86400] = 1800
    """Longest LaunchExpirationTime in seconds: the description's, old documents', the schema's."""

    launch_time_error: Literal["InvalidParameter", "InvalidLaunchTime"] = "InvalidParameter"
    """The code for a LaunchTime that is over or too far ahead."""

    deletion_protection_error: Literal["InvalidOperation.Conflict", "OperationDenied"] = (
        "InvalidOperation.Conflict"
    )
    """The code for deleting a group whose deletion protection is on."""

    auto_suspend_after_days: Annotated[int, Field(ge=1)] = 7
    """After how many days of nothing but failure ESS suspends a group.

    The metadata says 7 days, the page on limits of June 2024 says 30.
    """
