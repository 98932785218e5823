"""Regions, zones, and which host serves what."""

from __future__ import annotations

import pytest

from sandbox.domain.endpoints import host_serves, resolve_host
from sandbox.domain.regions import (
    BY_ID,
    CATALOGUE,
    CENTRAL_ESS_HOST,
    OPEN_REGION_IDS,
)

CENTRAL_ESS_REGIONS = {
    "ap-southeast-1",
    "cn-beijing",
    "cn-hangzhou",
    "cn-hongkong",
    "cn-nanjing",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shenzhen",
    "us-east-1",
    "us-west-1",
}


def test_thirty_of_the_public_regions_are_open() -> None:
    """32 regions are public, two of them are being closed."""
    assert len(BY_ID) == len(CATALOGUE) == 32
    assert set(BY_ID) - set(OPEN_REGION_IDS) == {"cn-nanjing", "cn-fuzhou"}


def test_zones_are_named_as_their_country_does() -> None:
    """Chinese zones have a hyphen before the letter, others have none."""
    assert BY_ID["cn-hongkong"].zones == ("cn-hongkong-b", "cn-hongkong-c", "cn-hongkong-d")
    assert BY_ID["eu-central-1"].zones == ("eu-central-1a", "eu-central-1b", "eu-central-1c")
    assert BY_ID["na-south-1"].zones == ("na-south-1a", "na-south-1b")


@pytest.mark.parametrize(
    ("host", "resolved"),
    [
        ("ess.aliyuncs.com", ("ess", None)),
        ("ESS.eu-central-1.aliyuncs.com", ("ess", "eu-central-1")),
        ("ess.us-east-1.aliyuncs.com", ("ess", "us-east-1")),
        ("ess.cn-shanghai.aliyuncs.com", None),
        ("ess.cn-nanjing.aliyuncs.com", None),
        ("ess.ap-south-1.aliyuncs.com", None),
        ("ess.aliyuncs.com.example.org", None),
        ("sts.aliyuncs.com", ("sts", None)),
        ("sts.cn-shanghai.aliyuncs.com", ("sts", "cn-shanghai")),
        ("sts.eu-west-2.aliyuncs.com", None),
        ("fcv3.ap-southeast-5.aliyuncs.com", ("fc", "ap-southeast-5")),
        ("fcv3.na-south-1.aliyuncs.com", None),
        ("fcv3.me-central-1.aliyuncs.com", None),
        ("me-central-1.fc.aliyuncs.com", ("fc", "me-central-1")),
        ("1234567890123456.cn-hongkong.fc.aliyuncs.com", ("fc", "cn-hongkong")),
        ("1234567890123456.cn-heyuan.fc.aliyuncs.com", None),
        ("somebody.cn-hongkong.fc.aliyuncs.com", None),
        ("127.0.0.1", None),
        ("", None),
    ],
)
def test_only_hosts_that_exist_resolve(host: str, resolved: tuple[str, str | None] | None) -> None:
    """A host that a naming rule would give, but that does not exist, does not resolve."""
    assert resolve_host(host) == resolved


def test_the_central_host_serves_ten_regions() -> None:
    """`ess.aliyuncs.com` knows the regions whose endpoint it is, and no other."""
    assert {one for one in BY_ID if host_serves(CENTRAL_ESS_HOST, one)} == CENTRAL_ESS_REGIONS


def test_every_region_has_exactly_one_host_in_the_sdks_map() -> None:
    """The host that the SDK would use exists and serves the region."""
    assert all(host_serves(region.ess_host, region.region_id) for region in CATALOGUE)
    assert {one.region_id for one in CATALOGUE if one.ess_host == CENTRAL_ESS_HOST} == (
        CENTRAL_ESS_REGIONS
    )


def test_a_regional_host_serves_its_region_only() -> None:
    """Neither another region, nor an unknown one, nor through a host that does not exist."""
    host = "ess.eu-central-1.aliyuncs.com"
    asked = ["eu-central-1", "eu-west-1", "atlantis-1"]
    assert [host_serves(host, region) for region in asked] == [True, False, False]
    assert not host_serves("ess.cn-shanghai.aliyuncs.com", "cn-shanghai")
    assert host_serves("sts.aliyuncs.com", "eu-west-2")
