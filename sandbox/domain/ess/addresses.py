"""Which private addresses new instances get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sandbox.domain.ess.region import EssRegion
from sandbox.domain.neighbours import VSwitchFacts

_LAST_RESERVED: Final = 3
"""Beside the first address of a vSwitch its last three are Alibaba's own."""


def free_addresses(region: EssRegion, vswitch: VSwitchFacts) -> Iterator[str]:
    """The addresses of a vSwitch that no instance has, from the lowest on."""
    taken = {
        one.placement.private_ip
        for group in region.groups.values()
        for one in group.instances.values()
        if one.placement.vswitch.vswitch_id == vswitch.vswitch_id
    }
    for number in range(1, vswitch.cidr.num_addresses - _LAST_RESERVED):
        address = str(vswitch.cidr[number])
        if address not in taken:
            yield address
