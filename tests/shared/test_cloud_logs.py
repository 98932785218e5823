"""The Simple Log Service through the vendor's own client, within the session's deadline."""

from __future__ import annotations

import random
import time
from typing import Final

import pytest

from sandbox.server import RunningSandbox
from shared.cloud.logs import Logs
from shared.cloud.session import (
    CallFailedError,
    CloudCredentials,
    DeadlinePassedError,
    Session,
)
from shared.cloud.stack_records import ForeignProject, LogProject, Logstore
from shared.deadline import Deadline
from shared.failure import Reaction
from tests.shared.conftest import REGION, PassTime, SetFaults

PROJECT: Final = "p2p-agent-eu-central-1-x7"
CONFIG: Final = {
    "configName": "agent",
    "inputType": "file",
    "inputDetail": {
        "logType": "common_reg_log",
        "logPath": "/var/log",
        "filePattern": "p2p-agent.log",
        "logBeginRegex": ".*",
        "regex": "(.*)",
        "key": ["content"],
        "topicFormat": "none",
        "localStorage": True,
    },
    "outputType": "LogService",
    "outputDetail": {"logstoreName": "agent"},
}


@pytest.fixture
def logs(session: Session) -> Logs:
    """SLS as the session reaches it."""
    return Logs(session)


@pytest.fixture
def project(logs: Logs, pass_time: PassTime) -> str:
    """A project that is ready."""
    logs.create_project(REGION, PROJECT, description="p2p-agent", resource_group_id="")
    pass_time(10)
    return PROJECT


def session_to(
    sandbox: RunningSandbox, *, secret: str | None = None, time_s: float = 60
) -> Session:
    """A session with this key and so much time."""
    return Session(
        CloudCredentials(sandbox.access_key_id, secret or sandbox.access_key_secret),
        Deadline.after(time_s, time.monotonic),
        endpoint_url=sandbox.endpoint,
        sleep=time.sleep,
        rng=random.Random(1),
    )


def test_a_project_reads_back_as_it_was_made(
    logs: Logs, project: str, sandbox: RunningSandbox
) -> None:
    """Its owner is this account, its description what it was given."""
    found = logs.project(REGION, project)

    assert isinstance(found, LogProject)
    assert found == LogProject(project, sandbox.account_id, found.resource_group_id, "p2p-agent")


def test_what_does_not_exist_is_none_at_once(logs: Logs, session: Session) -> None:
    """An answer, not a failure: asking again and again would only take time."""
    assert (logs.project(REGION, PROJECT), session.calls) == (None, 1)


def test_a_name_that_another_account_has_is_told_apart(logs: Logs, set_faults: SetFaults) -> None:
    """Names are unique in all the cloud; this one can never be ours."""
    set_faults({"account": {"foreign_log_projects": ["p2p-*"]}})

    assert logs.project(REGION, PROJECT) == ForeignProject(PROJECT)


def test_a_name_that_is_taken_is_a_matter_for_a_person(logs: Logs, set_faults: SetFaults) -> None:
    """Some endpoints deny that another account's project exists, until it is to be made."""
    set_faults(
        {
            "account": {"foreign_log_projects": ["p2p-*"]},
            "variants": {"foreign_log_project_error": "ProjectNotExist"},
        }
    )

    assert logs.project(REGION, PROJECT) is None
    with pytest.raises(CallFailedError) as caught:
        logs.create_project(REGION, PROJECT, description="", resource_group_id="")
    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("ProjectAlreadyExist", Reaction.HUMAN)


def test_a_logstore_is_made_and_can_be_searched(logs: Logs, project: str) -> None:
    """The index may be asked for twice."""
    before = logs.logstore(REGION, project, "agent")
    logs.create_logstore(REGION, project, "agent", ttl_days=7)
    without = logs.index_exists(REGION, project, "agent")
    for _ in range(2):
        logs.ensure_index(REGION, project, "agent")

    assert (before, logs.logstore(REGION, project, "agent")) == (None, Logstore(7, 1))
    assert (without, logs.index_exists(REGION, project, "agent")) == (False, True)


def test_a_logstore_keeps_its_logs_for_longer(logs: Logs, project: str) -> None:
    """Only the days change; the shards are told as they are."""
    logs.create_logstore(REGION, project, "agent", ttl_days=7)
    logs.update_logstore(REGION, project, "agent", Logstore(30, 1))

    assert logs.logstore(REGION, project, "agent") == Logstore(30, 1)


def test_machines_are_grouped_by_what_they_say_of_themselves(logs: Logs, project: str) -> None:
    """Nodes come and go, so they are not listed by address."""
    before = logs.machine_group_exists(REGION, project, "nodes")
    logs.create_machine_group(REGION, project, "nodes", user_defined_id="p2p-agent")

    assert (before, logs.machine_group_exists(REGION, project, "nodes")) == (False, True)


@pytest.mark.parametrize("code", ["MachineGroupNotExist", "GroupNotExist"])
def test_a_missing_machine_group_has_two_names(
    logs: Logs, project: str, set_faults: SetFaults, code: str
) -> None:
    """The documents and the SDKs disagree."""
    set_faults({"variants": {"machine_group_missing_error": code}})

    assert not logs.machine_group_exists(REGION, project, "nodes")


def test_a_configuration_is_followed_once_it_is_applied(logs: Logs, project: str) -> None:
    """What is shipped and who ships it are two things; applying twice is no error."""
    logs.create_logstore(REGION, project, "agent", ttl_days=7)
    logs.create_machine_group(REGION, project, "nodes", user_defined_id="p2p-agent")
    before = logs.logtail_config_exists(REGION, project, "agent")
    logs.create_logtail_config(REGION, project, CONFIG)
    unapplied = logs.config_applied(REGION, project, "agent", "nodes")
    for _ in range(2):
        logs.apply_config(REGION, project, "agent", "nodes")

    assert (before, logs.logtail_config_exists(REGION, project, "agent")) == (False, True)
    assert (unapplied, logs.config_applied(REGION, project, "agent", "nodes")) == (False, True)


def test_tags_of_a_project_are_written(logs: Logs, project: str, sandbox: RunningSandbox) -> None:
    """A project is made without tags, and gets them right after."""
    logs.tag_project(REGION, project, {"p2p-fleet": "p2p-agent"})

    (seen,) = sandbox.cloud.state()["products"]["log"][REGION]["projects"]
    assert seen["tags"] == {"p2p-fleet": "p2p-agent"}


def test_a_project_goes_with_what_is_in_it_and_twice_is_no_error(logs: Logs, project: str) -> None:
    """Deleting what is gone already is as good as deleting it."""
    logs.create_logstore(REGION, project, "agent", ttl_days=7)
    for _ in range(2):
        logs.delete_project(REGION, project)

    assert logs.project(REGION, project) is None


def test_where_the_service_is_missing_nothing_is_sent(logs: Logs, session: Session) -> None:
    """A host that does not exist would only take time."""
    with pytest.raises(CallFailedError) as caught:
        logs.project("cn-zhongwei", PROJECT)

    assert (caught.value.failure.code, session.calls) == ("LogServiceNotOffered", 0)


def test_a_denied_call_names_the_permission_that_is_missing(
    logs: Logs, set_faults: SetFaults
) -> None:
    """The remedy can be copied into a policy."""
    set_faults({"account": {"denied_actions": ["log:CreateProject"]}})

    with pytest.raises(CallFailedError) as caught:
        logs.create_project(REGION, PROJECT, description="", resource_group_id="")

    assert caught.value.failure.remedy == (
        "Grant log:CreateProject to the identity whose access key is used, then try again."
    )


def test_a_wrong_secret_is_said_to_be_wrong(sandbox: RunningSandbox) -> None:
    """Neither the secret nor what was signed with it is shown."""
    with pytest.raises(CallFailedError) as caught:
        Logs(session_to(sandbox, secret="not-the-secret")).project(REGION, PROJECT)

    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("SignatureNotMatch", Reaction.HUMAN)
    assert "not-the-secret" not in f"{failure}"


def test_a_broken_service_is_asked_again_by_the_session_alone(
    logs: Logs, session: Session, set_faults: SetFaults
) -> None:
    """The vendor's client would ask ten times and sleep in between; here one retry is one call."""
    set_faults({"rules": [{"product": "log", "fault": "http_500", "times": 1}]})

    assert (logs.project(REGION, PROJECT), session.calls) == (None, 2)


def test_a_write_whose_answer_is_lost_is_not_repeated(
    logs: Logs, session: Session, set_faults: SetFaults
) -> None:
    """It may have happened: only another look tells."""
    set_faults({"rules": [{"product": "log", "action": "CreateProject", "fault": "reset"}]})

    with pytest.raises(CallFailedError) as caught:
        logs.create_project(REGION, PROJECT, description="", resource_group_id="")

    assert (caught.value.failure.code, caught.value.perhaps_applied, session.calls) == (
        "EndpointUnreachable",
        True,
        1,
    )


def test_something_else_than_the_service_is_recognised(logs: Logs, set_faults: SetFaults) -> None:
    """Such as the page of a captive portal, which answers everything."""
    set_faults({"rules": [{"product": "log", "action": "CreateProject", "fault": "html"}]})

    with pytest.raises(CallFailedError) as caught:
        logs.create_project(REGION, PROJECT, description="", resource_group_id="")

    assert caught.value.failure.code == "EndpointAnswerUnreadable"


def test_a_silent_service_is_given_up_before_the_deadline(
    sandbox: RunningSandbox, set_faults: SetFaults
) -> None:
    """The vendor's own limit is two minutes."""
    set_faults({"rules": [{"product": "log", "fault": "timeout_before"}]})
    started_s = time.monotonic()

    with pytest.raises(CallFailedError) as caught:
        Logs(session_to(sandbox, time_s=1.5)).project(REGION, PROJECT)

    assert caught.value.failure.code == "EndpointTimeout"
    assert time.monotonic() - started_s < 10


def test_nothing_is_begun_after_the_deadline(sandbox: RunningSandbox) -> None:
    """No time is no request."""
    with pytest.raises(DeadlinePassedError):
        Logs(session_to(sandbox, time_s=0.1)).project(REGION, PROJECT)
