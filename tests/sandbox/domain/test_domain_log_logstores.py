"""Logstores of the log service, their shards and their index."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.log_user import INDEX, LOGSTORE, LOGSTORE_BODY, PROJECT, Json, LogUser

INVALID = ("LogStoreInfoInvalid", 400)
BAD_INDEX = ("IndexInfoInvalid", 400)


def test_a_logstore_is_shown_with_what_was_left_out() -> None:
    """GetLogStore shows the given settings and the usual ones."""
    user = LogUser()
    place = user.logstore(autoSplit=True, maxSplitShard=8, hot_ttl=7)
    created_s = int(user.cloud.clock.now.timestamp())
    assert user.call("GetLogStore", **place) == {
        "logstoreName": LOGSTORE,
        "ttl": 7,
        "shardCount": 2,
        "enable_tracking": False,
        "autoSplit": True,
        "maxSplitShard": 8,
        "appendMeta": False,
        "telemetryType": "None",
        "hot_ttl": 7,
        "mode": "standard",
        "createTime": created_s,
        "lastModifyTime": created_s,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"logstoreName": "a"},
        {"logstoreName": "a" * 64},
        {"logstoreName": "Agents"},
        {"logstoreName": "_agents"},
        {"logstoreName": "agents-"},
        {"ttl": 0},
        {"ttl": 3651},
        {"shardCount": 0},
        {"shardCount": 11},
        {"autoSplit": True, "maxSplitShard": 0},
        {"autoSplit": True, "maxSplitShard": 257},
        {"hot_ttl": 6},
        {"hot_ttl": 8},
        {"infrequentAccessTTL": 29},
        {"mode": "fast"},
        {"telemetryType": "Traces"},
    ],
)
def test_wrong_settings_are_refused(wrong: Json) -> None:
    """Names, ttl, shards, tiers, mode and type have the documented limits."""
    user = LogUser()
    user.project()
    refused = user.refusal("CreateLogStore", project=PROJECT, body={**LOGSTORE_BODY, **wrong})
    assert refused == INVALID


@pytest.mark.parametrize(
    "right",
    [
        {"logstoreName": "ab"},
        {"logstoreName": "a_" + "b" * 61},
        {"ttl": 1},
        {"ttl": 3650},
        {"shardCount": 1},
        {"shardCount": 10},
        {"autoSplit": True, "maxSplitShard": 256},
        {"hot_ttl": -1},
        {"mode": "query"},
        {"telemetryType": ""},
    ],
)
def test_settings_at_the_limit_are_taken(right: Json) -> None:
    """The limits themselves are allowed."""
    user = LogUser()
    user.project()
    user.call("CreateLogStore", project=PROJECT, body={**LOGSTORE_BODY, **right})
    assert user.call("ListLogStores", project=PROJECT)["total"] == 1


@pytest.mark.parametrize("code", ["LogStoreAlreadyExist", "LogstoreAlreadyExist"])
def test_a_name_is_taken_within_a_project(code: str) -> None:
    """Two logstores of a project have different names; the code's spelling has a switch."""
    user = LogUser()
    user.logstore()
    user.set_faults(variants={"logstore_exists_error": code})
    assert user.refusal("CreateLogStore", project=PROJECT, body=LOGSTORE_BODY) == (code, 400)
    user.project("another")
    assert user.call("CreateLogStore", project="another", body=LOGSTORE_BODY) == {}


def test_a_project_has_a_quota_of_logstores() -> None:
    """200 logstores to a project, unless the account has another quota."""
    user = LogUser()
    user.logstore()
    user.set_faults(account={"quotas": {"log:logstores": 1}})
    another = {**LOGSTORE_BODY, "logstoreName": "another"}
    refused = user.refusal("CreateLogStore", project=PROJECT, body=another)
    assert refused == ("ProjectQuotaExceed", 400)
    user.set_faults()
    for number in range(199):
        body = {**LOGSTORE_BODY, "logstoreName": f"ls-{number}"}
        user.call("CreateLogStore", project=PROJECT, body=body)
    refused = user.refusal("CreateLogStore", project=PROJECT, body=another)
    assert refused == ("ProjectQuotaExceed", 400)


def test_logstores_are_listed_in_pages() -> None:
    """ListLogStores filters by part of the name, by mode and type, and cuts pages."""
    user = LogUser()
    user.project()
    for name, settings in {
        "nodes-b": {"mode": "query"},
        "nodes-a": {},
        "metrics": {"telemetryType": "Metrics"},
    }.items():
        body = {**LOGSTORE_BODY, "logstoreName": name, **settings}
        user.call("CreateLogStore", project=PROJECT, body=body)

    def listed(**filters: object) -> Json:
        return user.call("ListLogStores", project=PROJECT, **filters)

    assert listed() == {"count": 3, "total": 3, "logstores": ["metrics", "nodes-a", "nodes-b"]}
    assert listed(offset=1, size=1) == {"count": 1, "total": 3, "logstores": ["nodes-a"]}
    assert listed(logstoreName="nodes")["logstores"] == ["nodes-a", "nodes-b"]
    assert listed(mode="query")["logstores"] == ["nodes-b"]
    assert listed(telemetryType="Metrics")["logstores"] == ["metrics"]
    refused = user.refusal("ListLogStores", project=PROJECT, size=501)
    assert refused == ("ParameterInvalid", 400)


def test_a_logstore_is_updated_but_for_its_shards() -> None:
    """UpdateLogStore changes settings within the limits, never the name or the shards."""
    user = LogUser()
    place = user.logstore()
    user.wait()
    changed = {**LOGSTORE_BODY, "ttl": 30, "appendMeta": True}
    user.call("UpdateLogStore", **place, body=changed)
    shown = user.call("GetLogStore", **place)
    assert (shown["ttl"], shown["appendMeta"], shown["mode"]) == (30, True, "standard")
    assert shown["lastModifyTime"] - shown["createTime"] == 10
    for wrong in (
        {**changed, "ttl": 0},
        {**changed, "shardCount": 3},
        {**changed, "logstoreName": "another"},
        {"logstoreName": LOGSTORE},
    ):
        assert user.refusal("UpdateLogStore", **place, body=wrong) == INVALID


def test_a_missing_logstore_is_a_404() -> None:
    """Every call on a logstore that is not there says so."""
    user = LogUser()
    user.project()
    place = {"project": PROJECT, "logstore": "absent"}
    calls: dict[str, Json] = {
        "GetLogStore": {},
        "UpdateLogStore": {"body": LOGSTORE_BODY},
        "DeleteLogStore": {},
        "ListShards": {},
        "CreateIndex": {"body": INDEX},
        "GetIndex": {},
        "PostLogStoreLogs": {"body": {"LogItems": []}},
        "GetLogs": {"body": {"from": 0, "to": 1}},
    }
    for action, params in calls.items():
        assert user.refusal(action, **place, **params) == ("LogStoreNotExist", 404)


def test_a_deleted_logstore_is_gone() -> None:
    """DeleteLogStore removes logs and index; a new one of the same name begins empty."""
    user = LogUser()
    place = user.logstore()
    user.call("CreateIndex", **place, body=INDEX)
    user.write({"level": "info"})
    user.call("DeleteLogStore", **place)
    assert user.refusal("DeleteLogStore", **place) == ("LogStoreNotExist", 404)
    user.call("CreateLogStore", project=PROJECT, body=LOGSTORE_BODY)
    assert user.refusal("GetIndex", **place) == ("IndexConfigNotExist", 404)
    assert user.state()["projects"][0]["logstores"][0]["log_count"] == 0


def test_shards_share_the_space_of_hashes() -> None:
    """The shards of a logstore cover all MD5 sums without gap or overlap."""
    user = LogUser()
    place = user.logstore(shardCount=4)
    shards = user.call("ListShards", **place)["shards"]
    assert [
        (one["shardID"], one["status"], one["inclusiveBeginKey"][:2], one["exclusiveEndKey"][:2])
        for one in shards
    ] == [
        (0, "readwrite", "00", "40"),
        (1, "readwrite", "40", "80"),
        (2, "readwrite", "80", "c0"),
        (3, "readwrite", "c0", "ff"),
    ]


def test_life_of_an_index() -> None:
    """An index is created once, shown, replaced as a whole, and deleted."""
    user = LogUser()
    place = user.logstore()
    assert user.refusal("GetIndex", **place) == ("IndexConfigNotExist", 404)
    assert user.refusal("UpdateIndex", **place, body=INDEX) == ("IndexConfigNotExist", 404)
    user.call("CreateIndex", **place, body=INDEX)
    created_s = int(user.cloud.clock.now.timestamp())
    usual = {
        "ttl": 7,
        "max_text_len": 2048,
        "log_reduce": False,
        "index_mode": "v2",
        "storage": "pg",
    }
    shown = user.call("GetIndex", **place)
    assert shown == {**usual, **INDEX, "lastModifyTime": created_s}
    assert user.refusal("CreateIndex", **place, body=INDEX) == ("IndexAlreadyExist", 400)
    user.wait()
    line = {"line": {"token": [","]}}
    user.call("UpdateIndex", **place, body=line)
    shown = user.call("GetIndex", **place)
    assert shown == {**usual, **line, "lastModifyTime": created_s + 10}
    user.call("DeleteIndex", **place)
    assert user.refusal("DeleteIndex", **place) == ("IndexConfigNotExist", 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"keys": {}},
        {"line": {}},
        {"line": {"token": [], "include_keys": ["a"], "exclude_keys": ["b"]}},
        {"keys": {"a": {"type": "date"}}},
        {"keys": {"a": {"type": "text"}}},
        {"keys": {"a": {"type": "text", "token": [1]}}},
        {"keys": {"a": "text"}},
        {"line": {"token": []}, "log_reduce_white_list": ["a"], "log_reduce_black_list": ["b"]},
    ],
)
def test_a_wrong_index_is_refused(wrong: Json) -> None:
    """An index needs keys or a line with delimiters, and types that exist."""
    user = LogUser()
    place = user.logstore()
    assert user.refusal("CreateIndex", **place, body=wrong) == BAD_INDEX
    user.call("CreateIndex", **place, body=INDEX)
    assert user.refusal("UpdateIndex", **place, body=wrong) == BAD_INDEX
