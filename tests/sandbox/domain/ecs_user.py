"""Somebody who uses ECS in one region of a cloud, in the fewest words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from tests.sandbox.domain.ess_user import REGION, START

Json = dict[str, Any]


class EcsUser:
    """Calls ECS in REGION, where there are a VPC, vSwitches, a security group and a template.

    `there` names them; each of the region's three zones has a vSwitch.
    """

    def __init__(self) -> None:
        self.cloud = Cloud(seed=3, start=START, regions=[REGION, "cn-hangzhou"])
        self.there = self.cloud.add_surroundings(REGION, "p2p", None)

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call("ecs", action, REGION, params)

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

    def launch(self, count: int, **settings: object) -> str:
        """Has a scaling group launch so many instances; returns the group's id."""
        params = {
            "MinSize": count,
            "MaxSize": count,
            "LaunchTemplateId": self.there.template_id,
            "VSwitchIds": list(self.there.vswitch_ids),
            **settings,
        }
        group = self.cloud.call("ess", "CreateScalingGroup", REGION, params)
        self.cloud.call("ess", "EnableScalingGroup", REGION, group)
        return str(group["ScalingGroupId"])

    def scale(self, group_id: str, count: int) -> None:
        """Has the scaling group have so many instances."""
        params = {"ScalingGroupId": group_id, "MinSize": count, "MaxSize": count}
        self.cloud.call("ess", "ModifyScalingGroup", REGION, params)

    def instances(self, **filters: object) -> list[Json]:
        """Instances as DescribeInstances shows them."""
        shown: list[Json] = self.call("DescribeInstances", **filters)["Instances"]["Instance"]
        return shown

    def rules(self, group_id: str, **filters: object) -> list[Json]:
        """A security group's rules: what they say, without what nobody said."""
        answer = self.call("DescribeSecurityGroupAttribute", SecurityGroupId=group_id, **filters)
        usual = {"NicType", "CreateTime", "SecurityGroupRuleId"}
        return [
            {name: value for name, value in rule.items() if value and name not in usual}
            for rule in answer["Permissions"]["Permission"]
        ]

    def add_security_group(self, **settings: object) -> str:
        """Creates a security group in the VPC; returns its id."""
        params = {"VpcId": self.there.vpc_id, **settings}
        return str(self.call("CreateSecurityGroup", **params)["SecurityGroupId"])

    def add_template(self, name: str = "mine", **settings: object) -> str:
        """Creates a launch template; returns its id."""
        params = {"LaunchTemplateName": name, **settings}
        return str(self.call("CreateLaunchTemplate", **params)["LaunchTemplateId"])

    def add_resource_group(self, name: str) -> str:
        """Creates a resource group and waits for it; returns its id."""
        params = {"Name": name, "DisplayName": name}
        answer = self.cloud.call("resourcemanager", "CreateResourceGroup", None, params)
        self.wait(10)
        return str(answer["ResourceGroup"]["Id"])
