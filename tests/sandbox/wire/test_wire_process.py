"""The sandbox as a program: `python -m sandbox`."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.__main__ import main
from sandbox.server import start_sandbox

ROOT = Path(__file__).parents[3]


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program, killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> dict[str, str]:
    """The line that it prints when it is ready."""
    assert process.stdout is not None
    line: dict[str, str] = json.loads(process.stdout.readline())
    return line


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_prints_one_line_serves_and_stops(stop: signal.Signals) -> None:
    """It announces itself, serves with its options, and exits with 0 at once and quietly."""
    with program("--regions", "eu-central-1,cn-hangzhou", "--seed", "5", "--with-groups") as run:
        announced = ready(run)
        assert set(announced) == {
            "endpoint",
            "access_key_id",
            "access_key_secret",
            "account_id",
        }
        with requests.Session() as session:
            state = session.get(f"{announced['endpoint']}/_sandbox/state", timeout=5).json()
            assert set(state["products"]["ess"]) == {"eu-central-1", "cn-hangzhou"}
            began = time.monotonic()
            run.send_signal(stop)  # while the session's connection is still open
            output, errors = run.communicate(timeout=5)
        assert time.monotonic() - began < 2
    assert (run.returncode, output, errors) == (0, "", "")


def test_same_seed_same_credentials() -> None:
    """The seed fixes credentials and account; another seed has others."""

    def identity(seed: int) -> tuple[str, str, str]:
        with start_sandbox(seed=seed, regions=["eu-central-1"]) as sandbox:
            return sandbox.access_key_id, sandbox.access_key_secret, sandbox.account_id

    assert identity(1) == identity(1)
    assert set(identity(1)).isdisjoint(identity(2))


def test_taken_port_is_one_sentence() -> None:
    """A port that somebody else has is exit 1 with a sentence that names it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with program("--port", str(port)) as run:
            output, errors = run.communicate(timeout=10)
    assert (run.returncode, output) == (1, "")
    assert errors == (f"The sandbox cannot listen on 127.0.0.1:{port}: Address already in use.\n")


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("--regions", "eu-centrl-1"), 1, "'eu-centrl-1' is not a public region"),
        (("--port", "70000"), 2, "argument --port: must be from 0 to 65535, not '70000'"),
        (("--latency-ms", "-5"), 2, "argument --latency-ms: must be from 0 to 600000, not '-5'"),
        (("--nonsense",), 2, "unrecognized arguments: --nonsense"),
    ],
)
def test_wrong_command_line(
    arguments: tuple[str, ...], status: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong option is told in one sentence, before anything is started."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    output, errors = capsys.readouterr()
    assert (stopped.value.code, output) == (status, "")
    assert complaint in errors


def test_stop_twice_is_once() -> None:
    """Stopping a sandbox that has stopped does nothing."""
    sandbox = start_sandbox(regions=["eu-central-1"])
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.endpoint, timeout=1)
