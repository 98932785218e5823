"""The stack itself: what is written in which order, and whose it says that it is."""

from __future__ import annotations

from typing import Final

import pytest

from shared.regions import OPEN_REGION_IDS
from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, Json, Yard, opened_yard, tags_of, told

SHARED: Final = ["CreateResourceGroup", "CreateRole", "CreatePolicy", "AttachPolicyToRole"]
REGIONAL: Final = [
    "CreateVpc",
    "CreateIpv4Gateway",
    "EnableVpcIpv4Gateway",
    "CreateRouteEntry",
    "CreateVSwitch",
    "CreateVSwitch",
    "CreateSecurityGroup",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroup",
    "CreateLaunchTemplate",
    "CreateScalingGroup",
    "EnableScalingGroup",
]
LOGS: Final = [
    "CreateProject",
    "CreateLogStore",
    "CreateIndex",
    "CreateMachineGroup",
    "CreateConfig",
    "TagResources",
    "ApplyConfigToMachineGroup",
]


@pytest.mark.parametrize(
    ("fleet", "writes"),
    [
        ("{}", [*SHARED, *REGIONAL]),
        ("{metrics: true}", [*SHARED, "CreateServiceLinkedRole", *REGIONAL]),
        ("{logs: true}", [*SHARED, *REGIONAL, *LOGS]),
    ],
)
def test_a_clean_region_is_built_in_this_order(yard: Yard, fleet: str, writes: list[str]) -> None:
    """Each request is one that the cloud accepts: nothing is tried to see whether it works."""
    yard.commit(f"fleet: {fleet}")

    yard.run()

    # A new log project cannot be reached for a moment, which is found out by trying.
    assert [one for one in yard.writes if one != "CreateLogStore ProjectNotExist"] == writes


def test_removal_goes_backwards(yard: Yard) -> None:
    """What depends on something goes before it."""
    yard.commit("fleet: {logs: true}")
    yard.run()

    yard.destroy()

    assert yard.writes == [
        "DeleteScalingGroup",
        "DeleteLaunchTemplate",
        "DeleteSecurityGroup",
        "DeleteVSwitch",
        "DeleteVSwitch",
        "DeleteRouteEntry",
        "DeleteIpv4Gateway",
        "DeleteVpc",
        "DeleteProject",
        "DetachPolicyFromRole",
        "DeletePolicy",
        "DeleteRole",
        "DeleteResourceGroup",
    ]


def test_everything_says_whose_it_is_and_by_which_commit(yard: Yard) -> None:
    """The operator's tags are there, too; instances get them from template and group."""
    sha = yard.commit("fleet: {logs: true, tags: {team: p2p}}")
    yard.run()

    everything = yard.admin("state")["products"]
    usual = {"team": "p2p", "p2p-fleet": "p2p-agent", "p2p-fleet-commit": sha}
    tagged = {
        f"{product} {kind} {number}": usual.items() & tags_of(thing).items()
        for product, regions in everything.items()
        for kept in regions.values()
        for kind, things in kept.items()
        for number, thing in enumerate(things)
        if kind != "route_entries"  # routes bear no tags
    }
    assert len(tagged) == sum(ONE_STACK.values())  # a log project instead of the route
    assert tagged == dict.fromkeys(tagged, usual.items())
    instance_tags = yard.template_data()["Tags"]["InstanceTag"]
    assert {one["Key"]: one["Value"] for one in instance_tags} == {
        "team": "p2p",
        "p2p-fleet": "p2p-agent",
    }
    propagated = {one["TagKey"] for one in yard.group()["Tags"] if one["Propagate"]}
    assert propagated == {"team", "p2p-fleet"}


def test_all_regions_are_in_the_fleet_s_one_resource_group(yard: Yard) -> None:
    """VPC, gateway, security group, template and group of a region, and what instances get."""
    yard.commit(regions=(FRANKFURT, LONDON, HANGZHOU))
    yard.run()

    (fleet,) = yard.holdings("resourcemanager")["resource_groups"]
    products = yard.admin("state")["products"]
    parents = {
        thing["ResourceGroupId"]
        for product in ("vpc", "ecs", "ess")
        for kept in products[product].values()
        for things in kept.values()
        for thing in things
        if "ResourceGroupId" in thing
    }
    assert (fleet["Name"], parents) == ("p2p-agent", {fleet["Id"]})
    assert yard.template_data(LONDON)["ResourceGroupId"] == fleet["Id"]


def test_the_network_that_the_group_is_in_is_the_one_that_counts(yard: Yard) -> None:
    """An accident left other VPCs with our tag; nothing moves, and removal finds them all."""
    yard.commit()
    yard.run()
    for number in range(5):
        yard.console(
            "vpc",
            FRANKFURT,
            "CreateVpc",
            CidrBlock="10.20.30.0/24",
            VpcName=f"accident {number}",
            Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}],
        )
    yard.wait(10)

    report = yard.run()

    assert (report["status"], yard.writes) == ("converged", [])
    yard.destroy()
    assert yard.ours() == {}


def test_every_open_region_is_built_in_one_run_and_removed_in_another(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Thirty regions, one of each in every one, and one of what they share; then nothing."""
    with opened_yard(tmp_path_factory.mktemp("yard")) as yard:
        yard.commit("regions: all", capacity=1)
        report = yard.run()

        assert (report["status"], told(report)) == (
            "changed",
            dict.fromkeys(OPEN_REGION_IDS, "provision done"),
        )
        products = yard.admin("state")["products"]
        assert {region: stock_of(products, region) for region in OPEN_REGION_IDS} == dict.fromkeys(
            OPEN_REGION_IDS, ONE_OF_EACH
        )
        shared = {kind: n for kind, n in yard.inventory().items() if kind.startswith(("r", "l"))}
        assert shared == {
            "ram policies": 1,
            "ram roles": 1,
            "resourcemanager resource_groups": 1,
        }

        removed = yard.destroy()
        assert (removed["status"], told(removed), yard.ours()) == (
            "changed",
            dict.fromkeys(OPEN_REGION_IDS, "stop done"),
            {},
        )


ONE_OF_EACH: Final = {
    "launch_templates": 1,
    "security_groups": 1,
    "scaling_groups": 1,
    "ipv4_gateways": 1,
    "route_entries": 1,
    "vpcs": 1,
    "vswitches": "one a zone",
}


def stock_of(products: Json, region: str) -> Json:
    """Count what a region has; no zone may have two vSwitches, none may be unused."""
    kept = {
        kind: things
        for product in ("vpc", "ecs", "ess")
        for kind, things in products[product][region].items()
    }
    counts: Json = {kind: len(things) for kind, things in kept.items() if things}
    zones = [one["ZoneId"] for one in kept["vswitches"]]
    (group,) = kept["scaling_groups"]
    if len(set(zones)) == len(zones) == len(group["VSwitchIds"]):
        counts["vswitches"] = "one a zone"
    return counts
