"""Faults, as the log service's SDK sees them; it tries again by itself, up to ten times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aliyun.log import LogException, LogItem, PutLogsRequest

from sandbox.server import RunningSandbox
from tests.sandbox.wire.log_client import LOGSTORE, PROJECT, REGION, log_client, record_naps

AdminCall = Callable[..., Any]
Client = Any
Inflict = Callable[..., None]


@pytest.fixture
def client(sandbox: RunningSandbox, admin: AdminCall) -> Iterator[Client]:
    """A client whose project can be reached."""
    with log_client(sandbox) as made:
        made.create_project(PROJECT, "")
        admin(sandbox, "POST", "clock", {"advance_s": 5})
        yield made


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the SDK waited before its retries."""
    return record_naps(monkeypatch)


@pytest.fixture
def inflict(sandbox: RunningSandbox, admin: AdminCall) -> Inflict:
    """Puts one rule in force for the log service."""

    def put(**rule: object) -> None:
        admin(sandbox, "POST", "faults", {"rules": [{"product": "log", **rule}]})

    return put


def error_of(call: Callable[..., object], *args: object) -> tuple[str, str, int]:
    """Code, message and HTTP status of a call that must fail."""
    with pytest.raises(LogException) as caught:
        call(*args)
    error = caught.value
    return error.get_error_code(), error.get_error_message(), error.get_resp_status()


def outcomes(admin: AdminCall, sandbox: RunningSandbox, action: str) -> list[tuple[Any, Any]]:
    """Status and code of every request for an action so far."""
    entries = admin(sandbox, "GET", "requests")
    return [(one["status"], one["code"]) for one in entries if one["action"] == action]


def test_throttling_is_a_quota_of_reading_or_writing(client: Client, inflict: Inflict) -> None:
    """Throttled calls are 403s in the service's words, which the SDK does not retry."""
    inflict(fault="throttle", retry_after_ms=1500)
    read = error_of(client.get_project, PROJECT)
    assert read == ("ReadQuotaExceed", "Read quota is exceeded.", 403)
    request = PutLogsRequest(PROJECT, LOGSTORE, "", "", [LogItem(1, contents=[("a", "b")])])
    written = error_of(client.put_logs, request)
    assert written == ("WriteQuotaExceed", "Write quota is exceeded.", 403)


def test_a_busy_server_is_tried_again(
    client: Client, inflict: Inflict, naps: list[float], admin: AdminCall, sandbox: RunningSandbox
) -> None:
    """ServerBusy is a 503: the SDK waits a second and repeats until it is served."""
    inflict(fault="throttle", code="ServerBusy", action="CreateLogStore", times=2)
    client.create_logstore(PROJECT, LOGSTORE)
    assert naps == [1, 1]
    assert outcomes(admin, sandbox, "CreateLogStore") == [
        (503, "ServerBusy"),
        (503, "ServerBusy"),
        (200, None),
    ]


def test_a_broken_server_is_tried_ten_times(
    client: Client, inflict: Inflict, naps: list[float], admin: AdminCall, sandbox: RunningSandbox
) -> None:
    """InternalServerError is a 500; after ten attempts the SDK gives up."""
    inflict(fault="http_500", action="GetProject")
    failed = error_of(client.get_project, PROJECT)
    assert failed == ("InternalServerError", "Internal server error message.", 500)
    assert naps == [1] * 10
    assert outcomes(admin, sandbox, "GetProject") == [(500, "InternalServerError")] * 10


def test_a_created_project_seems_taken_after_a_retry(
    sandbox: RunningSandbox, inflict: Inflict, naps: list[float], admin: AdminCall
) -> None:
    """An answer that gets lost makes the SDK ask again: it must not take its own name for taken."""
    inflict(fault="timeout_after", action="CreateProject", times=1)
    with log_client(sandbox) as client:
        client.timeout = 0.2
        failed = error_of(client.create_project, PROJECT, "")
        assert failed == ("ProjectAlreadyExist", f"Project {PROJECT} already exist.", 400)
        assert client.get_project(PROJECT).get_projectname() == PROJECT
    assert naps == [1]
    assert outcomes(admin, sandbox, "CreateProject")[-1] == (400, "ProjectAlreadyExist")


def test_silence_is_tried_again(
    client: Client, inflict: Inflict, naps: list[float], admin: AdminCall, sandbox: RunningSandbox
) -> None:
    """A request that is never carried out times out and succeeds at the second attempt."""
    inflict(fault="timeout_before", action="CreateLogStore", times=1)
    client.timeout = 0.2
    client.create_logstore(PROJECT, LOGSTORE)
    assert naps == [1]
    assert outcomes(admin, sandbox, "CreateLogStore")[-1] == (200, None)


@pytest.mark.parametrize("fault", ["reset", "dns"])
def test_a_lost_connection_is_tried_ten_times(
    client: Client, inflict: Inflict, naps: list[float], fault: str
) -> None:
    """Behind a proxy the SDK takes a connection that breaks for one of its connection pool."""
    inflict(fault=fault)
    code, _, _ = error_of(client.get_project, PROJECT)
    assert (code, naps) == ("LogRequestError", [1] * 10)


def test_a_web_page_is_a_bad_response(client: Client, inflict: Inflict, naps: list[float]) -> None:
    """A captive portal is not taken for the service."""
    inflict(fault="html")
    code, _, _ = error_of(client.get_project, PROJECT)
    assert (code, naps) == ("BadResponse", [])


def test_any_error_can_be_played(client: Client, inflict: Inflict) -> None:
    """A code of one's own is a 400; one that the service knows has its usual status."""
    inflict(fault="error", code="Arrears", message="Pay first.")
    assert error_of(client.get_project, PROJECT) == ("Arrears", "Pay first.", 400)
    inflict(fault="error", code="ProjectNotExist")
    code, _, status = error_of(client.get_project, PROJECT)
    assert (code, status) == ("ProjectNotExist", 404)


def test_a_rule_hits_one_action_in_one_region(
    client: Client, sandbox: RunningSandbox, inflict: Inflict
) -> None:
    """Globs of action and region choose among requests of the log service, too."""
    inflict(fault="error", code="Arrears", action="List*", region="eu-*")
    assert client.list_project().get_count() == 1
    with log_client(sandbox, region="eu-central-1") as elsewhere:
        assert error_of(elsewhere.list_project)[0] == "Arrears"


def test_a_denied_action_says_what_to_allow(
    client: Client, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """RAM's refusal is a 401 in the service's words, with action and resource."""
    admin(sandbox, "POST", "faults", {"account": {"denied_actions": ["log:CreateLogStore"]}})
    denied = error_of(client.create_logstore, PROJECT, LOGSTORE)
    place = f"acs:log:{REGION}:{sandbox.account_id}:project/{PROJECT}/logstore/{LOGSTORE}"
    assert denied == (
        "Unauthorized",
        f"denied by sts or ram, action: log:CreateLogStore, resource: {place}",
        401,
    )
    assert client.get_project(PROJECT).get_projectname() == PROJECT


def test_a_name_taken_by_another_account(
    client: Client, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """Creating it is refused as existing, looking at it as not ours."""
    admin(sandbox, "POST", "faults", {"account": {"foreign_log_projects": ["taken-*"]}})
    assert error_of(client.create_project, "taken-1", "")[0] == "ProjectAlreadyExist"
    assert error_of(client.get_project, "taken-1") == (
        "Unauthorized",
        "The project does not belong to you.",
        401,
    )


def test_a_region_without_the_service_has_no_host(
    sandbox: RunningSandbox, naps: list[float]
) -> None:
    """Where no endpoint exists nothing answers, however often the SDK tries."""
    with log_client(sandbox, region="cn-nowhere") as client:
        assert error_of(client.list_project)[0] == "LogRequestError"
    assert naps == [1] * 10
