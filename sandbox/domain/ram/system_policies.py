"""Some of the policies that every account has, and the services that have linked roles.

Sources: the system policy and "Service-linked roles" pages of the RAM documentation. A system
policy's document is that of the whole product here; the real ones list actions one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.domain.ram.records import Policy, PolicyRef, PolicyType, PolicyVersion

_SINCE: Final = datetime(2015, 4, 28, 8, 57, 38, tzinfo=UTC)

_READ_ONLY: Final = ("Describe*", "Get*", "List*")

_PRODUCTS: Final = {
    "ECS": "ecs",
    "ESS": "ess",
    "VPC": "vpc",
    "Log": "log",
    "FC": "fc",
    "RAM": "ram",
    "EventBridge": "eventbridge",
    "CloudMonitor": "cms",
}
"""Products with an `Aliyun…FullAccess` and an `Aliyun…ReadOnlyAccess`: name → RAM action prefix."""


@dataclass(frozen=True, slots=True)
class LinkedService:
    """A service with a service-linked role: `AliyunServiceRoleFor<role_suffix>`."""

    service: str
    role_suffix: str
    title: str

    @property
    def role_name(self) -> str:
        """The service-linked role's name."""
        return f"AliyunServiceRoleFor{self.role_suffix}"

    @property
    def policy(self) -> PolicyRef:
        """The system policy that is attached to the role."""
        return PolicyRef(PolicyType.SYSTEM, f"AliyunServiceRolePolicyFor{self.role_suffix}")

    @property
    def description(self) -> str:
        """The role's preset description."""
        return (
            f"Service Linked Role for {self.title}. {self.title} will use this role to access "
            "your resources in other services."
        )


LINKED_SERVICES: Final[Mapping[str, LinkedService]] = {
    one.service: one
    for one in (
        LinkedService("cloudmonitor.aliyuncs.com", "CloudMonitor", "CloudMonitor"),
        LinkedService("ess.aliyuncs.com", "AutoScaling", "AutoScaling"),
        LinkedService(
            "sendevent-fc.eventbridge.aliyuncs.com",
            "EventBridgeSendToFC",
            "Event Bridge - Send to Function Compute",
        ),
        LinkedService("fc.aliyuncs.com", "FC", "Function Compute"),
        LinkedService("nat.aliyuncs.com", "Natgw", "NAT Gateway"),
        LinkedService("polardb.aliyuncs.com", "PolarDB", "PolarDB"),
        LinkedService("config.aliyuncs.com", "Config", "Cloud Config"),
    )
}
"""The services of the official list that live near the fleet."""


def _policy(ref: PolicyRef, description: str, statement: Mapping[str, Any]) -> Policy:
    document = json.dumps({"Version": "1", "Statement": [statement]})
    version = PolicyVersion(1, document, _SINCE)
    return Policy(ref, description, (version,), 1, 1, _SINCE, _SINCE)


def _allowing(name: str, description: str, *actions: str) -> Policy:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return _policy(PolicyRef(PolicyType.SYSTEM, name), description, statement)


def _linked(one: LinkedService) -> Policy:
    statement = {
        "Effect": "Allow",
        "Action": "ram:DeleteServiceLinkedRole",
        "Resource": "*",
        "Condition": {"StringEquals": {"ram:ServiceName": one.service}},
    }
    return _policy(one.policy, f"Policy of the service-linked role of {one.title}.", statement)


def _all() -> list[Policy]:
    policies = [
        _allowing("AdministratorAccess", "Provides full access to all resources.", "*"),
        _allowing(
            "ReadOnlyAccess",
            "Provides read-only access to all resources.",
            *(f"*:{action}" for action in _READ_ONLY),
        ),
        _allowing("AliyunSTSAssumeRoleAccess", "Allows AssumeRole.", "sts:AssumeRole"),
    ]
    for name, prefix in _PRODUCTS.items():
        full = f"Provides full access to {name}."
        read = f"Provides read-only access to {name}."
        actions = [f"{prefix}:{action}" for action in _READ_ONLY]
        policies.append(_allowing(f"Aliyun{name}FullAccess", full, f"{prefix}:*"))
        policies.append(_allowing(f"Aliyun{name}ReadOnlyAccess", read, *actions))
    return policies + [_linked(one) for one in LINKED_SERVICES.values()]


SYSTEM_POLICIES: Final[Mapping[PolicyRef, Policy]] = {policy.ref: policy for policy in _all()}
"""Every system policy that there is here."""
