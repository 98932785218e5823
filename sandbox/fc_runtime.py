"""What an instance of a Python function runs: one handler, once.

Run by path in a process of its own (`python -I -S -u fc_runtime.py <folder>`), with the standard
library only. The folder holds `request.json` and `event`; afterwards it holds `result`, or `error`
with a JSON object, or neither where the process ended in the handler.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_GRACE_S: Final = 5


@dataclass(frozen=True)
class Credentials:
    """The temporary key of the function's role."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(repr=False)


@dataclass(frozen=True)
class FunctionMeta:
    """What the function is; memory in MB, timeout in seconds."""

    name: str
    handler: str
    memory: int
    timeout: int


@dataclass(frozen=True)
class Context:
    """The second argument of a handler."""

    request_id: str
    function: FunctionMeta
    region: str
    account_id: str
    logger: logging.Logger


@dataclass(frozen=True)
class ContextWithCredentials(Context):
    """The same before python3.12, which leaves credentials to the environment."""

    credentials: Credentials


class HandlerError(Exception):
    """The handler cannot be found; `kind` is what FC calls it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def make_context(facts: Mapping[str, Any]) -> Context:
    """The context of an invocation."""
    function = FunctionMeta(**facts["function"])
    logger = logging.getLogger()
    shared = (facts["request_id"], function, facts["region"], facts["account_id"], logger)
    if facts["credentials"] is None:
        return Context(*shared)
    return ContextWithCredentials(*shared, Credentials(**facts["credentials"]))


def load_handler(name: str) -> Callable[[bytes, Context], object]:
    """The function that `dir/file.function` names; raises HandlerError."""
    module_path, _, function_name = name.rpartition(".")
    module_name = module_path.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise HandlerError("ImportModuleError", f"Unable to import module '{name}'") from error
    handler = getattr(module, function_name, None)
    if not callable(handler):
        raise HandlerError(
            "HandlerNotFound", f"Handler '{function_name}' is missing on module '{module_name}'"
        )
    found: Callable[[bytes, Context], object] = handler
    return found


def encode_result(result: object) -> bytes:
    """A handler's result as FC sends it: bytes and strings as they are, all else as JSON."""
    if isinstance(result, bytes):
        return result
    text = result if isinstance(result, str) else json.dumps(result)
    return text.encode()


def describe_error(error: Exception) -> dict[str, Any]:
    """An exception in the words of FC; the stack begins in the function's own code."""
    frames = [
        [f'File "{frame.filename}"', f"line {frame.lineno}", f"in {frame.name}", frame.line or ""]
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and not frame.filename.startswith("<frozen")
    ]
    kind = error.kind if isinstance(error, HandlerError) else type(error).__name__
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": frames}


def main(folder: Path) -> None:
    """Runs one invocation."""
    request = json.loads((folder / "request.json").read_text("utf-8"))
    # Whoever started this process ends it in time; should they be gone, the kernel does.
    signal.alarm(request["context"]["function"]["timeout"] + _GRACE_S)
    sys.path[:0] = request["code_path"]
    sys.path.extend(request["site_path"])
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s [%(levelname)s] %(message)s"
    )
    request_id = request["context"]["request_id"]
    sys.stdout.write(f"FC Invoke Start RequestId: {request_id}\n")
    try:
        handler = load_handler(request["context"]["function"]["handler"])
        event = (folder / "event").read_bytes()
        result = encode_result(handler(event, make_context(request["context"])))
    except Exception as error:  # noqa: BLE001 (whatever the function raises is its answer)
        traceback.print_exc()
        (folder / "error").write_text(json.dumps(describe_error(error)), "utf-8")
    else:
        (folder / "result").write_bytes(result)
    sys.stdout.write(f"FC Invoke End RequestId: {request_id}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    # An instance freezes when its handler returns: no thread of it goes on, nothing is torn down.
    os._exit(0)
