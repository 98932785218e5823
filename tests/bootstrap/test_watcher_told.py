"""After the work the watcher is invoked, so that what was built is armed at once."""

from __future__ import annotations

import json
from typing import Final

import pytest
from alibabacloud_fc20230330.client import Client
from alibabacloud_fc20230330.models import (
    CreateFunctionInput,
    CreateFunctionRequest,
    InputCodeLocation,
    Tag,
    TagResourcesInput,
    TagResourcesRequest,
)
from alibabacloud_tea_openapi.utils_models import Config

from shared.naming import ASKED_TAG
from tests.bootstrap.yard import FRANKFURT, LONDON, Json, Yard, told
from tests.sandbox.fc_packages import encoded

WATCHER: Final = "p2p-watcher"
HANDLER: Final = "def handler(event, context):\n    return 'seen'\n"
NO_FUNCTION: Final = {"WATCHER_FUNCTION": WATCHER, "FC_REGION": FRANKFURT}


def deploy_watcher(yard: Yard) -> dict[str, str]:
    """Create the watcher's function; return the environment that makes bootstrap tell it."""
    client = Client(
        Config(
            access_key_id=yard.sandbox.access_key_id,
            access_key_secret=yard.sandbox.access_key_secret,
            endpoint=f"fcv3.{FRANKFURT}.aliyuncs.com",
            protocol="http",
            http_proxy=yard.sandbox.endpoint,
        )
    )
    client.create_function(
        CreateFunctionRequest(
            body=CreateFunctionInput(
                function_name=WATCHER,
                runtime="python3.10",
                handler="index.handler",
                code=InputCodeLocation(zip_file=encoded({"index.py": HANDLER})),
            )
        )
    )
    arn = f"acs:fc:{FRANKFURT}:{yard.sandbox.account_id}:functions/{WATCHER}"
    asked = Tag(key=ASKED_TAG, value="before")
    client.tag_resources(
        TagResourcesRequest(
            body=TagResourcesInput(resource_type="function", resource_id=[arn], tag=[asked])
        )
    )
    return {**NO_FUNCTION, "FC_ACCOUNT_ID": yard.sandbox.account_id}


def invocations(yard: Yard) -> list[Json]:
    """Return what the watcher was invoked with, in order."""
    yard.sandbox.wait_until_idle(30)
    kept = yard.holdings("fc", FRANKFURT).get("invocations", [])
    return [json.loads(one["event"]) for one in kept]


def memory(yard: Yard) -> list[Json]:
    """Return the tags of the watcher's function."""
    (function,) = yard.holdings("fc", FRANKFURT)["functions"]
    tags: list[Json] = function["tags"]
    return tags


def test_the_watcher_is_told_once_of_what_was_built(yard: Yard) -> None:
    """A run that changes nothing tells nobody: else the two would never come to rest."""
    yard.commit(regions=(FRANKFURT, LONDON))
    given = deploy_watcher(yard)

    report = yard.run(given=given)
    first = invocations(yard)
    yard.run(given=given)

    assert (report["reason"], first, invocations(yard)) == (
        None,
        [{"action": "poll"}],
        [{"action": "poll"}],
    )
    assert memory(yard) == [{"Key": ASKED_TAG, "Value": "before"}]


def test_what_is_left_pending_is_to_be_asked_for_at_the_next_poll(yard: Yard) -> None:
    """The watcher's memory of having asked is deleted, and the watcher told."""
    yard.commit()
    given = deploy_watcher(yard)

    report = yard.run(given={**given, "DEADLINE_S": "12"})

    assert (told(report), invocations(yard), memory(yard)) == (
        {FRANKFURT: "provision skipped Pending"},
        [{"action": "poll"}],
        [],
    )


def test_a_plan_tells_nobody(yard: Yard) -> None:
    """It has changed nothing."""
    yard.commit()

    yard.run({"dry_run": True}, given=deploy_watcher(yard))

    assert invocations(yard) == []


def test_a_watcher_that_cannot_be_told_is_a_reason_not_a_failure_of_the_region(yard: Yard) -> None:
    """The stack stands; its schedule comes to the same a little later."""
    yard.commit()

    report = yard.run(given=NO_FUNCTION)

    assert (report["status"], told(report)) == ("partial", {FRANKFURT: "provision done"})
    assert report["reason"].startswith("the watcher could not be told (FunctionNotFound: ")


@pytest.mark.parametrize("given", [{}, {"WATCHER_FUNCTION": WATCHER}, {"FC_REGION": FRANKFURT}])
def test_from_a_terminal_there_may_be_no_watcher(yard: Yard, given: dict[str, str]) -> None:
    """Then nobody is told, and nothing is wrong with that."""
    yard.commit()

    report = yard.run(given=given)

    assert (report["status"], report["reason"]) == ("changed", None)
    assert "fc" not in {one["product"] for one in yard.requests}
