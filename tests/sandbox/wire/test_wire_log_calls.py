"""Every action of the log service through the vendor's own, unmodified SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aliyun.log import (
    GetLogsRequest,
    IndexConfig,
    IndexKeyConfig,
    IndexLineConfig,
    LogException,
    LogItem,
    MachineGroupDetail,
    PutLogsRequest,
)
from aliyun.log.auth import AUTH_VERSION_1, AUTH_VERSION_4
from aliyun.log.logtail_config_detail import JsonFileConfigDetail, SimpleFileConfigDetail

from sandbox.server import RunningSandbox
from tests.sandbox.wire.log_client import LOGSTORE, PROJECT, REGION, log_client

AdminCall = Callable[..., Any]
Client = Any

INDEX = IndexConfig(
    line_config=IndexLineConfig(token_list=[" ", ","]),
    key_config_list={
        "level": IndexKeyConfig(token_list=[","]),
        "took_ms": IndexKeyConfig(index_type="long"),
    },
    log_reduce=False,
)


@pytest.fixture(params=[AUTH_VERSION_1, AUTH_VERSION_4])
def client(request: pytest.FixtureRequest, sandbox: RunningSandbox) -> Iterator[Client]:
    """A client that signs in either version."""
    with log_client(sandbox, auth_version=request.param) as made:
        yield made


@pytest.fixture
def project(client: Client, sandbox: RunningSandbox, admin: AdminCall) -> str:
    """A project that can be reached."""
    client.create_project(PROJECT, "logs of ünits & more")
    admin(sandbox, "POST", "clock", {"advance_s": 5})
    return PROJECT


@pytest.fixture
def logstore(client: Client, project: str) -> str:
    """A logstore with an index."""
    client.create_logstore(project, LOGSTORE, ttl=7, shard_count=2)
    client.create_index(project, LOGSTORE, INDEX)
    return LOGSTORE


def refusal(call: Callable[..., object], *args: object) -> tuple[str, int]:
    """Code and HTTP status of a call that must be refused."""
    with pytest.raises(LogException) as caught:
        call(*args)
    return caught.value.get_error_code(), caught.value.get_resp_status()


def machines(*ids: str) -> MachineGroupDetail:
    """A machine group whose machines have ids of the user's own."""
    names: Any = list(ids)  # the SDK's annotation says one string, its documentation a list
    return MachineGroupDetail("nodes", "userdefined", names)


def test_life_of_a_project(client: Client, project: str) -> None:
    """Create, get, list, update and delete a project."""
    shown = client.get_project(project)
    assert (shown.get_projectname(), shown.get_description(), shown.get_region()) == (
        project,
        "logs of ünits & more",
        REGION,
    )
    client.update_project(project, "changed")
    listed = client.list_project(project_name_pattern="p2p", size=-1)
    assert [(one["projectName"], one["description"]) for one in listed.get_projects()] == [
        (project, "changed")
    ]
    assert refusal(client.create_project, project, "") == ("ProjectAlreadyExist", 400)
    client.delete_project(project)
    assert refusal(client.get_project, project) == ("ProjectNotExist", 404)


def test_tags_of_a_project(client: Client, project: str) -> None:
    """Tags are set, read one project at a time, and removed."""
    client.tag_project(project, **{"p2p-fleet": "p2p agent", "zone": "ü"})
    tagged = [page.get_tags() for page in client.get_project_tags(project)]
    assert tagged == [{"p2p-fleet": "p2p agent", "zone": "ü"}]
    client.untag_project(project, "zone")
    pages = list(client.list_tag_resources("project", project))
    assert [(tag.tag_key, tag.tag_value) for page in pages for tag in page.get_tags()] == [
        ("p2p-fleet", "p2p agent")
    ]
    filtered = [page.get_tags() for page in client.get_project_tags(project, zone="ü")]
    assert filtered == [{}]


def test_life_of_a_logstore(client: Client, project: str) -> None:
    """Create, get, list, update and delete a logstore, and look at its shards."""
    client.create_logstore(project, LOGSTORE, ttl=7, shard_count=2, max_split_shard=8)
    assert refusal(client.create_logstore, project, LOGSTORE) == ("LogStoreAlreadyExist", 400)
    client.update_logstore(project, LOGSTORE, ttl=30, append_meta=True)
    shown = client.get_logstore(project, LOGSTORE)
    assert (shown.ttl, shown.shard_count, shown.max_split_shard, shown.append_meta) == (
        30,
        2,
        8,
        True,
    )
    assert client.list_logstore(project, "age").get_logstores() == [LOGSTORE]
    assert client.list_shards(project, LOGSTORE).get_shards_info()[1]["shardID"] == 1
    client.delete_logstore(project, LOGSTORE)
    assert refusal(client.get_logstore, project, LOGSTORE) == ("LogStoreNotExist", 404)


def test_life_of_an_index(client: Client, project: str) -> None:
    """Create, get, update and delete an index."""
    client.create_logstore(project, LOGSTORE)
    assert refusal(client.get_index_config, project, LOGSTORE) == ("IndexConfigNotExist", 404)
    client.create_index(project, LOGSTORE, INDEX)
    assert refusal(client.create_index, project, LOGSTORE, INDEX) == ("IndexAlreadyExist", 400)
    shown = client.get_index_config(project, LOGSTORE).get_index_config()
    assert shown.line_config.token_list == [" ", ","]
    assert sorted(shown.key_config_list) == ["level", "took_ms"]
    client.update_index(
        project, LOGSTORE, IndexConfig(line_config=IndexLineConfig(token_list=[";"]))
    )
    shown = client.get_index_config(project, LOGSTORE).get_index_config()
    assert (shown.line_config.token_list, shown.key_config_list) == ([";"], {})
    client.delete_index(project, LOGSTORE)
    assert refusal(client.delete_index, project, LOGSTORE) == ("IndexConfigNotExist", 404)


def test_machine_groups_and_configurations(client: Client, project: str, logstore: str) -> None:
    """Create, get, list, update and delete both; apply one to the other and remove it."""
    config = SimpleFileConfigDetail(logstore, "agent-log", "/var/log/p2p", "*.log")
    client.create_logtail_config(project, config)
    assert refusal(client.create_logtail_config, project, config) == ("ConfigAlreadyExist", 400)
    client.update_logtail_config(
        project, JsonFileConfigDetail(logstore, "agent-log", "/srv", "*.json")
    )
    shown = client.get_logtail_config(project, "agent-log").logtail_config
    assert (shown.config_name, shown.logstore_name) == ("agent-log", logstore)
    listed = client.list_logtail_config(project, logstore=logstore)
    assert listed.get_configs() == ["agent-log"]
    group = machines("p2p")
    client.create_machine_group(project, group)
    assert refusal(client.create_machine_group, project, group) == ("MachineGroupAlreadyExist", 400)
    client.update_machine_group(project, machines("p2p", "x"))
    shown = client.get_machine_group(project, "nodes").get_machine_group()
    assert shown.machine_list == ["p2p", "x"]
    assert client.list_machine_group(project).get_machine_group() == ["nodes"]
    client.apply_config_to_machine_group(project, "agent-log", "nodes")
    applied = client.get_machine_group_applied_configs(project, "nodes")
    assert applied.get_configs() == ["agent-log"]
    groups = client.get_config_applied_machine_groups(project, "agent-log")
    assert groups.get_machine_groups() == ["nodes"]
    client.remove_config_to_machine_group(project, "agent-log", "nodes")
    assert client.get_machine_group_applied_configs(project, "nodes").get_configs() == []
    client.delete_machine_group(project, "nodes")
    assert refusal(client.get_machine_group, project, "nodes") == ("MachineGroupNotExist", 404)
    client.delete_logtail_config(project, "agent-log")
    assert refusal(client.get_logtail_config, project, "agent-log") == ("ConfigNotExist", 404)


@pytest.mark.parametrize("compress", [True, False])
def test_written_logs_are_found(
    client: Client, project: str, logstore: str, *, compress: bool
) -> None:
    """Logs go in as protobuf, in LZ4 or as they are, and come out of a search unchanged."""
    items = [
        LogItem(1_800_000_000 + number, contents=[("level", "info"), ("text", f"ü {number}")])
        for number in range(3)
    ]
    client.put_logs(
        PutLogsRequest(
            project, logstore, "boot", "10.1.1.1", items, compress=compress, logtags=[("zone", "a")]
        )
    )
    request = GetLogsRequest(
        project, logstore, 1_800_000_000, 1_800_000_002, query="level: info and ü", line=1, offset=1
    )
    response = client.get_logs(request)
    assert response.is_completed()
    assert [log._to_dict() for log in response.get_logs()] == [  # noqa: SLF001 (has no other)
        {
            "__time__": "1800000001",
            "__source__": "10.1.1.1",
            "__topic__": "boot",
            "__tag__:zone": "a",
            "level": "info",
            "text": "ü 1",
        }
    ]


def test_more_logs_than_a_page_are_found(client: Client, project: str, logstore: str) -> None:
    """The SDK walks through the pages of a large result, newest first if asked."""
    items = [LogItem(number, contents=[("text", str(number))]) for number in range(1, 251)]
    client.put_logs(PutLogsRequest(project, logstore, "", "", items))
    response = client.get_log(project, logstore, 1, 1000, query="*", size=-1, reverse=True)
    found = [log.get_contents()["text"] for log in response.get_logs()]
    assert found == [str(number) for number in range(250, 0, -1)]


def test_version_1_of_the_search(client: Client, project: str, logstore: str) -> None:
    """The GET form finds the same, with its meta data in headers."""
    client.put_logs(
        PutLogsRequest(project, logstore, "", "", [LogItem(5, contents=[("text", 'a "b"')])])
    )
    client._get_logs_v2_enabled = False  # noqa: SLF001 (the SDK's own switch)
    response = client.get_log(project, logstore, 1, 9, query='a and\n"b" or ü', reverse=True)
    meta = response.get_meta()
    assert [log.get_contents()["text"] for log in response.get_logs()] == []
    assert meta.get_where_query() == 'a and "b" or \\xfc'
    response = client.get_log(project, logstore, 1, 9, query="a")
    assert [log.get_contents()["text"] for log in response.get_logs()] == ['a "b"']
    assert (response.get_count(), response.get_processed_rows()) == (1, 1)


def test_logs_are_read_shard_by_shard(client: Client, project: str, logstore: str) -> None:
    """A cursor leads from group to group, in LZ4 or plain, to an end that has nothing."""
    for number in range(3):
        item = LogItem(1_800_000_000, contents=[("text", str(number))])
        client.put_logs(PutLogsRequest(project, logstore, "t", "s", [item]))
    cursor = client.get_cursor(project, logstore, 0, "begin").get_cursor()
    first = client.pull_logs(project, logstore, 0, cursor, count=1)
    assert first.get_flatten_logs_json() == [
        {"__time__": 1_800_000_000, "__topic__": "t", "__source__": "s", "text": "0"}
    ]
    second = client.pull_logs(project, logstore, 0, first.get_next_cursor(), compress=False)
    assert [log["text"] for log in second.get_flatten_logs_json()] == ["2"]
    end = client.pull_logs(project, logstore, 0, second.get_next_cursor())
    assert (end.get_loggroup_count(), end.get_next_cursor()) == (0, second.get_next_cursor())
    assert client.get_cursor(project, logstore, 0, "end").get_cursor() == end.get_next_cursor()
    assert int(client.get_cursor_time(project, logstore, 0, cursor).get_cursor_time()) > 0


def test_the_journal_names_product_action_region_and_project(
    client: Client, project: str, logstore: str, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """Requests are noted under the names of RAM actions, without the logs that they carry."""
    item = LogItem(1, contents=[("text", "private")])
    client.put_logs(PutLogsRequest(project, logstore, "", "", [item]))
    refusal(client.get_logstore, project, "absent")
    entries = admin(sandbox, "GET", "requests")
    assert {entry["product"] for entry in entries} == {"log"}
    seen = [(one["action"], one["region"], one["status"], one["code"]) for one in entries]
    assert seen == [
        ("CreateProject", REGION, 200, None),
        ("CreateLogStore", REGION, 200, None),
        ("CreateIndex", REGION, 200, None),
        ("PostLogStoreLogs", REGION, 200, None),
        ("GetLogStore", REGION, 404, "LogStoreNotExist"),
    ]
    assert entries[3]["params"] == {"logstore": logstore, "project": project}


def test_a_request_id_comes_with_every_answer(client: Client, project: str) -> None:
    """Success and error carry the id that the journal has."""
    assert client.get_project(project).get_header("x-log-requestid")
    with pytest.raises(LogException) as caught:
        client.get_project("absent")
    assert caught.value.get_request_id()
