"""Scaling groups through the session: made, enabled, reshaped, removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.cloud.ecs import Ecs
from shared.cloud.ess import Ess
from shared.cloud.records import Capacity, ScalingGroup, TaskSpec
from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import GroupSpec
from shared.failure import Reaction
from shared.naming import TaskRole
from tests.shared.conftest import REGION, TYPE, Ground, PassTime, SetFaults

NAME = f"p2p-agent-{REGION}"


@pytest.fixture
def ess(session: Session) -> Ess:
    """ESS as the session reaches it."""
    return Ess(session)


@pytest.fixture
def spec(ground: Ground) -> GroupSpec:
    """The fleet's group in the region."""
    return GroupSpec(
        name=NAME,
        template_id=ground.template_id,
        template_version="1",
        instance_types=(TYPE, "ecs.e-c1m2.large"),
        vswitch_ids=(ground.vswitch_id,),
        resource_group_id="",
        tags={"p2p-fleet": "p2p-agent"},
        propagated_tags={"role": "node"},
    )


@pytest.fixture
def group_id(ess: Ess, spec: GroupSpec) -> str:
    """The group, as it is born."""
    return ess.create_group(REGION, spec, "group")


def the_group(ess: Ess) -> ScalingGroup:
    """The one group of the fleet's name."""
    (group,) = ess.groups(REGION, named=NAME, tagged="p2p-fleet")
    return group


def test_a_group_is_born_inactive_empty_and_tagged(ess: Ess, ground: Ground, group_id: str) -> None:
    """What it is made from can be read back, so that a change of the document is seen."""
    assert the_group(ess) == ScalingGroup(
        group_id=group_id,
        name=NAME,
        lifecycle_state="Inactive",
        system_suspended=False,
        suspended_processes=(),
        capacity=Capacity(0, 0, None),
        active=0,
        pending=0,
        has_template=True,
        tags={"p2p-fleet": "p2p-agent", "role": "node"},
        template_id=ground.template_id,
        template_version="1",
        instance_types=(TYPE, "ecs.e-c1m2.large"),
        vswitch_ids=(ground.vswitch_id,),
        vpc_id=ground.vpc_id,
    )


def test_the_same_token_makes_one_group(ess: Ess, spec: GroupSpec, group_id: str) -> None:
    """A creation that is repeated after its answer was lost answers with what was made."""
    assert (ess.create_group(REGION, spec, "group"), len(ess.group_ids(REGION))) == (group_id, 1)


def test_an_enabled_group_makes_instances_which_the_network_shows(
    ess: Ess, session: Session, ground: Ground, group_id: str, pass_time: PassTime
) -> None:
    """They and their interfaces hold the network back when it is to go."""
    ess.enable_group(REGION, group_id)
    ess.set_capacity(REGION, group_id, Capacity.of_all(2, desired_on=False))
    pass_time(300)
    ecs = Ecs(session)

    instances = ecs.instances(REGION, ground.vpc_id)
    assert the_group(ess).active == 2
    assert [(one.vpc_id, one.status) for one in instances] == [(ground.vpc_id, "Running")] * 2
    assert ecs.interfaces(REGION, ground.vpc_id) == 2


def test_reshaping_changes_what_is_made_and_not_how_many(
    ess: Ess, session: Session, ground: Ground, group_id: str
) -> None:
    """The watcher's capacity stays whatever bootstrap does to the template."""
    ess.enable_group(REGION, group_id)
    ess.set_capacity(REGION, group_id, Capacity.of_all(1, desired_on=False))
    Ecs(session).create_template_version(REGION, ground.template_id, ground.spec)
    before = the_group(ess)
    ess.reshape_group(
        REGION,
        group_id,
        template_id=ground.template_id,
        template_version="2",
        instance_types=["ecs.e-c1m2.large"],
        vswitch_ids=[ground.vswitch_id],
    )
    after = the_group(ess)

    assert after == replace(
        before,
        template_version="2",
        instance_types=("ecs.e-c1m2.large",),
        active=after.active,
        pending=after.pending,
    )
    assert after.capacity == Capacity(1, 1, None)


def test_a_group_goes_with_its_instances_and_twice_is_no_error(
    ess: Ess, session: Session, ground: Ground, group_id: str, pass_time: PassTime
) -> None:
    """Deleting is forced, goes on in the background, and what is gone is as good as deleted."""
    ess.enable_group(REGION, group_id)
    ess.set_capacity(REGION, group_id, Capacity.of_all(2, desired_on=False))
    pass_time(300)
    ess.delete_group(REGION, group_id)
    pass_time(300)
    ess.delete_group(REGION, group_id)

    assert ess.groups(REGION, named=NAME, tagged="p2p-fleet") == ()
    assert Ecs(session).instances(REGION, ground.vpc_id) == ()


def test_tags_of_a_group_come_and_go(ess: Ess, group_id: str) -> None:
    """What is remembered there is written, replaced, and forgotten."""
    ess.tag_group(REGION, group_id, {"p2p-fleet-start": "now", "more": "1"})
    ess.untag_group(REGION, group_id, ["more", "never"])

    assert the_group(ess).tags == {
        "p2p-fleet": "p2p-agent",
        "role": "node",
        "p2p-fleet-start": "now",
    }


def test_the_account_says_how_many_groups_it_may_have(ess: Ess) -> None:
    """For a look at what an account can do before anything is built."""
    assert ess.limits(REGION)["MaxNumberOfScalingGroups"] > 0


def test_all_tasks_of_a_region_are_counted(ess: Ess, group_id: str) -> None:
    """They share one quota, whosever they are."""
    before = ess.task_count(REGION)
    launch = datetime.now(UTC) + timedelta(days=1)
    spec = TaskSpec(TaskRole.START, launch, Capacity.of_all(0, desired_on=False))
    ess.create_task(REGION, the_group(ess), spec)

    assert (before, ess.task_count(REGION), len(ess.tasks(REGION, group_id))) == (0, 1, 1)


def test_a_used_up_quota_says_what_to_do(ess: Ess, spec: GroupSpec, set_faults: SetFaults) -> None:
    """A person has to raise it."""
    set_faults({"account": {"quotas": {"ess:scaling_groups": 0}}})

    with pytest.raises(CallFailedError) as caught:
        ess.create_group(REGION, spec, "group")

    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("QuotaExceeded.ScalingGroup", Reaction.HUMAN)
