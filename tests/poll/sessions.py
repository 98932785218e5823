"""Sessions at which something happens between a poll and the cloud."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from shared.cloud.session import Call, Effect, Session
from shared.deadline import Deadline
from shared.settings import Settings

Hook = Callable[[Call], None]


class HookedSession(Session):
    """A real session with something done before each call, and after each that succeeded."""

    before: Hook
    after: Hook

    def call(self, call: Call) -> Mapping[str, Any]:
        """Make the call between the two hooks."""
        self.before(call)
        answer = super().call(call)
        self.after(call)
        return answer


def _nothing(_call: Call) -> None:
    pass


def hooked(
    *, before: Hook = _nothing, after: Hook = _nothing
) -> Callable[[Settings, Deadline], Session]:
    """Return what opens such sessions in the place of a poll's own edge."""

    def open_session(settings: Settings, deadline: Deadline) -> Session:
        session = HookedSession(
            settings.cloud,
            deadline,
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=random.Random(1),
        )
        session.before, session.after = before, after
        return session

    return open_session


class ProcessKilledError(BaseException):
    """The process is dead; nothing in it may catch this."""


class Killer:
    """Kills a poll after so many writes: from then on not one more request leaves it."""

    def __init__(self, after_writes: int) -> None:
        self._left = after_writes
        self._lock = threading.Lock()

    def before(self, call: Call) -> None:
        """Count a write that is about to be sent, or die."""
        with self._lock:
            if self._left == 0 and call.effect is Effect.WRITE:
                self._left = -1
            if self._left < 0:
                raise ProcessKilledError
            if call.effect is Effect.WRITE:
                self._left -= 1
