"""Trouble that lasts: told with its remedy, and it harms no other region."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.regions import CATALOGUE
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    STOP,
    Launch,
    armed,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.trouble import (
    ARM,
    ARMED,
    NEXT_POLL,
    assert_armed_and_converged,
    fault,
)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (
            "throttle",
            {
                "code": "Throttling.User",
                "message": "Too many requests a minute for this API.",
                "reaction": "transient",
                "remedy": NEXT_POLL,
            },
        ),
        (
            "http_500",
            {
                "code": "InternalError",
                "message": "The service had an internal error.",
                "reaction": "transient",
                "remedy": NEXT_POLL,
            },
        ),
        (
            "timeout_before",
            {
                "code": "EndpointTimeout",
                "message": "ess.eu-central-1.aliyuncs.com did not answer DescribeScalingGroups in"
                " time.",
                "reaction": "transient",
                "remedy": NEXT_POLL,
            },
        ),
        (
            "html",
            {
                "code": "EndpointAnswerUnreadable",
                "message": "ess.eu-central-1.aliyuncs.com answered DescribeScalingGroups with"
                " something that is not the API's JSON.",
                "reaction": "transient",
                "remedy": f"{NEXT_POLL} If it lasts, look for a proxy in between.",
            },
        ),
        (
            "dns",
            {
                "code": "EndpointUnreachable",
                "message": "ess.eu-central-1.aliyuncs.com cannot be reached.",
                "reaction": "transient",
                "remedy": f"{NEXT_POLL} If it lasts, check DNS and the network.",
            },
        ),
        (
            "reset",
            {
                "code": "EndpointUnreachable",
                "message": "ess.eu-central-1.aliyuncs.com cannot be reached.",
                "reaction": "transient",
                "remedy": f"{NEXT_POLL} If it lasts, check DNS and the network.",
            },
        ),
    ],
)
def test_a_region_that_cannot_be_read_is_held_and_delays_no_other(
    launch: Launch, kind: str, error: Mapping[str, str]
) -> None:
    """It takes its share of the poll's time; the rest is left for acting on the others."""
    launch.commit(document(2))
    launch.faults(fault("DescribeScalingGroups", kind))

    report = launch.poll(given={"DEADLINE_S": "2.4"})

    assert report["status"] == "partial"
    assert told(report) == everywhere("arm 0 done") | {
        FRANKFURT: f"hold None failed {error['code']}"
    }
    assert errors(report) == {FRANKFURT: error}
    assert armed(report) == everywhere(ARMED) | {FRANKFURT: (None, None)}
    assert report["elapsed_ms"] < 2000
    assert launch.tasks(FRANKFURT) == {}


@pytest.mark.parametrize("kind", ["throttle", "timeout_before", "html"])
def test_a_region_that_cannot_be_written_fails_alone(launch: Launch, kind: str) -> None:
    """The others are done meanwhile; nothing of it is said to be armed."""
    launch.commit(document(2))
    launch.faults(fault("CreateScheduledTask", kind))

    report = launch.poll(given={"DEADLINE_S": "2"})

    assert report["status"] == "partial"
    assert [*errors(report)] == [FRANKFURT]
    assert told(report) | {FRANKFURT: None} == everywhere("arm 0 done") | {FRANKFURT: None}
    assert armed(report) == everywhere(ARMED) | {FRANKFURT: (None, None)}
    launch.faults()
    launch.poll()
    assert launch.writes(FRANKFURT) == ARM[1:]
    assert_armed_and_converged(launch)


def test_what_is_armed_where_a_write_failed_is_told_exactly(launch: Launch) -> None:
    """The stop is armed and the start is not; then the stop stays where it was."""
    only = f"regions: [{FRANKFURT}]"
    launch.commit(document(2, only))
    launch.faults(
        {"action": "CreateScheduledTask", "delay_ms": 1, "times": 1},
        fault("CreateScheduledTask", "error", code="Odd"),
    )
    first = launch.poll()
    launch.commit(document(2, only, stop=STOP + DAY))
    launch.faults(fault("ModifyScheduledTask", "error", code="Odd"))
    second = launch.poll()

    assert (
        told(first) == told(second) == everywhere("none 0 none") | {FRANKFURT: "arm 0 failed Odd"}
    )
    assert armed(first)[FRANKFURT] == armed(second)[FRANKFURT] == (None, ARMED[1])
    assert launch.tasks(FRANKFURT) == {"stop": "2026-12-08T18:00Z 0..0"}


def test_a_quota_that_is_used_up_leaves_the_stop_armed_not_the_start(launch: Launch) -> None:
    """With room for one scheduled task only, it is the one that ends the cost."""
    launch.commit(document(2))
    launch.faults(account={"quotas": {"ess:scheduled_tasks": 1}})

    report = launch.poll()

    assert told(report) == everywhere("arm 0 failed QuotaExceeded.ScheduledTask")
    assert armed(report) == everywhere((None, ARMED[1]))
    assert launch.tasks(FRANKFURT) == {"stop": "2026-12-08T18:00Z 0..0"}


def test_an_unknown_error_code_is_shown_whole(launch: Launch) -> None:
    """A person must look at it: code, the vendor's words on one line, the request's id."""
    launch.commit(document(2))
    launch.faults(
        fault("DescribeScheduledTasks", "error", code="Oops.Strange", message="Much\n \x1b[2Jodd")
    )

    report = launch.poll()

    assert errors(report) == {
        FRANKFURT: {
            "code": "Oops.Strange",
            "message": "Much [2Jodd",
            "reaction": "human",
            "remedy": "This code is not in our table: look it up with the request id at"
            " https://api.alibabacloud.com/troubleshoot",
        }
    }
    (failed,) = (one for one in launch.requests if one["code"])
    (told_of,) = (one["error"] for one in report["regions"] if one["error"])
    assert told_of["request_id"] == failed["request_id"]
    assert report["status"] == "partial"


def test_a_missing_permission_is_named_with_its_remedy(launch: Launch) -> None:
    """Nothing is retried; the write that is allowed is made once, not in every poll."""
    launch.commit(document(2))
    launch.faults(account={"denied_actions": ["ess:CreateScheduledTask"]})

    report = launch.poll()
    first = launch.writes(FRANKFURT)
    launch.poll()

    assert told(report) == everywhere("arm 0 failed Forbidden.Unauthorized")
    assert report["status"] == "failed"
    error = errors(report)[FRANKFURT]
    assert error["reaction"] == "human"
    assert error["remedy"].startswith("Grant ess:CreateScheduledTask to ")
    denied = f"{ARM[1]} Forbidden.Unauthorized"
    assert (first, launch.writes(FRANKFURT)) == (["TagResources", denied], [denied])
    launch.faults()
    launch.poll()
    assert_armed_and_converged(launch)


def test_without_any_permission_the_whole_poll_fails(launch: Launch) -> None:
    """No region can be read: that is `failed`, and every region says why."""
    launch.commit(document(2))
    launch.faults(account={"denied_actions": ["ess:*"]})

    report = launch.poll()

    assert report["status"] == "failed"
    assert told(report) == everywhere("hold None failed Forbidden.Unauthorized")
    assert len(launch.requests) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (
            {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tNobodyHasThisKey00"},
            "InvalidAccessKeyId.NotFound",
            "The access key does not exist or is disabled.",
        ),
        (
            {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "not-the-secret-of-this-key"},
            "SignatureDoesNotMatch",
            "The access key secret is wrong.",
        ),
    ],
)
def test_wrong_credentials_fail_everywhere_in_one_try(
    launch: Launch, given: Mapping[str, str], code: str, message: str
) -> None:
    """Nothing is retried, nothing written; the sentence does not repeat what was signed."""
    launch.commit(document(2))

    report = launch.poll(given=given)

    assert report["status"] == "failed"
    assert told(report) == everywhere(f"hold None failed {code}")
    assert {error["message"] for error in errors(report).values()} == {message}
    assert len(launch.requests) == len(CATALOGUE)
