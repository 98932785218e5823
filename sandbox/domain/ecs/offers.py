"""The actions that say what is sold where: zones, instance types, stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    invalid,
    invalid_destination,
    invalid_language,
    invalid_parameter,
    not_modelled,
    unknown_value,
)
from sandbox.domain.ecs.paging import next_token, parse_token
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.instance_types import (
    DISK_CATEGORIES,
    INSTANCE_TYPES,
    InstanceType,
    sold_disks,
    sold_types,
)
from sandbox.domain.product import Params
from sandbox.domain.regions import BY_ID
from sandbox.domain.stock import in_stock

_LARGEST_TYPES_PAGE: Final = 1600

_DESTINATIONS: Final = frozenset({"Zone", "InstanceType", "SystemDisk", "DataDisk"})
_OTHER_DESTINATIONS: Final = frozenset({"IoOptimized", "Network", "ddh"})
_SMALLEST_DISK_GIB: Final = 20
_LARGEST_DISK_GIB: Final = 2048


def describe_regions(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeRegions: every region of this cloud, named in Chinese unless asked otherwise."""
    chinese = _speaks_chinese(params)
    known = [BY_ID[region_id] for region_id in region.world.region_ids]
    return {
        "Regions": {
            "Region": [
                {
                    "RegionId": one.region_id,
                    "LocalName": one.chinese_name if chinese else one.english_name,
                    "RegionEndpoint": f"ecs.{one.region_id}.aliyuncs.com",
                    "Status": "available",
                }
                for one in known
            ]
        }
    }


def describe_zones(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeZones; what a zone sells is left out when Verbose is false."""
    chinese = _speaks_chinese(params)
    verbose = params.get("Verbose", True)
    return {
        "Zones": {
            "Zone": [
                _show_zone(region, zone, chinese=chinese, verbose=verbose) for zone in region.zones
            ]
        }
    }


def _speaks_chinese(params: Params) -> bool:
    language = params.get("AcceptLanguage", "zh-CN")
    if language not in {"zh-CN", "en-US", "ja"}:
        raise invalid_language()
    return bool(language == "zh-CN")


def _show_zone(region: EcsRegion, zone: str, *, chinese: bool, verbose: bool) -> dict[str, Any]:
    known, letter = BY_ID[region.region_id], zone[-1].upper()
    local = f"{known.chinese_name} 可用区{letter}" if chinese else f"{known.english_name} {letter}"
    shown: dict[str, Any] = {"ZoneId": zone, "LocalName": local, "ZoneType": "AvailabilityZone"}
    if not verbose:
        return shown
    types = [one.name for one in sold_types(region.region_id, zone)]
    disks = [
        disk
        for disk in DISK_CATEGORIES
        if any(disk in sold_disks(region.region_id, zone, one) for one in types)
    ]
    return shown | {
        "AvailableInstanceTypes": {"InstanceTypes": types},
        "AvailableDiskCategories": {"DiskCategories": disks},
        "AvailableResourceCreation": {
            "ResourceTypes": ["VSwitch", "IoOptimized", "Instance", "Disk"]
        },
        "AvailableVolumeCategories": {"VolumeCategories": []},
    }


# --- instance types ---------------------------------------------------------------------------

_TYPE_FILTERS: Final[Mapping[str, Callable[[InstanceType, Any], bool]]] = {
    "InstanceTypes": lambda one, names: not names or one.name in names,
    "InstanceTypeFamily": lambda one, family: one.family == family,
    "InstanceTypeFamilies": lambda one, families: not families or one.family in families,
    "MinimumCpuCoreCount": lambda one, count: one.vcpus >= count,
    "MaximumCpuCoreCount": lambda one, count: one.vcpus <= count,
    "MinimumMemorySize": lambda one, size: one.memory_gib >= size,
    "MaximumMemorySize": lambda one, size: one.memory_gib <= size,
    "CpuArchitecture": lambda one, name: one.architecture == name,
    "CpuArchitectures": lambda one, names: not names or one.architecture in names,
    "InstanceFamilyLevel": lambda one, level: one.level == level,
    "InstanceCategory": lambda one, category: one.category == category,
    "InstanceCategories": lambda one, names: not names or one.category in names,
    "MinimumGPUAmount": lambda _, count: count <= 0,
}


def describe_instance_types(_region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeInstanceTypes: the whole catalogue, wherever it is sold.

    Filters on properties that the catalogue does not know (bandwidth, queues) let everything by.
    """
    if params.get("CpuArchitecture", "X86") not in {"X86", "ARM"}:
        raise invalid_parameter("CpuArchitecture")
    found = [
        one
        for one in INSTANCE_TYPES
        if all(lets(one, params[name]) for name, lets in _TYPE_FILTERS.items() if name in params)
    ]
    size = params.get("MaxResults", _LARGEST_TYPES_PAGE)
    first = parse_token(params.get("NextToken"))
    shown = [_show_type(one) for one in found[first : first + size]]
    return {**next_token(first + size, len(found)), "InstanceTypes": {"InstanceType": shown}}


def _show_type(one: InstanceType) -> dict[str, Any]:
    return {
        "InstanceTypeId": one.name,
        "InstanceTypeFamily": one.family,
        "InstanceFamilyLevel": one.level,
        "InstanceCategory": one.category,
        "CpuArchitecture": one.architecture,
        "CpuCoreCount": one.vcpus,
        "MemorySize": one.memory_gib,
        "GPUAmount": 0,
        "GPUSpec": "",
        "LocalStorageCategory": "",
        "EniQuantity": 2,
        "EniPrivateIpAddressQuantity": 6,
        "DiskQuantity": 9,
        "NvmeSupport": "unsupported",
    }


# --- stock ------------------------------------------------------------------------------------


def describe_available_resource(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeAvailableResource: what each zone sells of what is asked for, and what is there.

    Types for which the account is not authorised are listed like the others: only who tries to
    launch one is told. Zones that have nothing are left out, or listed as sold out (a variant).
    """
    destination = params["DestinationResource"]
    if destination in _OTHER_DESTINATIONS:
        raise not_modelled(f"the destination resource {destination}")
    if destination not in _DESTINATIONS:
        raise unknown_value("Invalid.DestinationResource", "DestinationResource")
    if destination in {"SystemDisk", "DataDisk"} and "InstanceType" not in params:
        raise invalid_destination(
            f"The input parameter InstanceType is mandatory when DestinationResource is "
            f"{destination}."
        )
    if params.get("InstanceChargeType", "PostPaid") not in {"PostPaid", "PrePaid"}:
        raise invalid("Invalid.InstanceChargeType", "InstanceChargeType")
    shown = [
        _show_stock(region, zone, destination, params)
        for zone in region.zones
        if params.get("ZoneId", zone) == zone
    ]
    if region.world.faults.variants.zones_without_match == "omitted":
        shown = [zone for zone in shown if zone["Status"] == "Available"]
    return {"AvailableZones": {"AvailableZone": shown}}


def _show_stock(region: EcsRegion, zone: str, destination: str, params: Params) -> dict[str, Any]:
    wanted = [one for one in sold_types(region.region_id, zone) if _is_wanted(one, params)]
    disks = [
        (one.name, disk)
        for one in wanted
        for disk in sold_disks(region.region_id, zone, one.name)
        if params.get("SystemDiskCategory", disk) == disk
    ]
    stock = {pair: in_stock(region.world.faults, region.region_id, zone, *pair) for pair in disks}
    shown = {"RegionId": region.region_id, "ZoneId": zone, **_show_status(stock.values())}
    if destination == "Zone" or not stock:
        return shown
    resources = _by_disk(stock) if destination.endswith("Disk") else _by_type(stock)
    return shown | {
        "AvailableResources": {
            "AvailableResource": [
                {"Type": destination, "SupportedResources": {"SupportedResource": resources}}
            ]
        }
    }


def _is_wanted(one: InstanceType, params: Params) -> bool:
    properties = {"InstanceType": one.name, "Cores": one.vcpus, "Memory": one.memory_gib}
    return all(params.get(name, own) == own for name, own in properties.items())


def _by_type(stock: Mapping[tuple[str, str], bool]) -> list[dict[str, Any]]:
    """Each instance type, in stock where it is so with any of the disks."""
    names = dict.fromkeys(name for name, _ in stock)
    return [
        {"Value": name, **_show_status(there for (one, _), there in stock.items() if one == name)}
        for name in names
    ]


def _by_disk(stock: Mapping[tuple[str, str], bool]) -> list[dict[str, Any]]:
    sizes = {"Min": _SMALLEST_DISK_GIB, "Max": _LARGEST_DISK_GIB, "Unit": "GiB"}
    return [{"Value": disk, **sizes, **_show_status([there])} for (_, disk), there in stock.items()]


def _show_status(stock: Iterable[bool]) -> dict[str, str]:
    if any(stock):
        return {"Status": "Available", "StatusCategory": "WithStock"}
    return {"Status": "SoldOut", "StatusCategory": "WithoutStock"}
