"""Logs of the log service: written, searched, and read shard by shard."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.log_user import INDEX, LOGSTORE, PROJECT, Json, LogUser

PLACE: Json = {"project": PROJECT, "logstore": LOGSTORE}


@pytest.fixture
def user() -> LogUser:
    """Somebody with a logstore that has an index."""
    user = LogUser()
    user.logstore()
    user.call("CreateIndex", **PLACE, body=INDEX)
    return user


def messages(found: list[Json]) -> list[str]:
    """The message of every log."""
    return [one["message"] for one in found]


def test_a_log_is_found_as_it_was_written(user: LogUser) -> None:
    """A search shows contents, tags, topic, source and time."""
    user.write({"level": "info", "message": "up"}, at=1_800_000_000, topic="boot", zone="a")
    assert user.search("*") == [
        {
            "level": "info",
            "message": "up",
            "__tag__:zone": "a",
            "__topic__": "boot",
            "__source__": "10.0.0.1",
            "__time__": "1800000000",
        }
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["a b", "b,c", "C d"]),
        ("*", ["a b", "b,c", "C d"]),
        ("b", ["a b", "b,c"]),
        ("c", ["b,c", "C d"]),
        ("a b", ["a b"]),
        ("a and b", ["a b"]),
        ("a or d", ["a b", "C d"]),
        ("b not a", ["b,c"]),
        ("not b", ["C d"]),
        ("a or b and c", ["a b", "b,c"]),
        ("(a or b) and c", ["b,c"]),
        ('"a b"', ["a b"]),
        ("level: error", ["b,c"]),
        ("level:ERR*", ["b,c"]),
        ("level: error or level: warn", ["b,c", "C d"]),
        ("not level: *", ["a b"]),
        ("path: var and path: log", ["a b"]),
        ("path: Var", []),
        ('"level": "error"', ["b,c"]),
        ("__topic__: boot", ["C d"]),
        ("__source__: 10.0.0.1 and d", ["C d"]),
        ("nothing", []),
    ],
)
def test_what_a_search_finds(user: LogUser, query: str, expected: list[str]) -> None:
    """Words, phrases, keys, and, or, not, parentheses and prefixes, as the index cuts values."""
    user.write({"message": "a b", "path": "/var/log"}, at=1)
    user.write({"message": "b,c", "level": "Error"}, at=2)
    user.write({"message": "C d", "level": "warn,slow"}, at=3, topic="boot")
    assert messages(user.search(query)) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("unknown: x", "ParameterInvalid"),
        ("* | select count(*)", "InvalidQueryString"),
        ("level > 3", "InvalidQueryString"),
        ('"open', "InvalidQueryString"),
        ("(a", "InvalidQueryString"),
        ("a)", "InvalidQueryString"),
        ("and a", "InvalidQueryString"),
        ("a or", "InvalidQueryString"),
        ("level:", "InvalidQueryString"),
        ("a: b: c", "ParameterInvalid"),
    ],
)
def test_a_wrong_search_is_refused(user: LogUser, query: str, code: str) -> None:
    """Unclosed, incomplete and unserved statements are refused, and keys without an index."""
    body = {"from": 0, "to": 1, "query": query}
    assert user.refusal("GetLogs", **PLACE, body=body) == (code, 400)


def test_full_text_needs_a_line(user: LogUser) -> None:
    """Without an index of whole lines only keys can be searched."""
    user.call("UpdateIndex", **PLACE, body={"keys": INDEX["keys"]})
    user.write({"message": "x", "level": "error"})
    assert messages(user.search("level: error")) == ["x"]
    body = {"from": 0, "to": 1, "query": "error"}
    assert user.refusal("GetLogs", **PLACE, body=body) == ("ParameterInvalid", 400)


def test_an_index_of_lines_may_cover_some_keys(user: LogUser) -> None:
    """include_keys and exclude_keys say where a plain word is looked for."""
    user.write({"message": "up", "level": "up"}, at=1)
    user.write({"message": "up", "level": "down"}, at=2)
    line = {"token": [" "]}
    user.call("UpdateIndex", **PLACE, body={"line": {**line, "include_keys": ["level"]}})
    assert len(user.search("up")) == 1
    user.call("UpdateIndex", **PLACE, body={"line": {**line, "exclude_keys": ["level"]}})
    assert len(user.search("up")) == 2


def test_without_delimiters_a_value_is_one_word(user: LogUser) -> None:
    """An index that cuts nowhere finds whole values only, or what they begin with."""
    user.call("UpdateIndex", **PLACE, body={"line": {"token": [], "caseSensitive": True}})
    user.write({"message": "All is well"})
    assert messages(user.search('"All is well"')) == ["All is well"]
    assert messages(user.search("All*")) == ["All is well"]
    assert messages(user.search("well or all*")) == []


def test_a_search_covers_a_half_open_range_of_time(user: LogUser) -> None:
    """The first second belongs to the range, the last does not."""
    for at in (10, 11, 12):
        user.write({"message": str(at)}, at=at)
    assert messages(user.search("*", **{"from": 10, "to": 12})) == ["10", "11"]
    for wrong in ({"from": 12, "to": 12}, {"from": 13, "to": 12}):
        assert user.refusal("GetLogs", **PLACE, body=wrong) == ("InvalidTimeRange", 400)
    assert user.refusal("GetLogs", **PLACE, body={"to": 1}) == ("ParameterInvalid", 400)


def test_found_logs_come_in_pages_in_order_of_time(user: LogUser) -> None:
    """Oldest first, or newest first with reverse; offset and line cut the page."""
    for at in (3, 1, 2):
        user.write({"message": str(at)}, at=at)
    assert messages(user.search()) == ["1", "2", "3"]
    assert messages(user.search(reverse=True)) == ["3", "2", "1"]
    assert messages(user.search(offset=1, line=1)) == ["2"]
    assert messages(user.search(offset=3)) == []
    assert messages(user.search(line=0)) == []
    body = {"from": 0, "to": 1, "offset": -1}
    assert user.refusal("GetLogs", **PLACE, body=body) == ("ParameterInvalid", 400)


def test_a_page_has_a_hundred_logs_unless_told_otherwise(user: LogUser) -> None:
    """The default size of a page is 100."""
    user.write(*({"message": str(number)} for number in range(120)))
    assert len(user.search()) == 100
    assert len(user.search(offset=100)) == 20


def test_a_topic_narrows_the_search(user: LogUser) -> None:
    """The parameter topic finds logs of that topic only; an empty one finds all."""
    user.write({"message": "a"}, at=1, topic="boot")
    user.write({"message": "b"}, at=2)
    assert messages(user.search(topic="boot")) == ["a"]
    assert messages(user.search(topic="")) == ["a", "b"]


def test_only_logs_that_arrive_after_the_index_are_found() -> None:
    """An index does not cover what was there before; without one there is no search."""
    user = LogUser()
    user.logstore()
    user.write({"message": "early"})
    body = {"from": 0, "to": 1}
    assert user.refusal("GetLogs", **PLACE, body=body) == ("IndexConfigNotExist", 400)
    user.wait()
    user.call("CreateIndex", **PLACE, body=INDEX)
    user.write({"message": "late"})
    assert messages(user.search()) == ["late"]


def test_logs_expire(user: LogUser) -> None:
    """After ttl days a log is not found any more, in a permanent logstore it is."""
    user.write({"message": "old"})
    user.wait(7 * 86400 + 1)
    assert user.search() == []
    permanent = {"logstoreName": LOGSTORE, "ttl": 3650}
    user.call("UpdateLogStore", **PLACE, body=permanent)
    user.wait(20 * 365 * 86400)
    assert messages(user.search()) == ["old"]


def test_meta_describes_the_answer(user: LogUser) -> None:
    """The meta data count what was searched and found, and repeat the query."""
    user.write({"message": "a"}, {"message": "b"})
    body = {"from": 0, "to": 2**31 - 1, "query": "a"}
    meta = user.call("GetLogs", **PLACE, body=body)["meta"]
    assert {name: meta[name] for name in ("progress", "count", "processedRows", "whereQuery")} == {
        "progress": "Complete",
        "count": 1,
        "processedRows": 2,
        "whereQuery": "a",
    }


def test_an_empty_group_of_logs_is_refused(user: LogUser) -> None:
    """PutLogs needs at least one log."""
    refused = user.refusal("PostLogStoreLogs", **PLACE, body={"LogItems": []})
    assert refused == ("PostBodyInvalid", 400)


def pull(user: LogUser, cursor: str, shard: int = 0, **more: object) -> tuple[list[str], str]:
    """The messages that PullLogs reads from a cursor on, and the cursor after them."""
    answer = user.call(
        "PullLogs",
        project=PROJECT,
        logStore=LOGSTORE,
        shardId=shard,
        cursor=cursor,
        **{"count": 10, **more},
    )
    found = [
        one["Value"]
        for group in answer["LogGroupList"]
        for item in group["LogItems"]
        for one in item["Contents"]
    ]
    return found, answer["cursor"]


def cursor(user: LogUser, start: str, shard: int = 0) -> str:
    """The cursor of an instant."""
    answer = user.call("GetCursor", **PLACE, shardId=shard, **{"from": start})
    return str(answer["cursor"])


def test_logs_are_read_shard_by_shard(user: LogUser) -> None:
    """Groups go to the shards in turn; a cursor leads through a shard in order of arrival."""
    for number in range(5):
        user.write({"message": str(number)})
        user.wait(1)
    begin, end = cursor(user, "begin"), cursor(user, "end")
    first, after = pull(user, begin, count=2)
    assert first == ["0", "2"]
    assert pull(user, after) == (["4"], end)
    assert pull(user, end) == ([], end)
    assert pull(user, begin, end_cursor=after) == (["0", "2"], after)
    assert pull(user, cursor(user, "begin", 1), shard=1)[0] == ["1", "3"]


def test_a_cursor_stands_for_a_time_of_arrival(user: LogUser) -> None:
    """GetCursor finds the first group received from a second on; GetCursorTime says when."""
    start_s = int(user.cloud.clock.now.timestamp())
    for number in range(3):
        user.write({"message": str(number)})
        user.wait(10)
    middle = cursor(user, str(start_s + 1))
    assert pull(user, middle)[0] == ["2"]

    def time_of(position: str) -> int:
        answer = user.call("GetCursorTime", **PLACE, shardId=0, cursor=position)
        return int(answer["cursor_time"])

    assert time_of(middle) == start_s + 20
    assert time_of(cursor(user, "end")) == start_s + 30


def test_wrong_cursors_and_shards_are_refused(user: LogUser) -> None:
    """A cursor that the shard never gave, and a shard that the logstore has not."""
    for wrong in ("x", "OTk=", "LTE=", "YQ=="):
        params = {"shardId": 0, "cursor": wrong}
        assert user.refusal("GetCursorTime", **PLACE, **params) == ("InvalidCursor", 400)
    beyond = {"shardId": 2, "from": "begin"}
    assert user.refusal("GetCursor", **PLACE, **beyond) == ("ShardNotExist", 404)
    never = {"shardId": 0, "from": "yesterday"}
    assert user.refusal("GetCursor", **PLACE, **never) == ("ParameterInvalid", 400)
