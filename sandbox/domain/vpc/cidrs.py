"""Address blocks, and which of them VPCs, vSwitches and routes may have."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Final

from sandbox.domain.errors import ApiError
from sandbox.domain.vpc.errors import (
    cidr_outside_vpc,
    cidr_overlaps,
    illegal_vpc_mask,
    illegal_vswitch_mask,
    malformed_cidr,
    malformed_vpc_cidr,
)
from sandbox.domain.vpc.route_errors import destination_in_vswitch, destination_reserved

DEFAULT_VPC_CIDR: Final = "172.16.0.0/12"
EVERYWHERE: Final = IPv4Network("0.0.0.0/0")
SERVICES: Final = IPv4Network("100.64.0.0/10")
"""Where the cloud's own services live; every route table leads there."""

_RESERVED: Final = (
    SERVICES,
    IPv4Network("224.0.0.0/4"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
)
_VPC_MASKS: Final = range(8, 29)
_VSWITCH_MASKS: Final = range(16, 30)
_RESERVED_ADDRESSES: Final = 4
"""The first address and the last three of every vSwitch."""


def parse_vpc_cidr(text: str) -> IPv4Network:
    """A block that a VPC may have: mask 8 to 28, none of the reserved ones. Raises ApiError."""
    cidr = _parse(text, malformed_vpc_cidr())
    if cidr.prefixlen not in _VPC_MASKS:
        raise illegal_vpc_mask(cidr.prefixlen)
    if any(cidr.subnet_of(reserved) for reserved in _RESERVED):
        raise malformed_vpc_cidr()
    return cidr


def parse_changed_vpc_cidr(text: str) -> IPv4Network:
    """As `parse_vpc_cidr`, with the one code of ModifyVpcAttribute."""
    try:
        return parse_vpc_cidr(text)
    except ApiError:
        raise malformed_cidr() from None


def parse_vswitch_cidr(text: str, vpc: IPv4Network, others: Iterable[IPv4Network]) -> IPv4Network:
    """A block that a vSwitch may have inside `vpc` and beside `others`.

    Mask 16 to 29. Raises ApiError.
    """
    cidr = _parse(text, malformed_cidr())
    if cidr.prefixlen not in _VSWITCH_MASKS:
        raise illegal_vswitch_mask()
    if not cidr.subnet_of(vpc):
        raise cidr_outside_vpc()
    if any(cidr.overlaps(other) for other in others):
        raise cidr_overlaps()
    return cidr


def parse_destination(text: str, vswitches: Iterable[IPv4Network]) -> IPv4Network:
    """A block that a custom route may lead to; an address alone is a host. Raises ApiError."""
    cidr = _parse(text if "/" in text else f"{text}/32", malformed_cidr())
    if cidr.subnet_of(SERVICES):
        raise destination_reserved()
    if any(cidr.subnet_of(vswitch) for vswitch in vswitches):
        raise destination_in_vswitch()
    return cidr


def usable_addresses(vswitch: IPv4Network) -> int:
    """How many addresses an empty vSwitch has to give."""
    return vswitch.num_addresses - _RESERVED_ADDRESSES


def _parse(text: str, otherwise: ApiError) -> IPv4Network:
    """A block as `10.0.0.0/24`: dotted masks and host bits are refused with `otherwise`."""
    _, slash, mask = text.partition("/")
    try:
        cidr = IPv4Network(text)
    except ValueError:
        raise otherwise from None
    if not slash or not mask.isdecimal():
        raise otherwise
    return cidr
