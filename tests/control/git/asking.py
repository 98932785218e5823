"""Asking sources as the watcher does, for the tests."""

from __future__ import annotations

import time
from typing import Final

from hypothesis import settings

from shared.control.git import (
    Answer,
    Credentials,
    Limits,
    NoAnswer,
    Source,
    parse_sources,
    read_sources,
)
from shared.control.git.addresses import Resolve, system_resolve
from shared.failure import Failure

DOCUMENT: Final = "capacity: 1\n"
NOBODY: Final = Credentials()
USUAL: Final = Limits()
HASTY: Final = Limits(timeout_s=0.5)
SOON_S: Final = 2.0
"""Within which a hasty reading must be over, on a busy machine too."""
UNHURRIED: Final = settings(deadline=None)
"""For properties: how long an example takes says more about the machine than about the code."""


def source(text: str) -> Source:
    """Parse one source."""
    [parsed] = parse_sources(text)
    return parsed


def ask(
    text: str,
    credentials: Credentials = NOBODY,
    limits: Limits = USUAL,
    resolve: Resolve = system_resolve,
) -> Answer:
    """Read one source, which must answer."""
    [answer] = read_sources(
        parse_sources(text), credentials, limits, monotonic=time.monotonic, resolve=resolve
    )
    assert isinstance(answer, Answer), answer
    return answer


def ask_in_vain(
    text: str,
    credentials: Credentials = NOBODY,
    limits: Limits = USUAL,
    resolve: Resolve = system_resolve,
) -> Failure:
    """Read one source, which must fail."""
    [answer] = read_sources(
        parse_sources(text), credentials, limits, monotonic=time.monotonic, resolve=resolve
    )
    assert isinstance(answer, NoAnswer), answer
    return answer.failure


def at_loopback(_host: str, _port: int) -> tuple[str, ...]:
    """Resolve every name to this machine."""
    return ("127.0.0.1",)
