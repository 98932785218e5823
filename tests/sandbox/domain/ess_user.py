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

Json = dict[str, Any]


class EssUser:
    """Calls ESS in REGION and waits on virtual time.

    `template_id` asks for the fleet's usual instance, `vswitch_ids` are in the zones that sell it,
    here in the region's three zones.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        there = cloud.add_surroundings(REGION, "p2p", None)
        self.template_id = there.template_id
        self.vswitch_ids = list(there.vswitch_ids)

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

    def add_resource_group(self, name: str) -> str:
        """Creates a resource group and waits for it; returns its id."""
        params = {"Name": name, "DisplayName": name}
        answer = self.cloud.call("resourcemanager", "CreateResourceGroup", None, params)
        self.wait(10)
        return str(answer["ResourceGroup"]["Id"])

    def add_large_network(self) -> Json:
        """A vSwitch of 4092 addresses and a template for it, as settings of a group."""
        made: dict[str, str] = {}
        image = {"ImageFamily": "acs:ubuntu_24_04_x64"}
        found = self.cloud.call("ecs", "DescribeImageFromFamily", REGION, image)["Image"]
        for product, action, params in (
            ("vpc", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}),
            ("vpc", "CreateVSwitch", {"CidrBlock": "10.0.0.0/20", "ZoneId": f"{REGION}a"}),
            ("ecs", "CreateSecurityGroup", {}),
        ):
            wanted = {**params, "VpcId": made.get("VpcId")} if made else params
            made |= self.cloud.call(product, action, REGION, wanted)
            self.wait(10)
        data = {
            "LaunchTemplateName": "large",
            "ImageId": found["ImageId"],
            "InstanceType": "ecs.e-c1m1.large",
            "SecurityGroupId": made["SecurityGroupId"],
            "SystemDisk": {"Category": "cloud_essd"},
        }
        template = self.cloud.call("ecs", "CreateLaunchTemplate", REGION, data)
        return {
            "LaunchTemplateId": template["LaunchTemplateId"],
            "VSwitchIds": [made["VSwitchId"]],
        }

    def create(self, name: str = "p2p", **settings: object) -> str:
        """Creates an Inactive group, 0 to 10 instances unless told otherwise; returns its id."""
        params: Mapping[str, object] = {
            "ScalingGroupName": name,
            "MinSize": 0,
            "MaxSize": 10,
            "LaunchTemplateId": self.template_id,
            "VSwitchIds": self.vswitch_ids,
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
