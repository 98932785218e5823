"""From a Simple Log Service request to its action and parameters."""

from __future__ import annotations

from sandbox.wire.messages import Pairs, Request


def read_log(_request: Request) -> tuple[str, Pairs] | None:
    """The action that host, method and path stand for, with its parameters; None: no such.

    Raises ApiError where the body cannot be understood.
    """
    return None
