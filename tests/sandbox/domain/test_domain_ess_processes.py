"""Processes of a group: suspended, resumed, and the health check among them."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.ess_user import EssUser


@pytest.mark.parametrize(("process", "before", "after"), [("ScaleOut", 1, 3), ("ScaleIn", 3, 1)])
def test_suspended_scaling_waits_for_its_resumption(
    ess: EssUser, process: str, before: int, after: int
) -> None:
    """The bounds change, the number does not, until the process is resumed."""
    group_id = ess.create_active(MinSize=before, MaxSize=before)
    ess.wait(60)
    ess.call("SuspendProcesses", ScalingGroupId=group_id, Processes=[process, process])
    assert ess.group(group_id)["SuspendedProcesses"] == [process]
    ess.modify(group_id, MinSize=after, MaxSize=after)
    ess.wait(600)
    assert ess.counts(group_id) == {"Active": before}
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=[process])
    ess.wait(120)
    assert (ess.counts(group_id), ess.group(group_id)["SuspendedProcesses"]) == (
        {"Active": after},
        [],
    )


def test_only_known_processes_can_be_suspended(ess: EssUser) -> None:
    """An unknown name is refused as a whole; client tokens work here too."""
    group_id = ess.create()
    request = {"ScalingGroupId": group_id, "Processes": ["ScaleIn", "Coffee"]}
    for action in ("SuspendProcesses", "ResumeProcesses"):
        assert ess.refusal(action, **request) == ("InvalidParameter", 400)
    token = {"ScalingGroupId": group_id, "ClientToken": "tok"}
    ess.call("SuspendProcesses", **token, Processes=["AlarmNotification"])
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=["AlarmNotification"])
    ess.call("SuspendProcesses", **token, Processes=["AlarmNotification"])
    assert ess.group(group_id)["SuspendedProcesses"] == []
    assert ess.refusal("SuspendProcesses", **token, Processes=["ScaleIn"])[0] == (
        "IdempotentParameterMismatch"
    )


def test_unhealthy_instances_are_replaced(ess: EssUser) -> None:
    """The health check finds them, takes them out, and the group is filled up again."""
    group_id = ess.create_active(MinSize=2)
    ess.wait(60)
    sick = ess.activities(group_id)[0]["CreatedInstances"][1]
    ess.call("SetInstanceHealth", InstanceId=sick, HealthStatus="Unhealthy")
    unhealthy = ess.call("DescribeScalingInstances", HealthStatus="Unhealthy")
    assert [one["InstanceId"] for one in unhealthy["ScalingInstances"]] == [sick]
    ess.wait(60)
    assert ess.counts(group_id) == {"Active": 1, "Removing": 1}
    ess.wait(120)
    _, removal, replacement = ess.activities(group_id)
    assert removal["DestroyedInstances"] == [sick]
    assert replacement["CreatedCapacity"] == 1
    assert ess.counts(group_id) == {"Active": 2}


@pytest.mark.parametrize("process", ["HealthCheck", "ScaleIn"])
def test_a_suspended_health_check_finds_nothing(ess: EssUser, process: str) -> None:
    """Unhealthy instances stay until the process is resumed; nor does a check that is off see."""
    group_id = ess.create_active(MinSize=1)
    unchecked = ess.create_active("unchecked", MinSize=1, HealthCheckType="NONE")
    ess.wait(60)
    ess.call("SuspendProcesses", ScalingGroupId=group_id, Processes=[process])
    for one in (group_id, unchecked):
        (sick,) = ess.activities(one)[0]["CreatedInstances"]
        ess.call("SetInstanceHealth", InstanceId=sick, HealthStatus="Unhealthy")
    ess.wait(600)
    assert (ess.counts(group_id), ess.counts(unchecked)) == ({"Active": 1}, {"Active": 1})
    ess.call("ResumeProcesses", ScalingGroupId=group_id, Processes=[process])
    assert ess.counts(group_id) == {"Removing": 1}


def test_health_is_set_for_instances_that_exist(ess: EssUser) -> None:
    """An unknown instance or health is refused."""
    group_id = ess.create_active(MinSize=1)
    (instance_id,) = ess.activities(group_id)[0]["CreatedInstances"]
    unknown = {"InstanceId": "i-unknown", "HealthStatus": "Unhealthy"}
    assert ess.refusal("SetInstanceHealth", **unknown) == ("InvalidInstanceId.NotFound", 400)
    odd = {"InstanceId": instance_id, "HealthStatus": "Peaky"}
    assert ess.refusal("SetInstanceHealth", **odd) == ("InvalidParameter", 400)
