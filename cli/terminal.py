"""The terminal's consoles: wide enough for a table when the output is a file or a pipe."""

from __future__ import annotations

import sys

from rich.console import Console

_PIPE_WIDTH = 160


def stdout_console() -> Console:
    """Return the console for results."""
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, soft_wrap=False)


def stderr_console() -> Console:
    """Return the console for progress."""
    return Console(stderr=True)
