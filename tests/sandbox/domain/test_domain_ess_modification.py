"""Changing scaling groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ess_user import EssUser


def test_modifying_changes_what_is_sent_and_nothing_else(ess: EssUser) -> None:
    """Active or Inactive, what is not sent stays; the modification time moves."""
    group_id = ess.create("p2p", VSwitchIds=ess.vswitch_ids[:1])
    before = ess.group(group_id)
    ess.wait(120)
    ess.modify(
        group_id,
        ScalingGroupName="renamed",
        MaxSize=3,
        HealthCheckType="NONE",
        LaunchTemplateVersion="Latest",
        GroupDeletionProtection=True,
    )
    assert ess.group(group_id) == {
        **before,
        "ScalingGroupName": "renamed",
        "MaxSize": 3,
        "HealthCheckType": "NONE",
        "HealthCheckTypes": ["NONE"],
        "LaunchTemplateVersion": "Latest",
        "GroupDeletionProtection": True,
        "ModificationTime": "2026-11-23T08:02Z",
    }


@pytest.mark.parametrize(
    ("bounds", "change", "code"),
    [
        ({}, {"MinSize": 11}, "InvalidParameter.Conflict"),
        ({"MinSize": 3}, {"MaxSize": 2}, "InvalidParameter.Conflict"),
        ({"DesiredCapacity": 5}, {"MaxSize": 4}, "IncorrectCapacity.MaxSize"),
        ({"DesiredCapacity": 5}, {"MinSize": 6}, "IncorrectCapacity.MinSize"),
        ({"DesiredCapacity": 5}, {"DesiredCapacity": 11}, "IncorrectCapacity.MaxSize"),
        ({}, {"MinSize": 2, "DesiredCapacity": 1}, "IncorrectCapacity.MinSize"),
        (
            {"DesiredCapacity": 5},
            {"DesiredCapacity": 4, "DisableDesiredCapacity": True},
            "InvalidParameter.Conflict",
        ),
        ({}, {"ScalingGroupName": "taken"}, "InvalidScalingGroupName.Duplicate"),
        ({}, {"LaunchTemplateId": "none"}, "LaunchTemplateSet.NotFound"),
        (
            {},
            {"ActiveScalingConfigurationId": "asc-x"},
            "InvalidParameter.Conflict",
        ),
    ],
)
def test_wrong_modifications_are_refused(
    ess: EssUser, bounds: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    """A change that would break min ≤ desired ≤ max, or names what is not there, does nothing."""
    ess.create("taken")
    group_id = ess.create(**bounds)
    assert ess.refusal("ModifyScalingGroup", ScalingGroupId=group_id, **change) == (code, 400)


def test_a_group_keeps_its_own_name(ess: EssUser) -> None:
    """Sending the present name is not a duplicate."""
    group_id = ess.create("p2p")
    ess.modify(group_id, ScalingGroupName="p2p", MaxSize=2)
    assert ess.bounds(group_id) == (0, 2, None)


@pytest.mark.parametrize(("variant", "bounds"), [("enables", (2, 2, 2)), ("ignored", (2, 2, None))])
def test_what_desired_capacity_does_to_a_group_that_never_had_it(
    ess: EssUser, variant: str, bounds: tuple[int, int, int | None]
) -> None:
    """Variant: a plain modification may turn the feature on, or be ignored."""
    ess.set_faults(variants={"modify_desired_capacity": variant})
    group_id = ess.create()
    ess.modify(group_id, MinSize=2, MaxSize=2, DesiredCapacity=2)
    assert ess.bounds(group_id) == bounds


def test_desired_capacity_may_be_rejected_for_a_group_that_never_had_it(ess: EssUser) -> None:
    """Variant: the modification may be refused, but not for a group that had the feature once."""
    ess.set_faults(variants={"modify_desired_capacity": "rejected"})
    never = ess.create("never")
    change = {"MaxSize": 2, "DesiredCapacity": 2}
    assert ess.refusal("ModifyScalingGroup", ScalingGroupId=never, **change) == (
        "InvalidParameter",
        400,
    )
    once = ess.create("once", DesiredCapacity=0)
    ess.modify(once, DisableDesiredCapacity=True)
    assert ess.bounds(once) == (0, 10, None)
    ess.modify(once, **change)
    assert ess.bounds(once) == (0, 2, 2)


def test_the_desired_feature_is_turned_off_between_activities_only(ess: EssUser) -> None:
    """With a running activity it is refused; off, the instances stay, in whatever bounds."""
    group_id = ess.create_active(DesiredCapacity=2)
    off = {"ScalingGroupId": group_id, "DisableDesiredCapacity": True, "MaxSize": 2}
    assert ess.refusal("ModifyScalingGroup", **off) == ("ScalingActivityInProgress", 400)
    ess.wait(60)
    ess.call("ModifyScalingGroup", **off)
    ess.wait(60)
    assert ess.bounds(group_id) == (0, 2, None)
    assert ess.counts(group_id) == {"Active": 2}
