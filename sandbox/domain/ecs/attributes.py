"""DescribeAccountAttributes: what the account may have in a region, and what of it is used."""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.ecs.errors import invalid_parameter
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.instance_types import TYPES_BY_NAME
from sandbox.domain.product import Params

_MAX_INTERFACES: Final = 5000


def describe_account_attributes(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeAccountAttributes: the attributes that are asked for, or all."""
    values = _values(region)
    names = params.get("AttributeName") or list(values)
    if not set(names) <= values.keys():
        raise invalid_parameter("AttributeName")
    return {
        "AccountAttributeItems": {
            "AccountAttributeItem": [
                {"AttributeName": name, "AttributeValues": {"ValueItem": [{"Value": values[name]}]}}
                for name in dict.fromkeys(names)
            ]
        }
    }


def _values(region: EcsRegion) -> dict[str, str]:
    used = sum(TYPES_BY_NAME[one.instance_type].vcpus for one in region.instances)
    verified = region.world.faults.account.real_name_verified
    vcpus = str(region.quota("ecs:vcpus"))
    return {
        "instance-network-type": "vpc",
        "max-security-groups": str(region.quota("ecs:security_groups")),
        "max-elastic-network-interfaces": str(_MAX_INTERFACES),
        "max-postpaid-instance-vcpu-count": vcpus,
        "max-spot-instance-vcpu-count": vcpus,
        "used-postpaid-instance-vcpu-count": str(used),
        "used-spot-instance-vcpu-count": "0",
        "real-name-authentication": "yes" if verified else "no",
    }
