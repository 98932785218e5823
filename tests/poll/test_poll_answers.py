"""Answers in a shape that we do not know: the region is left alone, and the others are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.poll.launch import (
    FRANKFURT,
    HANGZHOU,
    SINGAPORE,
    Json,
    Launch,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.meddler import Answered, Asked, Meddle, meddling

HOST: Final = "ess.eu-central-1.aliyuncs.com"
TOKYO: Final = "ap-northeast-1"
NOT_A_LIST: Final = "TypeError: ScalingGroups is not a list of objects"


def changing(action: str, change: Callable[[Json], object]) -> Meddle:
    """Change what Frankfurt answers to one action, as JSON."""

    def meddle(asked: Asked, answer: Answered) -> Answered:
        if (asked.host, asked.action) != (HOST, action):
            return answer
        said: Json = json.loads(answer.body)
        changed = change(said)
        return answer.saying(json.dumps(said if changed is None else changed).encode())

    return meddle


def poll_through(launch: Launch, meddle: Meddle, **given: str) -> Json:
    """Poll with somebody in between."""
    with meddling(launch.sandbox.endpoint, meddle) as url:
        return launch.poll(given={"ALIBABA_CLOUD_ENDPOINT_URL": url, "DEADLINE_S": "2.4", **given})


def first_group(said: Json) -> Json:
    """Return the only group of an answer."""
    group: Json = said["ScalingGroups"][0]
    return group


def setting(key: str, value: object) -> Callable[[Json], None]:
    """Return what sets one field of the only group."""

    def change(said: Json) -> None:
        first_group(said)[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (setting("MinSize", "0"), "TypeError: MinSize is not a number"),
        (setting("MaxSize", -1), "ValueError: capacity must keep 0 <= min <= desired <= max"),
        (setting("ActiveCapacity", True), "TypeError: ActiveCapacity is not a number"),
        (setting("SystemSuspended", "false"), "TypeError: SystemSuspended is not a boolean"),
        (setting("EnableDesiredCapacity", True), "KeyError: 'DesiredCapacity'"),
        (setting("Tags", {"Tag": []}), "AttributeError: "),
        (lambda said: said.update(ScalingGroups={"ScalingGroup": []}), NOT_A_LIST),
        (lambda said: said.update(ScalingGroups=[None]), NOT_A_LIST),
        (lambda said: said.pop("ScalingGroups") and None, "KeyError: 'ScalingGroups'"),
        (lambda said: said.pop("TotalCount") and None, "KeyError: 'TotalCount'"),
    ],
)
def test_groups_in_an_unknown_shape_make_the_region_unknown(
    launch: Launch, change: Callable[[Json], object], what: str
) -> None:
    """A field that is used and is not what it should be is never guessed."""
    launch.commit(document(2))

    report = poll_through(launch, changing("DescribeScalingGroups", change))

    assert told(report) == everywhere("arm 0 done") | {
        FRANKFURT: "hold None failed AnswerUnexpected"
    }
    error = errors(report)[FRANKFURT]
    assert error["reaction"] == "bug"
    assert error["message"].startswith(
        "DescribeScalingGroups of eu-central-1 answered in a shape that we do not understand:"
        f" {what}"
    )


@pytest.mark.parametrize(
    "change",
    [
        setting("DefaultCooldown", "soon"),
        setting("VSwitchIds", None),
        setting("SuspendedProcesses", None),
        setting("HealthCheckType", ["ECS", "LOAD_BALANCER"]),
        lambda said: said.update(Unheard="of"),
    ],
)
def test_fields_that_are_not_used_may_change_as_they_like(
    launch: Launch, change: Callable[[Json], object]
) -> None:
    """A tolerant reader does not break where it need not."""
    launch.commit(document(2))

    report = poll_through(launch, changing("DescribeScalingGroups", change))

    assert told(report) == everywhere("arm 0 done")


def test_a_strange_group_of_somebody_else_is_not_even_looked_at(launch: Launch) -> None:
    """What has nothing to do with us cannot break us."""
    launch.build(FRANKFURT, name="of-somebody-else", fleet=None)
    launch.commit(document(2))

    def spoil(said: Json) -> None:
        said["ScalingGroups"][1].update(MinSize=None, LifecycleState=7)

    report = poll_through(launch, changing("DescribeScalingGroups", spoil))

    assert told(report) == everywhere("arm 0 done")


def test_a_page_that_never_comes_is_not_taken_for_the_end(launch: Launch) -> None:
    """Fewer groups than were promised: ours may be among the missing."""
    launch.commit(document(2))

    report = poll_through(
        launch,
        changing("DescribeScalingGroups", lambda said: said.update(TotalCount=1, ScalingGroups=[])),
    )

    assert errors(report)[FRANKFURT]["message"].endswith("understand: 0 of 1 items came.")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda answer: answer.saying(b""), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(answer.body[:40]), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(b"\xff\xfe\x00"), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(b"[]"), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(b"null"), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(b"{}"), "AnswerUnexpected"),
        (lambda answer: answer.saying(b"{}", status=404), "Http404"),
        (lambda answer: answer.saying(b"no", status=502), "EndpointAnswerUnreadable"),
        (lambda answer: answer.saying(b'{"Code": 7}', status=400), "7"),
        (lambda answer: answer.saying(b"[1]", status=400), "EndpointAnswerUnreadable"),
    ],
)
def test_whatever_bytes_come_back_only_that_region_suffers(
    launch: Launch, spoil: Callable[[Answered], Answered], code: str
) -> None:
    """Truncated, empty, not JSON, not an object, errors without a code."""
    launch.commit(document(2))

    def meddle(asked: Asked, answer: Answered) -> Answered:
        return spoil(answer) if asked.host == HOST else answer

    report = poll_through(launch, meddle)

    assert told(report) == everywhere("arm 0 done") | {FRANKFURT: f"hold None failed {code}"}


def test_a_task_in_an_unknown_shape_makes_the_region_unknown(launch: Launch) -> None:
    """Nothing is armed beside what cannot be read."""
    launch.commit(document(2))
    launch.poll()
    launch.commit(document(3))

    def spoil(said: Json) -> None:
        said["ScheduledTasks"][0]["LaunchTime"] = "tomorrow"

    report = poll_through(launch, changing("DescribeScheduledTasks", spoil))

    assert told(report)[FRANKFURT] == "hold None failed AnswerUnexpected"
    assert launch.tasks(FRANKFURT)["start"] == "2026-12-01T18:00Z 2..2"


# --- what is asked of bootstrap -----------------------------------------------------------------


def test_bootstrap_is_told_commit_window_and_regions(launch: Launch) -> None:
    """It must remember them in the tags of the group that it creates."""
    regions = f"regions: [{HANGZHOU}, {SINGAPORE}, {FRANKFURT}, {TOKYO}]"
    sha = launch.commit(document(2, regions))
    payloads: list[Any] = []

    def accept(asked: Asked, answer: Answered) -> Answered:
        if not asked.host.startswith("fcv3."):
            return answer
        payloads.append((asked.host, json.loads(asked.body)))
        return answer.saying(b"", status=202)

    report = poll_through(
        launch, accept, BOOTSTRAP_FUNCTION="p2p-bootstrap", FC_REGION=SINGAPORE, DEADLINE_S="20"
    )

    assert told(report) == everywhere("arm 0 done") | {TOKYO: "provision None done"}
    assert payloads == [
        (
            "fcv3.ap-southeast-1.aliyuncs.com",
            {
                "action": "provision",
                "regions": [TOKYO],
                "commit": {"sha": sha, "time": "2026-12-01T12:00:00Z"},
                "window": {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"},
                "now": None,
                "shortages": {},
            },
        )
    ]
