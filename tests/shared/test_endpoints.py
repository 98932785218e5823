"""Endpoints: every host is one that exists, and none is made up where a product is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from sandbox.domain.endpoints import resolve_host
from shared.cloud.endpoints import (
    RAM_HOST,
    RESOURCE_MANAGER_HOST,
    STS_HOST,
    ecs_host,
    eventbridge_host,
    fc_host,
    log_host,
    product_of,
    vpc_host,
)
from shared.regions import CATALOGUE

REGIONS: Final = [region.region_id for region in CATALOGUE]


@pytest.mark.parametrize("region", REGIONS)
def test_every_host_of_a_region_resolves_to_its_product_there(region: str) -> None:
    """The sandbox knows the published hosts from a table of its own; both must agree."""
    assert resolve_host(ecs_host(region)) == ("ecs", region)
    assert resolve_host(vpc_host(region)) == ("vpc", region)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("host_of", "product", "by_rule"),
    [
        (fc_host, "fc", "fcv3.{}.aliyuncs.com"),
        (log_host, "log", "{}.log.aliyuncs.com"),
        (eventbridge_host, "eventbridge", "eventbridge-console.{}.aliyuncs.com"),
    ],
)
def test_a_product_has_a_host_exactly_where_it_is_offered(
    region: str, host_of: Callable[[str], str | None], product: str, by_rule: str
) -> None:
    """Where a product is not offered there is no host, rather than one that does not resolve."""
    host = host_of(region)

    if host is None:
        assert resolve_host(by_rule.format(region)) is None
    else:
        assert resolve_host(host) == (product, region)


@pytest.mark.parametrize(
    ("host", "product"),
    [(RAM_HOST, "ram"), (RESOURCE_MANAGER_HOST, "resourcemanager"), (STS_HOST, "sts")],
)
def test_global_products_have_one_host(host: str, product: str) -> None:
    """RAM, resource groups and STS are the account's, not a region's."""
    assert resolve_host(host) == (product, None)


@pytest.mark.parametrize(
    ("host", "product"),
    [
        ("ess.aliyuncs.com", "ess"),
        ("ess.eu-west-1.aliyuncs.com", "ess"),
        ("ecs-cn-hangzhou.aliyuncs.com", "ecs"),
        ("ecs.eu-west-1.aliyuncs.com", "ecs"),
        ("vpc.aliyuncs.com", "vpc"),
        ("vpc.eu-west-1.aliyuncs.com", "vpc"),
        ("ram.aliyuncs.com", "ram"),
        ("resourcemanager.aliyuncs.com", "ram"),
        ("sts.aliyuncs.com", "sts"),
        ("fcv3.eu-west-1.aliyuncs.com", "fc"),
        ("me-central-1.fc.aliyuncs.com", "fc"),
        ("eu-west-1.log.aliyuncs.com", "log"),
        ("p2p-agent.eu-west-1.log.aliyuncs.com", "log"),
        ("eventbridge-console.eu-west-1.aliyuncs.com", "eventbridge"),
    ],
)
def test_a_host_says_what_a_policy_would_have_to_name(host: str, product: str) -> None:
    """A denied call is reported by the name that the permission has in RAM policies."""
    assert product_of(host) == product
