"""The site: client tokens that two runs share, and that nothing gone can be brought back by."""

from __future__ import annotations

from dataclasses import replace

from functions.bootstrap.site import Site
from tests.bootstrap.test_image import site as new_site


def tokens(site: Site) -> list[str]:
    """Return tokens of the kind that resources ask for."""
    return [
        site.token("VPC", "rg-1"),
        site.token("VPC", "rg-2"),
        site.token("IPv4 gateway", "vpc-1"),
        site.token("enable", "vpc-1"),
        site.token("vSwitch", "vpc-1", "eu-west-1a", "10.0.0.0/26"),
        site.token("vSwitch", "vpc-1", "eu-west-1b", "10.0.0.0/26"),
        site.token("scaling group", None),
    ]


def test_two_runs_make_the_same_tokens() -> None:
    """So that what both ask for is created once."""
    assert tokens(new_site()) == tokens(new_site())


def test_tokens_differ_by_what_they_are_for() -> None:
    """Kind, parents, region, fleet and attempt each make another one, which the cloud takes."""
    site = new_site()
    everywhere = [
        *tokens(site),
        *tokens(replace(site, region="eu-central-1")),
        *tokens(replace(site, fleet="other")),
        *tokens(replace(site, attempt=1)),
    ]

    assert len(set(everywhere)) == len(everywhere)
    assert all(one.isascii() and 1 <= len(one) <= 64 for one in everywhere)


def test_a_site_that_is_only_cleared_needs_no_specification_for_tokens() -> None:
    """Deleting a gateway takes one, too."""
    site = replace(new_site(), spec=None)

    assert tokens(site) == tokens(new_site())
