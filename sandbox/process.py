"""A sandbox in a process of its own, for programs that need one for a while."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_END_TIMEOUT_S = 10


@contextmanager
def sandbox_process(*options: str) -> Iterator[Mapping[str, str]]:
    """Run `python -m sandbox` with these options; gives its ready line, and ends it at the end.

    Raises:
        RuntimeError: it ended before it was ready.
    """
    command = [sys.executable, "-m", "sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own)
        try:
            ready = process.stdout.readline() if process.stdout is not None else ""
            if not ready:
                raise RuntimeError("the sandbox ended before it was ready")
            yield json.loads(ready)
        finally:
            process.terminate()
            process.wait(timeout=_END_TIMEOUT_S)
