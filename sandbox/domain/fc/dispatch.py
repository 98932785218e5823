"""Invocations on their way: accepted, due, started, retried, ended.

The model runs nothing. It says which attempt is to be run now (`start_next`) and is told how it
ended (`finish`).
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sandbox.domain.account import TemporaryKey
from sandbox.domain.errors import ApiError
from sandbox.domain.fc.errors import resource_exhausted, shutting_down
from sandbox.domain.fc.log_delivery import deliver_log, read_logging
from sandbox.domain.fc.records import (
    Function,
    Invocation,
    InvocationCounts,
    InvocationStatus,
    Launch,
    Outcome,
)
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.roles import RoleKeys

UNHANDLED: Final = "UnhandledInvocationError"
"""What FC says in `X-Fc-Error-Type` of whatever ends a Python handler but a result."""

_USUAL_RETRIES: Final = 3
_USUAL_MAX_AGE_S: Final = 86400


@dataclass(frozen=True, slots=True, eq=False)
class _Ticket:
    """An invocation that is due."""

    region: FcRegion
    invocation: Invocation


class Dispatcher:
    """The invocations of all regions.

    Synchronous ones have their instance from the moment they are accepted; asynchronous ones wait
    for one, in the order in which they become due.
    """

    def __init__(self, regions: Iterable[FcRegion]) -> None:
        self._regions = {region.region_id: region for region in regions}
        self._due: deque[_Ticket] = deque()
        self._busy: Counter[tuple[str, str]] = Counter()
        self._running = 0
        self._closed = False
        self._role_keys = RoleKeys()

    @property
    def closed(self) -> bool:
        """Whether nothing is accepted any more."""
        return self._closed

    @property
    def has_due(self) -> bool:
        """Whether an invocation waits for an instance."""
        return bool(self._due)

    @property
    def idle(self) -> bool:
        """Whether no invocation is due or running."""
        return not self._due and not self._running

    @property
    def counts(self) -> InvocationCounts:
        """How many invocations are due, running and done."""
        done = sum(region.done for region in self._regions.values())
        return InvocationCounts(len(self._due), self._running, done)

    def accept(
        self, region: FcRegion, function: Function, event: bytes, *, sync: bool
    ) -> Invocation:
        """A new invocation, due now.

        Raises ApiError: everything is being stopped, or for a synchronous one the function's role
        cannot be assumed or no instance is free.
        """
        if self._closed:
            raise shutting_down()
        if sync:
            self._role_keys.key_for(region, function)
            self._check_room(region, function)
            self._busy[region.region_id, function.name] += 1
        invocation = Invocation(region.mint_uuid(), function.name, event, sync, region.now)
        region.pending[invocation.request_id] = invocation
        self._due.append(_Ticket(region, invocation))
        return invocation

    def start_next(self) -> Launch | None:
        """The first attempt that is due and may start; None where there is none.

        What cannot start any more (too old, the function deleted, its role gone) ends here.
        """
        waiting: list[_Ticket] = []
        launch: Launch | None = None
        while self._due and launch is None:
            ticket = self._due.popleft()
            function = ticket.region.functions.get(ticket.invocation.function_name)
            if function is None:
                name = ticket.invocation.function_name
                self._fail(ticket, f"function '{name}' does not exist")
            elif self._is_too_old(ticket, function):
                self._end(ticket.region, ticket.invocation, InvocationStatus.EXPIRED)
            elif ticket.invocation.sync or self._free(ticket.region, function) > 0:
                launch = self._try_to_start(ticket, function)
            else:
                waiting.append(ticket)
        self._due.extendleft(reversed(waiting))
        return launch

    def finish(self, launch: Launch, outcome: Outcome) -> None:
        """Notes how an attempt ended; a failed asynchronous one may be due again later."""
        region, invocation = self._regions[launch.region_id], launch.invocation
        if invocation.ended:  # terminated in the meantime
            return
        self._running -= 1
        self._busy[region.region_id, invocation.function_name] -= 1
        deliver_log(region, launch, outcome)
        invocation.outcome = replace(outcome, log=outcome.log_tail)
        if outcome.error_type is None:
            self._end(region, invocation, InvocationStatus.SUCCEEDED)
        elif not self._retry(region, invocation):
            self._end(region, invocation, InvocationStatus.FAILED)

    def close(self) -> None:
        """Ends everything that has not ended, and accepts nothing any more."""
        self._closed = True
        self._due.clear()
        self._busy.clear()
        self._running = 0
        for region in self._regions.values():
            for invocation in list(region.pending.values()):
                invocation.outcome = _error("The sandbox was reset or stopped.")
                self._end(region, invocation, InvocationStatus.TERMINATED)

    def _try_to_start(self, ticket: _Ticket, function: Function) -> Launch | None:
        """The attempt, None where there is no key to run it with; then it has failed."""
        try:
            key = self._role_keys.key_for(ticket.region, function)
        except ApiError as error:
            self._fail(ticket, error.message)
            return None
        return self._start(ticket, function, key)

    def _start(self, ticket: _Ticket, function: Function, key: TemporaryKey | None) -> Launch:
        region, invocation = ticket.region, ticket.invocation
        if not invocation.sync:
            self._busy[region.region_id, function.name] += 1
        self._running += 1
        invocation.status = InvocationStatus.RUNNING
        invocation.attempts += 1
        invocation.launch = self._launch(ticket, function, key)
        return invocation.launch

    @staticmethod
    def _launch(ticket: _Ticket, function: Function, key: TemporaryKey | None) -> Launch:
        region, invocation, settings = ticket.region, ticket.invocation, function.settings
        return Launch(
            invocation=invocation,
            region_id=region.region_id,
            account_id=region.world.account.account_id,
            instance_id=f"c-{region.mint_uuid()}",
            function_name=function.name,
            runtime=settings["runtime"],
            handler=settings["handler"],
            timeout_s=settings["timeout"],
            memory_mb=settings["memorySize"],
            disk_mb=settings["diskSize"],
            logging=read_logging(settings),
            started_at=region.now,
            environment=settings["environmentVariables"],
            key=key,
            package=function.package,
            layers=tuple(layer.package for layer in function.layers),
        )

    def _retry(self, region: FcRegion, invocation: Invocation) -> bool:
        """Whether a failed invocation is tried again; then it is due after a while."""
        function = region.functions.get(invocation.function_name)
        if invocation.sync or function is None:
            return False
        settings = _async_settings(function)
        if invocation.attempts > settings.get("maxAsyncRetryAttempts", _USUAL_RETRIES):
            return False
        waits_s = region.world.timing.function_retry_s
        wait_s = waits_s[min(invocation.attempts, len(waits_s)) - 1]
        invocation.status = InvocationStatus.RETRYING
        region.world.clock.after(wait_s, partial(self._retry_now, region, invocation))
        return True

    def _retry_now(self, region: FcRegion, invocation: Invocation) -> None:
        if not invocation.ended:
            invocation.status = InvocationStatus.QUEUED
            self._due.append(_Ticket(region, invocation))

    def _fail(self, ticket: _Ticket, message: str) -> None:
        if ticket.invocation.sync:
            self._busy[ticket.region.region_id, ticket.invocation.function_name] -= 1
        ticket.invocation.outcome = _error(message)
        self._end(ticket.region, ticket.invocation, InvocationStatus.FAILED)

    def _is_too_old(self, ticket: _Ticket, function: Function) -> bool:
        max_age_s = _async_settings(function).get("maxAsyncEventAgeInSeconds", _USUAL_MAX_AGE_S)
        age = ticket.region.now - ticket.invocation.accepted_at
        return not ticket.invocation.sync and age > timedelta(seconds=max_age_s)

    def _check_room(self, region: FcRegion, function: Function) -> None:
        if self._free(region, function) <= 0:
            raise resource_exhausted(self._limit(region, function))

    def _limit(self, region: FcRegion, function: Function) -> int:
        """How many instances a function may have: its reserve, or what others have not reserved."""
        total = region.quota("fc:instances")
        if function.reserved_concurrency is not None:
            return min(function.reserved_concurrency, total)
        return total - sum(one.reserved_concurrency or 0 for one in region.functions.values())

    def _free(self, region: FcRegion, function: Function) -> int:
        """How many more instances the function may have now."""
        if function.reserved_concurrency is not None:
            used = self._busy[region.region_id, function.name]
        else:
            used = sum(
                self._busy[region.region_id, one.name]
                for one in region.functions.values()
                if one.reserved_concurrency is None
            )
        return self._limit(region, function) - used

    def _end(self, region: FcRegion, invocation: Invocation, status: InvocationStatus) -> None:
        invocation.status = status
        invocation.ended_at = region.now
        region.pending.pop(invocation.request_id)
        region.ended.append(invocation)
        region.done += 1


def _async_settings(function: Function) -> dict[str, Any]:
    config = function.async_config
    return {} if config is None else dict(config.settings)


def _error(message: str) -> Outcome:
    return Outcome(UNHANDLED, json.dumps({"errorMessage": message}).encode())
