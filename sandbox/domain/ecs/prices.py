"""DescribePrice, from a table of three known points.

ecs.e-c1m1.large costs 0.0199 USD an hour, cloud_essd_entry 0.000106 USD a GiB and hour, 5 Mbit/s
paid by bandwidth 17 USD a month: what users paid in Hong Kong in 2026. Everything else is
invented: other instance types cost as much for each vCPU, other disks in proportion to what they
are worth, every region the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from sandbox.domain.ecs.errors import invalid, not_modelled, unknown_value
from sandbox.domain.ecs.images import IMAGE_SIZE_GIB
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.template_views import DEFAULT_DISK
from sandbox.domain.errors import ApiError
from sandbox.domain.instance_types import TYPES_BY_NAME, sold_disks
from sandbox.domain.product import Params

_VCPU_USD_PER_HOUR: Final = 0.0199 / 2
_DISK_USD_PER_GIB_HOUR: Final[Mapping[str, float]] = {
    "cloud_essd_entry": 0.000106,
    "cloud_auto": 0.000212,
    "cloud_essd": 0.000318,
    "cloud_ssd": 0.000318,
    "cloud_efficiency": 0.000106,
}
_MBPS_USD_PER_MONTH: Final = 17 / 5
_HOURS_PER_MONTH: Final = 720
_HOURS_BY_UNIT: Final[Mapping[str, int]] = {
    "Hour": 1,
    "Month": _HOURS_PER_MONTH,
    "Year": 12 * _HOURS_PER_MONTH,
}
_LARGEST_BANDWIDTH_MBPS: Final = 100
_LARGEST_AMOUNT: Final = 1000
_DIGITS: Final = 6


def describe_price(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribePrice of instances, with system disk and bandwidth; in USD, without discounts.

    Paid by traffic, bandwidth costs nothing by itself: what a GB costs is not modelled.
    """
    kind = params.get("ResourceType", "instance")
    if kind != "instance":
        raise not_modelled(f"prices of the resource type {kind}")
    unit = params.get("PriceUnit", "Hour")
    if unit not in _HOURS_BY_UNIT:
        raise invalid("InvalidPriceUnit.ValueNotSupported", "PriceUnit")
    amount = params.get("Amount", 1)
    if not 1 <= amount <= _LARGEST_AMOUNT:
        raise ApiError(
            "InvalidAmount.Malformed",
            "The specified parameter Amount is not valid.",
            HTTPStatus.FORBIDDEN,
        )
    factor = amount * params.get("Period", 1) * _HOURS_BY_UNIT[unit]
    per_hour = {
        "instanceType": _instance_usd_per_hour(region, params),
        "systemDisk": _disk_usd_per_hour(params),
        "bandwidth": _bandwidth_usd_per_hour(params),
    }
    details = [
        {"Resource": name, **_price(usd * factor), "SubRules": {"Rule": []}}
        for name, usd in per_hour.items()
    ]
    total = _price(sum(per_hour.values()) * factor)
    return {
        "PriceInfo": {
            "Price": {**total, "Currency": "USD", "DetailInfos": {"DetailInfo": details}},
            "Rules": {"Rule": []},
        }
    }


def _instance_usd_per_hour(region: EcsRegion, params: Params) -> float:
    name = params.get("InstanceType")
    if not name:
        raise unknown_value("InvalidInstanceType.Missing", "InstanceType")
    kind = TYPES_BY_NAME.get(name)
    if kind is None:
        raise invalid("InvalidInstanceType.ValueNotSupported", "InstanceType")
    zones = [params["ZoneId"]] if "ZoneId" in params else region.zones
    if not any(sold_disks(region.region_id, zone, name) for zone in zones):
        raise ApiError(
            "PriceNotFound",
            "The price of your queried resource is not available now, please try other resources.",
            HTTPStatus.BAD_REQUEST,
        )
    return kind.vcpus * _VCPU_USD_PER_HOUR


def _disk_usd_per_hour(params: Params) -> float:
    disk = params.get("SystemDisk", {})
    category = disk.get("Category", DEFAULT_DISK)
    if category not in _DISK_USD_PER_GIB_HOUR:
        raise invalid("InvalidSystemDiskCategory.ValueNotSupported", "SystemDisk.Category")
    size: int = disk.get("Size", IMAGE_SIZE_GIB)
    if size < IMAGE_SIZE_GIB:
        raise invalid("InvalidSystemDiskSize.LessThanImageSize", "SystemDisk.Size")
    return size * _DISK_USD_PER_GIB_HOUR[category]


def _bandwidth_usd_per_hour(params: Params) -> float:
    charge = params.get("InternetChargeType", "PayByTraffic")
    if charge not in {"PayByTraffic", "PayByBandwidth"}:
        raise invalid("InvalidInternetChargeType.ValueNotSupported", "InternetChargeType")
    mbps: int = params.get("InternetMaxBandwidthOut", 0)
    if not 0 <= mbps <= _LARGEST_BANDWIDTH_MBPS:
        raise invalid("InvalidInternetMaxBandwidthOut.ValueNotSupported", "InternetMaxBandwidthOut")
    if charge == "PayByTraffic":
        return 0.0
    return mbps * _MBPS_USD_PER_MONTH / _HOURS_PER_MONTH


def _price(usd: float) -> dict[str, float]:
    rounded = round(usd, _DIGITS)
    return {"OriginalPrice": rounded, "DiscountPrice": 0.0, "TradePrice": rounded}
