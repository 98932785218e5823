"""The world as both functions take it: time, patience, chance, the cloud, Git."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.clock import clock_of
from shared.cloud.session import Session
from shared.control.sources import Reader
from shared.deadline import Deadline
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything that a run takes from the world, so that tests may hand in another one."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    rng: random.Random
    open_session: Callable[[Deadline], Session]
    reader: Reader


def edges_of(settings: Settings, *, patience_s: float = math.inf) -> Edges:
    """Return the real world; a single read is repeated for `patience_s` at most.

    Raises:
        SettingsError: P2P_FLEET_CLOCK_URL names no sandbox that answers.
    """
    rng = random.Random()

    def open_session(deadline: Deadline) -> Session:
        return Session(
            settings.cloud,
            deadline,
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=rng,
            patience_s=patience_s,
        )

    return Edges(
        now=clock_of(settings.clock_url),
        monotonic=time.monotonic,
        sleep=time.sleep,
        rng=rng,
        open_session=open_session,
        reader=Reader(time.monotonic),
    )
