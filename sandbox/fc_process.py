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
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.domain.account import TemporaryKey
from sandbox.domain.fc.dispatch import UNHANDLED
from sandbox.domain.fc.records import Launch, Outcome
from sandbox.fc_code import CodeStore
from sandbox.fc_memory import resident_mb

_LOOK_S: Final = 0.05
"""How often, in real seconds, a process's memory is looked at."""
_MAX_LOG_BYTES: Final = 4 * 1024 * 1024
_RUNTIME: Final = Path(__file__).with_name("fc_runtime.py")
_SITE_PATH: Final = tuple(
    dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
)
"""Where this interpreter's packages are. Without the `site` module no `.pth` file in them is read,
so that a project that is installed editable stays invisible.
"""
_COMMAND: Final = (sys.executable, "-I", "-S", "-u", str(_RUNTIME))
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class _Watched:
    """How a process went: whether its time was over, and the most memory it had."""

    timed_out: bool
    peak_mb: float


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
            return Outcome(UNHANDLED, _message(f"The sandbox does not run {self.launch.runtime}."))
        self._prepare()
        log_path = self._folder / "log"
        with log_path.open("wb") as log, self._start(log.fileno()) as process:
            watched = self._watch(process, time.monotonic() + self.launch.timeout_s)
            # Also after an orderly end: what the handler has started must not outlive it.
            self.kill()
        with self._lock:
            self._process = None  # reaped: its number is free for others
        return self._outcome(_read_log(log_path), began, watched)

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
            "read_only": [str(folder) for folder in self._store.folders],
            "disk_mb": launch.disk_mb,
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

    def _watch(self, process: subprocess.Popen[bytes], deadline: float) -> _Watched:
        """Waits until the process ends, its time is over, or it has more memory than it may."""
        peak_mb = 0.0
        while (remaining_s := deadline - time.monotonic()) > 0:
            try:
                process.wait(min(remaining_s, _LOOK_S))
            except subprocess.TimeoutExpired:
                peak_mb = max(peak_mb, resident_mb(process.pid))
            else:
                return _Watched(timed_out=False, peak_mb=max(peak_mb, self._reported_peak_mb()))
            if peak_mb > self.launch.memory_mb:
                return _Watched(timed_out=False, peak_mb=peak_mb)
        return _Watched(timed_out=True, peak_mb=peak_mb)

    def _reported_peak_mb(self) -> float:
        """What the runtime has found out at its end, 0 where it came to none."""
        report = self._folder / "peak_mb"
        return float(report.read_text("utf-8")) if report.exists() else 0.0

    def _outcome(self, log: bytes, began: float, watched: _Watched) -> Outcome:
        result, error = self._folder / "result", self._folder / "error"
        duration_ms = (time.monotonic() - began) * 1000
        peak_mb = watched.peak_mb
        if watched.timed_out:
            sentence = f"Function timed out after {self.launch.timeout_s} seconds"
            return Outcome(UNHANDLED, _message(sentence), log, duration_ms, peak_mb)
        if peak_mb <= self.launch.memory_mb:
            if result.exists():
                return Outcome(None, result.read_bytes(), log, duration_ms, peak_mb)
            if error.exists():
                return Outcome(UNHANDLED, error.read_bytes(), log, duration_ms, peak_mb)
        sentence = (
            "Process exited unexpectedly before completing request "
            f"(duration: {duration_ms:.0f}ms, maxMemoryUsage: {peak_mb:.2f}MB)"
        )
        return Outcome(UNHANDLED, _message(sentence), log, duration_ms, peak_mb)


def _message(sentence: str) -> bytes:
    return json.dumps({"errorMessage": sentence}).encode()


def _read_log(log_path: Path) -> bytes:
    """The log, of a very long one its end."""
    with log_path.open("rb") as log:
        log.seek(max(0, log_path.stat().st_size - _MAX_LOG_BYTES))
        return log.read(_MAX_LOG_BYTES)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        # The group's number stays taken while any process is in it, its first one reaped or not.
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _context(launch: Launch) -> dict[str, object]:
    """What the runtime makes the handler's context of."""
    key = launch.key
    credentials = {
        "access_key_id": None if key is None else key.access_key_id,
        "access_key_secret": None if key is None else key.access_key_secret,
        "security_token": None if key is None else key.security_token,
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
        "log_project": launch.logging.project,
        "log_store": launch.logging.logstore,
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
        **_credentials(launch.key),
        "FC_ACCOUNT_ID": launch.account_id,
        "FC_FUNCTION_NAME": launch.function_name,
        "FC_FUNCTION_HANDLER": launch.handler,
        "FC_FUNCTION_MEMORY_SIZE": str(launch.memory_mb),
        "FC_REGION": launch.region_id,
        "FC_INSTANCE_ID": launch.instance_id,
        "FC_FUNC_CODE_PATH": str(code),
    }


def _credentials(key: TemporaryKey | None) -> dict[str, str]:
    """The key of the function's role; a function without a role has none."""
    if key is None:
        return {}
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": key.security_token,
    }
