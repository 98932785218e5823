"""Which addresses may be asked."""

from __future__ import annotations

import pytest

from shared.control.git.addresses import Reach, permitted_addresses, reach_of
from shared.control.git.faults import SourceFault


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("140.82.121.3", Reach.PUBLIC),
        ("2606:4700::1111", Reach.PUBLIC),
        ("::ffff:140.82.121.3", Reach.PUBLIC),
        ("64:ff9b::8c52:7903", Reach.PUBLIC),
        ("127.0.0.1", Reach.PRIVATE),
        ("10.1.2.3", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("::1", Reach.PRIVATE),
        ("fd00::1", Reach.PRIVATE),
        ("::ffff:127.0.0.1", Reach.PRIVATE),
        ("2002:7f00:1::1", Reach.PRIVATE),
        ("64:ff9b::7f00:1", Reach.PRIVATE),
        ("100.100.100.200", Reach.FORBIDDEN),
        ("169.254.169.254", Reach.FORBIDDEN),
        ("::ffff:169.254.169.254", Reach.FORBIDDEN),
        ("::ffff:100.100.100.200", Reach.FORBIDDEN),
        ("64:ff9b::6464:64c8", Reach.FORBIDDEN),
        ("fd00:ec2::254", Reach.FORBIDDEN),
        ("fe80::1%eth0", Reach.FORBIDDEN),
        ("0.0.0.0", Reach.FORBIDDEN),  # noqa: S104 (nothing is bound)
        ("::", Reach.FORBIDDEN),
        ("224.0.0.1", Reach.FORBIDDEN),
        ("ff02::1", Reach.FORBIDDEN),
    ],
)
def test_reach_of_an_address(address: str, reach: Reach) -> None:
    """Every notation of an address is seen through; metadata services are beyond reach."""
    assert reach_of(address) is reach


def test_only_permitted_addresses_are_returned() -> None:
    """Of a name with several addresses only those that may be asked are left."""

    def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1", "140.82.121.3", "169.254.169.254"]

    assert permitted_addresses("h.example", 443, resolve, private_allowed=False) == (
        "140.82.121.3",
    )
    assert permitted_addresses("h.example", 443, resolve, private_allowed=True) == (
        "127.0.0.1",
        "140.82.121.3",
    )


@pytest.mark.parametrize(
    ("address", "private_allowed"), [("10.0.0.1", False), ("169.254.169.254", True)]
)
def test_host_without_a_permitted_address_is_refused(
    address: str, *, private_allowed: bool
) -> None:
    """A host that merely resolves to a private address is refused, metadata always is."""
    with pytest.raises(SourceFault, match=f"SourcePrivateAddress: leads to h.example, .*{address}"):
        permitted_addresses(
            "h.example", 443, lambda _h, _p: [address], private_allowed=private_allowed
        )


def test_name_that_does_not_resolve() -> None:
    """A resolver's error is the name's fault."""

    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(SourceFault, match=r"SourceNameUnresolved: has a host, h\.example"):
        permitted_addresses("h.example", 443, resolve, private_allowed=False)
