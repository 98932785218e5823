"""Regions without a stack: bootstrap is asked for all of them at once, or a person is."""

from __future__ import annotations

from typing import Final

import pytest

from tests.poll.launch import (
    FRANKFURT,
    HANGZHOU,
    SINGAPORE,
    STOP,
    Launch,
    document,
    errors,
    everywhere,
    told,
)

TOKYO: Final = "ap-northeast-1"
FOUR: Final = f"regions: [{HANGZHOU}, {SINGAPORE}, {FRANKFURT}, {TOKYO}]"
BOOTSTRAP: Final = {"BOOTSTRAP_FUNCTION": "p2p-bootstrap", "FC_REGION": SINGAPORE}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "BOOTSTRAP_FUNCTION"),
        ({"FC_REGION": SINGAPORE}, "BOOTSTRAP_FUNCTION"),
        ({"BOOTSTRAP_FUNCTION": "p2p-bootstrap"}, "FC_REGION"),
    ],
)
def test_without_a_bootstrap_function_a_person_must_build(
    launch: Launch, given: dict[str, str], missing: str
) -> None:
    """The error is that region's alone; the others are armed."""
    launch.commit(document(2, FOUR))

    report = launch.poll(given=given)

    assert report["status"] == "partial"
    assert told(report) == everywhere("arm 0 done") | {
        TOKYO: "provision None failed BootstrapNotConfigured"
    }
    error = errors(report)[TOKYO]
    assert error["reaction"] == "human"
    assert f"{missing} is not set" in error["message"]
    assert error["remedy"] == (
        f"Deploy the bootstrap function and set {missing}, or exclude the region."
    )


def test_a_bootstrap_function_that_does_not_exist_is_told_with_its_remedy(
    launch: Launch,
) -> None:
    """One asynchronous invocation for the region, answered by FC with FunctionNotFound."""
    launch.commit(document(2, FOUR))

    report = launch.poll(given=BOOTSTRAP)

    asked = [one for one in launch.requests if one["product"] == "fc"]
    assert [(one["action"], one["region"], one["code"]) for one in asked] == [
        ("InvokeFunction", SINGAPORE, "FunctionNotFound")
    ]
    assert told(report) == everywhere("arm 0 done") | {
        TOKYO: "provision None failed FunctionNotFound"
    }
    assert errors(report)[TOKYO] == {
        "code": "FunctionNotFound",
        "message": "The function does not exist. (function 'p2p-bootstrap' does not exist)",
        "reaction": "human",
        "remedy": "Deploy it (make deploy), or correct BOOTSTRAP_FUNCTION.",
    }


def test_all_missing_regions_are_asked_for_at_once(launch: Launch) -> None:
    """However many there are, it is one request."""
    launch.commit("start: 2026-12-01T18:00:00Z\ncapacity: 1\n")

    report = launch.poll(given=BOOTSTRAP)

    assert len([one for one in launch.requests if one["product"] == "fc"]) == 1
    assert list(told(report).values()).count("provision None failed FunctionNotFound") == 27


@pytest.mark.parametrize("kind", ["throttle", "http_500", "html", "reset", "dns", "timeout_before"])
def test_whatever_the_function_service_answers_ends_no_other_region(
    launch: Launch, kind: str
) -> None:
    """The asking fails, and is told in the regions that wait for it."""
    launch.commit(document(2, FOUR))
    launch.faults({"product": "fc", "fault": kind})

    report = launch.poll(given=BOOTSTRAP | {"DEADLINE_S": "3"})

    codes = {
        "throttle": "Throttling.User",
        "http_500": "InternalError",
        "html": "EndpointAnswerUnreadable",
        "reset": "EndpointUnreachable",
        "dns": "EndpointUnreachable",
        "timeout_before": "EndpointTimeout",
    }
    assert told(report) == everywhere("arm 0 done") | {
        TOKYO: f"provision None failed {codes[kind]}"
    }
    assert errors(report)[TOKYO]["reaction"] == "transient"


def test_a_plan_asks_nobody(launch: Launch) -> None:
    """It says that the region would be provisioned."""
    launch.commit(document(2, FOUR))

    plan = launch.poll({"action": "plan"}, given=BOOTSTRAP)

    assert told(plan)[TOKYO] == "provision None none"
    assert {one["product"] for one in launch.requests} == {"ess"}


@pytest.mark.parametrize("capacity", [0, {"all": 2, "aliyun": {TOKYO: 0}}])
def test_where_nothing_is_wanted_nothing_is_built(launch: Launch, capacity: object) -> None:
    """A region without nodes needs no stack."""
    launch.commit(document(capacity, FOUR))

    report = launch.poll(given=BOOTSTRAP)

    assert told(report)[TOKYO] == "none 0 none"


def test_after_the_stop_and_while_suspended_nothing_is_built(launch: Launch) -> None:
    """Provisioning is for windows that will run."""
    launch.commit(document(2, FOUR, "suspend: true"))
    suspended = launch.poll(given=BOOTSTRAP)
    launch.commit(document(2, FOUR))
    launch.advance_to(STOP)
    over = launch.poll(given=BOOTSTRAP)

    assert told(suspended)[TOKYO] == "hold None none"
    assert told(over)[TOKYO] == "none 0 none"


def test_regions_that_cannot_be_read_are_not_built_again(launch: Launch) -> None:
    """Unknown is not absent."""
    launch.commit(document(2, FOUR))
    launch.faults(
        {"action": "DescribeScalingGroups", "region": TOKYO, "fault": "error", "code": "Odd"}
    )

    report = launch.poll(given=BOOTSTRAP)

    assert told(report)[TOKYO] == "hold None failed Odd"
    assert {one["product"] for one in launch.requests} == {"ess"}
