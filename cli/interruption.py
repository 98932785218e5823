"""Ctrl-C: the terminal is given back at once, whatever is under way."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_INTERRUPTED: Final = 130
"""Exit code, as shells count it."""
_CLEAR_LINE: Final = "\r\x1b[2K"
_SHOW_CURSOR: Final = "\x1b[?25h"


@contextmanager
def leaving_at_once(last_words: str) -> Iterator[None]:
    """End the process on Ctrl-C without waiting for any region; `last_words` go to stderr.

    A progress display has hidden the cursor, and nobody is left to bring it back but this.
    """

    def leave(_signal: int, _frame: object) -> None:
        tidy = f"{_CLEAR_LINE}{_SHOW_CURSOR}" if sys.stderr.isatty() else ""
        # Not through the stream: its lock may be held by the very code that was interrupted.
        os.write(sys.stderr.fileno(), f"{tidy}\ninterrupted; {last_words}\n".encode())
        os._exit(_INTERRUPTED)

    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
