"""Logs and metrics: what the nodes can do without, built last and removed with the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.bootstrap.yard import (
    FRANKFURT,
    LONDON,
    Json,
    Yard,
    done_to,
    error_of,
    opened_yard,
    told,
)

WITH_LOGS: Final = "fleet: {logs: true}"
NO_LOG_SERVICE: Final = "cn-zhongwei"
"""A region that does not offer the Simple Log Service."""


def project(yard: Yard, region: str = FRANKFURT) -> Json:
    """Return the region's one log project."""
    (found,) = yard.holdings("log", region)["projects"]
    return dict(found)


def policy(yard: Yard) -> Any:  # noqa: ANN401 (any JSON)
    """Return the statements that say what nodes may do."""
    made = yard.console("ram", None, "GetPolicy", PolicyName="p2p-agent-node", PolicyType="Custom")
    return json.loads(made["DefaultPolicyVersion"]["PolicyDocument"])["Statement"]


def test_with_logs_everything_that_collects_them_is_there(yard: Yard) -> None:
    """Project, logstore with index, machine group by the nodes' own id, configuration, applied."""
    yard.commit("fleet: {logs: true, logs_retention_days: 30}")
    yard.run()

    made = project(yard)
    (store,), (machines,), (config,) = made["logstores"], made["machine_groups"], made["configs"]
    assert (store["logstoreName"], store["ttl"], bool(store["index"])) == ("agents", 30, True)
    assert (machines["groupName"], machines["machineList"], machines["configs"]) == (
        "agents",
        ["p2p-agent-eu-central-1"],
        ["agents"],
    )
    assert (config["configName"], config["outputDetail"]["logstoreName"]) == ("agents", "agents")
    assert made["description"] == "Logs of the nodes of p2p-agent in eu-central-1"


def test_nodes_may_write_logs_and_nothing_else(yard: Yard) -> None:
    """Only into the fleet's own projects; a fleet without logs may do nothing at all."""
    yard.commit()
    yard.run()
    before = policy(yard)
    yard.commit(WITH_LOGS)
    yard.run()

    assert (before, policy(yard)) == (
        [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}],
        [
            {
                "Effect": "Allow",
                "Action": ["log:PostLogStoreLogs"],
                "Resource": [f"acs:log:*:{yard.sandbox.account_id}:project/p2p-agent-*/logstore/*"],
            }
        ],
    )


def test_a_policy_that_changes_for_ever_keeps_within_its_versions(yard: Yard) -> None:
    """RAM keeps five; the oldest makes way."""
    for number in range(7):
        yard.commit(WITH_LOGS if number % 2 else "fleet: {}")
        assert error_of(yard.run())[0] == "none"

    made = yard.console(
        "ram", None, "ListPolicyVersions", PolicyName="p2p-agent-node", PolicyType="Custom"
    )
    versions = [one["VersionId"] for one in made["PolicyVersions"]["PolicyVersion"]]
    assert sorted(versions) == ["v3", "v4", "v5", "v6", "v7"]


def test_logs_are_kept_as_long_as_the_document_says_now(yard: Yard) -> None:
    """A change of the days changes the logstore, and nothing is lost."""
    yard.commit(WITH_LOGS)
    yard.run()
    yard.commit("fleet: {logs: true, logs_retention_days: 3650}")

    report = yard.run()

    name = project(yard)["projectName"]
    assert done_to(report) == [
        "changed group tags p2p-agent-eu-central-1",
        f"changed logstore {name} keeps 3650 days",
    ]
    assert project(yard)["logstores"][0]["ttl"] == 3650
    assert (yard.run()["status"], yard.writes) == ("converged", [])


def test_a_region_without_the_service_goes_without_and_says_so(tmp_path: Path) -> None:
    """Its nodes run all the same; the report has it in every run, without a change."""
    with opened_yard(tmp_path, regions=(NO_LOG_SERVICE, FRANKFURT)) as yard:
        yard.commit(WITH_LOGS, regions=(NO_LOG_SERVICE, FRANKFURT))
        first = yard.run()
        second = yard.run()

        assert told(first) == {NO_LOG_SERVICE: "provision done", FRANKFURT: "provision done"}
        missing = "missing log project the Simple Log Service is not offered in cn-zhongwei"
        assert done_to(first, NO_LOG_SERVICE)[-1] == missing
        assert (second["status"], done_to(second, NO_LOG_SERVICE)) == ("converged", [missing])
        assert yard.holdings("log", NO_LOG_SERVICE) == {}


@pytest.mark.parametrize(
    ("variant", "code", "said"),
    [
        (
            "Unauthorized",
            "LogProjectTaken",
            " belongs to another account: such names are unique in the world.",
        ),
        ("ProjectNotExist", "ProjectAlreadyExist", None),
    ],
)
def test_a_project_name_that_another_account_has_costs_the_logs_only(
    yard: Yard, variant: str, code: str, said: str | None
) -> None:
    """The group stands and runs; the error says what to do, and removal leaves theirs alone."""
    yard.commit(WITH_LOGS)
    yard.faults(
        account={"foreign_log_projects": ["p2p-agent-*"]},
        variants={"foreign_log_project_error": variant},
    )

    report = yard.run()

    name = f"p2p-agent-eu-central-1-{project_ending(yard)}"
    got, message, remedy = error_of(report)
    assert (report["status"], got, yard.group()["LifecycleState"]) == ("failed", code, "Active")
    if said is not None:
        assert (message, remedy) == (
            f"The log project name {name}{said}",
            "Give the fleet another FLEET_NAME, or set `logs: false` in `fleet`.",
        )
    yard.destroy()
    assert yard.ours() == {}


def project_ending(yard: Yard) -> str:
    """Return what project names of this account end in, from one that was really made."""
    yard.faults()
    yard.commit(WITH_LOGS, regions=(LONDON,))
    yard.run()
    return str(project(yard, LONDON)["projectName"]).rpartition("-")[2]


def test_a_project_of_our_name_that_we_have_not_made_is_left_alone(yard: Yard) -> None:
    """Its description says that somebody else has, which building and removal both respect."""
    yard.commit(WITH_LOGS)
    yard.run()
    name = project(yard)["projectName"]
    yard.destroy()
    yard.console(
        "log",
        FRANKFURT,
        "CreateProject",
        project=name,
        body={"projectName": name, "description": "mine"},
    )
    yard.wait(5)

    report = yard.run()

    assert error_of(report) == (
        "LogProjectNotOurs",
        f"A log project named {name} exists in eu-central-1 that the fleet has not made.",
        "Delete it, or set its description to: Logs of the nodes of p2p-agent in eu-central-1",
    )
    yard.destroy()
    assert yard.ours() == {"log projects": 1}


def test_metrics_need_the_account_s_role_which_stays(yard: Yard) -> None:
    """It is made once, bears no tag of ours, and others may need it after us."""
    yard.commit("fleet: {metrics: true}")
    yard.run()
    second = yard.run()
    yard.destroy()

    assert (second["status"], yard.ours()) == ("converged", {"ram roles": 1})
    assert yard.holdings("ram")["roles"][0]["RoleName"] == "AliyunServiceRoleForCloudMonitor"
