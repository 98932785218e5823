"""Machine groups and Logtail configurations of the log service, and their union."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.log_user import (
    CONFIG_BODY,
    GROUP_BODY,
    PROJECT,
    Json,
    LogUser,
)

BAD = ("InvalidParameter", 400)
NO_GROUP = ("MachineGroupNotExist", 404)
NO_CONFIG = ("ConfigNotExist", 404)
BOTH: Json = {"machineGroup": "nodes", "configName": "agent-log"}


@pytest.fixture
def user() -> LogUser:
    """Somebody with an empty project."""
    user = LogUser()
    user.project()
    return user


def call(user: LogUser, action: str, **params: object) -> Json:
    """A call inside the project."""
    return user.call(action, project=PROJECT, **params)


def refusal(user: LogUser, action: str, **params: object) -> tuple[str, int]:
    """Code and status of a call inside the project that must be refused."""
    return user.refusal(action, project=PROJECT, **params)


def test_life_of_a_machine_group(user: LogUser) -> None:
    """A machine group is created once, shown, updated, listed and deleted."""
    call(user, "CreateMachineGroup", body=GROUP_BODY)
    shown = {"groupType": "", "groupAttribute": {}, **GROUP_BODY}
    assert call(user, "GetMachineGroup", machineGroup="nodes") == shown
    assert refusal(user, "CreateMachineGroup", body=GROUP_BODY) == ("MachineGroupAlreadyExist", 400)
    changed = {**GROUP_BODY, "machineList": ["p2p", "more"], "groupAttribute": {"groupTopic": "t"}}
    call(user, "UpdateMachineGroup", groupName="nodes", body=changed)
    shown = {"groupType": "", **changed}
    assert call(user, "GetMachineGroup", machineGroup="nodes") == shown
    renamed = {**GROUP_BODY, "groupName": "others"}
    assert refusal(user, "UpdateMachineGroup", groupName="nodes", body=renamed) == BAD
    listed = {"count": 1, "total": 1, "machinegroups": ["nodes"]}
    assert call(user, "ListMachineGroup") == listed
    assert call(user, "ListMachineGroup", groupName="x")["machinegroups"] == []
    call(user, "DeleteMachineGroup", machineGroup="nodes")
    assert refusal(user, "DeleteMachineGroup", machineGroup="nodes") == NO_GROUP


@pytest.mark.parametrize("code", ["MachineGroupNotExist", "GroupNotExist"])
def test_a_missing_machine_group_is_a_404(user: LogUser, code: str) -> None:
    """Every call on a machine group that is not there says so; its code has a switch."""
    user.set_faults(variants={"machine_group_missing_error": code})
    call(user, "CreateConfig", body=CONFIG_BODY)
    calls: dict[str, Json] = {
        "GetMachineGroup": {"machineGroup": "nodes"},
        "UpdateMachineGroup": {"groupName": "nodes", "body": GROUP_BODY},
        "DeleteMachineGroup": {"machineGroup": "nodes"},
        "GetAppliedConfigs": {"machineGroup": "nodes"},
        "ApplyConfigToMachineGroup": BOTH,
        "RemoveConfigFromMachineGroup": BOTH,
    }
    for action, params in calls.items():
        assert refusal(user, action, **params) == (code, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"groupName": "ab"},
        {"groupName": "Nodes"},
        {"groupName": "a" * 129},
        {"machineIdentifyType": "name"},
        {"machineIdentifyType": None},
    ],
)
def test_a_wrong_machine_group_is_refused(user: LogUser, wrong: Json) -> None:
    """Names have 3 to 128 characters; machines are known by ip or by an id of the user's own."""
    assert refusal(user, "CreateMachineGroup", body={**GROUP_BODY, **wrong}) == BAD


def test_life_of_a_configuration(user: LogUser) -> None:
    """A Logtail configuration is created once, shown, updated, listed and deleted."""
    call(user, "CreateConfig", body=CONFIG_BODY)
    created_s = int(user.cloud.clock.now.timestamp())
    times = {"createTime": created_s, "lastModifyTime": created_s}
    assert call(user, "GetConfig", configName="agent-log") == {**CONFIG_BODY, **times}
    assert refusal(user, "CreateConfig", body=CONFIG_BODY) == ("ConfigAlreadyExist", 400)
    user.wait()
    changed = {**CONFIG_BODY, "inputDetail": {"logPath": "/srv"}}
    call(user, "UpdateConfig", configName="agent-log", body=changed)
    times["lastModifyTime"] += 10
    assert call(user, "GetConfig", configName="agent-log") == {**changed, **times}
    renamed = {**CONFIG_BODY, "configName": "others"}
    mismatch = refusal(user, "UpdateConfig", configName="agent-log", body=renamed)
    assert mismatch == ("BadRequest", 400)
    listed = {"count": 1, "total": 1, "configs": ["agent-log"]}
    assert call(user, "ListConfig", offset=0, size=10) == listed
    assert call(user, "ListConfig", offset=0, size=10, logstoreName="agents") == listed
    for filters in ({"logstoreName": "others"}, {"configName": "x"}):
        assert call(user, "ListConfig", offset=0, size=10, **filters)["configs"] == []
    call(user, "DeleteConfig", configName="agent-log")
    for action, params in {
        "GetConfig": {},
        "UpdateConfig": {"body": CONFIG_BODY},
        "DeleteConfig": {},
        "GetAppliedMachineGroups": {},
    }.items():
        assert refusal(user, action, configName="agent-log", **params) == NO_CONFIG


@pytest.mark.parametrize(
    "wrong",
    [
        {"configName": "a"},
        {"configName": "Agent"},
        {"configName": "a" * 129},
        {"inputType": ""},
        {"outputType": "OSS"},
        {"outputDetail": {}},
    ],
)
def test_a_wrong_configuration_is_refused(user: LogUser, wrong: Json) -> None:
    """Names have 2 to 128 characters; output goes to a logstore of the log service."""
    assert refusal(user, "CreateConfig", body={**CONFIG_BODY, **wrong}) == BAD


def test_a_configuration_is_applied_to_a_group_and_removed(user: LogUser) -> None:
    """Applying and removing can be repeated; both sides show what is applied."""
    call(user, "CreateMachineGroup", body=GROUP_BODY)
    call(user, "CreateConfig", body=CONFIG_BODY)
    for _ in range(2):
        assert call(user, "ApplyConfigToMachineGroup", **BOTH) == {}
    applied = {"count": 1, "configs": ["agent-log"]}
    assert call(user, "GetAppliedConfigs", machineGroup="nodes") == applied
    groups = {"count": 1, "machinegroups": ["nodes"]}
    assert call(user, "GetAppliedMachineGroups", configName="agent-log") == groups
    for _ in range(2):
        assert call(user, "RemoveConfigFromMachineGroup", **BOTH) == {}
    nothing = {"count": 0, "configs": []}
    assert call(user, "GetAppliedConfigs", machineGroup="nodes") == nothing
    absent = {**BOTH, "configName": "absent"}
    assert refusal(user, "ApplyConfigToMachineGroup", **absent) == NO_CONFIG


def test_a_deleted_configuration_leaves_its_groups(user: LogUser) -> None:
    """After DeleteConfig no machine group has the configuration, not even under a new one."""
    call(user, "CreateMachineGroup", body=GROUP_BODY)
    call(user, "CreateConfig", body=CONFIG_BODY)
    call(user, "ApplyConfigToMachineGroup", **BOTH)
    call(user, "DeleteConfig", configName="agent-log")
    call(user, "CreateConfig", body=CONFIG_BODY)
    assert call(user, "GetAppliedConfigs", machineGroup="nodes")["configs"] == []


@pytest.mark.parametrize(
    ("quota", "action", "body", "name"),
    [
        ("log:machine_groups", "CreateMachineGroup", GROUP_BODY, "groupName"),
        ("log:configs", "CreateConfig", CONFIG_BODY, "configName"),
    ],
)
def test_a_project_has_quotas(
    user: LogUser, quota: str, action: str, body: Json, name: str
) -> None:
    """Machine groups and configurations of a project are limited."""
    user.set_faults(account={"quotas": {quota: 1}})
    call(user, action, body=body)
    refused = refusal(user, action, body={**body, name: "one-more"})
    assert refused == ("ProjectQuotaExceed", 400)
