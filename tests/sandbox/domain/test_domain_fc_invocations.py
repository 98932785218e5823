"""Invocations of functions, as the model keeps them: due, started, retried, ended."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.fc.records import InvocationCounts
from tests.sandbox.domain.fc_user import CODE, FAILURE, REGION, START, SUCCESS, FcUser

Json = dict[str, Any]


@pytest.fixture
def fc() -> FcUser:
    """A user of Function Compute in an account with one function, `poll`."""
    user = FcUser(Cloud(seed=1, start=START, regions=[REGION]))
    user.create(environmentVariables={"A": "1"}, timeout=60)
    return user


def counts(fc: FcUser) -> tuple[int, int, int]:
    """Invocations that are due, running and done."""
    now: InvocationCounts = fc.cloud.functions.counts
    return now.queued, now.running, now.done


def test_a_launch_has_all_that_running_it_takes(fc: FcUser) -> None:
    """Code, handler, limits, environment; a function without a role has no key."""
    request_id = fc.invoke(event=b"\xff{}")
    launch = fc.start()
    assert launch is not None
    assert (
        launch.invocation.request_id,
        launch.invocation.event,
        launch.function_name,
        launch.region_id,
        launch.account_id,
        launch.runtime,
        launch.handler,
        launch.timeout_s,
        launch.memory_mb,
        launch.environment,
        launch.key,
        launch.layers,
    ) == (
        request_id,
        b"\xff{}",
        "poll",
        REGION,
        fc.cloud.account.account_id,
        "python3.12",
        "index.handler",
        60,
        512,
        {"A": "1"},
        None,
        (),
    )


def test_the_life_of_an_invocation_is_in_the_state(fc: FcUser) -> None:
    """Queued, running, succeeded; with its times, result and log."""
    assert counts(fc) == (0, 0, 0)
    request_id = fc.invoke(event=b'{"x": 1}')
    assert (counts(fc), fc.statuses()) == ((1, 0, 0), [("Queued", 0)])
    launch = fc.start()
    assert launch is not None
    assert (counts(fc), fc.statuses()) == ((0, 1, 0), [("Running", 1)])
    fc.wait(5)
    fc.cloud.functions.finish(launch, SUCCESS)
    assert counts(fc) == (0, 0, 1)
    assert fc.state()["invocations"] == [
        {
            "function": "poll",
            "request_id": request_id,
            "type": "Async",
            "at": "2026-11-23T08:00:00Z",
            "ended_at": "2026-11-23T08:00:05Z",
            "status": "Succeeded",
            "attempts": 1,
            "event": '{"x": 1}',
            "error": None,
            "result": "yes",
            "log": "",
        }
    ]


def test_a_failed_asynchronous_invocation_is_tried_again(fc: FcUser) -> None:
    """Three more times by default: a minute later, then two minutes apart."""
    fc.invoke()
    fc.run(FAILURE)
    due = []
    for second in range(0, 600, 30):
        if fc.cloud.functions.has_due:
            due.append(second)
            fc.run(FAILURE)
        fc.wait(30)
    assert due == [60, 180, 300]
    assert (fc.statuses(), counts(fc)) == ([("Failed", 4)], (0, 0, 1))


def test_a_retry_may_succeed(fc: FcUser) -> None:
    """While it waits for the next attempt it is neither due nor running."""
    fc.invoke()
    fc.run(FAILURE)
    assert (fc.statuses(), counts(fc)) == ([("Retrying", 1)], (0, 0, 0))
    fc.wait(60)
    fc.run(SUCCESS)
    assert fc.statuses() == [("Succeeded", 2)]


@pytest.mark.parametrize("attempts", [0, 1, 8])
def test_the_number_of_retries_can_be_set(fc: FcUser, attempts: int) -> None:
    """The configuration says how often; 0 is once and never again."""
    fc.call("PutAsyncInvokeConfig", functionName="poll", body={"maxAsyncRetryAttempts": attempts})
    fc.invoke()
    for _ in range(100):
        if fc.cloud.functions.has_due:
            fc.run(FAILURE)
        fc.wait(60)
    assert fc.statuses() == [("Failed", attempts + 1)]


def test_an_old_event_expires(fc: FcUser) -> None:
    """What waits longer than maxAsyncEventAgeInSeconds is not run any more."""
    fc.call("PutAsyncInvokeConfig", functionName="poll", body={"maxAsyncEventAgeInSeconds": 90})
    fc.invoke()
    fc.run(FAILURE)
    fc.wait(60)
    fc.run(FAILURE)
    fc.wait(120)
    assert (fc.start(), fc.statuses()) == (None, [("Expired", 2)])


def test_a_synchronous_invocation_is_not_tried_again(fc: FcUser) -> None:
    """Its caller has the error and decides."""
    fc.invoke(kind="Sync")
    fc.run(FAILURE)
    assert fc.statuses() == [("Failed", 1)]


def test_events_have_a_longest_length(fc: FcUser) -> None:
    """128 KiB for an asynchronous invocation, 32 MiB for a synchronous one."""
    fc.invoke(event=bytes(128 * 1024))
    fc.invoke(kind="Sync", event=bytes(128 * 1024 + 1))
    poll = {"functionName": "poll", "x-fc-invocation-type": "Async"}
    assert fc.refusal("InvokeFunction", **poll, body=bytes(128 * 1024 + 1)) == (
        "EntityTooLarge",
        400,
        "payload size exceeds maximum allowed size (131072 bytes)",
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"x-fc-invocation-type": "Later"}, "invocation type 'Later' must be Sync or Async"),
        ({"x-fc-log-type": "All"}, "log type 'All' must be None or Tail"),
    ],
)
def test_invocation_headers_have_few_values(fc: FcUser, header: Json, said: str) -> None:
    """Sync or Async, None or Tail."""
    refused = fc.refusal("InvokeFunction", functionName="poll", **header)
    assert refused == ("InvalidArgument", 400, said)


def test_no_more_instances_than_the_account_has(fc: FcUser) -> None:
    """A synchronous call is refused with 429, an asynchronous one waits for an instance."""
    fc.set_faults(account={"quotas": {"fc:instances": 2}})
    fc.invoke(kind="Sync")
    fc.invoke()
    fc.invoke()
    launches = [fc.start(), fc.start()]
    assert (fc.start(), counts(fc)) == (None, (1, 2, 0))
    assert fc.refusal("InvokeFunction", functionName="poll") == (
        "ResourceExhausted",
        429,
        "your request is denied because the limit of 2 concurrent instances is reached",
    )
    assert launches[0] is not None
    fc.cloud.functions.finish(launches[0], SUCCESS)
    assert fc.start() is not None
    assert counts(fc) == (0, 2, 1)


def test_a_hundred_instances_by_default(fc: FcUser) -> None:
    """The usual limit of an account in a region."""
    for _ in range(101):
        fc.invoke()
    assert [fc.start() is None for _ in range(101)] == [False] * 100 + [True]


def test_reserved_instances_are_one_functions_own(fc: FcUser) -> None:
    """A reserve is a limit for its function, and out of reach for the others."""
    fc.set_faults(account={"quotas": {"fc:instances": 3}})
    fc.create("other")
    poll = {"functionName": "poll"}
    put = fc.call("PutConcurrencyConfig", **poll, body={"reservedConcurrency": 1})
    assert put["reservedConcurrency"] == 1
    assert fc.call("GetConcurrencyConfig", **poll) == put
    for name in ("poll", "poll", "other", "other", "other"):
        fc.invoke(name)
    started = []
    while launch := fc.start():
        started.append(launch.function_name)
    assert (started, counts(fc)) == (["poll", "other", "other"], (2, 3, 0))
    too_much = {"body": {"reservedConcurrency": 3}}
    assert fc.refusal("PutConcurrencyConfig", functionName="other", **too_much) == (
        "InvalidArgument",
        400,
        "reservedConcurrency 3 must be from 0 to 2",
    )
    assert fc.call("DeleteConcurrencyConfig", **poll) == {}
    assert fc.start() is None  # three are running, and that is all there are


def test_a_reserve_of_nothing_stops_a_function(fc: FcUser) -> None:
    """A function with no instance cannot be invoked, and its events wait."""
    fc.call("PutConcurrencyConfig", functionName="poll", body={"reservedConcurrency": 0})
    fc.invoke()
    assert fc.start() is None
    assert fc.refusal("InvokeFunction", functionName="poll")[:2] == ("ResourceExhausted", 429)


def test_what_waits_for_a_deleted_function_fails(fc: FcUser) -> None:
    """Neither the event nor its instance goes on without the function."""
    fc.set_faults(account={"quotas": {"fc:instances": 1}})
    fc.invoke(kind="Sync")
    fc.call("DeleteFunction", functionName="poll")
    assert fc.start() is None
    (invocation,) = fc.state()["invocations"]
    assert (invocation["status"], invocation["error"]) == (
        "Failed",
        '{"errorMessage": "function \'poll\' does not exist"}',
    )
    fc.create()
    fc.invoke(kind="Sync")
    assert fc.start() is not None


def test_a_function_deleted_while_it_runs_is_not_tried_again(fc: FcUser) -> None:
    """What runs ends as it ends."""
    fc.invoke()
    launch = fc.start()
    fc.call("DeleteFunction", functionName="poll")
    assert launch is not None
    fc.cloud.functions.finish(launch, FAILURE)
    assert fc.statuses() == [("Failed", 1)]


def test_the_latest_hundred_are_kept(fc: FcUser) -> None:
    """Invocations that have ended are counted all and shown to a hundred."""
    for number in range(105):
        fc.invoke(event=str(number).encode())
        fc.run(SUCCESS)
    events = [one["event"] for one in fc.state()["invocations"]]
    assert (events, counts(fc)) == ([str(number) for number in range(5, 105)], (0, 0, 105))


def test_closing_ends_everything(fc: FcUser) -> None:
    """What is due, running or to be retried is terminated; nothing is accepted or fires."""
    trigger = {
        "triggerName": "tick",
        "triggerType": "timer",
        "triggerConfig": '{"cronExpression": "@every 1m", "enable": true}',
    }
    fc.call("CreateTrigger", functionName="poll", body=trigger)
    fc.invoke()
    fc.run(FAILURE)
    fc.invoke()
    launch = fc.start()
    fc.invoke()
    fc.cloud.functions.close()
    assert fc.statuses() == [("Terminated", 1), ("Terminated", 1), ("Terminated", 0)]
    assert launch is not None
    fc.cloud.functions.finish(launch, SUCCESS)
    fc.wait(600)
    assert (fc.start(), counts(fc)) == (None, (0, 0, 3))
    assert fc.refusal("InvokeFunction", functionName="poll")[:2] == ("ServiceUnavailable", 503)


def test_the_asynchronous_configuration_is_replaced_as_a_whole(fc: FcUser) -> None:
    """It keeps when it was created, not what it was."""
    poll = {"functionName": "poll"}
    fc.call("PutAsyncInvokeConfig", **poll, body={"maxAsyncRetryAttempts": 0, "asyncTask": True})
    fc.wait(60)
    destination = {"onFailure": {"destination": "acs:mns:x"}}
    put = fc.call("PutAsyncInvokeConfig", **poll, body={"destinationConfig": destination})
    assert put == {
        "createdTime": "2026-11-23T08:00:00Z",
        "destinationConfig": destination,
        "functionArn": f"acs:fc:{REGION}:{fc.cloud.account.account_id}:functions/poll",
        "lastModifiedTime": "2026-11-23T08:01:00Z",
    }
    assert fc.call("GetAsyncInvokeConfig", **poll) == put
    assert fc.call("DeleteAsyncInvokeConfig", **poll) == {}
    for wrong in ({"maxAsyncRetryAttempts": 9}, {"maxAsyncEventAgeInSeconds": 0}):
        refused = fc.refusal("PutAsyncInvokeConfig", **poll, body=wrong)
        assert refused[:2] == ("InvalidArgument", 400)


def test_other_products_invoke_without_waiting(fc: FcUser) -> None:
    """True for what was taken; false without a function, or for too large an event."""
    invoke = fc.cloud.functions.invoke_async
    assert invoke(REGION, "poll", b"{}") is True
    assert invoke(REGION, "nobody", b"{}") is False
    assert invoke(REGION, "poll", bytes(128 * 1024 + 1)) is False
    assert fc.run(SUCCESS) == "{}"


def test_the_same_history_for_the_same_seed() -> None:
    """Ids follow from the seed."""

    def history() -> Json:
        user = FcUser(Cloud(seed=5, start=START, regions=[REGION]))
        user.create(code={"zipFile": CODE})
        user.invoke()
        user.run(FAILURE)
        user.wait(60)
        return user.state()

    assert history() == history()


def test_an_unknown_region_is_told(fc: FcUser) -> None:
    """A region that this cloud has not is refused before FC is asked."""
    with pytest.raises(ApiError, match="InvalidRegionId"):
        fc.cloud.call("fc", "GetFunction", "cn-beijing", {"functionName": "poll"})
