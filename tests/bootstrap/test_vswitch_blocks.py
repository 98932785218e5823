"""Blocks of vSwitches: parts of the VPC's block that overlap nothing."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.bootstrap.resources.vswitches import free_block


@pytest.mark.parametrize(
    ("vpc_block", "prefix", "taken", "block"),
    [
        ("10.20.30.0/24", 26, (), "10.20.30.0/26"),
        ("10.20.30.0/24", 26, ("10.20.30.0/26",), "10.20.30.64/26"),
        ("10.20.30.0/24", 26, ("10.20.30.64/26",), "10.20.30.0/26"),
        ("10.20.30.0/24", 27, ("10.20.30.0/26",), "10.20.30.64/27"),
        ("10.20.30.0/24", 25, ("10.20.30.192/27",), "10.20.30.0/25"),
        ("10.20.30.0/24", 24, (), "10.20.30.0/24"),
        ("10.20.30.0/24", 25, ("10.20.30.8/29", "10.20.30.200/29"), None),
        ("10.20.30.0/24", 24, ("10.20.30.0/29",), None),
        ("10.20.0.0/28", 29, ("10.20.0.0/29",), "10.20.0.8/29"),
    ],
)
def test_the_first_free_part_is_taken(
    vpc_block: str, prefix: int, taken: tuple[str, ...], block: str | None
) -> None:
    """Parts of other sizes, from when the document said other zones, are in the way as well."""
    assert free_block(vpc_block, prefix, taken) == block


@given(st.integers(1, 8), st.integers(16, 26))
def test_parts_never_overlap_and_suffice_for_all_zones(zones: int, vpc_prefix: int) -> None:
    """Whatever the size of the VPC, each zone gets a part of its own inside it."""
    vpc = ipaddress.IPv4Network((int(ipaddress.IPv4Address("10.0.0.0")), vpc_prefix))
    prefix = vpc_prefix + (zones - 1).bit_length()
    taken: list[str] = []
    for _ in range(zones):
        block = free_block(str(vpc), prefix, taken)
        assert block is not None
        taken.append(block)

    parts = [ipaddress.IPv4Network(one) for one in taken]
    assert all(one.subnet_of(vpc) for one in parts)
    assert len({int(address) for one in parts for address in (one[0], one[-1])}) == 2 * zones
