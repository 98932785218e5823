"""Connecting to a host: only to an address that was checked, only while time is left."""

from __future__ import annotations

import socket

from shared.control.git.addresses import Resolve, permitted_addresses
from shared.control.git.faults import SourceFault, foreign_words
from shared.control.git.leash import Leash, timed_out


def dial(
    host: str, port: int, leash: Leash, resolve: Resolve, *, private_allowed: bool
) -> socket.socket:
    """Connect to the first permitted address of a host that takes the connection.

    Raises:
        SourceFault: none does, none is permitted, or time is up.
    """
    addresses = permitted_addresses(host, port, resolve, private_allowed=private_allowed)
    fault = SourceFault("SourceUnreachable", f"cannot be reached at {host}")
    for index, address in enumerate(addresses):
        # a fair share each, or one address that swallows packets would cost all the time
        share_s = leash.remaining_s() / (len(addresses) - index)
        try:
            connected = socket.create_connection((address, port), timeout=share_s)
        except OSError as error:
            fault = fault_of_socket(error)
            continue
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        leash.hold(connected)
        return connected
    raise fault


def fault_of_socket(error: OSError) -> SourceFault:
    """Return the fault that an error of a socket stands for."""
    if isinstance(error, TimeoutError):
        return timed_out()
    reason = foreign_words(error.strerror or type(error).__name__)
    return SourceFault("SourceUnreachable", f"cannot be reached: {reason}")
