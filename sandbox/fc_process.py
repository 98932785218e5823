"""One invocation as a process: its folder, its environment, its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Final

from sandbox.domain.fc.dispatch import UNHANDLED
from sandbox.domain.fc.records import Launch, Outcome
from sandbox.fc_code import CodeStore

LOG_TAIL_BYTES: Final = 4096

_RUNTIME: Final = Path(__file__).with_name("fc_runtime.py")
_SITE_PATH: Final = tuple(
    dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
)
"""Where this interpreter's packages are. Without the `site` module no `.pth` file in them is read,
so that a project that is installed editable stays invisible.
"""
_COMMAND: Final = (sys.executable, "-I", "-S", "-u", str(_RUNTIME))
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


class Instance:
    """A process that runs one attempt of an invocation, in a folder of its own."""

    def __init__(self, launch: Launch, folder: Path, store: CodeStore) -> None:
        self.launch = launch
        self._folder = folder
        self._store = store
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    def run(self) -> Outcome:
        """Starts the process and waits for its end, at most for the function's timeout.

        Afterwards nothing of its process group is left. Raises OSError where it cannot be started.
        """
        began = time.monotonic()
        if not self.launch.runtime.startswith("python"):
            return _failure(f"The sandbox does not run {self.launch.runtime}.", b"", began)
        self._prepare()
        log_path = self._folder / "log"
        with log_path.open("wb") as log, self._start(log.fileno()) as process:
            try:
                process.wait(self.launch.timeout_s)
                timed_out = False
            except subprocess.TimeoutExpired:
                timed_out = True
            # Also after an orderly end: what the handler has started must not outlive it.
            self.kill()
        with self._lock:
            self._process = None  # reaped: its number is free for others
        return self._outcome(_tail(log_path), began, timed_out=timed_out)

    def kill(self) -> None:
        """Ends the process and all that it has started, now or as soon as it starts."""
        with self._lock:
            self._killed = True
            if self._process is not None:
                _kill_group(self._process)

    def _prepare(self) -> None:
        launch = self.launch
        code_path = [] if launch.package is None else [self._store.code(launch.package)]
        if launch.layers:
            code_path.append(self._store.layers(launch.layers) / "python")
        (self._folder / "tmp").mkdir(parents=True)
        (self._folder / "event").write_bytes(launch.invocation.event)
        request = {
            "code_path": [str(path) for path in code_path],
            "site_path": _SITE_PATH,
            "context": _context(launch),
        }
        (self._folder / "request.json").write_text(json.dumps(request), "utf-8")

    def _start(self, log: int) -> subprocess.Popen[bytes]:
        code = self._folder
        if self.launch.package is not None:
            code = self._store.code(self.launch.package)
        with self._lock:
            process = subprocess.Popen(  # noqa: S603 (this interpreter and our own program)
                [*_COMMAND, str(self._folder)],
                cwd=code,
                env=_environment(self.launch, code, self._folder / "tmp"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            self._process = process
            if self._killed:
                _kill_group(process)
            return process

    def _outcome(self, log: bytes, began: float, *, timed_out: bool) -> Outcome:
        result, error = self._folder / "result", self._folder / "error"
        duration_ms = (time.monotonic() - began) * 1000
        if timed_out:
            sentence = f"Function timed out after {self.launch.timeout_s} seconds"
            return _failure(sentence, log, began)
        if result.exists():
            return Outcome(None, result.read_bytes(), log, duration_ms)
        if error.exists():
            return Outcome(UNHANDLED, error.read_bytes(), log, duration_ms)
        return _failure("Process exited unexpectedly before completing request", log, began)


def _failure(sentence: str, log: bytes, began: float) -> Outcome:
    duration_ms = (time.monotonic() - began) * 1000
    payload = json.dumps({"errorMessage": sentence}).encode()
    return Outcome(UNHANDLED, payload, log, duration_ms)


def _tail(log_path: Path) -> bytes:
    with log_path.open("rb") as log:
        log.seek(max(0, log_path.stat().st_size - LOG_TAIL_BYTES))
        return log.read(LOG_TAIL_BYTES)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        # The group's number stays taken while any process is in it, its first one reaped or not.
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _context(launch: Launch) -> dict[str, object]:
    """What the runtime makes the handler's context of."""
    credentials = {
        "access_key_id": launch.access_key_id,
        "access_key_secret": launch.access_key_secret,
        "security_token": launch.security_token,
    }
    return {
        "request_id": launch.invocation.request_id,
        "function": {
            "name": launch.function_name,
            "handler": launch.handler,
            "memory": launch.memory_mb,
            "timeout": launch.timeout_s,
        },
        "region": launch.region_id,
        "account_id": launch.account_id,
        "credentials": None if launch.runtime == "python3.12" else credentials,
    }


def _environment(launch: Launch, code: Path, scratch: Path) -> dict[str, str]:
    """All that a function sees of the machine, and what FC sets."""
    return {
        "PATH": _PATH,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **launch.environment,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": launch.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": launch.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": launch.security_token,
        "FC_ACCOUNT_ID": launch.account_id,
        "FC_FUNCTION_NAME": launch.function_name,
        "FC_FUNCTION_HANDLER": launch.handler,
        "FC_FUNCTION_MEMORY_SIZE": str(launch.memory_mb),
        "FC_REGION": launch.region_id,
        "FC_INSTANCE_ID": launch.instance_id,
        "FC_FUNC_CODE_PATH": str(code),
    }
