"""What is sold where: regions, zones, instance types, stock."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.instance_types import INSTANCE_TYPES, sold_disks
from sandbox.domain.regions import CATALOGUE
from tests.sandbox.domain.ecs_user import EcsUser, Json
from tests.sandbox.domain.ess_user import REGION

USUAL = "ecs.e-c1m1.large"
A, B, C = (f"{REGION}{letter}" for letter in "abc")


def stock(ecs: EcsUser, **wanted: object) -> dict[str, dict[str, str]]:
    """Zone → resource → status, as DescribeAvailableResource says."""
    params = {"DestinationResource": "InstanceType", **wanted}
    zones = ecs.call("DescribeAvailableResource", **params)["AvailableZones"]["AvailableZone"]
    return {
        zone["ZoneId"]: {
            one["Value"]: one["Status"]
            for resources in zone.get("AvailableResources", {}).get("AvailableResource", [])
            for one in resources["SupportedResources"]["SupportedResource"]
        }
        for zone in zones
    }


def test_regions_are_those_of_the_cloud(ecs: EcsUser) -> None:
    """Named in Chinese, or in English for who asks so; anything else is refused."""
    answer = ecs.call("DescribeRegions", AcceptLanguage="en-US")
    assert answer["Regions"]["Region"] == [
        {
            "RegionId": REGION,
            "LocalName": "Germany (Frankfurt)",
            "RegionEndpoint": "ecs.eu-central-1.aliyuncs.com",
            "Status": "available",
        },
        {
            "RegionId": "cn-hangzhou",
            "LocalName": "China (Hangzhou)",
            "RegionEndpoint": "ecs.cn-hangzhou.aliyuncs.com",
            "Status": "available",
        },
    ]
    assert ecs.call("DescribeRegions")["Regions"]["Region"][1]["LocalName"] == "华东1（杭州）"  # noqa: RUF001
    refusal = ecs.refusal("DescribeRegions", AcceptLanguage="tlh")
    assert refusal == ("InvalidAcceptLanguage.NotFound", 404)


def test_zones_say_what_they_sell(ecs: EcsUser) -> None:
    """Instance types and disks differ from zone to zone; Verbose=false leaves them out."""
    zones = ecs.call("DescribeZones", AcceptLanguage="en-US")["Zones"]["Zone"]
    assert [zone["ZoneId"] for zone in zones] == [A, B, C]
    types = [set(zone["AvailableInstanceTypes"]["InstanceTypes"]) for zone in zones]
    assert types[0] - types[1] == {"ecs.t6-c1m1.large", "ecs.t6-c1m2.large"}
    assert types[1] - types[0] == {"ecs.c8y.large", "ecs.g8y.large"}
    assert zones[1]["AvailableDiskCategories"]["DiskCategories"] == [
        "cloud_auto",
        "cloud_essd",
    ]
    brief = ecs.call("DescribeZones", Verbose=False)["Zones"]["Zone"]
    assert [set(zone) for zone in brief] == [{"ZoneId", "LocalName", "ZoneType"}] * 3


def test_every_region_sells_the_fleets_usual_type() -> None:
    """Somewhere, with one of the three disks that a fleet takes; not the same everywhere."""
    usual = {"cloud_essd_entry", "cloud_auto", "cloud_essd"}
    sold = {
        region.region_id: [
            usual.intersection(sold_disks(region.region_id, zone, USUAL)) for zone in region.zones
        ]
        for region in CATALOGUE
    }
    assert [region_id for region_id, zones in sold.items() if not any(zones)] == []
    assert {len(disks) for zones in sold.values() for disks in zones} == {0, 1, 2, 3}


def test_disks_differ_between_the_zones_of_one_region(ecs: EcsUser) -> None:
    """As in Seoul: one zone with all disks, one without the entry disk, one with ESSDs only."""
    shown = stock(ecs, DestinationResource="SystemDisk", InstanceType=USUAL)
    assert {zone: set(disks) for zone, disks in shown.items()} == {
        A: {"cloud_essd_entry", "cloud_auto", "cloud_essd"},
        B: {"cloud_auto", "cloud_essd"},
        C: {"cloud_essd"},
    }


def test_a_disk_narrows_types_and_zones_down(ecs: EcsUser) -> None:
    """Asked for a type with a disk, only zones that sell both are named."""
    wanted = {"InstanceType": USUAL, "SystemDiskCategory": "cloud_auto"}
    assert stock(ecs, **wanted) == {A: {USUAL: "Available"}, B: {USUAL: "Available"}}
    assert stock(ecs, **wanted, ZoneId=B) == {B: {USUAL: "Available"}}
    assert stock(ecs, DestinationResource="Zone", **wanted) == {A: {}, B: {}}
    assert stock(ecs, Cores=4, Memory=8)[A] == {"ecs.c7.xlarge": "Available"}


def test_what_is_sold_out_is_said_so(ecs: EcsUser) -> None:
    """Stock faults are seen, type by type; a zone that has nothing left is not named."""
    ecs.set_faults(
        stock=[{"zone": A, "instance_type": "ecs.e-*"}, {"zone": B}, {"disk": "cloud_auto"}]
    )
    shown = stock(ecs)
    assert list(shown) == [A, C]
    assert (shown[A][USUAL], shown[A]["ecs.u1-c1m1.large"]) == ("SoldOut", "Available")
    assert shown[C][USUAL] == "Available"
    disks = stock(ecs, DestinationResource="SystemDisk", InstanceType="ecs.u1-c1m1.large")
    assert disks[A] == {
        "cloud_essd_entry": "Available",
        "cloud_auto": "SoldOut",
        "cloud_essd": "Available",
    }


def test_zones_without_match_may_be_listed(ecs: EcsUser) -> None:
    """Variant: instead of leaving them out, the API calls them sold out."""
    ecs.set_faults(stock=[{"zone": A}], variants={"zones_without_match": "sold_out"})
    params = {"DestinationResource": "InstanceType", "InstanceType": USUAL}
    params["SystemDiskCategory"] = "cloud_auto"
    zones = ecs.call("DescribeAvailableResource", **params)["AvailableZones"]["AvailableZone"]
    assert [(zone["ZoneId"], zone["Status"], zone["StatusCategory"]) for zone in zones] == [
        (A, "SoldOut", "WithoutStock"),
        (B, "Available", "WithStock"),
        (C, "SoldOut", "WithoutStock"),
    ]


def test_stock_says_nothing_about_permissions(ecs: EcsUser) -> None:
    """Types that the account may not use are listed as if it might."""
    before = stock(ecs)
    ecs.set_faults(account={"unauthorized_types": ["ecs.*"], "risk_control": True})
    assert stock(ecs) == before


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"DestinationResource": "Moon"}, ("Invalid.DestinationResource", 404)),
        ({"DestinationResource": "ddh"}, ("Sandbox.NotModelled", 501)),
        ({"DestinationResource": "SystemDisk"}, ("Invalid.Param", 400)),
        (
            {"DestinationResource": "Zone", "InstanceChargeType": "Free"},
            ("Invalid.InstanceChargeType", 400),
        ),
    ],
)
def test_wrong_questions_about_stock_are_refused(
    ecs: EcsUser, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code."""
    assert ecs.refusal("DescribeAvailableResource", **params) == refusal


def test_instance_types_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """The whole catalogue, wherever it is sold, or what fits the filters."""

    def names(**filters: object) -> list[str]:
        answer = ecs.call("DescribeInstanceTypes", **filters)
        return [one["InstanceTypeId"] for one in answer["InstanceTypes"]["InstanceType"]]

    assert names() == [one.name for one in INSTANCE_TYPES]
    assert names(InstanceTypes=["ecs.g7.large", "ecs.none"]) == ["ecs.g7.large"]
    assert names(CpuArchitecture="ARM") == ["ecs.c8y.large", "ecs.g8y.large"]
    assert names(MinimumCpuCoreCount=4, MaximumMemorySize=8.0) == ["ecs.c7.xlarge"]
    assert names(InstanceTypeFamilies=["ecs.t6"]) == ["ecs.t6-c1m1.large", "ecs.t6-c1m2.large"]
    assert names(InstanceFamilyLevel="EntryLevel", MaximumMemorySize=2.0) == [USUAL]
    refusal = ecs.refusal("DescribeInstanceTypes", CpuArchitecture="Z80")
    assert refusal == ("InvalidParameter", 400)


def test_instance_types_come_in_pages(ecs: EcsUser) -> None:
    """NextToken leads through the catalogue; a token that nobody handed out is refused."""
    seen: list[str] = []
    token: Json = {}
    for _ in range(3):
        answer = ecs.call("DescribeInstanceTypes", MaxResults=5, **token)
        seen += [one["InstanceTypeId"] for one in answer["InstanceTypes"]["InstanceType"]]
        token = {"NextToken": answer.get("NextToken")}
    assert seen == [one.name for one in INSTANCE_TYPES]
    assert token == {"NextToken": None}
    refusal = ecs.refusal("DescribeInstanceTypes", NextToken="mine")
    assert refusal == ("InValidParameter.NextToken", 400)


def test_what_the_account_may_have_and_has(ecs: EcsUser) -> None:
    """Quotas with their overrides, vCPUs in use, and whether the owner is known."""

    def attributes(*names: str) -> dict[str, str]:
        answer = ecs.call("DescribeAccountAttributes", AttributeName=list(names))
        items = answer["AccountAttributeItems"]["AccountAttributeItem"]
        return {
            one["AttributeName"]: one["AttributeValues"]["ValueItem"][0]["Value"] for one in items
        }

    assert attributes() == {
        "instance-network-type": "vpc",
        "max-security-groups": "100",
        "max-elastic-network-interfaces": "5000",
        "max-postpaid-instance-vcpu-count": "2000",
        "max-spot-instance-vcpu-count": "2000",
        "used-postpaid-instance-vcpu-count": "0",
        "used-spot-instance-vcpu-count": "0",
        "real-name-authentication": "yes",
    }
    ecs.launch(3)
    quotas = {"ecs:vcpus": 8, "ecs:security_groups": 2}
    ecs.set_faults(account={"quotas": quotas, "real_name_verified": False})
    names = (
        "max-security-groups",
        "max-postpaid-instance-vcpu-count",
        "used-postpaid-instance-vcpu-count",
        "real-name-authentication",
    )
    assert attributes(*names) == dict(zip(names, ("2", "8", "6", "no"), strict=True))
    refusal = ecs.refusal("DescribeAccountAttributes", AttributeName=["shoe-size"])
    assert refusal == ("InvalidParameter", 400)
