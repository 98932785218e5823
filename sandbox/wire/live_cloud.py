"""The account as the wire sees it: one cloud, one clock, one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.domain.account import Caller, TemporaryKey
from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults, Rule
from sandbox.domain.fc.records import Invocation, InvocationCounts, Launch, Outcome
from sandbox.wire.wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that has arrived: its region, None where it is about none, and its fault."""

    region: str | None
    rule: Rule | None


class LiveCloud:
    """Serialises every touch of the cloud and brings it to the present before each.

    What is due by then happens first and in order, so that no request ever sees the past.
    `build` makes an empty account that begins at the given instant.
    """

    def __init__(self, build: Callable[[datetime], Cloud], clock: WallClock) -> None:
        self._build = build
        self._clock = clock
        # Notified whenever an invocation may have become due, or has ended.
        self._lock = threading.Condition()
        self._cloud = build(clock.now())

    @property
    def cloud(self) -> Cloud:
        """The cloud itself; another one after each `reset`. Not synchronised with requests."""
        return self._cloud

    def now(self) -> datetime:
        """The account's present, with everything due by then done."""
        with self._lock:
            return self._catch_up()

    def advance(self, span: timedelta) -> datetime:
        """Moves the present forward and returns it; raises ValueError for a negative span."""
        with self._lock:
            self._clock.advance(span)
            return self._catch_up()

    def advance_to(self, instant: datetime) -> datetime:
        """As `advance`; raises ValueError where `instant` is over already."""
        with self._lock:
            self._clock.advance(instant - self._clock.now())
            return self._catch_up()

    def arrive(
        self, product: str, action: str, region: str | None, params: Mapping[str, str]
    ) -> Arrival:
        """Where a request goes, and the fault that hits it there, which then counts as used.

        `params` are as sent: a request without a region is about that of the resource it names.
        """
        with self._lock:
            self._catch_up()
            place = self._place(product, action, region, params)
            return Arrival(place, self._cloud.faults.match(product, action, place))

    def call(
        self,
        product: str,
        action: str,
        region: str | None,
        params: Mapping[str, object],
        caller: Caller | None = None,
    ) -> dict[str, object]:
        """Carries out one API call, by the account's user unless given; raises ApiError.

        A synchronous invocation returns when the function has ended; others are served meanwhile.
        """
        with self._lock:
            self._catch_up()
            answer = self._cloud.call(product, action, region, params, caller)
            self._tell_of_due()
            invocation = answer.get("invocation")
            if isinstance(invocation, Invocation) and invocation.sync:
                self._lock.wait_for(lambda: invocation.ended)
            return answer

    def next_launch(self, timeout_s: float) -> Launch | None:
        """An invocation that is to be run now, and counts as running; waits for one if need be."""
        with self._lock:
            launch = self._cloud.functions.start_next()
            if launch is not None:
                return launch
            self._lock.wait(timeout_s)
            if self._cloud.expects_time:
                self._catch_up()
            return self._cloud.functions.start_next()

    def finish_launch(self, launch: Launch, outcome: Outcome) -> None:
        """Notes how an invocation ended; nothing where it has been given up in the meantime."""
        with self._lock:
            self._catch_up()
            self._cloud.functions.finish(launch, outcome)
            self._lock.notify_all()

    def close_functions(self) -> None:
        """Gives up every invocation; none is accepted any more."""
        with self._lock:
            self._cloud.functions.close()
            self._lock.notify_all()

    def invocations(self) -> InvocationCounts:
        """How many invocations are due, running and done."""
        with self._lock:
            self._catch_up()
            return self._cloud.functions.counts

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Waits until no invocation is due or running; false where that takes too long."""
        with self._lock:
            self._catch_up()
            return self._lock.wait_for(lambda: self._cloud.functions.idle, timeout_s)

    def temporary_key(self, access_key_id: str) -> TemporaryKey | None:
        """A key that STS has issued since the last `reset`, expired or not."""
        with self._lock:
            return self._cloud.temporary_key(access_key_id)

    def state(self) -> dict[str, object]:
        """Everything in the account."""
        with self._lock:
            self._catch_up()
            return self._cloud.state()

    def faults(self) -> Faults:
        """The faults in force."""
        with self._lock:
            return self._cloud.faults

    def set_faults(self, faults: Faults) -> None:
        """Replaces all faults."""
        with self._lock:
            self._catch_up()
            self._cloud.set_faults(faults)

    def reset(self) -> datetime:
        """Empties the account and clears its faults; its clock runs on."""
        with self._lock:
            now = self._clock.now()
            self._cloud.functions.close()
            self._cloud = self._build(now)
            self._lock.notify_all()
            return now

    def _place(
        self, product: str, action: str, region: str | None, params: Mapping[str, str]
    ) -> str | None:
        try:
            return self._cloud.region_of(product, action, region, params)
        except ApiError:
            # The call itself will say so; until then the request is about what it claims.
            return region

    def _catch_up(self) -> datetime:
        now = self._clock.now()
        self._cloud.clock.advance_to(now)
        self._tell_of_due()
        return now

    def _tell_of_due(self) -> None:
        if self._cloud.functions.has_due:
            self._lock.notify_all()
