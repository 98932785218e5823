"""Which mirrors a region's nodes use."""

from __future__ import annotations

import pytest

from shared.control.document import ControlDocument
from shared.control.mirrors import MAINLAND_PACKAGES, Mirrors, mirrors_of
from shared.control.parse import parse_document
from shared.regions import CATALOGUE
from shared.stack import stack_fingerprint

MAINLAND = Mirrors(repositories=("https://gitee.com/a/b.git",))
CHINA = Mirrors(packages=("https://host/china",))
HANGZHOU = Mirrors(packages=("https://host/hangzhou",))


def test_packages_come_from_alibaba_in_mainland_china_alone() -> None:
    """Where the document names no mirror, nodes in mainland China have Alibaba's."""
    expected = {
        region.region_id: Mirrors(packages=MAINLAND_PACKAGES) if region.mainland else Mirrors()
        for region in CATALOGUE
    }

    assert {region: mirrors_of(region, {}) for region in expected} == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("cn-hangzhou", HANGZHOU),
        ("cn-shanghai", MAINLAND),
        ("cn-hongkong", CHINA),
        ("us-east-1", Mirrors()),
    ],
)
def test_the_narrowest_group_holds(region: str, expected: Mirrors) -> None:
    """A region's own entry goes before `mainland`, that before a pattern of more regions."""
    mirrors = {"cn-*": CHINA, "mainland": MAINLAND, "cn-hangzhou": HANGZHOU}

    assert mirrors_of(region, mirrors) == expected


@pytest.mark.parametrize(
    ("mirrors", "changed"),
    [
        ("{cn-hangzhou: {packages: [https://host/ubuntu]}}", True),
        ("{cn-shanghai: {packages: [https://host/ubuntu]}}", False),
        ("{us-*: {repositories: [https://host/a/b]}}", False),
    ],
)
def test_only_package_mirrors_of_the_region_make_a_new_template(
    mirrors: str,
    changed: bool,  # noqa: FBT001 (a parameter of the table above)
) -> None:
    """Nodes read repositories by themselves, but packages they need before they can read."""

    def fingerprint(text: str) -> str:
        document = parse_document(text.encode())
        assert isinstance(document, ControlDocument), document
        return stack_fingerprint(document, "cn-hangzhou")

    plain = fingerprint("capacity: 1")
    mirrored = fingerprint(f"capacity: 1\nagent: {{mirrors: {mirrors}}}")

    assert (mirrored != plain) is changed
