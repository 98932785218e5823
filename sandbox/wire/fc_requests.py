"""From the path of a Function Compute request to its action and parameters."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from sandbox.wire.messages import Pairs, Request

_FUNCTION: Final = re.compile(r"/2023-03-30/functions/([^/]+)(/invocations)?")
_ACTIONS: Final = {("GET", False): "GetFunction", ("POST", True): "InvokeFunction"}


def read_fc(request: Request) -> tuple[str, Pairs] | None:
    """The action that method and path stand for, with the parameters in the path; None: no such.

    Raises ApiError where the body cannot be understood.
    """
    match = _FUNCTION.fullmatch(request.path)
    if match is None:
        return None
    action = _ACTIONS.get((request.method, match[2] is not None))
    return None if action is None else (action, (("functionName", unquote(match[1])),))
