"""The tags of a function, written and read with the vendor's SDK."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from shared.cloud.fc import function_tags, invoke_async, tag_function, untag_function
from shared.cloud.session import CallFailedError, Session
from shared.deadline import Deadline
from shared.edges import edges_of
from shared.failure import Reaction
from shared.settings import settings_from
from tests.poll.deployed import WATCHER, deploy
from tests.poll.launch import SINGAPORE, Launch
from tests.poll.meddler import Answered, Asked, meddling

NO_FC: Final = "eu-west-2"


def opened(launch: Launch, given: Mapping[str, str]) -> tuple[Session, str]:
    """Open a session as the watcher does, and say the ARN of its function."""
    settings = settings_from(launch.environment | dict(given))
    arn = settings.watcher_arn
    assert arn is not None
    return edges_of(settings).open_session(Deadline.after(20, time.monotonic)), arn


def test_tags_are_written_replaced_read_and_taken_off(launch: Launch) -> None:
    """Keys that are not there can be taken off as well."""
    session, arn = opened(launch, deploy(launch))

    before = function_tags(session, SINGAPORE, arn)
    tag_function(session, SINGAPORE, arn, {"one": "1", "two": "2"})
    tag_function(session, SINGAPORE, arn, {"two": "deux words: 2", "three": ""})
    written = function_tags(session, SINGAPORE, arn)
    untag_function(session, SINGAPORE, arn, ["one", "four"])

    assert before == {}
    assert written == {"one": "1", "two": "deux words: 2", "three": ""}
    assert function_tags(session, SINGAPORE, arn) == {"two": "deux words: 2", "three": ""}


def test_all_pages_of_the_tags_are_read(launch: Launch) -> None:
    """However few the service puts on a page; one that brings nothing is the last."""
    given = deploy(launch)
    asked: list[str] = []

    def one_a_page(question: Asked, answer: Answered) -> Answered:
        if question.action != "ListTagResources":
            return answer
        asked.append(question.target)
        tag = {"ResourceId": "x", "TagKey": f"key-{len(asked)}", "TagValue": "v"}
        page = {"TagResources": [tag] if len(asked) < 4 else [], "NextToken": f"t{len(asked)}"}
        return answer.saying(json.dumps(page).encode(), status=200)

    with meddling(launch.sandbox.endpoint, one_a_page) as url:
        session, arn = opened(launch, given | {"ALIBABA_CLOUD_ENDPOINT_URL": url})
        tags = function_tags(session, SINGAPORE, arn)

    assert tags == {"key-1": "v", "key-2": "v", "key-3": "v"}
    assert ["NextToken=" in one for one in asked] == [False, True, True, True]
    assert "NextToken=t3" in asked[-1]


@pytest.mark.parametrize(
    "verb",
    [
        lambda session, arn: function_tags(session, SINGAPORE, arn),
        lambda session, arn: tag_function(session, SINGAPORE, arn, {"one": "1"}),
        lambda session, arn: untag_function(session, SINGAPORE, arn, ["one"]),
        lambda session, _arn: invoke_async(session, SINGAPORE, WATCHER, {}),
    ],
    ids=["function_tags", "tag_function", "untag_function", "invoke_async"],
)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"fault": "html"}, "EndpointAnswerUnreadable"),
        ({"fault": "reset"}, "EndpointUnreachable"),
        ({"fault": "http_500"}, "InternalError"),
    ],
    ids=["html", "reset", "http_500"],
)
def test_whatever_goes_wrong_with_a_function_is_a_failed_call(
    launch: Launch, fault: dict[str, str], code: str, verb: Callable[[Session, str], object]
) -> None:
    """Each verb is one request; a page in the place of an empty answer is told from it."""
    session, arn = opened(launch, deploy(launch))
    launch.faults({"product": "fc", **fault})
    calls = session.calls

    with pytest.raises(CallFailedError) as raised:
        verb(session, arn)

    assert (raised.value.failure.code, raised.value.failure.reaction) == (
        code,
        Reaction.TRANSIENT,
    )
    assert session.calls == calls + 1


def test_a_region_without_function_compute_is_told_as_that(launch: Launch) -> None:
    """Its host would not even resolve, so nothing is sent."""
    session, arn = opened(launch, deploy(launch))

    with pytest.raises(CallFailedError) as raised:
        function_tags(session, NO_FC, arn)

    assert raised.value.failure.code == "FunctionComputeNotOffered"
    assert session.calls == 0
