"""What is not ours: found among hundreds, told apart by its tag, reported, and never touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import FRANKFURT, Json, Yard, done_to, error_of, told

NAME: Final = "p2p-agent-eu-central-1"
TRUST: Final = (
    '{"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",'
    ' "Principal": {"Service": ["ecs.aliyuncs.com"]}}], "Version": "1"}'
)
DOCUMENT: Final = (
    '{"Statement": [{"Action": "oss:GetObject", "Effect": "Allow", "Resource": "*"}],'
    ' "Version": "1"}'
)
SHARED_WRITES: Final = ["CreateResourceGroup", "CreateRole", "CreatePolicy", "AttachPolicyToRole"]


def resource_group(yard: Yard, name: str = "p2p-agent") -> None:
    """Make a resource group as a person does."""
    yard.console("resourcemanager", None, "CreateResourceGroup", Name=name, DisplayName=name)


def role(yard: Yard) -> None:
    """Make a role of the fleet's name."""
    yard.console(
        "ram", None, "CreateRole", RoleName="p2p-agent-node", AssumeRolePolicyDocument=TRUST
    )


def policy(yard: Yard) -> None:
    """Make a policy of the fleet's name."""
    yard.console("ram", None, "CreatePolicy", PolicyName="p2p-agent-node", PolicyDocument=DOCUMENT)


def template(yard: Yard) -> None:
    """Make a launch template of the region's name."""
    yard.console("ecs", FRANKFURT, "CreateLaunchTemplate", LaunchTemplateName=NAME)


def group(yard: Yard) -> None:
    """Make a scaling group of the region's name, with all that belongs to one."""
    yard.sandbox.cloud.add_group(FRANKFURT, NAME, None)


def another_fleets_group(yard: Yard) -> None:
    """Make a scaling group of the region's name that another fleet's tag is on."""
    yard.sandbox.cloud.add_group(FRANKFURT, NAME, "other")


@pytest.mark.parametrize(
    ("make", "error", "shared"),
    [
        pytest.param(
            resource_group,
            (
                "ResourceGroupNotOurs",
                "A resource group named p2p-agent exists without the tag p2p-fleet=p2p-agent.",
                "Give the fleet another FLEET_NAME, or add that tag to the resource group.",
            ),
            [],
            id="resource group",
        ),
        pytest.param(
            role,
            (
                "RoleNotOurs",
                "A RAM role named p2p-agent-node exists without the tag p2p-fleet=p2p-agent.",
                "Give the fleet another FLEET_NAME, or add that tag to the role.",
            ),
            ["CreateResourceGroup"],
            id="role",
        ),
        pytest.param(
            policy,
            (
                "PolicyNotOurs",
                "A RAM policy named p2p-agent-node exists without the tag p2p-fleet=p2p-agent.",
                "Give the fleet another FLEET_NAME, or add that tag to the policy.",
            ),
            ["CreateResourceGroup"],
            id="policy",
        ),
        pytest.param(
            template,
            (
                "LaunchTemplateNotOurs",
                f"A launch template named {NAME} exists without the tag p2p-fleet=p2p-agent.",
                "Rename or delete it, give the fleet another FLEET_NAME, or add that tag to it.",
            ),
            SHARED_WRITES,
            id="launch template",
        ),
        pytest.param(
            group,
            (
                "GroupNotOurs",
                f"A group named {NAME} exists without the tag p2p-fleet=p2p-agent.",
                "To hand it to the fleet, set `regions.eu-central-1.adopt: true` in the control"
                " document; else rename or delete it.",
            ),
            SHARED_WRITES,
            id="scaling group",
        ),
        pytest.param(
            another_fleets_group,
            (
                "GroupOfAnotherFleet",
                f"A group named {NAME} carries the tag p2p-fleet=other.",
                "It belongs to another fleet: rename it, or remove its tag p2p-fleet.",
            ),
            SHARED_WRITES,
            id="another fleet's scaling group",
        ),
    ],
)
def test_a_name_of_ours_that_somebody_has_is_reported_before_anything_is_built(
    yard: Yard, make: Callable[[Yard], None], error: tuple[str, str, str], shared: list[str]
) -> None:
    """It stays as it is; nothing half-made is left in the region; removal leaves it alone, too."""
    make(yard)
    yard.wait(10)
    before = yard.admin("state")["products"]
    yard.commit()

    report = yard.run()

    assert (error_of(report), yard.writes, report["status"]) == (error, shared, "failed")
    yard.destroy()
    assert standing(yard) == standing_of(before)


def test_somebody_s_vpc_of_our_name_is_none_of_our_business(yard: Yard) -> None:
    """Names of VPCs are not unique: ours is built beside it."""
    yard.console("vpc", FRANKFURT, "CreateVpc", VpcName=NAME, CidrBlock="10.20.30.0/24")
    yard.wait(10)
    before = yard.holdings("vpc", FRANKFURT)
    yard.commit()

    report = yard.run()

    assert (report["status"], len(yard.holdings("vpc", FRANKFURT)["vpcs"])) == ("changed", 2)
    yard.destroy()
    assert yard.holdings("vpc", FRANKFURT) == before


def test_what_is_ours_is_found_behind_pages_of_what_is_not(yard: Yard) -> None:
    """A second run finds everything again, though others' things fill the first pages."""
    crowd(yard)
    yard.commit()
    yard.run()
    crowd(yard, "later")

    report = yard.run()

    assert (report["status"], told(report), yard.writes) == (
        "converged",
        {FRANKFURT: "none none"},
        [],
    )


def test_removal_finds_everything_among_others_and_leaves_them(yard: Yard) -> None:
    """The account is as it was before the fleet came."""
    crowd(yard)
    before = standing(yard)
    yard.commit()
    yard.run()

    yard.destroy()

    assert standing(yard) == before


def test_another_fleet_beside_ours_keeps_its_stack(yard: Yard) -> None:
    """Two fleets in one account and region are built and removed without noticing each other."""
    yard.commit()
    other = {"FLEET_NAME": "other"}
    yard.run(given=other)
    theirs = standing(yard)

    ours = yard.run()
    both = yard.inventory()
    yard.destroy()

    assert (ours["status"], both) == ("changed", {kind: 2 * n for kind, n in ONE_STACK.items()})
    assert standing(yard) == theirs
    report = yard.run(given=other)
    assert (report["status"], yard.writes) == ("converged", [])


def test_what_a_person_adds_to_our_network_is_left_alone(yard: Yard) -> None:
    """A vSwitch, a security group and a rule of theirs are neither used nor removed."""
    yard.commit()
    yard.run()
    vpc_id = yard.group()["VpcId"]
    yard.console(
        "vpc",
        FRANKFURT,
        "CreateVSwitch",
        VpcId=vpc_id,
        ZoneId="eu-central-1b",
        CidrBlock="10.20.30.128/28",
    )
    yard.console("ecs", FRANKFURT, "CreateSecurityGroup", VpcId=vpc_id)
    yard.wait(10)
    used = yard.group()["VSwitchIds"]

    report = yard.run()
    removal = yard.destroy()

    assert (report["status"], yard.group_ids(), len(used)) == ("converged", [], 2)
    assert error_of(removal)[0].startswith("DependencyViolation")
    left = yard.ours()
    assert (left["vpc vpcs"], left["vpc vswitches"], left["ecs security_groups"]) == (1, 1, 1)
    assert [one.rpartition(" in ")[2] for one in done_to(removal) if "vSwitch" in one] == [
        "eu-central-1c",
        "eu-central-1a",
    ]


def test_a_gateway_that_a_person_put_into_our_network_is_reported(yard: Yard) -> None:
    """A VPC has room for one only; whose it is is for people to settle."""
    yard.commit()
    yard.run(after=stop_after("CreateVpc"))
    (vpc,) = yard.holdings("vpc", FRANKFURT)["vpcs"]
    yard.wait(10)
    made = yard.console("vpc", FRANKFURT, "CreateIpv4Gateway", VpcId=vpc["VpcId"])
    yard.wait(10)

    report = yard.run()

    assert error_of(report) == (
        "GatewayNotOurs",
        f"The fleet's VPC in eu-central-1 has the IPv4 gateway {made['Ipv4GatewayId']} without the"
        " tag p2p-fleet=p2p-agent.",
        "Delete that gateway (a VPC can have only one), or add that tag to it.",
    )


def stop_after(action: str) -> Callable[[str], None]:
    """Return what ends a region's work after a request."""

    def after(done: str) -> None:
        if done == action:
            raise RuntimeError(action)

    return after


def crowd(yard: Yard, label: str = "theirs") -> None:
    """Fill the account with more than a page of others' things of every kind."""
    there = yard.sandbox.cloud.add_surroundings(FRANKFURT, label, None)
    quotas = {"vpc:vpcs": 1000, "ecs:launch_templates": 1000, "ecs:security_groups": 1000}
    yard.faults(account={"quotas": quotas | {"resourcemanager:resource_groups": 1000}})
    for number in range(60):
        name = f"{label}-{number}"
        yard.console("vpc", FRANKFURT, "CreateVpc", VpcName=name, CidrBlock="10.0.0.0/16")
        yard.console("ecs", FRANKFURT, "CreateLaunchTemplate", LaunchTemplateName=name)
        yard.console("ecs", FRANKFURT, "CreateSecurityGroup", VpcId=there.vpc_id)
        yard.console(
            "ess",
            FRANKFURT,
            "CreateScalingGroup",
            ScalingGroupName=name,
            MinSize=0,
            MaxSize=0,
            LaunchTemplateId=there.template_id,
            VSwitchIds=list(there.vswitch_ids),
        )
    for number in range(120):
        resource_group(yard, f"{label}-{number}")
    yard.wait(10)


def standing(yard: Yard) -> Json:
    """Return everything in the account that is not on its way out."""
    return standing_of(yard.admin("state")["products"])


def standing_of(products: Json) -> Json:
    """Leave out what is on its way out, and what is empty."""
    return {
        f"{product} {region} {kind}": kept
        for product, regions in products.items()
        for region, kinds in regions.items()
        for kind, things in kinds.items()
        if (kept := [one for one in things if one.get("Status") != "PendingDelete"])
    }
