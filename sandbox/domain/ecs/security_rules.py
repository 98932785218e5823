"""Rules of security groups: what a request says, checked, and how answers show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    duplicate_permissions,
    invalid,
    missing_parameter,
    missing_peer,
    mixed_addresses,
    not_for_enterprise_groups,
    peer_not_found,
    permissions_and_others,
    port_range_mismatch,
)
from sandbox.domain.ecs.records import Direction, Rule, SecurityGroup, Traffic
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.instants import utc_second
from sandbox.domain.product import Params

_PROTOCOLS: Final = ("TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL")
_ALL_PORTS: Final = "-1/-1"
_PORTS: Final = re.compile(r"(\d{1,5})/(\d{1,5})")
_LARGEST_PORT: Final = 65535
_LARGEST_PRIORITY: Final = 100
_LONGEST_DESCRIPTION: Final = 512

_RULE_PARAMETERS: Final = (
    *("IpProtocol", "PortRange", "SourcePortRange", "Policy", "Priority", "NicType", "Description"),
    *("SourceCidrIp", "Ipv6SourceCidrIp", "SourceGroupId", "SourcePrefixListId"),
    *("DestCidrIp", "Ipv6DestCidrIp", "DestGroupId", "DestPrefixListId"),
)


@dataclass(frozen=True, slots=True)
class WantedRule:
    """A rule as a request describes it."""

    traffic: Traffic
    description: str


def read_rules(
    region: EcsRegion, group: SecurityGroup, params: Params, direction: Direction
) -> list[WantedRule]:
    """The rules of a request, listed in Permissions or given in parameters of their own.

    Raises ApiError: none at all, both ways at once, one twice, or one that ECS does not take.
    """
    single = {name: params[name] for name in _RULE_PARAMETERS if name in params}
    listed = params.get("Permissions", [])
    if single and listed:
        raise permissions_and_others()
    if not single and not listed:
        raise missing_parameter("Permissions")
    wanted = [
        _read_rule(region, group, item, direction, f"Permissions.{number}")
        for number, item in enumerate(listed or [single], 1)
    ]
    if len({one.traffic for one in wanted}) < len(wanted):
        raise duplicate_permissions()
    return wanted


def _read_rule(
    region: EcsRegion,
    group: SecurityGroup,
    item: Mapping[str, Any],
    direction: Direction,
    place: str,
) -> WantedRule:
    protocol = str(item.get("IpProtocol", "")).upper()
    if protocol not in _PROTOCOLS:
        raise invalid("InvalidIpProtocol.ValueNotSupported", f"{place}.IpProtocol")
    if item.get("PortRangeListId"):
        raise invalid("InvalidPortRangeListId.NotFound", f"{place}.PortRangeListId")
    if item.get("NicType", "intranet") not in {"intranet", "internet"}:
        raise invalid("InvalidNicType.ValueNotSupported", f"{place}.NicType")
    description = item.get("Description", "")
    if len(description) > _LONGEST_DESCRIPTION:
        raise invalid("InvalidSecurityGroupDiscription.Malformed", f"{place}.Description")
    _check_peer(region, group, item, direction, place)
    traffic = Traffic(
        direction=direction,
        protocol=protocol,
        port_range=_read_ports(item, protocol, place),
        policy=_read_policy(item, place),
        priority=_read_priority(item, place),
        source_cidr=_read_cidr(item, "SourceCidrIp"),
        source_ipv6_cidr=_read_cidr(item, "Ipv6SourceCidrIp"),
        source_group_id=item.get("SourceGroupId", ""),
        source_port_range=item.get("SourcePortRange", ""),
        dest_cidr=_read_cidr(item, "DestCidrIp"),
        dest_ipv6_cidr=_read_cidr(item, "Ipv6DestCidrIp"),
        dest_group_id=item.get("DestGroupId", ""),
    )
    if (traffic.source_cidr or traffic.dest_cidr) and (
        traffic.source_ipv6_cidr or traffic.dest_ipv6_cidr
    ):
        raise mixed_addresses()
    return WantedRule(traffic, description)


def _check_peer(
    region: EcsRegion,
    group: SecurityGroup,
    item: Mapping[str, Any],
    direction: Direction,
    place: str,
) -> None:
    """Raises ApiError where a rule names nobody at its far end, or somebody who does not exist."""
    side = "Source" if direction == "ingress" else "Dest"
    names = (f"{side}CidrIp", f"Ipv6{side}CidrIp", f"{side}GroupId", f"{side}PrefixListId")
    if not any(item.get(name) for name in names):
        raise missing_peer(f"MissingParameter.{side}", ", ".join(names), place)
    if item.get(f"{side}PrefixListId"):
        raise peer_not_found("InvalidPrefixListId.NotFound", "prefix list")
    other_id = item.get(f"{side}GroupId")
    if not other_id:
        return
    if group.kind == "enterprise":
        raise not_for_enterprise_groups()
    other = region.security_groups.get(other_id)
    if other is None:
        raise peer_not_found(f"Invalid{side}GroupId.NotFound", f"{side}GroupId")
    if other.vpc_id != group.vpc_id:
        raise invalid(f"Invalid{side}GroupId.Mismatch", f"{place}.{side}GroupId")


def _read_ports(item: Mapping[str, Any], protocol: str, place: str) -> str:
    ports = str(item.get("PortRange", ""))
    if not ports:
        raise invalid("InvalidPortRange.Malformed", f"{place}.PortRange")
    if protocol not in {"TCP", "UDP"}:
        if ports != _ALL_PORTS:
            raise port_range_mismatch()
        return ports
    match = _PORTS.fullmatch(ports)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= _LARGEST_PORT:
        raise invalid("InvalidParam.PortRange", f"{place}.PortRange")
    return ports


def _read_policy(item: Mapping[str, Any], place: str) -> str:
    policy = str(item.get("Policy", "accept")).capitalize()
    if policy not in {"Accept", "Drop"}:
        raise invalid("InvalidPolicy.Malformed", f"{place}.Policy")
    return policy


def _read_priority(item: Mapping[str, Any], place: str) -> int:
    text = str(item.get("Priority", "1"))
    if not text.isdecimal():
        raise invalid("InvalidPriority.Malformed", f"{place}.Priority")
    if not 1 <= int(text) <= _LARGEST_PRIORITY:
        raise invalid("InvalidPriority.ValueNotSupported", f"{place}.Priority")
    return int(text)


def _read_cidr(item: Mapping[str, Any], name: str) -> str:
    text = str(item.get(name, ""))
    if not text:
        return ""
    of_ipv6 = name.startswith("Ipv6")
    try:
        (IPv6Network if of_ipv6 else IPv4Network)(text, strict=False)
    except ValueError:
        code = f"InvalidParam.{name}" if of_ipv6 else f"Invalid{name}.Malformed"
        raise invalid(code, name) from None
    return text


def show_rule(rule: Rule) -> dict[str, Any]:
    """A rule as DescribeSecurityGroupAttribute answers it: whatever it does not say is empty."""
    traffic = rule.traffic
    return {
        "SecurityGroupRuleId": rule.rule_id,
        "Direction": traffic.direction,
        "IpProtocol": "ICMPv6" if traffic.protocol == "ICMPV6" else traffic.protocol,
        "PortRange": traffic.port_range,
        "SourcePortRange": traffic.source_port_range,
        "Policy": traffic.policy,
        "Priority": str(traffic.priority),
        "NicType": "intranet",
        "Description": rule.description,
        "CreateTime": utc_second(rule.created_at),
        "SourceCidrIp": traffic.source_cidr,
        "Ipv6SourceCidrIp": traffic.source_ipv6_cidr,
        "SourceGroupId": traffic.source_group_id,
        "SourceGroupName": "",
        "SourceGroupOwnerAccount": "",
        "SourcePrefixListId": "",
        "SourcePrefixListName": "",
        "DestCidrIp": traffic.dest_cidr,
        "Ipv6DestCidrIp": traffic.dest_ipv6_cidr,
        "DestGroupId": traffic.dest_group_id,
        "DestGroupName": "",
        "DestGroupOwnerAccount": "",
        "DestPrefixListId": "",
        "DestPrefixListName": "",
    }
