"""Instances and their network interfaces: views of what scaling groups have made."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from sandbox.domain.ecs.errors import invalid_parameter, unknown_value
from sandbox.domain.ecs.paging import page
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.tag_values import has_tags, show_tags
from sandbox.domain.instance_types import TYPES_BY_NAME
from sandbox.domain.neighbours import InstanceFacts
from sandbox.domain.product import Params

_STATES: Final = frozenset({"Pending", "Starting", "Running", "Stopping", "Stopped"})
_MOST_IDS: Final = 100

Filter = Callable[[InstanceFacts, Any], bool]

_COMMON_FILTERS: Final[Mapping[str, Filter]] = {
    "VpcId": lambda one, vpc_id: one.vpc_id == vpc_id,
    "VSwitchId": lambda one, vswitch_id: one.vswitch_id == vswitch_id,
    "SecurityGroupId": lambda one, group_id: group_id in one.security_group_ids,
    "ResourceGroupId": lambda one, group_id: resource_group_of(one) == group_id,
    "Ipv6Address": lambda _, addresses: not addresses,
}
"""What instances and their network interfaces are asked for alike."""

_INSTANCE_FILTERS: Final[Mapping[str, Filter]] = {
    **_COMMON_FILTERS,
    "InstanceIds": lambda one, ids: one.instance_id in _parse_list(ids, "InstanceIds"),
    "ZoneId": lambda one, zone: one.zone == zone,
    "Status": lambda one, state: one.state == state,
    "InstanceType": lambda one, name: one.instance_type == name,
    "InstanceTypeFamily": lambda one, name: TYPES_BY_NAME[one.instance_type].family == name,
    "InstanceName": lambda one, pattern: fnmatchcase(_name_of(one), pattern),
    "ImageId": lambda one, image_id: one.image_id == image_id,
    "PrivateIpAddresses": lambda one, ips: one.private_ip in _parse_list(ips, "PrivateIpAddresses"),
    "PublicIpAddresses": lambda one, ips: (
        public_ip_of(one) in _parse_list(ips, "PublicIpAddresses")
    ),
    "InstanceNetworkType": lambda _, network: network == "vpc",
    "InstanceChargeType": lambda _, charge: charge == "PostPaid",
    "InternetChargeType": lambda one, charge: _internet_charge_type(one) == charge,
    "KeyPairName": lambda one, name: _data(one).get("KeyPairName") == name,
    "IoOptimized": lambda _, optimized: optimized is True,
    "EipAddresses": lambda _, __: False,
    "InnerIpAddresses": lambda _, __: False,
    "RdmaIpAddresses": lambda _, __: False,
    "HpcClusterId": lambda _, __: False,
    "LockReason": lambda _, __: False,
}
"""What is asked for → whether an instance has it; of what nobody has here there is none."""

_INTERFACE_FILTERS: Final[Mapping[str, Filter]] = {
    **_COMMON_FILTERS,
    "InstanceId": lambda one, instance_id: one.instance_id == instance_id,
    "NetworkInterfaceId": lambda one, ids: not ids or interface_of(one) in ids,
    "PrimaryIpAddress": lambda one, address: one.private_ip == address,
    "PrivateIpAddress": lambda one, ips: not ips or one.private_ip in ips,
    "Type": lambda _, kind: kind == "Primary",
    "Status": lambda _, state: state == "InUse",
    "ServiceManaged": lambda _, managed: managed is False,
    "NetworkInterfaceName": lambda _, name: not name,
    "Tag": lambda _, wanted: not wanted,
}


def describe_instances(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeInstances; unknown ids are dropped silently."""
    if params.get("Status", "Running") not in _STATES:
        raise unknown_value("InvalidStatus.NotFound", "Status")
    found = [
        one
        for one in _chosen(region, params, _INSTANCE_FILTERS)
        if has_tags(region.tags_of(one), params.get("Tag", ()))
    ]
    return page(params, found, "Instances.Instance", lambda one: show_instance(region, one))


def describe_network_interfaces(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeNetworkInterfaces: one for each instance, gone when the instance is."""
    found = _chosen(region, params, _INTERFACE_FILTERS)
    return page(
        params,
        found,
        "NetworkInterfaceSets.NetworkInterfaceSet",
        lambda one: _show_interface(region, one),
    )


def _chosen(
    region: EcsRegion, params: Params, filters: Mapping[str, Filter]
) -> list[InstanceFacts]:
    return [
        one
        for one in region.instances
        if all(lets(one, params[name]) for name, lets in filters.items() if name in params)
    ]


def _parse_list(text: str, name: str) -> list[Any]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, list) or len(values) > _MOST_IDS:
        raise invalid_parameter(name)
    return values


def resource_group_of(one: InstanceFacts) -> str:
    """The resource group that the instance's template put it in, "" for the default one."""
    return str(_data(one).get("ResourceGroupId") or "")


def interface_of(one: InstanceFacts) -> str:
    """The id of an instance's network interface."""
    return f"eni-{one.instance_id.removeprefix('i-')}"


def public_ip_of(one: InstanceFacts) -> str:
    """An instance's public address, "" for one without public bandwidth.

    From TEST-NET-1 to -3, which lead nowhere.
    """
    if one.template is None or one.template.public_bandwidth_mbps <= 0:
        return ""
    number = zlib.crc32(one.instance_id.encode())
    network = ("192.0.2", "198.51.100", "203.0.113")[number % 3]
    return f"{network}.{number // 3 % 254 + 1}"


def _mac_of(one: InstanceFacts) -> str:
    digits = f"{zlib.crc32(one.instance_id.encode()):08x}"
    return f"00:16:{digits[:2]}:{digits[2:4]}:{digits[4:6]}:{digits[6:]}"


def _data(one: InstanceFacts) -> Mapping[str, Any]:
    return one.template.data if one.template is not None else {}


def _name_of(one: InstanceFacts) -> str:
    return str(_data(one).get("InstanceName") or f"ESS-asg-{one.scaling_group_id}")


def _internet_charge_type(one: InstanceFacts) -> str:
    return str(_data(one).get("InternetChargeType", "PayByTraffic"))


def show_instance(region: EcsRegion, one: InstanceFacts) -> dict[str, Any]:
    """An instance as DescribeInstances answers it."""
    data = _data(one)
    return {
        "InstanceId": one.instance_id,
        "InstanceName": _name_of(one),
        "HostName": data.get("HostName") or one.instance_id.replace("-", "Z"),
        "Description": data.get("Description", "ESS"),
        "RegionId": one.region_id,
        "ZoneId": one.zone,
        "Status": one.state,
        "CreationTime": one.created_at,
        "StartTime": one.created_at,
        "ExpiredTime": "2099-12-31T15:59Z",
        "ImageId": one.image_id or "",
        "OSType": "linux",
        "InstanceChargeType": "PostPaid",
        "SpotStrategy": data.get("SpotStrategy", "NoSpot"),
        "DeletionProtection": False,
        "StoppedMode": "Not-applicable",
        "KeyPairName": data.get("KeyPairName", ""),
        "ResourceGroupId": resource_group_of(one),
        "OperationLocks": {"LockReason": []},
        "Tags": show_tags(region.tags_of(one)),
        "MetadataOptions": {
            "HttpEndpoint": data.get("HttpEndpoint", "enabled"),
            "HttpTokens": data.get("HttpTokens", "optional"),
            "HttpPutResponseHopLimit": data.get("HttpPutResponseHopLimit", 1),
        },
        **_show_hardware(one),
        **_show_network(one),
    }


def _show_hardware(one: InstanceFacts) -> dict[str, Any]:
    kind = TYPES_BY_NAME[one.instance_type]
    return {
        "InstanceType": one.instance_type,
        "InstanceTypeFamily": kind.family,
        "Cpu": kind.vcpus,
        "Memory": kind.memory_gib * 1024,
        "GPUAmount": 0,
        "GPUSpec": "",
        "IoOptimized": True,
    }


def _show_network(one: InstanceFacts) -> dict[str, Any]:
    data, address = _data(one), public_ip_of(one)
    interface = {
        "NetworkInterfaceId": interface_of(one),
        "Type": "Primary",
        "MacAddress": _mac_of(one),
        "PrimaryIpAddress": one.private_ip,
        "PrivateIpSets": _private_ips(one),
    }
    return {
        "InstanceNetworkType": "vpc",
        "InternetChargeType": _internet_charge_type(one),
        "InternetMaxBandwidthIn": data.get("InternetMaxBandwidthIn", -1),
        "InternetMaxBandwidthOut": data.get("InternetMaxBandwidthOut", 0),
        "SecurityGroupIds": {"SecurityGroupId": list(one.security_group_ids)},
        "VpcAttributes": {
            "VpcId": one.vpc_id,
            "VSwitchId": one.vswitch_id,
            "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": [one.private_ip]},
        },
        "PublicIpAddress": {"IpAddress": [address] if address else []},
        "InnerIpAddress": {"IpAddress": []},
        "NetworkInterfaces": {"NetworkInterface": [interface]},
    }


def _private_ips(one: InstanceFacts) -> dict[str, Any]:
    return {"PrivateIpSet": [{"PrivateIpAddress": one.private_ip, "Primary": True}]}


def _show_interface(region: EcsRegion, one: InstanceFacts) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "NetworkInterfaceId": interface_of(one),
        "NetworkInterfaceName": "",
        "Description": "",
        "Type": "Primary",
        "Status": "InUse",
        "CreationTime": one.created_at,
        "InstanceId": one.instance_id,
        "Attachment": {"InstanceId": one.instance_id, "DeviceIndex": 0},
        "DeleteOnRelease": True,
        "ServiceManaged": False,
        "OwnerId": region.world.account.account_id,
        "MacAddress": _mac_of(one),
        "PrivateIpAddress": one.private_ip,
        "PrivateIpSets": _private_ips(one),
        "VpcId": one.vpc_id,
        "VSwitchId": one.vswitch_id,
        "ZoneId": one.zone,
        "SecurityGroupIds": {"SecurityGroupId": list(one.security_group_ids)},
        "ResourceGroupId": resource_group_of(one),
        "Tags": {"Tag": []},
    }
    address = public_ip_of(one)
    if address:
        shown["AssociatedPublicIp"] = {"PublicIpAddress": address}
    return shown
