"""Somebody who uses RAM, the resource manager and STS of a cloud, in the fewest words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults

REGIONS: Final = ("eu-central-1", "cn-hangzhou")
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

TRUST: Final = json.dumps(
    {
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Principal": {"Service": ["ecs.aliyuncs.com"]},
            }
        ],
        "Version": "1",
    }
)
POLICY: Final = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["ess:DescribeScalingGroups", "ess:Modify*"],
                "Resource": "acs:ess:*:*:scalinggroup/*",
            }
        ],
        "Version": "1",
    }
)

Json = dict[str, Any]


class IdentityUser:
    """Calls one global product and waits on virtual time."""

    def __init__(self, product: str, cloud: Cloud | None = None) -> None:
        self._product = product
        self.cloud = cloud or Cloud(seed=1, start=START, regions=REGIONS)

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call(self._product, action, None, params)

    def refusal(self, action: str, **params: object) -> tuple[str, int]:
        """Code and HTTP status of a call that must be refused, and must not change anything."""
        error = self.error(action, **params)
        return error.code, error.http_status

    def error(self, action: str, **params: object) -> ApiError:
        """As `refusal`, with the text."""
        before = self.cloud.state()
        try:
            answer = self.call(action, **params)
        except ApiError as error:
            assert self.cloud.state() == before
            return error
        raise AssertionError(f"{action} was not refused but answered {answer}")

    def set_faults(self, **faults: object) -> None:
        """Replaces what is wrong with the cloud."""
        self.cloud.set_faults(Faults.parse(faults))

    def wait(self, seconds: float) -> None:
        """Lets so much virtual time pass."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(seconds=seconds))

    def held(self) -> Json:
        """What the product holds, as the state shows it."""
        shown: Json = self.cloud.state()["products"][self._product]
        return shown

    def create_role(self, name: str = "p2p-agent", **more: object) -> Json:
        """Creates a role that ECS may assume."""
        params = {"RoleName": name, "AssumeRolePolicyDocument": TRUST, **more}
        role: Json = self.call("CreateRole", **params)["Role"]
        return role

    def create_policy(self, name: str = "p2p-agent", **more: object) -> Json:
        """Creates a custom policy."""
        params = {"PolicyName": name, "PolicyDocument": POLICY, **more}
        policy: Json = self.call("CreatePolicy", **params)["Policy"]
        return policy
