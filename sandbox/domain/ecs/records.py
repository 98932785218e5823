"""What ECS keeps: security groups with their rules, and launch templates with their versions.

Groups and templates have an identity and change over time; rules and versions are values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Direction = Literal["ingress", "egress"]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a rule is about: two rules with the same traffic in one group are the same rule.

    Everything is written as in answers; what a rule does not say is the empty string.
    """

    direction: Direction
    protocol: str
    port_range: str
    policy: str
    priority: int
    source_cidr: str = ""
    source_ipv6_cidr: str = ""
    source_group_id: str = ""
    source_port_range: str = ""
    dest_cidr: str = ""
    dest_ipv6_cidr: str = ""
    dest_group_id: str = ""

    @property
    def group_id(self) -> str:
        """The other security group that the rule refers to, if any."""
        return self.source_group_id if self.direction == "ingress" else self.dest_group_id


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group."""

    rule_id: str
    traffic: Traffic
    description: str
    created_at: datetime


@dataclass(slots=True, eq=False)
class SecurityGroup:
    """One security group; `kind` is normal or enterprise."""

    group_id: str
    name: str
    description: str
    kind: str
    vpc_id: str
    created_at: datetime
    resource_group_id: str
    tags: dict[str, str]
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a launch template; `data` is what it says of instances, under wire names."""

    number: int
    description: str
    created_at: datetime
    data: Mapping[str, Any]


@dataclass(slots=True, eq=False)
class LaunchTemplate:
    """One launch template. Numbers of deleted versions are not given again: `next_number`."""

    template_id: str
    name: str
    created_at: datetime
    modified_at: datetime
    resource_group_id: str
    tags: dict[str, str]
    versions: dict[int, TemplateVersion]
    default_number: int = 1
    next_number: int = 2

    @property
    def latest_number(self) -> int:
        """The newest version's number."""
        return max(self.versions)

    def version(self, wanted: str) -> TemplateVersion | None:
        """The version of a number, `Default` or `Latest`; None where there is none."""
        numbers = {"Default": self.default_number, "Latest": self.latest_number}
        number = numbers.get(wanted) or (int(wanted) if wanted.isdecimal() else 0)
        return self.versions.get(number)
