"""Starts and stops the sandbox, in this process or as a program in the foreground."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sandbox.domain.cloud import Cloud
from sandbox.domain.timing import Timing
from sandbox.fc_runner import FunctionRunner
from sandbox.wire.authentication import Authenticator, Credentials
from sandbox.wire.gateway import Gateway
from sandbox.wire.listener import HOST, Listener
from sandbox.wire.live_cloud import LiveCloud
from sandbox.wire.wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How a sandbox is built.

    `port` 0 takes any free one. `regions` are the regions that exist, None for all of the
    catalogue. `latency_ms` is added to every API answer. `seed` fixes credentials, ids and
    chances. `with_groups` puts one Active group of the fleet into each open region. `start` is
    the account's first instant, None for the real present. `speed` is how many of the account's
    seconds pass in a real one: what takes half a minute in reality can be watched in less.
    `timing` says how long things take, None for as long as users see.
    """

    port: int = 0
    regions: tuple[str, ...] | None = None
    latency_ms: int = 0
    seed: int = 0
    with_groups: bool = False
    start: datetime | None = None
    speed: float = 1.0
    timing: Timing | None = None


class SandboxStartError(Exception):
    """A sandbox cannot start; the message is one sentence that says why."""


class RunningSandbox:
    """A sandbox that listens; a context manager that stops it.

    Raises SandboxStartError for a region that does not exist or a port that is taken.
    """

    def __init__(self, options: SandboxOptions) -> None:
        start = options.start or datetime.now(UTC)
        clock = WallClock(start, time.monotonic, speed=options.speed)
        try:
            self._live = LiveCloud(lambda start: _build(options, start), clock)
        except ValueError as error:
            raise SandboxStartError(f"The sandbox cannot be built: {error}.") from error
        account = self._live.cloud.account
        self.access_key_id = account.access_key_id
        self.access_key_secret = account.access_key_secret
        self.account_id = account.account_id
        self._stopping = threading.Event()
        gateway = Gateway(
            self._live,
            Authenticator(
                Credentials(account.access_key_id, account.access_key_secret, account.caller),
                _real_now,
                self._live.temporary_key,
            ),
            # Waiting for the stop is a pause that ends when there is nobody left to answer.
            pause=self._stopping.wait,
            latency_s=options.latency_ms / 1000,
        )
        try:
            self._listener = Listener(options.port, gateway.reply_to)
        except OSError as error:
            raise SandboxStartError(
                f"The sandbox cannot listen on {HOST}:{options.port}: {error.strerror}."
            ) from error
        self._runner = FunctionRunner(self._live)
        self._runner.start()
        self._listener.start()
        self.endpoint = f"http://{HOST}:{self._listener.port}"

    @property
    def cloud(self) -> Cloud:
        """The account's model, for tests that look inside; a new one after each reset."""
        return self._live.cloud

    def ready_line(self) -> str:
        """What a client needs to know, as one line of JSON."""
        return json.dumps(
            {
                "endpoint": self.endpoint,
                "access_key_id": self.access_key_id,
                "access_key_secret": self.access_key_secret,
                "account_id": self.account_id,
            }
        )

    def wait_until_idle(self, timeout_s: float) -> None:
        """Waits until no invocation of a function is due or running.

        One that has failed and is to be retried later, by the account's clock, is neither. Raises
        TimeoutError where that takes longer, in real time.
        """
        if not self._live.wait_until_idle(timeout_s):
            counts = self._live.invocations()
            raise TimeoutError(
                f"After {timeout_s:g} s, {counts.queued} invocations are still waiting and "
                f"{counts.running} running."
            )

    def stop(self) -> None:
        """Ends every function, closes every connection and waits for the last thread to end.

        Once only counts.
        """
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._runner.stop()
        self._listener.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_sandbox(  # noqa: PLR0913 (each one is an option of the command line)
    *,
    port: int = 0,
    regions: Sequence[str] | None = None,
    latency_ms: int = 0,
    seed: int = 0,
    with_groups: bool = False,
    start: datetime | None = None,
    timing: Timing | None = None,
) -> RunningSandbox:
    """Starts a sandbox in this process; meaning and errors as in the options and the result."""
    return RunningSandbox(
        SandboxOptions(
            port=port,
            regions=None if regions is None else tuple(regions),
            latency_ms=latency_ms,
            seed=seed,
            with_groups=with_groups,
            start=start,
            timing=timing,
        )
    )


def serve_forever(options: SandboxOptions) -> None:
    """Runs a sandbox until SIGINT or SIGTERM, after one line of JSON on stdout when it is ready.

    To be called from the main thread; errors as in `RunningSandbox`.
    """
    signals = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the first thread exists, so that none of them can be picked to take one.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        with RunningSandbox(options) as running:
            sys.stdout.write(running.ready_line() + "\n")
            sys.stdout.flush()
            signal.sigwait(signals)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


def _real_now() -> datetime:
    return datetime.now(UTC)


def _build(options: SandboxOptions, start: datetime) -> Cloud:
    cloud = Cloud(
        seed=options.seed,
        start=start,
        regions=options.regions,
        timing=options.timing,
        key_now=_real_now,
    )
    if options.with_groups:
        cloud.add_fleet_groups()
    return cloud
