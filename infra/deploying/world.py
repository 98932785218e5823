"""The edges of a deployment: environment, repository, terminal, clock, cloud."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from shared.clock import clock_of
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.settings import CloudSettings

_LONGEST_S: Final = 1800.0
"""A deployment may upload over a slow line and wait for bootstrap's whole ten minutes."""
_PATIENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a deployment takes from outside.

    `root` is the repository; `python` runs hooks and packaging; `say` prints a line.
    """

    environment: Mapping[str, str]
    root: Path
    python: str
    say: Callable[[str], None]

    def session(self, settings: CloudSettings) -> Session:
        """Open a session with the operator's own key."""
        return Session(
            settings.cloud,
            Deadline.after(_LONGEST_S, time.monotonic),
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=random.Random(),
            patience_s=_PATIENCE_S,
        )

    def now(self, settings: CloudSettings) -> datetime:
        """Return the present: the sandbox's where that is what is deployed to."""
        return clock_of(settings.clock_url)()


def real_world(environment: Mapping[str, str], say: Callable[[str], None]) -> World:
    """Return the world of this process; the repository is the folder that it runs in."""
    return World(environment, Path.cwd(), sys.executable, say)
