"""What holds in every history of the cloud, whatever callers and faults do."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from tests.sandbox.domain.ess_user import REGION, START, EssUser, Json

GROUPS = 2
LONG_ENOUGH = timedelta(days=2)


@dataclass(frozen=True)
class Step:
    """One moment of a history: time passes, then a call is made or faults change.

    `target` says which group or task it is about; `cuts` split the wait into smaller ones.
    """

    wait_s: int
    action: str
    target: int
    params: dict[str, Any] = field(default_factory=dict)
    cuts: tuple[float, ...] = ()


SIZES = st.integers(0, 6)
BOUNDS = st.fixed_dictionaries(
    {}, optional={"MinSize": SIZES, "MaxSize": SIZES, "DesiredCapacity": SIZES}
)
TASK_VALUES = st.fixed_dictionaries(
    {}, optional={"MinValue": SIZES, "MaxValue": SIZES, "DesiredCapacity": SIZES}
)
PROCESSES = st.fixed_dictionaries(
    {
        "Processes": st.lists(
            st.sampled_from(["ScaleIn", "ScaleOut", "HealthCheck", "ScheduledAction"]), min_size=1
        )
    }
)
FAULTS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"stock": [{}]},
        {"stock": [{"zone": "*a"}]},
        {"account": {"quotas": {"ecs:instances": 3}}},
        {"variants": {"fired_task_kept": False}},
    ]
)
PARAMS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "CreateScalingGroup": BOUNDS,
    "ModifyScalingGroup": BOUNDS,
    "DisableDesired": st.just({}),
    "EnableScalingGroup": st.just({}),
    "DisableScalingGroup": st.just({}),
    "DeleteScalingGroup": st.fixed_dictionaries({"ForceDelete": st.booleans()}),
    "SuspendProcesses": PROCESSES,
    "ResumeProcesses": PROCESSES,
    "SetInstanceHealth": st.just({"HealthStatus": "Unhealthy"}),
    "CreateScheduledTask": TASK_VALUES,
    "ModifyScheduledTask": TASK_VALUES,
    "DeleteScheduledTask": st.just({}),
    "faults": FAULTS,
}
STEPS = st.sampled_from(list(PARAMS)).flatmap(
    lambda action: st.builds(
        Step,
        wait_s=st.one_of(st.integers(0, 90), st.integers(0, 20_000)),
        action=st.just(action),
        target=st.integers(0, 5),
        params=PARAMS[action],
        cuts=st.lists(st.floats(0, 1), max_size=3).map(lambda cuts: tuple(sorted(cuts))),
    )
)
HISTORIES = st.lists(STEPS, max_size=25)


def founded() -> EssUser:
    """An account with two Active groups, one of them with the desired feature on."""
    ess = EssUser(Cloud(seed=11, start=START, regions=[REGION]))
    ess.create_active("with-desired", MaxSize=6, DesiredCapacity=1)
    ess.create_active("without", MinSize=1, MaxSize=6)
    return ess


def act(ess: EssUser, step: Step) -> None:
    """Makes the step's call; a refusal is as good as any other answer."""
    if step.action == "faults":
        ess.cloud.set_faults(Faults.parse(step.params))
        return
    action, params = call_of(ess, step)
    with contextlib.suppress(ApiError):
        ess.call(action, **params)


def call_of(ess: EssUser, step: Step) -> tuple[str, dict[str, Any]]:
    """Action and parameters of the step, aimed at something that is there."""
    kept = state(ess)
    groups = [group["ScalingGroupId"] for group in kept["scaling_groups"]] or ["asg-none"]
    group_id = groups[step.target % len(groups)]
    match step.action:
        case "CreateScalingGroup":
            sizes = {"MinSize": 0, "MaxSize": 6}
            there = {"LaunchTemplateId": ess.template_id, "VSwitchIds": ess.vswitch_ids}
            return step.action, {**sizes, **step.params, **there}
        case "DisableDesired":
            wanted = {"ScalingGroupId": group_id, "DisableDesiredCapacity": True}
            return "ModifyScalingGroup", wanted
        case "SetInstanceHealth":
            ids = [instance["InstanceId"] for instance in kept["instances"]] or ["i-none"]
            return step.action, {**step.params, "InstanceId": ids[step.target % len(ids)]}
        case "CreateScheduledTask":
            due = ess.cloud.clock.now + timedelta(minutes=1 + 7 * step.target)
            launch = due.strftime("%Y-%m-%dT%H:%MZ")
            return step.action, {**step.params, "ScalingGroupId": group_id, "LaunchTime": launch}
        case "ModifyScheduledTask" | "DeleteScheduledTask":
            ids = [task["ScheduledTaskId"] for task in kept["scheduled_tasks"]] or ["none"]
            return step.action, {**step.params, "ScheduledTaskId": ids[step.target % len(ids)]}
        case _:
            return step.action, {**step.params, "ScalingGroupId": group_id}


def state(ess: EssUser) -> dict[str, list[Json]]:
    """Everything in the region."""
    nothing: dict[str, list[Json]] = {"scaling_groups": [], "instances": [], "scheduled_tasks": []}
    found: dict[str, list[Json]] = ess.cloud.state()["products"]["ess"].get(REGION, nothing)
    return found


def check_consistency(ess: EssUser) -> None:
    """Bounds in order, counters equal to what is there, one activity at a time where due."""
    kept = state(ess)
    in_progress = Counter(
        activity["ScalingGroupId"]
        for activity in kept.get("scaling_activities", [])
        if activity["StatusCode"] == "InProgress"
    )
    for group in kept["scaling_groups"]:
        group_id = group["ScalingGroupId"]
        desired = group.get("DesiredCapacity", group["MinSize"])
        assert 0 <= group["MinSize"] <= desired <= group["MaxSize"]
        states = Counter(
            instance["LifecycleState"]
            for instance in kept["instances"]
            if instance["ScalingGroupId"] == group_id
        )
        assert group["ActiveCapacity"] == states["InService"]
        assert group["PendingCapacity"] == states["Pending"]
        assert group["RemovingCapacity"] == states["Removing"]
        assert group["TotalCapacity"] == group["TotalInstanceCount"] == states.total()
        if not group["EnableDesiredCapacity"] and group["LifecycleState"] != "Deleting":
            assert in_progress[group_id] <= 1


def pass_time(ess: EssUser, step: Step, *, in_steps: bool) -> None:
    """Waits for the step, in one leap or cut into pieces."""
    start = ess.cloud.clock.now
    for share in (*step.cuts, 1.0) if in_steps else (1.0,):
        ess.cloud.clock.advance_to(start + timedelta(seconds=step.wait_s * share))


@given(HISTORIES)
@settings(max_examples=150, deadline=None)
def test_bounds_and_counters_hold_at_every_moment(history: list[Step]) -> None:
    """0 ≤ min ≤ desired ≤ max, counters equal instances, no two activities where one is allowed."""
    ess = founded()
    check_consistency(ess)
    for step in history:
        pass_time(ess, step, in_steps=False)
        check_consistency(ess)
        act(ess, step)
        check_consistency(ess)


@given(HISTORIES)
@settings(max_examples=150, deadline=None)
def test_leaps_and_small_steps_lead_to_the_same_state(history: list[Step]) -> None:
    """How often somebody looks at the clock does not change what happens."""
    leaping, stepping = founded(), founded()
    for step in history:
        pass_time(leaping, step, in_steps=False)
        pass_time(stepping, step, in_steps=True)
        assert json.dumps(leaping.cloud.state()) == json.dumps(stepping.cloud.state())
        act(leaping, step)
        act(stepping, step)


@given(HISTORIES)
@settings(max_examples=150, deadline=None)
def test_every_group_comes_to_rest_within_its_bounds(history: list[Step]) -> None:
    """Once faults and callers stop, groups hold what they demand, and deleted ones are gone."""
    ess = founded()
    for step in history:
        pass_time(ess, step, in_steps=False)
        act(ess, step)
    ess.cloud.set_faults(Faults())
    ess.cloud.clock.advance_to(ess.cloud.clock.now + LONG_ENOUGH)
    for group in resting_groups(ess):
        assert group["PendingCapacity"] == group["RemovingCapacity"] == 0
        low = group.get("DesiredCapacity", group["MinSize"])
        high = group.get("DesiredCapacity", group["MaxSize"])
        assert low <= group["ActiveCapacity"] <= high
    assert all(group["LifecycleState"] != "Deleting" for group in state(ess)["scaling_groups"])


def resting_groups(ess: EssUser) -> Iterator[Json]:
    """The groups that nothing keeps from getting what they demand."""
    for group in state(ess)["scaling_groups"]:
        held = {"ScaleIn", "ScaleOut"} & set(group["SuspendedProcesses"])
        if group["LifecycleState"] == "Active" and not held and not group["SystemSuspended"]:
            yield group
