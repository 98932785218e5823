"""What an instance of a Python function runs: one handler, once.

Run by path in a process of its own (`python -I -S -u fc_runtime.py <folder>`), with the standard
library only. The folder holds `request.json` and `event`; afterwards it holds `result`, or `error`
with a JSON object, or neither where the process ended in the handler.
"""

from __future__ import annotations

import errno
import importlib
import json
import logging
import os
import re
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_GRACE_S: Final = 5


@dataclass(frozen=True)
class Credentials:
    """The temporary key of the function's role; None, all of it, where there is no role."""

    access_key_id: str | None
    access_key_secret: str | None = field(repr=False)
    security_token: str | None = field(repr=False)


@dataclass(frozen=True)
class FunctionMeta:
    """What the function is; memory in MB, timeout in seconds."""

    name: str
    handler: str
    memory: int
    timeout: int


@dataclass(frozen=True)
class ServiceMeta:
    """What the function belonged to before FC 3.0, and where its log goes."""

    name: str
    log_project: str
    log_store: str
    qualifier: str
    version_id: str


@dataclass(frozen=True)
class Context:
    """The second argument of a handler."""

    request_id: str
    function: FunctionMeta
    region: str
    account_id: str
    logger: logging.Logger
    log_project: str
    log_store: str


@dataclass(frozen=True)
class ContextWithCredentials(Context):
    """The same before python3.12, which leaves credentials to the environment."""

    credentials: Credentials
    service: ServiceMeta


class HandlerError(Exception):
    """The handler cannot be found; `kind` is what FC calls it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def make_context(facts: Mapping[str, Any]) -> Context:
    """The context of an invocation."""
    function = FunctionMeta(**facts["function"])
    logger = logging.getLogger()
    shared = {
        name: facts[name]
        for name in ("request_id", "region", "account_id", "log_project", "log_store")
    }
    if facts["credentials"] is None:
        return Context(function=function, logger=logger, **shared)
    service = ServiceMeta("", facts["log_project"], facts["log_store"], "LATEST", "")
    credentials = Credentials(**facts["credentials"])
    return ContextWithCredentials(
        function=function, logger=logger, credentials=credentials, service=service, **shared
    )


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


class ReadOnlyFolders:
    """An audit hook under which Python changes nothing in some folders, as in a read-only mount.

    Programs that it starts are not held back. Bytecode may be kept beside its source, which FC's
    instances have in memory from one invocation to the next.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self._prefixes = tuple(os.path.join(os.path.realpath(one), "") for one in folders)  # noqa: PTH118

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raises OSError (EROFS) for what would change something."""
        if event == "open":
            path, _mode, flags = arguments
            if flags & _WRITING:
                self._check(path)
            return
        for path_at, folder_at in _CHANGES.get(event, ()):
            if folder_at is None or arguments[folder_at] == _NO_FOLDER:
                self._check(arguments[path_at])

    def _check(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        real = os.path.realpath(os.fsdecode(path))
        if real.startswith(self._prefixes) and "__pycache__" not in Path(real).parts:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(path))


_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NO_FOLDER: Final = -1
_CHANGES: Final[Mapping[str, tuple[tuple[int, int | None], ...]]] = {
    "os.chmod": ((0, 2),),
    "os.link": ((1, 3),),
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
}
"""Audit event → where its arguments have a path that changes, and the folder that it is seen from.

A path that is seen from an open folder is let by.
"""


def limit_files(disk_mb: int) -> None:
    """Makes sure that no file becomes larger than the whole disk."""
    most_bytes = disk_mb * 2**20
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def peak_memory_mb() -> float:
    """The most resident memory that this process has had; 0 where the kernel does not tell."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return 0.0
    peak_kb = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(peak_kb[1]) / 1024 if peak_kb else 0.0


def set_up_logging(request_id: str) -> None:
    """Logs as FC's Python does: to stdout, from INFO on, with the request's id."""
    line = f"%(asctime)s.%(msecs)03dZ {request_id} [%(levelname)s] %(message)s"
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format=line, datefmt="%Y-%m-%dT%H:%M:%S"
    )


def main(folder: Path) -> None:
    """Runs one invocation."""
    request = json.loads((folder / "request.json").read_text("utf-8"))
    # Whoever started this process ends it in time; should they be gone, the kernel does.
    signal.alarm(request["context"]["function"]["timeout"] + _GRACE_S)
    sys.path[:0] = request["code_path"]
    sys.path.extend(request["site_path"])
    limit_files(request["disk_mb"])
    request_id = request["context"]["request_id"]
    set_up_logging(request_id)
    sys.addaudithook(ReadOnlyFolders(request["read_only"]))
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
    (folder / "peak_mb").write_text(str(peak_memory_mb()), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    # An instance freezes when its handler returns: no thread of it goes on, nothing is torn down.
    os._exit(0)
