"""The admin interface, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from alibabacloud_ess20220222 import models
from alibabacloud_ess20220222.client import Client as EssClient

from sandbox.server import RunningSandbox, start_sandbox

REGION = "ap-southeast-7"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

AdminCall = Callable[..., Any]


def shown(answer: dict[str, str]) -> datetime:
    """The instant of a clock answer."""
    assert set(answer) == {"now"}
    assert answer["now"].endswith("Z")
    return datetime.fromisoformat(answer["now"])


def group_ids(ess: EssClient) -> list[str]:
    """The groups of the region."""
    request = models.DescribeScalingGroupsRequest(region_id=REGION)
    return [
        one.scaling_group_id for one in ess.describe_scaling_groups(request).body.scaling_groups
    ]


def test_clock_runs_with_real_time_and_moves_forward(admin: AdminCall) -> None:
    """The clock starts where it is told, runs on by itself, and jumps by span or to an instant."""
    with start_sandbox(start=START) as sandbox:
        first = shown(admin(sandbox, "GET", "clock"))
        second = shown(admin(sandbox, "GET", "clock"))
        assert START <= first <= second < START + timedelta(seconds=5)
        jumped = shown(admin(sandbox, "POST", "clock", {"advance_s": 90.5}))
        assert timedelta(seconds=90.5) <= jumped - second < timedelta(seconds=95)
        landed = shown(admin(sandbox, "POST", "clock", {"now": "2026-11-24T10:00:00+02:00"}))
        target = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        assert target <= landed < target + timedelta(seconds=5)
        assert shown(admin(sandbox, "GET", "clock")) >= landed


def test_moving_the_clock_lets_what_is_due_happen(
    fleet_sandbox: RunningSandbox, fleet_ess: EssClient, admin: AdminCall
) -> None:
    """A scheduled task fires, and its instances boot, inside one jump of the clock."""
    now = shown(admin(fleet_sandbox, "GET", "clock"))
    (group_id,) = group_ids(fleet_ess)
    fleet_ess.create_scheduled_task(
        models.CreateScheduledTaskRequest(
            region_id=REGION,
            scaling_group_id=group_id,
            launch_time=f"{now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}",
            min_value=2,
            max_value=2,
        )
    )
    admin(fleet_sandbox, "POST", "clock", {"advance_s": 2 * 3600})
    group = admin(fleet_sandbox, "GET", "state")["products"]["ess"][REGION]["scaling_groups"][0]
    assert (group["MinSize"], group["ActiveCapacity"]) == (2, 2)


def test_requests_are_listed(sandbox: RunningSandbox, ess: EssClient, admin: AdminCall) -> None:
    """Each API request is listed with instant, subject, outcome and parameters; no secrets."""
    assert admin(sandbox, "GET", "requests") == []
    answer = ess.describe_scaling_groups(
        models.DescribeScalingGroupsRequest(region_id=REGION, scaling_group_ids=["a", "b"])
    )
    (entry,) = admin(sandbox, "GET", "requests")
    at = datetime.fromisoformat(entry.pop("at"))
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=5)
    assert entry == {
        "product": "ess",
        "action": "DescribeScalingGroups",
        "region": REGION,
        "status": 200,
        "code": None,
        "request_id": answer.body.request_id,
        "params": {"RegionId": REGION, "ScalingGroupIds.1": "a", "ScalingGroupIds.2": "b"},
        "caller": "user",
        "ram_actions": ["ess:DescribeScalingGroups"],
    }


def test_refused_requests_are_listed_too(sandbox: RunningSandbox, admin: AdminCall) -> None:
    """A request that names no action of ours is listed with its error."""
    url = "http://ess.aliyuncs.com/?Version=2022-02-22"
    headers = {"x-acs-action": "DescribeEverything"}
    requests.get(url, headers=headers, proxies={"http": sandbox.endpoint}, timeout=5)
    (entry,) = admin(sandbox, "GET", "requests")
    assert {name: entry[name] for name in ("product", "action", "status", "code")} == {
        "product": "ess",
        "action": "DescribeEverything",
        "status": 404,
        "code": "InvalidAction.NotFound",
    }


def test_faults_are_replaced_as_a_whole_and_shown(
    sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """What is put is what is shown, with defaults; the next put replaces all of it."""
    put = {
        "rules": [{"product": "ess", "fault": "throttle", "retry_after_ms": 5, "times": 2}],
        "stock": [{"region": "cn-*", "available": False}],
        "account": {"denied_actions": ["ess:ModifyScalingGroup"]},
        "variants": {"fired_task_kept": False},
    }
    answered = admin(sandbox, "POST", "faults", put)
    assert admin(sandbox, "GET", "faults") == answered
    assert answered["rules"][0]["retry_after_ms"] == 5
    assert answered["account"]["denied_actions"] == ["ess:ModifyScalingGroup"]
    assert answered["variants"]["fired_task_kept"] is False
    empty = admin(sandbox, "POST", "faults", {})
    assert (empty["rules"], empty["stock"]) == ([], [])
    assert empty["variants"]["fired_task_kept"] is True


def test_reset_empties_the_account(
    sandbox: RunningSandbox, ess: EssClient, admin: AdminCall
) -> None:
    """Reset drops groups, requests and faults; credentials stay good and the clock runs on."""
    sandbox.cloud.add_group(REGION, "p2p", None)
    moved = shown(admin(sandbox, "POST", "clock", {"advance_s": 86400}))
    admin(sandbox, "POST", "faults", {"rules": [{"fault": "http_500"}]})
    assert shown(admin(sandbox, "POST", "reset")) >= moved
    assert admin(sandbox, "GET", "requests") == []
    assert admin(sandbox, "GET", "faults")["rules"] == []
    assert group_ids(ess) == []


def test_reset_brings_the_fleets_groups_back(
    fleet_sandbox: RunningSandbox, fleet_ess: EssClient, admin: AdminCall
) -> None:
    """A sandbox that started with groups has them again, as they were at first."""
    (group_id,) = group_ids(fleet_ess)
    fleet_ess.modify_scaling_group(
        models.ModifyScalingGroupRequest(scaling_group_id=group_id, max_size=9)
    )
    admin(fleet_sandbox, "POST", "reset")
    (group,) = fleet_ess.describe_scaling_groups(
        models.DescribeScalingGroupsRequest(region_id=REGION)
    ).body.scaling_groups
    assert (group.scaling_group_id, group.max_size) == (group_id, 0)


def test_state_shows_account_and_products(fleet_sandbox: RunningSandbox, admin: AdminCall) -> None:
    """State lists every product by region, without the secret."""
    state = admin(fleet_sandbox, "GET", "state")
    assert state["account"]["account_id"] == fleet_sandbox.account_id
    assert set(state["products"]["ess"]) == {REGION, "cn-hangzhou"}
    assert fleet_sandbox.access_key_secret not in str(state)


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("clock", b"", "The body for the clock must be a JSON object, not ''."),
        (
            "clock",
            b"[" * 200_000,
            f"The body for the clock must be a JSON object, not '{'[' * 80}'.",
        ),
        ("clock", b"[1]", "The body for the clock must be a JSON object, not '[1]'."),
        ("clock", b"\xff", "The body for the clock must be a JSON object, not '\ufffd'."),
        (
            "clock",
            b'{"forward": 1}',
            'The clock takes {"advance_s": <seconds>} or {"now": "<instant>"}, '
            "not '{\"forward\": 1}'.",
        ),
        (
            "clock",
            b'{"advance_s": "1"}',
            'The clock takes {"advance_s": <seconds>} or {"now": "<instant>"}, '
            'not \'{"advance_s": "1"}\'.',
        ),
        (
            "clock",
            b'{"advance_s": 1, "now": "2030-01-01T00:00:00Z"}',
            'The clock takes {"advance_s": <seconds>} or {"now": "<instant>"}, not '
            '\'{"advance_s": 1, "now": "2030-01-01T00:00:00Z"}\'.',
        ),
        (
            "clock",
            b'{"advance_s": true}',
            "advance_s must be a number of seconds, not a boolean.",
        ),
        ("clock", b'{"advance_s": -1}', "advance_s must be from 0 to 316224000, not -1."),
        ("clock", b'{"advance_s": NaN}', "advance_s must be from 0 to 316224000, not nan."),
        ("clock", b'{"advance_s": 1e99}', "advance_s must be from 0 to 316224000, not 1e+99."),
        (
            "clock",
            b'{"now": "tomorrow"}',
            "now must be an RFC 3339 instant with a zone, not 'tomorrow'.",
        ),
        (
            "clock",
            b'{"now": "2030-01-01T00:00:00"}',
            "now must be an RFC 3339 instant with a zone, not '2030-01-01T00:00:00'.",
        ),
        ("clock", b'{"now": "9999-01-01T00:00:00Z"}', "now can move at most 3660 days at once."),
        ("faults", b"nothing", "The body for faults must be a JSON object, not 'nothing'."),
        ("faults", b'{"rule": []}', "faults.rule is not a known key."),
    ],
)
def test_wrong_input_is_one_sentence(
    sandbox: RunningSandbox, name: str, body: bytes, sentence: str
) -> None:
    """Wrong input is 400 with one sentence that says what is wrong."""
    answer = requests.post(f"{sandbox.endpoint}/_sandbox/{name}", data=body, timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})


def test_clock_does_not_go_back(sandbox: RunningSandbox) -> None:
    """An instant that is over is refused with what the clock shows."""
    answer = requests.post(
        f"{sandbox.endpoint}/_sandbox/clock", json={"now": "2020-01-01T00:00:00Z"}, timeout=5
    )
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The clock cannot go back: it shows 20")


def test_wrong_path_or_method_is_told(sandbox: RunningSandbox) -> None:
    """An unknown path lists the known ones, a wrong method the right ones."""
    unknown = requests.get(f"{sandbox.endpoint}/_sandbox/stat", timeout=5)
    assert (unknown.status_code, unknown.json()["error"]) == (
        404,
        "There is no /_sandbox/stat; there are /_sandbox/state, /_sandbox/requests, "
        "/_sandbox/invocations, /_sandbox/reset, /_sandbox/clock, /_sandbox/faults.",
    )
    wrong = requests.get(f"{sandbox.endpoint}/_sandbox/reset", timeout=5)
    assert (wrong.status_code, wrong.headers["Allow"], wrong.json()["error"]) == (
        405,
        "POST",
        "/_sandbox/reset takes POST, not GET.",
    )
