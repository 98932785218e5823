"""Of what is sold, what this account can have just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.domain.faults import AccountFaults, Faults, QuotaName
from sandbox.domain.instance_types import sold_disks


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an account gets no instances at all: an error's code and text."""

    code: str
    message: str


INSTANCE_QUOTAS: Final[Mapping[QuotaName, int]] = {"ecs:instances": 1000, "ecs:vcpus": 2000}
"""What an ordinary account may have in a region, unless it is told otherwise."""

_RISK_CONTROL: Final = Obstacle(
    "Forbidden.RiskControl", "This operation is forbidden by Aliyun RiskControl system."
)
_NOT_VERIFIED: Final = Obstacle(
    "RealNameAuthenticationError", "Your account has not passed the real-name authentication yet."
)


def in_stock(faults: Faults, region_id: str, zone: str, instance_type: str, disk: str) -> bool:
    """Whether an instance of this type with this system disk can be had in this zone."""
    return disk in sold_disks(region_id, zone, instance_type) and faults.in_stock(
        region_id, zone, instance_type, disk
    )


def obstacle_to_any(account: AccountFaults, region_id: str) -> Obstacle | None:
    """What keeps the account from getting any instance in a region, whatever its type.

    Mainland China asks for the owner's real name, Hong Kong does not.
    """
    if account.risk_control:
        return _RISK_CONTROL
    mainland = region_id.startswith("cn-") and region_id != "cn-hongkong"
    return _NOT_VERIFIED if mainland and not account.real_name_verified else None
