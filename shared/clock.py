"""Where the time comes from: the system, or the sandbox's virtual clock."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from urllib.error import HTTPError

from shared.instants import parse_instant
from shared.settings import SettingsError

_TIMEOUT_S = 10.0


def system_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def sandbox_now(clock_url: str) -> Callable[[], datetime]:
    """Read a sandbox's clock once and return a clock that runs on with it.

    Raises:
        OSError: the sandbox cannot be reached.
        ValueError: what answered is not a sandbox.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{clock_url}/_sandbox/clock", timeout=_TIMEOUT_S) as answer:
            told = parse_instant(json.load(answer)["now"])
    except HTTPError as error:
        error.close()  # it holds the connection
        raise
    read_at_s = time.monotonic()
    return lambda: told + timedelta(seconds=time.monotonic() - read_at_s)


def clock_of(clock_url: str | None) -> Callable[[], datetime]:
    """Return the clock to go by: the sandbox's at this base URL, else the system's.

    Raises:
        SettingsError: no sandbox answers there.
    """
    if clock_url is None:
        return system_now
    try:
        return sandbox_now(clock_url)
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"P2P_FLEET_CLOCK_URL: no sandbox answers at {clock_url}"
            f" ({type(error).__name__}); start one with p2p-fleet sandbox."
        ) from error
