"""The bounds of one conversation, in time and bytes, and the way to end it from outside."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from shared.control.git.faults import SourceFault
from shared.deadline import Deadline


class Leash:
    """Held by whoever waits for a conversation, worn by whoever has it.

    Timeouts of a socket bound one operation, not a host that sends a byte now and then. Therefore
    the one who waits can `cut`: every read then ends at once.
    """

    def __init__(self, deadline: Deadline, max_bytes: int) -> None:
        self.received_bytes = 0
        self.deadline = deadline
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._is_cut = False

    def remaining_s(self) -> float:
        """Return the seconds left.

        Raises:
            SourceFault: there are none.
        """
        remaining_s = self.deadline.remaining_s()
        if self._is_cut or remaining_s <= 0:
            raise timed_out()
        return remaining_s

    def count(self, received: bytes) -> bytes:
        """Account for bytes received and return them.

        Raises:
            SourceFault: more than allowed have come.
        """
        self.received_bytes += len(received)
        if self.received_bytes > self._max_bytes:
            raise SourceFault(
                "SourceTooLarge", f"sends more than {self._max_bytes // 1024} KiB, the limit"
            )
        return received

    def hold(self, connected: socket.socket) -> None:
        """Remember a socket, to shut it down when the leash is cut.

        A duplicate is kept: TLS and SSH take the socket itself over, and whoever shuts it down must
        not race with whoever closes it.
        """
        with self._lock:
            self._held.append(connected.dup())
            if self._is_cut:
                self._shut_down()

    def cut(self) -> None:
        """End the conversation: reads and writes under way fail, later ones do not begin."""
        with self._lock:
            self._is_cut = True
            self._shut_down()

    def release(self) -> None:
        """Forget the sockets; the conversation is over."""
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    def _shut_down(self) -> None:
        for held in self._held:
            with suppress(OSError):  # the other side was faster
                held.shutdown(socket.SHUT_RDWR)


def timed_out() -> SourceFault:
    """Return the fault of a source that took too long."""
    return SourceFault("SourceTimeout", "did not answer within the time limit")
