"""What RAM keeps. Records never change: a change replaces them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.domain.ram.documents import Trust


class PolicyType(enum.StrEnum):
    """Who makes a policy: Alibaba Cloud or the account."""

    SYSTEM = "System"
    CUSTOM = "Custom"


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """What names a policy: custom and system policies have names of their own."""

    policy_type: PolicyType
    name: str


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy: `number` 3 is called v3; numbers are never used again."""

    number: int
    document: str
    created_at: datetime

    @property
    def version_id(self) -> str:
        """The version's id."""
        return f"v{self.number}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with its versions, oldest first; `latest` is the highest number ever used."""

    ref: PolicyRef
    description: str
    versions: tuple[PolicyVersion, ...]
    default: int
    latest: int
    created_at: datetime
    updated_at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def default_version(self) -> PolicyVersion:
        """The version that is in force."""
        return next(version for version in self.versions if version.number == self.default)


@dataclass(frozen=True, slots=True)
class Role:
    """A role with what is attached to it and since when.

    `linked_service` is the service of a service-linked role, None for ordinary ones.
    """

    role_id: str
    name: str
    arn: str
    description: str
    trust_document: str
    trusts: tuple[Trust, ...]
    max_session_s: int
    created_at: datetime
    updated_at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    attached: Mapping[PolicyRef, datetime] = field(default_factory=dict)
    linked_service: str | None = None
