"""Tags of projects of the log service."""

from __future__ import annotations

import pytest

from tests.sandbox.domain.log_user import PROJECT, Json, LogUser

INVALID = ("ParameterInvalid", 400)


def body(project: str = PROJECT, **tags: str) -> Json:
    """What TagResources needs."""
    return {
        "resourceType": "project",
        "resourceId": [project],
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }


def tags_of(user: LogUser, **filters: object) -> list[tuple[str, str, str]]:
    """Resource, key and value of every tag that ListTagResources answers, over all pages."""
    found: list[tuple[str, str, str]] = []
    token = ""
    while True:
        answer = user.call("ListTagResources", resourceType="project", nextToken=token, **filters)
        found += [
            (one["resourceId"], one["tagKey"], one["tagValue"]) for one in answer["tagResources"]
        ]
        token = answer["nextToken"]
        if not token:
            return found


def test_tags_are_added_replaced_and_removed() -> None:
    """A key has one value; removing a key that is not there does no harm."""
    user = LogUser()
    user.project()
    user.call("TagResources", body=body(a="1", b="2"))
    user.call("TagResources", body=body(b="3", c="4"))
    mine = {"resourceId": [PROJECT]}
    assert tags_of(user, **mine) == [(PROJECT, "a", "1"), (PROJECT, "b", "3"), (PROJECT, "c", "4")]
    user.call("UntagResources", body={**mine, "resourceType": "project", "tags": ["a", "x"]})
    assert tags_of(user, **mine) == [(PROJECT, "b", "3"), (PROJECT, "c", "4")]
    user.call("UntagResources", body={**mine, "all": True})
    assert tags_of(user, **mine) == []


def test_projects_are_found_by_tags() -> None:
    """A filter finds the region's projects that carry all the tags, and shows those tags."""
    user = LogUser()
    for name in ("p2p-a", "p2p-b"):
        user.project(name)
    user.call("TagResources", body=body("p2p-a", fleet="x", zone="1"))
    user.call("TagResources", body=body("p2p-b", fleet="x"))
    assert tags_of(user, tags=[{"key": "fleet", "value": "x"}]) == [
        ("p2p-a", "fleet", "x"),
        ("p2p-b", "fleet", "x"),
    ]
    both = [{"key": "fleet"}, {"key": "zone", "value": "1"}]
    assert tags_of(user, tags=both) == [("p2p-a", "fleet", "x"), ("p2p-a", "zone", "1")]
    assert tags_of(user, tags=[{"key": "fleet", "value": "y"}]) == []
    elsewhere = {"resourceType": "project", "tags": [{"key": "fleet"}]}
    answer = user.elsewhere().call("ListTagResources", **elsewhere)
    assert answer == {"nextToken": "", "tagResources": []}


def test_many_tags_are_listed_in_pages() -> None:
    """Fifty tags to a page; the token leads to the next one."""
    user = LogUser()
    user.set_faults(account={"quotas": {"log:projects": 60}})
    for number in range(55):
        user.call("CreateProject", body={"projectName": f"p2p-{number:02}", "description": ""})
        user.call("TagResources", body=body(f"p2p-{number:02}", fleet="x"))
    first = user.call("ListTagResources", resourceType="project", tags=[{"key": "fleet"}])
    assert len(first["tagResources"]) == 50
    assert len(tags_of(user, tags=[{"key": "fleet"}])) == 55
    wrong = {"resourceType": "project", "tags": [{"key": "fleet"}], "nextToken": "?"}
    assert user.refusal("ListTagResources", **wrong) == INVALID


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"": "x"},
        {"k" * 129: "x"},
        {"acs:k": "x"},
        {"aliyun": "x"},
        {"k": ""},
        {"k": "v" * 129},
        {"k": "see http://x"},
        {"https://k": "x"},
        {f"k{number}": "x" for number in range(21)},
    ],
)
def test_wrong_tags_are_refused(tags: dict[str, str]) -> None:
    """Keys and values have 1 to 128 characters and hold no link; 20 tags go at once."""
    user = LogUser()
    user.project()
    assert user.refusal("TagResources", body=body(**tags)) == INVALID


def test_a_project_has_twenty_tags() -> None:
    """More than twenty tags in all are refused as a whole."""
    user = LogUser()
    user.project()
    user.call("TagResources", body=body(**{f"k{number}": "x" for number in range(20)}))
    assert user.refusal("TagResources", body=body(one="more")) == INVALID
    assert user.call("TagResources", body=body(k0="changed")) == {}


def test_only_one_existing_project_is_tagged() -> None:
    """Exactly one resource is named, of a kind that is served, and it must be there."""
    user = LogUser()
    user.project()
    missing = ("ProjectNotExist", 404)
    assert user.refusal("TagResources", body=body("absent", a="1")) == missing
    two = body(a="1") | {"resourceId": [PROJECT, "another"]}
    assert user.refusal("TagResources", body=two) == INVALID
    logstore = body(a="1") | {"resourceType": "logstore"}
    assert user.refusal("TagResources", body=logstore) == INVALID
    assert user.refusal("UntagResources", body={"resourceId": [PROJECT]}) == INVALID
    assert user.refusal("ListTagResources", resourceType="project") == INVALID
    absent = {"resourceType": "project", "resourceId": ["absent"]}
    assert user.refusal("ListTagResources", **absent) == missing
