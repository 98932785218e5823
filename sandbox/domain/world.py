"""What every product of one cloud shares."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from random import Random
from typing import Final

from sandbox.domain.account import Account, Caller
from sandbox.domain.clock import VirtualClock
from sandbox.domain.faults import Faults
from sandbox.domain.neighbours import Neighbours
from sandbox.domain.timing import Timing

_ID_LETTERS: Final = string.ascii_lowercase + string.digits


@dataclass(slots=True)
class World:
    """Time, the account, its regions, and what is wrong just now (`faults` is replaceable).

    `neighbours` is set once every product exists; handlers may use it, constructors may not.
    `caller` is whoever makes the call that is being carried out.
    """

    clock: VirtualClock
    account: Account
    region_ids: tuple[str, ...]
    timing: Timing
    seed: int
    faults: Faults
    neighbours: Neighbours = field(init=False)
    caller: Caller = field(init=False)

    def __post_init__(self) -> None:
        self.caller = self.account.caller

    def random(self, purpose: str) -> Random:
        """A stream of random numbers of its own for each purpose.

        A region that has its own stream behaves the same whatever happens in the others.
        """
        return Random(f"{self.seed}/{purpose}")


def mint(random: Random, prefix: str) -> str:
    """A resource id as Alibaba Cloud makes them: `asg-bp14wlu85wrpchm0zdkp`."""
    return f"{prefix}-{''.join(random.choices(_ID_LETTERS, k=20))}"
