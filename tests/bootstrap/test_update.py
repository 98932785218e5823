"""A document that changes: the stack follows, and what runs is never restarted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.bootstrap.yard import (
    FRANKFURT,
    HANGZHOU,
    LONDON,
    Json,
    Yard,
    done_to,
    error_of,
    opened_yard,
    tags_of,
)

NAME: Final = "p2p-agent-eu-central-1"
WUHAN: Final = "cn-wuhan-lr"
"""A region with one zone."""


def test_a_changed_template_is_a_new_default_version_and_restarts_nothing(yard: Yard) -> None:
    """Instances that run stay the same ones; the next that starts is made as the document says."""
    yard.commit()
    yard.run()
    running = yard.scale(FRANKFURT, 2)
    stack = tags_of(yard.group())["p2p-fleet-stack"]
    yard.commit("fleet: {bandwidth_out_mbps: 9}")

    report = yard.run()

    assert (done_to(report), yard.writes) == (
        [
            f"changed launch template {NAME} version 2",
            f"changed launch template {NAME} default 2",
            f"changed group tags {NAME}",
        ],
        ["CreateLaunchTemplateVersion", "ModifyLaunchTemplateDefaultVersion", "TagResources"],
    )
    assert (len(running), yard.instance_ids(FRANKFURT)) == (2, running)
    assert tags_of(yard.group())["p2p-fleet-stack"] != stack
    (newest,) = yard.scale(FRANKFURT, 3) - running
    bandwidths = {
        one["InstanceId"]: one["InternetMaxBandwidthOut"]
        for one in yard.holdings("ecs", FRANKFURT)["instances"]
    }
    assert bandwidths == {**dict.fromkeys(running, 5), newest: 9}


def test_a_change_that_is_taken_back_uses_the_old_version_again(yard: Yard) -> None:
    """Versions are compared by what they say, so that going back makes no new one."""
    yard.commit()
    yard.run()
    yard.commit("fleet: {disk_size_gb: 40}")
    yard.run()
    yard.commit()

    report = yard.run()

    assert done_to(report) == [
        f"changed launch template {NAME} default 1",
        f"changed group tags {NAME}",
    ]


def test_what_no_stack_is_made_of_changes_no_stack(yard: Yard) -> None:
    """Capacity and times are the watcher's business."""
    yard.commit(capacity=1)
    yard.run()
    yard.commit("poll_every: 10 minutes", capacity=3)

    report = yard.run()

    assert (report["status"], yard.writes) == ("converged", [])


def test_old_versions_are_dropped_down_to_ten(yard: Yard) -> None:
    """The newest ten stay; the default is among them."""
    for size in range(20, 33):
        yard.commit(f"fleet: {{disk_size_gb: {size}}}")
        yard.run()

    versions = [one["VersionNumber"] for one in yard.template()["Versions"]]
    assert (sorted(versions), yard.template_data()["SystemDisk.Size"]) == (list(range(4, 14)), 32)


def test_a_person_s_thirty_versions_leave_room_for_ours(yard: Yard) -> None:
    """The oldest makes way before the quota refuses the new one."""
    yard.commit()
    yard.run()
    template_id = yard.template()["LaunchTemplateId"]
    for _ in range(29):
        yard.console("ecs", FRANKFURT, "CreateLaunchTemplateVersion", LaunchTemplateId=template_id)
    yard.commit("fleet: {disk_size_gb: 40}")

    report = yard.run()

    assert error_of(report)[0] == "none"
    assert [one for one in yard.writes if one.startswith("CreateLaunch")] == [
        "CreateLaunchTemplateVersion"
    ]
    kept = [one["VersionNumber"] for one in yard.template()["Versions"]]
    assert sorted(kept) == [*range(22, 32)]


def test_ports_and_sources_follow_the_document(yard: Yard) -> None:
    """New rules are added before old ones are removed; a person's own rule stays."""
    yard.commit("fleet: {allow_ssh: [192.0.2.0/24]}")
    yard.run()
    (wall,) = yard.holdings("ecs", FRANKFURT)["security_groups"]
    theirs = {
        "Policy": "accept",
        "IpProtocol": "tcp",
        "PortRange": "443/443",
        "SourceCidrIp": "198.51.100.7/32",
        "Description": "office",
    }
    yard.console(
        "ecs",
        FRANKFURT,
        "AuthorizeSecurityGroup",
        SecurityGroupId=wall["SecurityGroupId"],
        Permissions=[theirs],
    )
    yard.commit("fleet: {open_ports: {tcp: [30303, 9000-9100], udp: []}, allow_ssh: [192.0.2.7]}")

    report = yard.run()

    assert (done_to(report)[:2], yard.writes) == (
        [f"changed security group {NAME} ingress", f"changed security group {NAME} closed"],
        ["AuthorizeSecurityGroup", "RevokeSecurityGroup", "TagResources"],
    )
    assert rules(yard) == {
        ("egress", "ALL", "-1/-1", "0.0.0.0/0", "p2p-fleet"),
        ("ingress", "TCP", "30303/30303", "0.0.0.0/0", "p2p-fleet"),
        ("ingress", "TCP", "9000/9100", "0.0.0.0/0", "p2p-fleet"),
        ("ingress", "TCP", "22/22", "192.0.2.7/32", "p2p-fleet"),
        ("ingress", "TCP", "443/443", "198.51.100.7/32", "office"),
    }


def test_rules_come_and_go_as_often_as_the_document_changes(yard: Yard) -> None:
    """No client token answers the third change with what the first one did."""
    began = yard.now()
    for sources in ("[192.0.2.7]", "[]", "[192.0.2.7]", "[]", "[192.0.2.7]"):
        yard.commit(f"fleet: {{allow_ssh: {sources}}}")
        report = yard.run()
        assert error_of(report)[0] == "none"

    assert ("ingress", "TCP", "22/22", "192.0.2.7/32", "p2p-fleet") in rules(yard)
    assert (yard.now() - began).total_seconds() < 60


def test_a_rule_that_a_person_has_made_already_is_as_good_as_ours(yard: Yard) -> None:
    """The cloud goes by the traffic, not by its description: there can be no second one."""
    yard.commit()
    yard.run()
    (wall,) = yard.holdings("ecs", FRANKFURT)["security_groups"]
    yard.console(
        "ecs",
        FRANKFURT,
        "AuthorizeSecurityGroup",
        SecurityGroupId=wall["SecurityGroupId"],
        Permissions=[
            {
                "Policy": "accept",
                "IpProtocol": "tcp",
                "PortRange": "22/22",
                "SourceCidrIp": "192.0.2.0/24",
                "Description": "mine",
            }
        ],
    )
    yard.commit("fleet: {allow_ssh: [192.0.2.0/24]}")

    report = yard.run()

    assert (error_of(report)[0], yard.writes) == ("none", ["TagResources"])
    yard.commit()
    yard.run()
    assert ("ingress", "TCP", "22/22", "192.0.2.0/24", "mine") in rules(yard)


def test_another_address_block_is_refused_with_what_to_do(yard: Yard) -> None:
    """The stack stays as it is, whatever else changed in the same commit."""
    yard.commit()
    yard.run()
    yard.commit("fleet: {cidr_block: 10.99.0.0/24, disk_size_gb: 40}")

    report = yard.run()

    assert (error_of(report), yard.writes) == (
        (
            "VpcBlockDiffers",
            "The VPC of eu-central-1 has the block 10.20.30.0/24, and `cidr_block` says"
            " 10.99.0.0/24: a VPC cannot change its block.",
            "Write cidr_block: 10.20.30.0/24 for this region, or destroy its stack first.",
        ),
        [],
    )


def test_a_type_that_does_not_exist_is_refused_with_what_to_do(yard: Yard) -> None:
    """The stack stays as it is: it does not silently go on with what it was built from."""
    yard.commit()
    yard.run()
    yard.commit("fleet: {instance_types: [ecs.e-c1m1.lage], disk_size_gb: 40}")

    report = yard.run()

    assert (error_of(report), yard.writes) == (
        (
            "InvalidInstanceType.NotFound",
            "eu-central-1 knows none of the instance types that the document lists:"
            " ecs.e-c1m1.lage.",
            "Correct `instance_types` in `fleet`, or in `regions` for this region alone;"
            " p2p-fleet regions --types --regions eu-central-1 shows what there is.",
        ),
        [],
    )


def test_another_address_block_is_fine_after_the_stack_was_removed(yard: Yard) -> None:
    """The remedy does what it says."""
    yard.commit()
    yard.run()
    yard.commit(regions=(LONDON,))
    yard.destroy(FRANKFURT)
    yard.commit("fleet: {cidr_block: 10.99.0.0/24}")

    report = yard.run()

    (vpc,) = yard.holdings("vpc", FRANKFURT)["vpcs"]
    assert (error_of(report)[0], vpc["CidrBlock"]) == ("none", "10.99.0.0/24")


EVERY_ZONE: Final = "instance_types: [ecs.u1-c1m1.large], disk_categories: [cloud_essd]"
"""What is sold in all zones of a region."""


@pytest.mark.parametrize(
    ("region", "zones", "blocks"),
    [
        (HANGZHOU, 1, ["10.20.30.0/24"]),
        (HANGZHOU, 2, ["10.20.30.0/25", "10.20.30.128/25"]),
        (HANGZHOU, 3, ["10.20.30.0/26", "10.20.30.64/26", "10.20.30.128/26"]),
        (HANGZHOU, 5, [f"10.20.30.{n}/27" for n in range(0, 160, 32)]),
        (HANGZHOU, 8, [f"10.20.30.{n}/27" for n in range(0, 256, 32)]),
        (LONDON, 3, ["10.20.30.0/26", "10.20.30.64/26"]),
        (WUHAN, 3, ["10.20.30.0/26"]),
    ],
)
def test_a_vswitch_stands_in_each_zone_with_stock_up_to_the_number_wanted(
    tmp_path: Path, region: str, zones: int, blocks: list[str]
) -> None:
    """Where a region has fewer zones than the document wants, those are enough."""
    with opened_yard(tmp_path, regions=(region,)) as yard:
        yard.commit(f"fleet: {{zones: {zones}, {EVERY_ZONE}}}", regions=(region,))
        yard.run()

        made = yard.holdings("vpc", region)["vswitches"]
        assert [one["CidrBlock"] for one in made] == blocks
        assert len({one["ZoneId"] for one in made}) == len(blocks)
        assert yard.group(region)["VSwitchIds"] == [one["VSwitchId"] for one in made]


def test_more_zones_get_smaller_parts_of_what_is_left(yard: Yard) -> None:
    """The first three keep theirs; for which zones there is no room is told."""
    yard.commit(f"fleet: {{zones: 3, {EVERY_ZONE}}}", regions=(HANGZHOU,))
    yard.run()
    yard.commit(f"fleet: {{zones: 8, {EVERY_ZONE}}}", regions=(HANGZHOU,))

    report = yard.run()

    made = yard.holdings("vpc", HANGZHOU)["vswitches"]
    assert [one["CidrBlock"] for one in made] == [
        "10.20.30.0/26",
        "10.20.30.64/26",
        "10.20.30.128/26",
        "10.20.30.192/27",
        "10.20.30.224/27",
    ]
    assert len(yard.group(HANGZHOU)["VSwitchIds"]) == len(made)
    assert [one for one in done_to(report, HANGZHOU) if one.startswith("missing")] == [
        "missing vSwitch no room in the VPC for cn-hangzhou-i, cn-hangzhou-j, cn-hangzhou-k"
    ]


def test_fewer_zones_leave_the_group_fewer_vswitches(yard: Yard) -> None:
    """The vSwitch that is not used any more stays until the stack is removed."""
    yard.commit("fleet: {zones: 2}", regions=(HANGZHOU,))
    yard.run()
    first = yard.group(HANGZHOU)["VSwitchIds"][0]
    yard.commit("fleet: {zones: 1}", regions=(HANGZHOU,))

    yard.run()

    assert yard.group(HANGZHOU)["VSwitchIds"] == [first]
    assert len(yard.holdings("vpc", HANGZHOU)["vswitches"]) == 2


def test_a_region_may_differ_from_the_fleet(yard: Yard) -> None:
    """Only that region's template and VPC follow its overrides."""
    yard.commit(
        "fleet: {disk_size_gb: 30, bandwidth_out_mbps: 10}",
        "regions: {eu-west-1: {}, eu-central-1: {disk_size_gb: 50, cidr_block: 10.1.0.0/20,"
        " instance_types: [ecs.u1-c1m1.large], disk_categories: [cloud_auto],"
        " internet_charge_type: PayByTraffic}}",
    )

    yard.run()

    assert (facts(yard, FRANKFURT), facts(yard, LONDON)) == (
        ("10.1.0.0/20", "ecs.u1-c1m1.large", "cloud_auto", 50, 10, "PayByTraffic"),
        ("10.20.30.0/24", "ecs.e-c1m1.large", facts(yard, LONDON)[2], 30, 10, "PayByBandwidth"),
    )


def facts(yard: Yard, region: str) -> tuple[Any, ...]:
    """Return what of a region's stack its document may override."""
    data: Json = yard.template_data(region)
    (vpc,) = yard.holdings("vpc", region)["vpcs"]
    return (
        vpc["CidrBlock"],
        data["InstanceType"],
        data["SystemDisk.Category"],
        data["SystemDisk.Size"],
        data["InternetMaxBandwidthOut"],
        data["InternetChargeType"],
    )


def rules(yard: Yard) -> set[tuple[str, ...]]:
    """Return the rules of Frankfurt's one security group."""
    (wall,) = yard.holdings("ecs", FRANKFURT)["security_groups"]
    return {
        (
            one["Direction"],
            one["IpProtocol"],
            one["PortRange"],
            one["SourceCidrIp"] or one["DestCidrIp"],
            one["Description"],
        )
        for one in wall["Permissions"]["Permission"]
    }
