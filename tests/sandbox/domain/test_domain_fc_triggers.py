"""Triggers of Function Compute, above all time triggers that fire."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.fc.timer import Timer, parse_timer
from tests.sandbox.domain.fc_user import REGION, START, SUCCESS, FcUser

Json = dict[str, Any]


@pytest.fixture
def fc() -> FcUser:
    """A user of Function Compute in an account with one function, `poll`."""
    user = FcUser(Cloud(seed=1, start=START, regions=[REGION]))
    user.create()
    return user


def timer(cron: str, **more: object) -> str:
    """A timer's triggerConfig, enabled unless told otherwise."""
    return json.dumps({"cronExpression": cron, "enable": True, **more})


def create(fc: FcUser, config: str, kind: str = "timer", name: str = "tick", **more: str) -> Json:
    """A new trigger of the function."""
    body = {"triggerName": name, "triggerType": kind, "triggerConfig": config, **more}
    return fc.call("CreateTrigger", functionName="poll", body=body)


def fired(fc: FcUser) -> list[str]:
    """The trigger times of everything that is due, in order, as minutes and seconds."""
    times = []
    while fc.cloud.functions.has_due:
        times.append(json.loads(fc.run(SUCCESS))["triggerTime"][14:19])
    return times


def test_a_trigger_is_shown_whole(fc: FcUser) -> None:
    """Its configuration comes back as the string that was sent."""
    config = timer("@every 5m", payload="{}")
    created = create(fc, config, description="polls")
    assert created == {
        "createdTime": "2026-11-23T08:00:00Z",
        "description": "polls",
        "lastModifiedTime": "2026-11-23T08:00:00Z",
        "qualifier": "LATEST",
        "status": "OK",
        "targetArn": f"acs:fc:{REGION}:{fc.cloud.account.account_id}:functions/poll",
        "triggerConfig": config,
        "triggerId": created["triggerId"],
        "triggerName": "tick",
        "triggerType": "timer",
    }
    assert fc.call("GetTrigger", functionName="poll", triggerName="tick") == created
    assert fc.call("ListTriggers", functionName="poll") == {"triggers": [created]}


def test_a_timer_fires_in_order_with_the_documented_event(fc: FcUser) -> None:
    """A jump over several firings makes each of them due, none twice."""
    create(fc, timer("@every 5m", payload="go"))
    fc.wait(16 * 60)
    assert json.loads(fc.run(SUCCESS)) == {
        "triggerTime": "2026-11-23T08:05:00Z",
        "triggerName": "tick",
        "payload": "go",
    }
    assert fired(fc) == ["10:00", "15:00"]
    fc.wait(4 * 60)
    assert fired(fc) == ["20:00"]


def test_two_timers_fire_in_order_of_time(fc: FcUser) -> None:
    """Firings of different triggers are queued as they come."""
    create(fc, timer("@every 3m"), name="three")
    create(fc, timer("30 */2 * * * *"), name="two")
    fc.wait(6 * 60)
    assert fired(fc) == ["00:30", "02:30", "03:00", "04:30", "06:00"]


def test_an_update_replaces_the_timer(fc: FcUser) -> None:
    """A new cadence counts from the update; a disabled timer does not fire."""
    create(fc, timer("@every 5m"))
    fc.wait(7 * 60)
    assert fired(fc) == ["05:00"]
    tick = {"functionName": "poll", "triggerName": "tick"}
    fc.call("UpdateTrigger", **tick, body={"triggerConfig": timer("@every 2m")})
    fc.wait(5 * 60)
    assert fired(fc) == ["09:00", "11:00"]
    fc.call("UpdateTrigger", **tick, body={"description": "faster"})
    fc.wait(60)
    assert fired(fc) == ["13:00"]
    off = json.dumps({"cronExpression": "@every 2m", "enable": False})
    shown = fc.call("UpdateTrigger", **tick, body={"triggerConfig": off})
    fc.wait(3600)
    assert (fired(fc), shown["description"], shown["triggerConfig"]) == ([], "faster", off)


@pytest.mark.parametrize("action", ["DeleteTrigger", "DeleteFunction"])
def test_what_is_deleted_does_not_fire(fc: FcUser, action: str) -> None:
    """A trigger goes when it is deleted, and with its function."""
    create(fc, timer("@every 5m"))
    params = {"functionName": "poll"} | (
        {"triggerName": "tick"} if action == "DeleteTrigger" else {}
    )
    assert fc.call(action, **params) == {}
    fc.wait(3600)
    assert (fired(fc), fc.cloud.functions.expects_time) == ([], False)


def test_a_timer_without_enable_does_not_fire(fc: FcUser) -> None:
    """A member that is left out has the value of its kind that means nothing."""
    create(fc, json.dumps({"cronExpression": "@every 1m"}))
    fc.wait(3600)
    assert fired(fc) == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{", "triggerConfig is not JSON"),
        ("[]", "triggerConfig is not a JSON object"),
        ("{}", "triggerConfig.cronExpression is required"),
        (timer("@every 0m"), "triggerConfig.cronExpression: '@every 0m' is neither @every"),
        (timer("@every 30s"), "triggerConfig.cronExpression: '@every 30s' is neither @every"),
        (timer("*/5 * * * *"), "triggerConfig.cronExpression: '*/5 * * * *' is neither @every"),
        (timer("* * * * * *"), "triggerConfig.cronExpression: the seconds of '* * * * * *' must"),
        (timer("0 61 * * * *"), "triggerConfig.cronExpression: '0 61 * * * *' is not a cron"),
        (timer("@every 1m", every=1), "triggerConfig.every is unknown or not of its type"),
        (timer("@every 1m", enable="true"), "triggerConfig.enable is unknown or not of its type"),
        (
            timer("CRON_TZ=Asia/Nowhere 0 0 4 * * *"),
            "triggerConfig.cronExpression: 'Asia/Nowhere' is not a time zone",
        ),
    ],
)
def test_timers_that_are_refused(fc: FcUser, config: str, said: str) -> None:
    """A triggerConfig is JSON with known members and a timer of at most once a minute."""
    body = {"triggerName": "tick", "triggerType": "timer", "triggerConfig": config}
    code, status, message = fc.refusal("CreateTrigger", functionName="poll", body=body)
    assert (code, status, message.startswith(said)) == ("InvalidArgument", 400, True), message


def test_time_zones_are_a_variant(fc: FcUser) -> None:
    """CRON_TZ is taken unless the variant says that it is not."""
    config = timer("CRON_TZ=Asia/Shanghai 0 30 16 * * *")
    create(fc, config)
    fc.wait(3600)
    assert fired(fc) == ["30:00"]
    fc.set_faults(variants={"timer_time_zones": "reject"})
    body = {"triggerName": "other", "triggerType": "timer", "triggerConfig": config}
    assert fc.refusal("CreateTrigger", functionName="poll", body=body)[0] == "InvalidArgument"


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        ("@every 15m", "2026-11-23T08:00:00", "2026-11-23T08:15:00"),
        ("@every 15m", "2026-11-23T08:15:00", "2026-11-23T08:30:00"),
        ("0 */10 * * * *", "2026-11-23T08:00:00", "2026-11-23T08:10:00"),
        ("30 0 4 1 * ?", "2026-11-23T08:00:00", "2026-12-01T04:00:30"),
        ("0 0 4 ? * MON", "2026-11-23T08:00:00", "2026-11-30T04:00:00"),
        ("CRON_TZ=Europe/Berlin 0 30 2 * * *", "2026-10-24T12:00:00", "2026-10-25T00:30:00"),
        ("CRON_TZ=Europe/Berlin 0 0 3 * * *", "2026-10-25T00:30:00", "2026-10-25T02:00:00"),
    ],
)
def test_when_timers_are_due(expression: str, after: str, due: str) -> None:
    """Intervals count from when they were set; crons have seconds, and follow their zone."""
    found = parse_timer(expression, zones=True).next_after(START, utc(after))
    assert found == utc(due)


def test_a_timer_may_never_be_due() -> None:
    """A 30th of February does not come, which is found out at once."""
    with pytest.raises(ValueError, match="is not a cron expression"):
        parse_timer("0 0 0 30 2 *", zones=True)
    assert parse_timer("@every 1m", zones=True) == Timer("@every 1m")


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_other_kinds_are_kept_and_never_fire(fc: FcUser) -> None:
    """An HTTP trigger has its addresses; an event source's trigger its ARN and role."""
    http = create(fc, json.dumps({"authType": "function"}), kind="http", name="http")
    assert http["httpTrigger"] == {
        "urlInternet": f"https://poll-{http['triggerId'][:10]}.{REGION}.fcapp.run",
        "urlIntranet": f"https://poll-{http['triggerId'][:10]}.{REGION}-vpc.fcapp.run",
    }
    source = {"sourceArn": "acs:oss:x", "invocationRole": "acs:ram::1:role/x"}
    oss = create(fc, "{}", kind="oss", name="oss", **source)
    assert {name: oss[name] for name in source} == source
    fc.wait(timedelta(days=2).total_seconds())
    assert fired(fc) == []


def test_triggers_are_refused_by_name_kind_and_qualifier(fc: FcUser) -> None:
    """Names are unique in a function; kinds and qualifiers must exist."""
    create(fc, timer("@every 5m"))

    def code(**changes: str) -> str:
        body = {"triggerName": "other", "triggerType": "timer", "triggerConfig": timer("@every 5m")}
        return fc.refusal("CreateTrigger", functionName="poll", body={**body, **changes})[0]

    assert code(triggerName="tick") == "TriggerAlreadyExists"
    assert code(triggerName="1") == "InvalidArgument"
    assert code(triggerType="cron") == "InvalidArgument"
    assert code(qualifier="7") == "VersionNotFound"
    for action in ("GetTrigger", "DeleteTrigger"):
        refused = fc.refusal(action, functionName="poll", triggerName="nobody")
        message = "trigger 'nobody' does not exist in function 'poll'"
        assert refused == ("TriggerNotFound", 404, message)
