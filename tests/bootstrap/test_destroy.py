"""Removal: everything with our tag is gone, whatever state it was in, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from functions.bootstrap.event import EventError
from shared.instants import format_instant
from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import FRANKFURT, LONDON, NOON, Json, Yard, done_to, error_of, told

NAME: Final = "p2p-agent-eu-central-1"


def arm(yard: Yard, role: str) -> None:
    """Arm one of the region's scheduled tasks, as the watcher does."""
    yard.console(
        "ess",
        FRANKFURT,
        "CreateScheduledTask",
        ScalingGroupId=yard.group()["ScalingGroupId"],
        ScheduledTaskName=f"{NAME}-{role}",
        LaunchTime=format_instant(NOON + timedelta(hours=6))[:-4] + "Z",
        MinValue=0,
        MaxValue=0,
    )


def test_nothing_is_left_of_a_running_fleet(yard: Yard) -> None:
    """Instances are released, armed tasks deleted before they could outlive their group."""
    yard.commit("fleet: {logs: true}", regions=(FRANKFURT, LONDON))
    yard.run()
    yard.scale(FRANKFURT, 3)
    arm(yard, "start")
    arm(yard, "stop")

    report = yard.destroy()

    assert (report["status"], told(report), yard.ours()) == (
        "changed",
        {FRANKFURT: "stop done", LONDON: "stop done"},
        {},
    )
    writes = [one["action"] for one in yard.requests if one["region"] == FRANKFURT]
    assert [one for one in writes if one.startswith("DeleteSc")] == [
        "DeleteScheduledTask",
        "DeleteScheduledTask",
        "DeleteScalingGroup",
    ]


def test_a_second_removal_has_nothing_to_do(yard: Yard) -> None:
    """It writes nothing and says so."""
    yard.commit()
    yard.run()
    yard.destroy()

    report = yard.destroy()

    assert (report["status"], report["regions"], yard.writes) == ("converged", [], [])


def test_tasks_that_outlived_their_group_are_removed(yard: Yard) -> None:
    """Somebody deleted the group by hand; its tasks would keep our names for ever."""
    yard.commit()
    yard.run()
    arm(yard, "start")
    arm(yard, "stop-next")
    yard.console(
        "ess",
        FRANKFURT,
        "DeleteScalingGroup",
        ScalingGroupId=yard.group()["ScalingGroupId"],
        ForceDelete=True,
    )
    yard.wait(60)

    report = yard.destroy()

    assert yard.ours() == {}
    assert done_to(report)[:2] == [
        f"removed scheduled task {NAME}-start",
        f"removed scheduled task {NAME}-stop-next",
    ]


def test_several_networks_of_ours_are_all_removed(yard: Yard) -> None:
    """Whatever accident left them behind, each goes with all that is in it."""
    yard.commit()
    yard.run()
    for number in range(2):
        made = yard.console(
            "vpc",
            FRANKFURT,
            "CreateVpc",
            CidrBlock="10.20.30.0/24",
            VpcName=f"accident {number}",
            Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}],
        )
        yard.wait(10)
        yard.console(
            "vpc",
            FRANKFURT,
            "CreateVSwitch",
            VpcId=made["VpcId"],
            ZoneId="eu-central-1a",
            CidrBlock="10.20.30.0/26",
            Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}],
        )
        yard.wait(10)
    planned = yard.run({"action": "destroy", "dry_run": True})

    report = yard.destroy()

    assert (report["status"], yard.ours()) == ("changed", {})
    assert done_to(planned) == done_to(report)


def test_a_plan_lists_everything_and_writes_nothing(yard: Yard) -> None:
    """No confirmation is asked for; what will go stands there one by one, instances counted."""
    yard.commit("fleet: {logs: true}")
    yard.run()
    yard.scale(FRANKFURT, 2)
    arm(yard, "start")
    arm(yard, "stop")
    before = yard.admin("state")["products"]

    report = yard.run({"action": "destroy", "dry_run": True})

    assert (report["status"], report["dry_run"], told(report), yard.writes) == (
        "changed",
        True,
        {FRANKFURT: "stop none"},
        [],
    )
    assert report["regions"][0]["reason"] == "the stack would be removed"
    (vpc,), (wall,) = before["vpc"][FRANKFURT]["vpcs"], before["ecs"][FRANKFURT]["security_groups"]
    assert done_to(report) == [
        f"removed scheduled task {NAME}-start",
        f"removed scheduled task {NAME}-stop",
        f"removed scaling group {NAME}",
        f"removed instances 2 of {NAME}",
        f"removed launch template {yard.template()['LaunchTemplateId']}",
        f"removed security group {wall['SecurityGroupId']}",
        *(
            f"removed vSwitch {one['VSwitchId']} in {one['ZoneId']}"
            for one in reversed(before["vpc"][FRANKFURT]["vswitches"])
        ),
        f"removed default route {vpc['RouterTableIds']['RouterTableIds'][0]}",
        f"removed IPv4 gateway {before['vpc'][FRANKFURT]['ipv4_gateways'][0]['Ipv4GatewayId']}",
        f"removed VPC {vpc['VpcId']}",
        f"removed log project {before['log'][FRANKFURT]['projects'][0]['projectName']}",
    ]
    assert [f"{one['verb']} {one['kind']} {one['name']}" for one in report["shared"]] == [
        "removed policy attachment p2p-agent-node",
        "removed role policy p2p-agent-node",
        "removed instance role p2p-agent-node",
        "removed resource group p2p-agent",
    ]
    assert yard.admin("state")["products"] == before


@pytest.mark.parametrize(
    ("confirm", "sentence"),
    [
        ({}, 'to destroy, say "confirm": "p2p-agent", the fleet\'s name.'),
        ({"confirm": "yes"}, "confirm says 'yes', but the fleet is 'p2p-agent'."),
        ({"confirm": "P2P-agent"}, "confirm says 'P2P-agent', but the fleet is 'p2p-agent'."),
    ],
)
def test_without_the_fleet_s_name_nothing_is_removed(
    yard: Yard, confirm: Json, sentence: str
) -> None:
    """Not a single request is sent."""
    yard.commit()
    yard.run()

    with pytest.raises(EventError) as caught:
        yard.run({"action": "destroy", **confirm})

    assert (str(caught.value), yard.requests) == (sentence, [])


def test_one_region_s_stack_is_removed_once_the_document_lets_go_of_it(yard: Yard) -> None:
    """The other stacks and what they share stay as they are."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    yard.commit(regions=(FRANKFURT,))

    report = yard.destroy(LONDON)

    assert (report["status"], told(report)) == ("changed", {LONDON: "stop done"})
    assert yard.ours() == ONE_STACK


def test_what_the_document_configures_is_not_removed_by_region(yard: Yard) -> None:
    """The next poll would build it again."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()

    report = yard.destroy(LONDON, FRANKFURT)

    assert (report["status"], report["reason"], yard.writes) == (
        "held",
        "the control document still configures eu-west-1, eu-central-1: take it out of `regions`"
        " (or add it to `exclude`), commit, and destroy then",
        [],
    )


def test_no_region_is_removed_by_a_document_that_cannot_be_read(yard: Yard) -> None:
    """Nobody knows whether it is still wanted."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    yard.commit("capacity: many")

    report = yard.destroy(LONDON)

    assert (report["status"], report["reason"], yard.writes) == (
        "held",
        "the control document cannot be read, so nobody knows what it configures"
        " (control.yaml:3:11: capacity: `many` is not a number of instances; write a whole number"
        " such as `3`, or `'-'` to leave the region unmanaged)",
        [],
    )


def test_a_region_that_was_never_built_has_nothing_to_remove(yard: Yard) -> None:
    """Neither has one that the account does not have at all."""
    yard.commit()
    yard.run()

    report = yard.destroy(LONDON, "cn-nanjing")

    assert (report["status"], report["regions"], yard.writes) == ("converged", [], [])


def test_a_region_that_is_down_keeps_what_the_fleet_shares(yard: Yard) -> None:
    """It is named; the other regions are cleared; once it is back, another removal finishes."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    yard.faults({"region": LONDON, "fault": "dns"})

    report = yard.destroy()

    assert (report["status"], told(report)) == (
        "partial",
        {FRANKFURT: "stop done", LONDON: "stop failed EndpointUnreachable"},
    )
    assert yard.ours() == ONE_STACK
    yard.faults()
    last = yard.destroy()
    assert (last["status"], told(last), yard.ours()) == ("changed", {LONDON: "stop done"}, {})


def test_what_is_in_use_for_a_while_is_waited_for(yard: Yard) -> None:
    """A dependency that passes costs time, nothing else."""
    yard.commit()
    yard.run()
    yard.faults(
        *(
            {"action": action, "fault": "error", "code": "DependencyViolation.X", "times": 3}
            for action in ("DeleteVpc", "DeleteVSwitch", "DeleteSecurityGroup")
        )
    )

    report = yard.destroy()

    assert (report["status"], yard.ours()) == ("changed", {})


def test_what_stays_in_use_is_named_with_what_to_do(yard: Yard) -> None:
    """The region's other parts are gone as far as they can go."""
    yard.commit()
    yard.run()
    yard.faults(
        {
            "action": "DeleteVSwitch",
            "fault": "error",
            "code": "DependencyViolation.NetworkInterface",
        }
    )

    report = yard.destroy()

    code, _, remedy = error_of(report)
    assert (report["status"], code, remedy) == (
        "failed",
        "DependencyViolation.NetworkInterface",
        "Nothing to do: the next run tries again. If it lasts, find in the console what still"
        " uses it.",
    )
    assert "ess scaling_groups" not in yard.ours()


def test_a_fleet_that_was_removed_is_built_anew(yard: Yard) -> None:
    """No client token brings back what is gone: every id is new, and it takes no longer."""
    yard.commit()
    yard.run()
    old = ids_of(yard)
    yard.destroy()
    began = yard.now()

    report = yard.run()

    assert (report["status"], yard.ours()) == ("changed", ONE_STACK)
    assert not old & ids_of(yard)
    assert yard.now() - began < timedelta(minutes=1)


@pytest.mark.parametrize("new_commit", [False, True])
def test_a_region_that_was_removed_is_built_anew(yard: Yard, *, new_commit: bool) -> None:
    """The shared resource group is the same, so tokens alone would bring back the old VPC's id."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    old = ids_of(yard, LONDON)
    yard.commit(regions=(FRANKFURT,))
    yard.destroy(LONDON)
    began = yard.now()
    yard.commit(*(["poll_every: 10 minutes"] if new_commit else []), regions=(FRANKFURT, LONDON))

    report = yard.run()

    assert told(report) == {FRANKFURT: "none none", LONDON: "provision done"}
    assert not old & ids_of(yard, LONDON)
    assert yard.now() - began < timedelta(minutes=2)


def ids_of(yard: Yard, region: str = FRANKFURT) -> set[str]:
    """Return the ids of everything that the region's stack consists of."""
    wanted = (
        "VpcId",
        "VSwitchId",
        "Ipv4GatewayId",
        "SecurityGroupId",
        "LaunchTemplateId",
        "ScalingGroupId",
    )
    return {
        str(thing[key])
        for product in ("vpc", "ecs", "ess")
        for things in yard.holdings(product, region).values()
        for thing in things
        for key in wanted
        if key in thing
    }
