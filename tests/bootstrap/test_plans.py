"""A plan is the list of what really happens: every record of it, and in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest

from tests.bootstrap.test_adoption import ADOPT, hand_made, schedule
from tests.bootstrap.test_destroy import arm
from tests.bootstrap.test_update import EVERY_ZONE
from tests.bootstrap.test_watcher_told import deploy_watcher
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, Json, Yard

NAME: Final = "p2p-agent-eu-central-1"
PLAIN: Final = "{}"
CHANGES: Final[dict[str, Sequence[str]]] = {
    "nothing stands": [PLAIN],
    "nothing stands, with logs and metrics": ["{logs: true, metrics: true}"],
    "nothing changes": [PLAIN, PLAIN],
    "another disk": [PLAIN, "{disk_size_gb: 40}"],
    "a change taken back": [PLAIN, "{disk_size_gb: 40}", PLAIN],
    "the thirteenth version": [f"{{disk_size_gb: {size}}}" for size in range(20, 33)],
    "other ports": ["{allow_ssh: [192.0.2.7]}", "{open_ports: {tcp: [30303], udp: []}}"],
    "logs from now on": [PLAIN, "{logs: true}"],
    "the sixth policy": [*["{logs: true}", "{logs: false}"] * 3, "{logs: true}"],
    "logs for longer": ["{logs: true}", "{logs: true, logs_retention_days: 9}"],
    "another type": [PLAIN, "{instance_types: [ecs.g7.large]}"],
    "more zones": [f"{{zones: {zones}, {EVERY_ZONE}}}" for zones in (1, 2)],
    "fewer zones": [f"{{zones: {zones}, {EVERY_ZONE}}}" for zones in (3, 1)],
    "no room for as many zones": [f"{{zones: {zones}, {EVERY_ZONE}}}" for zones in (3, 8)],
}
REMOVAL: Final[Json] = {"action": "destroy", "dry_run": True}


def told(report: Json) -> dict[str, Any]:
    """Return everything that a report says was done, or would be; and what was before."""
    return {
        "status": report["status"],
        "shared": report["shared"],
        "regions": {
            row["region"]: (row["decision"], row["before"], row["resources"], row["error"])
            for row in report["regions"]
        },
        "cost": report["cost"],
        "unseen": report["unseen"],
    }


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_planned_is_built(yard: Yard, change: str) -> None:
    """From nothing or by a change; the plan itself writes nothing."""
    *before, last = CHANGES[change]
    for fleet in before:
        yard.commit(f"fleet: {fleet}", regions=(HANGZHOU,))
        yard.run()
    yard.commit(f"fleet: {last}", regions=(HANGZHOU,))

    plan = yard.run({"dry_run": True})

    expected = "converged" if change == "nothing changes" else "changed"
    assert (plan["status"], plan["totals"]["writes"], yard.writes) == (expected, 0, [])
    assert told(plan) == told(yard.run())


def test_what_is_planned_of_what_is_half_made_is_built(yard: Yard) -> None:
    """A gateway that nobody enabled, a security group without rules, no default route."""
    yard.commit("fleet: {logs: true}")
    yard.faults({"action": "EnableVpcIpv4Gateway", "fault": "error", "code": "QuotaExceeded.X"})
    yard.run()
    yard.faults()

    plan = yard.run({"dry_run": True})

    assert plan["status"] == "changed"
    assert told(plan) == told(yard.run())


def test_what_is_planned_of_a_group_to_adopt_is_done(yard: Yard) -> None:
    """It is tagged, and enabled where nobody has done that."""
    hand_made(yard)
    group_id = yard.group()["ScalingGroupId"]
    yard.console("ess", FRANKFURT, "DisableScalingGroup", ScalingGroupId=group_id)
    yard.commit(ADOPT)

    plan = yard.run({"dry_run": True})

    assert plan["status"] == "changed"
    assert told(plan) == told(yard.run())


@pytest.mark.parametrize("given", [{}, {"SCHEDULER": "timer"}])
def test_what_is_planned_is_removed(yard: Yard, given: Mapping[str, str]) -> None:
    """Schedule, instances, all three tasks, logs, old policies, every shared part; the cost."""
    deployed = {**deploy_watcher(yard), **given}
    for logs in ("true", "false", "true"):
        yard.commit(f"fleet: {{logs: {logs}}}", regions=(FRANKFURT, LONDON))
        yard.run(given=deployed)
    yard.run({"action": "schedule"}, given=deployed)
    yard.scale(FRANKFURT, 2)
    for role in ("start", "stop", "stop-next"):
        arm(yard, role)

    plan = yard.run(REMOVAL, given=deployed)

    assert (plan["totals"]["writes"], yard.writes) == (0, [])
    listed = [one["kind"] for row in plan["regions"] for one in row["resources"]]
    assert {kind: listed.count(kind) for kind in dict.fromkeys(listed)} == {
        "scheduled task": 3,
        "scaling group": 2,
        "instances": 1,
        "launch template": 2,
        "security group": 2,
        "vSwitch": 4,
        "default route": 2,
        "IPv4 gateway": 2,
        "VPC": 2,
        "log project": 2,
    }
    scheduled = ["timer trigger"] if given else ["event rule", "event source", "event bus"]
    assert [one["kind"] for one in plan["shared"]] == [
        *scheduled,
        "policy attachment",
        "policy version",
        "policy version",
        "role policy",
        "instance role",
        "resource group",
    ]
    assert plan["cost"]["usd_per_day"] > 0
    done = yard.run({**REMOVAL, "dry_run": False, "confirm": "p2p-agent"}, given=deployed)
    assert told(plan) == told(done)


def test_what_is_planned_of_an_adopted_group_is_done(yard: Yard) -> None:
    """It is emptied and handed back; our task goes, theirs stays."""
    hand_made(yard)
    yard.commit(ADOPT)
    yard.run()
    schedule(yard, f"{NAME}-stop")
    yard.scale(FRANKFURT, 2)

    plan = yard.run(REMOVAL)

    assert plan["status"] == "changed"
    assert told(plan) == told(yard.destroy())


def test_what_is_planned_of_a_damaged_stack_is_removed(yard: Yard) -> None:
    """Its group is gone and its tasks are not; an accident has left a second VPC."""
    yard.commit()
    yard.run()
    arm(yard, "start")
    arm(yard, "stop")
    group_id = yard.group()["ScalingGroupId"]
    yard.console("ess", FRANKFURT, "DeleteScalingGroup", ScalingGroupId=group_id, ForceDelete=True)
    tag = {"Key": "p2p-fleet", "Value": "p2p-agent"}
    yard.console("vpc", FRANKFURT, "CreateVpc", CidrBlock="10.20.30.0/24", Tag=[tag])
    yard.wait(60)

    plan = yard.run(REMOVAL)

    assert plan["status"] == "changed"
    assert told(plan) == told(yard.destroy())


def test_what_is_planned_for_some_regions_is_removed(yard: Yard) -> None:
    """What the regions share is not on the list."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.run()
    yard.commit(regions=(FRANKFURT,))

    plan = yard.run({**REMOVAL, "regions": [LONDON]})

    assert (plan["status"], plan["shared"]) == ("changed", [])
    assert told(plan) == told(yard.destroy(LONDON))
