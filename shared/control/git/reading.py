"""Asking all sources at once, under one time limit."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Generic, TypeVar

from shared.control.git.addresses import Resolve, system_resolve
from shared.control.git.faults import SourceFault, failure_of
from shared.control.git.leash import Leash, timed_out
from shared.control.git.records import Answer, Credentials, Limits, Means, NoAnswer
from shared.control.git.source import Source
from shared.deadline import Deadline

_GRACE_S: Final = 0.2
"""How long threads whose leash was cut may take to end, all together."""

T = TypeVar("T")


class Asking(Generic[T]):
    """One conversation in a thread of its own.

    The thread is a daemon: name resolution cannot be interrupted, and must not keep the process.
    """

    def __init__(self, ask: Callable[[Leash], T], leash: Leash, now_s: float) -> None:
        self.elapsed_s = 0.0
        self.outcome: T | SourceFault = timed_out()
        self._ask = ask
        self._leash = leash
        self._started_s = now_s
        self._thread = threading.Thread(target=self._run, name="git-source", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        outcome: T | SourceFault
        try:
            outcome = self._ask(self._leash)
        except SourceFault as fault:
            outcome = fault
        except Exception as error:  # noqa: BLE001 (one source never ends the poll: shown as a bug)
            outcome = _bug(error)
        finally:
            self._leash.release()
        deadline = self._leash.deadline
        self.elapsed_s = deadline.monotonic() - self._started_s
        if not deadline.passed:
            self.outcome = outcome

    def wait(self, timeout_s: float) -> None:
        """Wait until the conversation is over, or the time is."""
        self._thread.join(max(0.0, timeout_s))

    def cut(self) -> None:
        """End a conversation that is still going on."""
        if self._thread.is_alive():
            self.elapsed_s = self._leash.deadline.monotonic() - self._started_s
            self._leash.cut()


def _bug(error: Exception) -> SourceFault:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    # the error's own words may hold anything, a token too
    return SourceFault("SourceBug", f"made this program fail: {type(error).__name__} at {place}")


def ask_all(
    asks: Sequence[Callable[[Leash], T]], limits: Limits, monotonic: Callable[[], float]
) -> list[Asking[T]]:
    """Have conversations at once and return them when the last is over, or the time is."""
    deadline = Deadline.after(limits.timeout_s, monotonic)
    askings = [Asking(ask, Leash(deadline, limits.max_bytes), monotonic()) for ask in asks]
    for asking in askings:
        asking.wait(deadline.remaining_s())
    for asking in askings:
        asking.cut()
    grace = Deadline.after(_GRACE_S, monotonic)
    for asking in askings:
        asking.wait(grace.remaining_s())
    return askings


def read_sources(
    sources: Sequence[Source],
    credentials: Credentials,
    limits: Limits,
    *,
    monotonic: Callable[[], float],
    resolve: Resolve = system_resolve,
) -> tuple[Answer | NoAnswer, ...]:
    """Read the control file from every source, all at once, and return in the order given.

    Returns at the latest shortly after `limits.timeout_s`, whatever hosts do. A source's fault is
    a `NoAnswer`, never an exception. `monotonic` is a clock in seconds.
    """
    means = Means(credentials, limits, resolve)
    asks = [partial(_read, source, means, monotonic()) for source in sources]
    askings = ask_all(asks, limits, monotonic)
    return tuple(
        no_answer(source, asking.outcome, asking.elapsed_s)
        if isinstance(asking.outcome, SourceFault)
        else asking.outcome
        for source, asking in zip(sources, askings, strict=True)
    )


def _read(source: Source, means: Means, started_s: float, leash: Leash) -> Answer:
    # Imported here: only who asks a source needs what speaks Git.
    from shared.control.git.opening import opened  # noqa: PLC0415
    from shared.control.git.snapshot import read_control_file  # noqa: PLC0415

    with opened(source, means, leash) as repository:
        commit, text_sha, text = read_control_file(repository, source, means.limits)
        return Answer(
            source=source,
            commit=commit,
            text=text,
            text_sha=text_sha,
            elapsed_ms=_ms(leash.deadline.monotonic() - started_s),
            received_bytes=leash.received_bytes,
            host_key=repository.host_key,
        )


def no_answer(source: Source, fault: SourceFault, elapsed_s: float) -> NoAnswer:
    """Return what reports say of a source that failed."""
    return NoAnswer(source, failure_of(source.label, fault), _ms(elapsed_s))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
