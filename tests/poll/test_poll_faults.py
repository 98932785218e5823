"""What the cloud does wrong: in one region it harms no other, and no write is made twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from sandbox.git_host import Hang
from shared.cloud.session import Call
from shared.regions import CATALOGUE
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    REGIONS,
    SINGAPORE,
    START,
    STOP,
    Json,
    Launch,
    armed,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.sessions import hooked

ARMED: Final = ("2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z")
LOOK: Final = ["DescribeScalingGroups", "DescribeScheduledTasks"]
ARM: Final = [
    "TagResources",
    "CreateScheduledTask stop 2026-12-08T18:00Z 0..0",
    "CreateScheduledTask start 2026-12-01T18:00Z 2..2",
]
READS: Final = ("DescribeScalingGroups", "DescribeScheduledTasks")
WRITES: Final = ("TagResources", "CreateScheduledTask")
NEXT_POLL: Final = "Nothing to do: the next poll tries again."


def fault(action: str, kind: str, region: str = FRANKFURT, **more: object) -> Json:
    """Say what goes wrong with an action in one region."""
    return {"action": action, "region": region, "fault": kind, **more}


def run(launch: Launch, nodes: int = 2) -> None:
    """Bring the launch to an hour after its start, every node in service."""
    launch.commit(document(nodes))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.poll()


def assert_armed_and_converged(launch: Launch) -> None:
    """All is well again: every region armed once, and the next poll has nothing to do."""
    launch.faults()
    report = launch.poll()
    assert (report["status"], armed(report)) == ("converged", everywhere(ARMED))
    assert launch.tasks(FRANKFURT) == launch.tasks(HANGZHOU) == launch.tasks(SINGAPORE)


# --- trouble that passes ------------------------------------------------------------------------


@pytest.mark.parametrize("action", [*READS, *WRITES])
def test_two_throttled_answers_are_waited_out_inside_the_poll(launch: Launch, action: str) -> None:
    """The same request again, after a pause: nothing is lost, nothing done twice."""
    launch.commit(document(2))
    launch.faults(fault(action, "throttle", times=2))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    calls = [call for call in launch.calls(FRANKFURT) if "Throttling" not in call]
    assert calls == [*LOOK, *ARM]
    assert len(launch.calls(FRANKFURT)) == len(calls) + 2
    assert_armed_and_converged(launch)


def test_a_pause_that_the_service_asks_for_is_kept(launch: Launch) -> None:
    """Its `x-acs-retry-after` counts, not our own shorter back-off."""
    launch.commit(document(2))
    launch.faults(fault("CreateScheduledTask", "throttle", times=1, retry_after_ms=1500))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert report["elapsed_ms"] >= 1500


def test_a_pause_longer_than_the_poll_is_left_to_the_next(launch: Launch) -> None:
    """Nothing waits for what cannot come in time; the next poll arms the rest."""
    launch.commit(document(2))
    launch.faults(fault("CreateScheduledTask", "throttle", times=1, retry_after_ms=60_000))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: "arm 0 failed Throttling.User"}
    assert report["elapsed_ms"] < 10_000
    launch.poll()
    assert launch.writes(FRANKFURT) == ARM[1:]
    assert_armed_and_converged(launch)


@pytest.mark.parametrize("kind", ["http_500", "html", "dns"])
@pytest.mark.parametrize("action", READS)
def test_a_read_that_fails_once_is_repeated(launch: Launch, action: str, kind: str) -> None:
    """Whatever came in its place, the region is armed in the same poll."""
    launch.commit(document(2))
    launch.faults(fault(action, kind, times=1))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert_armed_and_converged(launch)


@pytest.mark.parametrize("kind", ["http_500", "html", "dns"])
@pytest.mark.parametrize("action", WRITES)
def test_a_write_that_fails_once_is_looked_at_before_it_is_repeated(
    launch: Launch, action: str, kind: str
) -> None:
    """It may have been carried out: a fresh look says that it was not, so it is done now."""
    launch.commit(document(2))
    launch.faults(fault(action, kind, times=1))

    report = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    failed = WRITES.index(action)
    tried = launch.calls(FRANKFURT)[2 : 3 + failed]
    assert tried[-1].startswith(action)
    assert tried[-1] != ARM[failed]  # this one carries the fault's name
    assert launch.calls(FRANKFURT)[3 + failed :] == [*LOOK, *ARM[failed:]]
    assert_armed_and_converged(launch)


def test_writes_that_were_done_without_an_answer_are_not_repeated(launch: Launch) -> None:
    """TagResources in one region, CreateScheduledTask in another: carried out, answers lost."""
    launch.commit(document(2))
    launch.faults(
        fault("TagResources", "timeout_after", HANGZHOU, times=1),
        fault("CreateScheduledTask", "timeout_after", SINGAPORE, times=1),
    )

    report = launch.poll(given={"DEADLINE_S": "5"})

    assert told(report) == everywhere("arm 0 done")
    assert armed(report) == everywhere(ARMED)
    assert launch.calls(HANGZHOU) == [*LOOK, "TagResources timeout_after", *LOOK, *ARM[1:]]
    assert launch.calls(SINGAPORE) == [
        *LOOK,
        ARM[0],
        f"{ARM[1]} timeout_after",
        *LOOK,
        ARM[2],
    ]
    assert report["totals"]["writes"] == 9
    assert_armed_and_converged(launch)


def test_changes_that_were_made_without_an_answer_are_not_repeated(launch: Launch) -> None:
    """The same for ModifyScalingGroup, ModifyScheduledTask and DeleteScheduledTask."""
    launch.commit(document(2))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.commit(document(3, stop=STOP + DAY))
    launch.faults(
        fault("ModifyScalingGroup", "timeout_after", HANGZHOU, times=1),
        fault("ModifyScheduledTask", "timeout_after", SINGAPORE, times=1),
        fault("DeleteScheduledTask", "timeout_after", FRANKFURT, times=1),
    )

    report = launch.poll(given={"DEADLINE_S": "5"})

    assert told(report) == everywhere("scale 3 done")
    remember, clear = "TagResources", "DeleteScheduledTask"
    move, scale = "ModifyScheduledTask stop 2026-12-09T18:00Z 0..0", "ModifyScalingGroup 3..3"
    lost = " timeout_after"
    assert launch.calls(HANGZHOU) == [*LOOK, remember, clear, move, scale + lost, *LOOK]
    assert launch.calls(SINGAPORE) == [*LOOK, remember, clear, move + lost, *LOOK, scale]
    assert launch.calls(FRANKFURT) == [*LOOK, remember, clear + lost, *LOOK, move, scale]
    assert report["totals"]["writes"] == 12
    launch.advance_to(START + 2 * HOUR)
    assert launch.poll()["status"] == "converged"


def test_a_lost_answer_that_cannot_be_looked_into_is_found_out_by_the_next_poll(
    launch: Launch,
) -> None:
    """Out of reach just then: failed, what is armed is not overstated, the next poll mends it."""
    launch.commit(document(2))
    launch.faults(
        fault("CreateScheduledTask", "timeout_after", times=1),
        {"action": "DescribeScalingGroups", "region": FRANKFURT, "delay_ms": 1, "times": 1},
        fault("DescribeScalingGroups", "error", code="Odd"),
    )

    report = launch.poll(given={"DEADLINE_S": "3"})
    launch.faults()
    launch.poll()

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: "arm 0 failed EndpointTimeout"}
    assert armed(report) == everywhere(ARMED) | {FRANKFURT: (None, None)}
    assert launch.writes(FRANKFURT) == ARM[2:]
    assert_armed_and_converged(launch)


# --- trouble that lasts -------------------------------------------------------------------------


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


# --- shortage -----------------------------------------------------------------------------------


def test_a_shortage_is_partial_with_its_code_and_recovers_by_itself(launch: Launch) -> None:
    """No write helps: the poll looks up the last failed activity, and waits for stock."""
    run(launch)
    launch.faults(stock=[{"region": FRANKFURT}])
    launch.commit(document(4))
    launch.poll()
    launch.advance_to(START + 2 * HOUR)

    short = launch.poll()
    calls = launch.calls(FRANKFURT)
    launch.faults()
    launch.advance_to(START + 3 * HOUR)
    recovered = launch.poll()

    assert short["status"] == "partial"
    assert told(short) == everywhere("none 4 none") | {
        FRANKFURT: "none 4 none RecommendEmpty.InstanceTypeNoStock"
    }
    assert calls == [*LOOK, "DescribeScalingActivities"]
    assert errors(short)[FRANKFURT] == {
        "code": "RecommendEmpty.InstanceTypeNoStock",
        "message": "2 of 4 nodes run: No instance type is in stock.",
        "reaction": "shortage",
        "remedy": "Add another instance type, disk category or zone to `fleet`, or wait: ESS keeps"
        " trying.",
    }
    assert recovered["status"] == "converged"
    assert launch.sizes(FRANKFURT) == "4..4, 4 active"


@pytest.mark.parametrize(
    ("trouble", "code", "reaction"),
    [
        ({"account": {"risk_control": True}}, "Forbidden.RiskControl", "human"),
        (
            {"account": {"unauthorized_types": ["*"]}},
            "InvalidInstanceType.NotAuthorized",
            "shortage",
        ),
        (
            {"stock": [{"disk": "cloud_essd_entry"}]},
            "RecommendEmpty.DiskTypeNoStock",
            "shortage",
        ),
        ({"account": {"quotas": {"ecs:instances": 1}}}, "QuotaExceed.ElasticQuota", "human"),
    ],
)
def test_every_reason_for_missing_nodes_is_told_with_its_reaction(
    launch: Launch, trouble: Json, code: str, reaction: str
) -> None:
    """The code stands in the activity's text, where ESS puts it."""
    launch.faults(**trouble)
    run(launch)

    report = launch.poll()

    assert report["status"] == "partial"
    assert told(report) == everywhere(f"none 2 none {code}")
    assert {error["reaction"] for error in errors(report).values()} == {reaction}


def test_nodes_that_are_still_booting_are_no_shortage(launch: Launch) -> None:
    """Right after a change, and while an activity is running, nothing is missing."""
    run(launch)
    launch.commit(document(4))

    changed = launch.poll()
    booting = launch.poll()

    assert (changed["status"], booting["status"]) == ("changed", "converged")


# --- time ---------------------------------------------------------------------------------------


def test_what_the_deadline_did_not_allow_is_skipped_and_told(launch: Launch) -> None:
    """One call at a time, each slow: some regions are reached, the others are not lost."""
    launch.commit(document(2))
    launch.faults({"action": "Describe*", "fault": None, "delay_ms": 250})

    report = launch.poll(given={"DEADLINE_S": "2", "MAX_CONCURRENCY": "1"})

    skipped = {one["region"] for one in report["regions"] if one["outcome"] == "skipped"}
    reached = set(REGIONS) - skipped
    assert len(report["unseen"]) >= 20
    for error in (one["error"] for one in report["regions"] if one["region"] in skipped):
        assert error["code"] == "DeadlinePassed"
    assert report["elapsed_ms"] < 3000
    assert {one.split()[0] for one in launch.all_writes} <= reached
    assert report["status"] == ("partial" if skipped else "changed")


def test_a_tiny_deadline_skips_everything_and_breaks_nothing(launch: Launch) -> None:
    """Every region is reported as skipped; the next poll does the work."""
    launch.commit(document(2))
    launch.faults({"fault": None, "delay_ms": 900})

    report = launch.poll(given={"DEADLINE_S": "1"})
    launch.faults()
    launch.poll()

    assert (report["status"] in {"partial", "failed"}, report["totals"]["writes"]) == (True, 0)
    assert {one["outcome"] for one in report["regions"]} <= {"skipped", "failed"}
    assert_armed_and_converged(launch)


def test_a_git_host_that_hangs_leaves_time_for_the_regions(launch: Launch) -> None:
    """Sources are read beside the regions, and only for a share of the poll."""
    launch.commit(document(2))
    launch.host.misbehave("mirror.git", Hang())
    sources = f"{launch.host.url_of('mirror.git')} {launch.environment['CONTROL_SOURCES']}"

    report = launch.poll(given={"CONTROL_SOURCES": sources, "DEADLINE_S": "4"})

    assert told(report) == everywhere("arm 0 done")
    assert [one["status"] for one in report["sources"]] == ["failed", "used"]
    assert report["elapsed_ms"] < 4000


# --- mistakes of our own ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("DescribeScalingGroups", "hold None failed UnexpectedError"),
        ("CreateScheduledTask", "arm 0 failed UnexpectedError"),
    ],
)
def test_a_mistake_of_this_program_in_one_region_ends_no_other(
    launch: Launch, action: str, said: str
) -> None:
    """It is reported with its place, and without its words."""
    launch.commit(document(2))

    def stumble(call: Call) -> None:
        if (call.region, call.action) == (FRANKFURT, action):
            raise ZeroDivisionError("words that could hold anything")

    report = launch.poll(open_session=hooked(after=stumble))

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: said}
    error = errors(report)[FRANKFURT]
    assert error["reaction"] == "bug"
    assert error["message"].startswith(
        "This program made a mistake in eu-central-1: ZeroDivisionError at test_poll_faults.py:"
    )
    launch.poll()
    assert_armed_and_converged(launch)
