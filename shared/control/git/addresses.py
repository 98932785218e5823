"""Which hosts and addresses may be asked, so that a mirror cannot point us at our own network.

Under Function Compute a request to 100.100.100.200 (the metadata service) or to a private address
reaches things that no control repository has any business with.
"""

from __future__ import annotations

import enum
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final

from shared.control.git.faults import SourceFault

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Host name and port to the addresses it has, as text; raises `OSError`."""

_PRIVATE_SUFFIXES: Final = (
    ".localhost",  # RFC 6761
    ".local",  # RFC 6762
    ".home.arpa",  # RFC 8375
    ".internal",  # reserved by ICANN in 2024
    ".intranet",  # this and the following: RFC 6762, appendix G
    ".private",
    ".corp",
    ".home",
    ".lan",
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in ("100.100.100.200", "169.254.169.254", "fd00:ec2::254", "fd20:ce::254")
)


class Reach(enum.Enum):
    """Where an address leads."""

    PUBLIC = enum.auto()
    PRIVATE = enum.auto()
    """Loopback and private networks: only where the operator named the host so himself."""
    FORBIDDEN = enum.auto()
    """Metadata services, link-local, multicast and unspecified: no Git host lives there."""


def reach_of(text: str) -> Reach:
    """Classify an address, seeing through every notation that embeds an IPv4 address in IPv6."""
    address = _embedded(ipaddress.ip_address(text))
    if (
        address in _METADATA
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    ):
        return Reach.FORBIDDEN
    # not `is_private`: 100.64.0.0/10 is neither private nor global
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def _embedded(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo_client = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo_client or address


def is_loopback_host(host: str) -> bool:
    """Tell whether a host, as written, can only be this machine."""
    address = _literal(host)
    if address is not None:
        return _embedded(address).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_private_host(host: str) -> bool:
    """Tell whether whoever wrote this host meant a private one: by its address or its name."""
    if _literal(host) is not None:
        return reach_of(host) is Reach.PRIVATE
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """Resolve with the system's resolver."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


def permitted_addresses(
    host: str, port: int, resolve: Resolve, *, private_allowed: bool
) -> tuple[str, ...]:
    """Resolve a host and keep the addresses that may be connected to.

    Callers connect to the very addresses returned: a name that is resolved again could lead
    somewhere else by then (DNS rebinding).

    Raises:
        SourceFault: the name does not resolve, or only to addresses that are refused.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise SourceFault("SourceNameUnresolved", f"has a host, {host}, with no address") from error
    allowed = {Reach.PUBLIC, Reach.PRIVATE} if private_allowed else {Reach.PUBLIC}
    permitted = tuple(address for address in addresses if reach_of(address) in allowed)
    if not permitted:
        raise SourceFault(
            "SourcePrivateAddress",
            f"leads to {host}, which is at {', '.join(addresses[:3])}, a loopback, private,"
            " link-local or metadata address",
        )
    return permitted
