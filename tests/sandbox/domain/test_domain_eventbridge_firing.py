"""Scheduled sources fire on virtual time, and what they publish reaches functions."""

from __future__ import annotations

import json
import re

import pytest

from tests.sandbox.domain.eventbridge_user import (
    BUS,
    ON_BUS,
    POLL,
    REGION,
    ROLE,
    THE_RULE,
    THE_SOURCE,
    WATCHER,
    EventBridgeUser,
    constant,
)

EVENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def user() -> EventBridgeUser:
    """A user of EventBridge in an empty account, at eight o'clock sharp."""
    return EventBridgeUser()


@pytest.fixture
def scheduled(user: EventBridgeUser) -> EventBridgeUser:
    """A user whose watcher is invoked every ten minutes."""
    user.build()
    return user


def test_the_event_is_the_documented_envelope(scheduled: EventBridgeUser) -> None:
    """Every field is as in the documentation's example, in its order, and the body is the event."""
    scheduled.wait(minutes=10)
    (event,) = scheduled.events()

    assert EVENT_ID.fullmatch(event["id"])
    assert re.fullmatch(r"2026-11-23T08:10:00\.\d{3}Z", event["aliyunpublishtime"])
    assert list(event.items()) == [
        ("datacontenttype", "application/json;charset=utf-8"),
        ("aliyunaccountid", scheduled.cloud.account.account_id),
        ("aliyunpublishtime", event["aliyunpublishtime"]),
        ("data", {"TimeZone": "GMT+0:00", "Schedule": "0 */10 * * * *"}),
        ("specversion", "1.0"),
        ("aliyuneventbusname", BUS),
        ("id", event["id"]),
        ("source", POLL),
        ("time", "2026-11-23T08:10:00Z"),
        ("aliyunregionid", REGION),
        ("type", "eventbridge:Events:ScheduledEvent"),
    ]


def test_an_hour_has_six_times_ten_minutes(scheduled: EventBridgeUser) -> None:
    """The function is invoked at every instant of the schedule, the last one included."""
    scheduled.wait(hours=1)

    assert scheduled.times() == [
        f"2026-11-23T{time}:00Z" for time in ("08:10", "08:20", "08:30", "08:40", "08:50", "09:00")
    ]
    assert scheduled.deliveries() == {
        "published": 6,
        "delivered": 6,
        "misfired": 0,
        "last_misfire": None,
    }
    assert len({event["id"] for event in scheduled.events()}) == 6


def test_a_schedule_in_another_zone(user: EventBridgeUser) -> None:
    """Midnight in China is four in the afternoon in UTC."""
    user.build("0 0 0 * * *", TimeZone="GMT+8:00")
    user.wait(days=2)

    assert user.times() == ["2026-11-23T16:00:00Z", "2026-11-24T16:00:00Z"]
    assert user.events()[0]["data"]["TimeZone"] == "GMT+8:00"


def test_a_new_schedule_counts_at_once(scheduled: EventBridgeUser) -> None:
    """UpdateEventSource changes the cadence from now on, and each instant fires once only."""
    scheduled.wait(minutes=15)
    hourly = {"Schedule": "0 0 * * * *", "TimeZone": "GMT+0:00"}
    scheduled.call("UpdateEventSource", **THE_SOURCE, SourceScheduledEventParameters=hourly)
    scheduled.wait(hours=2)

    assert scheduled.times() == [
        "2026-11-23T08:10:00Z",
        "2026-11-23T09:00:00Z",
        "2026-11-23T10:00:00Z",
    ]


def test_an_update_of_something_else_leaves_the_schedule(scheduled: EventBridgeUser) -> None:
    """A new description does not shift what is due."""
    scheduled.wait(minutes=9)
    scheduled.call("UpdateEventSource", **THE_SOURCE, Description="polls")
    scheduled.wait(minutes=1)

    assert scheduled.times() == ["2026-11-23T08:10:00Z"]


def test_a_source_that_is_gone_is_silent(scheduled: EventBridgeUser) -> None:
    """Nothing fires after DeleteEventSource."""
    scheduled.call("DeleteEventSource", **THE_SOURCE)
    scheduled.wait(hours=1)

    assert (scheduled.events(), scheduled.deliveries()["published"]) == ([], 0)


def test_whoever_moves_time_is_told_that_something_is_due(user: EventBridgeUser) -> None:
    """A cloud in which a source is going to fire expects time to pass, another one does not."""
    told = [user.cloud.expects_time]
    user.build()
    told.append(user.cloud.expects_time)
    user.call("DeleteEventSource", **THE_SOURCE)
    told.append(user.cloud.expects_time)

    assert told == [False, True, False]


def test_a_rule_that_is_disabled_lets_events_go_by(scheduled: EventBridgeUser) -> None:
    """DisableRule pauses; what was published meanwhile is not made up for."""
    scheduled.call("DisableRule", **THE_RULE)
    scheduled.wait(minutes=30)
    scheduled.call("EnableRule", **THE_RULE)
    scheduled.wait(minutes=10)

    assert scheduled.times() == ["2026-11-23T08:40:00Z"]
    assert scheduled.deliveries()["published"] == 4


def test_a_rule_takes_only_what_its_pattern_says(scheduled: EventBridgeUser) -> None:
    """Another source's events are somebody else's."""
    pattern = json.dumps({"source": ["another"]})
    scheduled.call("UpdateRule", **THE_RULE, FilterPattern=pattern)
    scheduled.wait(minutes=10)

    assert (scheduled.events(), scheduled.deliveries()["published"]) == ([], 1)


def test_every_rule_and_every_target_gets_the_event(scheduled: EventBridgeUser) -> None:
    """Two rules with two targets each make four invocations of one event."""
    scheduled.call("PutTargets", **THE_RULE, Targets=[scheduled.target("second")])
    scheduled.call(
        "CreateRule",
        **ON_BUS,
        RuleName="another",
        FilterPattern="{}",
        EventTargets=[scheduled.target("a"), scheduled.target("b")],
    )
    scheduled.wait(minutes=10)

    assert len(scheduled.events()) == 4
    assert len({event["id"] for event in scheduled.events()}) == 1


def test_an_old_endpoint_leads_to_the_function_of_a_service(user: EventBridgeUser) -> None:
    """In Function Compute 3.0 the function of a service is called service$function."""
    user.call("CreateServiceLinkedRoleForProduct", ProductName=ROLE)
    user.call("CreateEventBus", **ON_BUS)
    user.create_source()
    params = [
        constant("serviceName", "fleet"),
        constant("functionName", WATCHER),
        constant("Qualifier", "LATEST"),
        {"ResourceKey": "Body", "Form": "ORIGINAL"},
    ]
    endpoint = user.arn(f"services/fleet.LATEST/functions/{WATCHER}")
    user.create_rule(None, user.target(Endpoint=endpoint, ParamList=params))
    user.wait(minutes=10)

    assert user.deliveries()["last_misfire"] == "The function fleet$p2p-watcher does not exist."


def test_a_constant_body_is_sent_as_it_is(user: EventBridgeUser) -> None:
    """The event itself is not in it."""
    user.build()
    body = [constant("functionName", WATCHER), constant("Body", '{"action": "poll"}')]
    user.call("PutTargets", **THE_RULE, Targets=[user.target(ParamList=body)])
    user.wait(minutes=10)

    assert user.events() == [{"action": "poll"}]


def test_a_function_that_is_missing_is_counted(scheduled: EventBridgeUser) -> None:
    """Nobody is told when a target is gone; the tally says so."""
    scheduled.cloud.call("fc", "DeleteFunction", REGION, {"functionName": WATCHER})
    scheduled.wait(minutes=20)

    assert scheduled.deliveries() == {
        "published": 2,
        "delivered": 0,
        "misfired": 2,
        "last_misfire": f"The function {WATCHER} does not exist.",
    }


def test_without_its_role_eventbridge_invokes_nothing(user: EventBridgeUser) -> None:
    """The service-linked role is what lets it."""
    user.create_function(WATCHER)
    user.call("CreateEventBus", **ON_BUS)
    user.create_source()
    user.create_rule()
    user.wait(minutes=10)

    assert (user.events(), user.deliveries()["last_misfire"]) == (
        [],
        f"The role {ROLE} does not exist.",
    )


@pytest.mark.parametrize(
    ("where", "data"),
    [
        ("absent", {"TimeZone": "GMT+0:00", "Schedule": "0 */10 * * * *"}),
        ("data", {"TimeZone": "GMT+0:00", "Schedule": "0 */10 * * * *", "UserData": {"a": "b"}}),
    ],
)
def test_where_user_data_lands_is_a_question(
    user: EventBridgeUser, where: str, data: object
) -> None:
    """No document says, so that there is a switch."""
    user.set_variants(scheduled_user_data=where)
    user.build(UserData='{"a": "b"}')
    user.wait(minutes=10)

    assert user.events()[0]["data"] == data


def test_the_other_form_of_a_scheduled_source_fires_too(user: EventBridgeUser) -> None:
    """ExternalSourceConfig, whose published example is a schedule, says the same."""
    user.build()
    user.call("DeleteEventSource", **THE_SOURCE)
    config = {"Schedule": "0 0 * * * *", "TimeZone": "GMT+0:00"}
    user.call("CreateEventSource", **THE_SOURCE, ExternalSourceConfig=config)
    user.wait(hours=1)

    assert user.times() == ["2026-11-23T09:00:00Z"]


def test_a_source_of_another_kind_is_kept_and_never_fires(user: EventBridgeUser) -> None:
    """What is not scheduled has nobody to send it events here."""
    queue = {"RegionId": REGION, "QueueName": "q"}
    user.call("CreateEventBus", **ON_BUS)
    user.call("CreateEventSource", **THE_SOURCE, SourceMNSParameters=queue)
    user.wait(hours=1)

    assert user.state()["event_sources"][0]["SourceMNSParameters"] == queue
    assert user.deliveries()["published"] == 0


def test_the_same_seed_makes_the_same_events() -> None:
    """Ids and publishing times are part of the history that a seed stands for."""
    histories = []
    for _ in range(2):
        user = EventBridgeUser()
        user.build()
        user.wait(hours=1)
        histories.append(user.cloud.state())

    assert histories[0] == histories[1]
