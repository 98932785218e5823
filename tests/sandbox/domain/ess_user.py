"""Somebody who uses Auto Scaling in one region of a cloud, in the fewest words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TEMPLATE: Final = "lt-m5e3ofjr1zn1aw7"

Json = dict[str, Any]


class EssUser:
    """Calls ESS in REGION and waits on virtual time."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call("ess", action, REGION, params)

    def refusal(self, action: str, **params: object) -> tuple[str, int]:
        """Code and HTTP status of a call that must be refused, and must not change anything."""
        before = self.cloud.state()
        try:
            answer = self.call(action, **params)
        except ApiError as error:
            assert self.cloud.state() == before
            return error.code, error.http_status
        raise AssertionError(f"{action} was not refused but answered {answer}")

    def set_faults(self, **faults: object) -> None:
        """Replaces what is wrong with the cloud."""
        self.cloud.set_faults(Faults.parse(faults))

    def wait(self, seconds: float) -> None:
        """Lets so much virtual time pass."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(seconds=seconds))

    def wait_until(self, text: str) -> None:
        """Lets time pass until a UTC instant, `2026-11-23T09:00`."""
        self.cloud.clock.advance_to(datetime.fromisoformat(text).replace(tzinfo=UTC))

    def create(self, name: str = "p2p", **settings: object) -> str:
        """Creates an Inactive group, 0 to 10 instances unless told otherwise; returns its id."""
        params: Mapping[str, object] = {
            "ScalingGroupName": name,
            "MinSize": 0,
            "MaxSize": 10,
            "LaunchTemplateId": TEMPLATE,
        }
        answer = self.call("CreateScalingGroup", **{**params, **settings})
        return str(answer["ScalingGroupId"])

    def create_active(self, name: str = "p2p", **settings: object) -> str:
        """As `create`, and enables the group."""
        group_id = self.create(name, **settings)
        self.call("EnableScalingGroup", ScalingGroupId=group_id)
        return group_id

    def modify(self, group_id: str, **changes: object) -> None:
        """Modifies a group."""
        self.call("ModifyScalingGroup", ScalingGroupId=group_id, **changes)

    def group(self, group_id: str) -> Json:
        """A group, whatever its state."""
        answer = self.call("DescribeScalingGroups", PageSize=50)
        groups = {group["ScalingGroupId"]: group for group in answer["ScalingGroups"]}
        shown: Json = groups[group_id]
        return shown

    def bounds(self, group_id: str) -> tuple[int, int, int | None]:
        """MinSize, MaxSize and, while that feature is on, DesiredCapacity."""
        group = self.group(group_id)
        return group["MinSize"], group["MaxSize"], group.get("DesiredCapacity")

    def counts(self, group_id: str) -> dict[str, int]:
        """How many instances are in which state; states without any are left out."""
        group = self.group(group_id)
        counts = {state: group[f"{state}Capacity"] for state in ("Active", "Pending", "Removing")}
        assert group["TotalCapacity"] == sum(counts.values())
        return {state: count for state, count in counts.items() if count}

    def activities(self, group_id: str) -> list[Json]:
        """A group's activities, oldest first."""
        answer = self.call("DescribeScalingActivities", ScalingGroupId=group_id, PageSize=50)
        shown: list[Json] = answer["ScalingActivities"]
        return shown[::-1]

    def statuses(self, group_id: str) -> list[str]:
        """The StatusCodes of a group's activities, oldest first."""
        return [activity["StatusCode"] for activity in self.activities(group_id)]

    def schedule(self, group_id: str, launch: str, **settings: object) -> str:
        """Creates a scheduled task for a UTC minute; returns its id."""
        answer = self.call(
            "CreateScheduledTask", ScalingGroupId=group_id, LaunchTime=launch, **settings
        )
        return str(answer["ScheduledTaskId"])

    def tasks(self) -> list[Json]:
        """Every scheduled task, oldest first."""
        shown: list[Json] = self.call("DescribeScheduledTasks", PageSize=50)["ScheduledTasks"]
        return shown
