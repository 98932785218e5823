"""Buses, sources, rules and targets: what may be there, and what stands in the way of what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from tests.sandbox.domain.eventbridge_user import (
    BUS,
    EVERY_10_MINUTES,
    ON_BUS,
    POLL,
    REGION,
    ROLE,
    THE_RULE,
    THE_SOURCE,
    EventBridgeUser,
    constant,
)

Json = dict[str, Any]
SCHEDULE = {"Schedule": EVERY_10_MINUTES, "TimeZone": "GMT+0:00"}
PATTERN = json.dumps({"source": [POLL]})


@pytest.fixture
def user() -> EventBridgeUser:
    """A user of EventBridge in an empty account."""
    return EventBridgeUser()


@pytest.fixture
def on_bus(user: EventBridgeUser) -> EventBridgeUser:
    """A user who has a bus."""
    user.call("CreateEventBus", **ON_BUS)
    return user


@pytest.mark.parametrize("name", ["a", "default", "eventbridge-reserved-x", "-x", "a_b", "a" * 128])
def test_a_bus_has_a_proper_name(user: EventBridgeUser, name: str) -> None:
    """Letters, digits and hyphens, 2 to 127 of them, and no reserved word."""
    assert user.refusal("CreateEventBus", EventBusName=name) == "EventBusNameInvalid"


def test_a_bus_is_created_once_found_and_deleted(user: EventBridgeUser) -> None:
    """The life of a bus; the system's own is always there and stays."""
    created = user.call("CreateEventBus", **ON_BUS, Description="of a fleet")
    arn = f"acs:eventbridge:{REGION}:{user.cloud.account.account_id}:eventbus/{BUS}"

    assert created == {"EventBusARN": arn}
    assert user.refusal("CreateEventBus", **ON_BUS) == "EventBusAlreadyExist"
    assert user.call("GetEventBus", **ON_BUS) == {
        "EventBusARN": arn,
        "EventBusName": BUS,
        "Description": "of a fleet",
        "CreateTimestamp": 1795420800000,
    }
    listed = user.call("ListEventBuses")["EventBuses"]
    assert [one["EventBusName"] for one in listed] == ["default", BUS]
    assert user.call("DeleteEventBus", **ON_BUS) is True
    assert user.refusal("GetEventBus", **ON_BUS) == "EventBusNotExist"
    assert user.refusal("DeleteEventBus", **ON_BUS) == "EventBusNotExist"
    assert user.refusal("DeleteEventBus", EventBusName="default") == "EventBusNameInvalid"
    assert user.state() == {}


def test_regions_are_apart(on_bus: EventBridgeUser) -> None:
    """A bus is known in its own region only."""
    other = on_bus.cloud.call("eventbridge", "GetEventBus", "cn-hangzhou", ON_BUS)

    assert other["Code"] == "EventBusNotExist"


def test_a_bus_in_use_stays(on_bus: EventBridgeUser) -> None:
    """Rules go first, then sources, then the bus."""
    on_bus.create_source()
    on_bus.create_rule()

    assert on_bus.refusal("DeleteEventBus", **ON_BUS) == "EventBusRuleNotEmptyForDelete"
    on_bus.call("DeleteRule", **THE_RULE)
    assert on_bus.refusal("DeleteEventBus", **ON_BUS) == "EventBusSourceNotEmptyForDelete"
    on_bus.call("DeleteEventSource", **THE_SOURCE)
    on_bus.call("DeleteEventBus", **ON_BUS)
    assert on_bus.state() == {}


def test_quotas_end_everything(on_bus: EventBridgeUser) -> None:
    """Each kind has its own limit, and refuses with its own code."""
    on_bus.create_source()
    on_bus.create_rule()
    on_bus.set_quotas(event_buses=1, event_sources=1, rules=1, targets=1)
    another_source = {**ON_BUS, "EventSourceName": "another"}
    another_rule = {**ON_BUS, "RuleName": "another", "FilterPattern": PATTERN}

    assert [
        on_bus.refusal("CreateEventBus", EventBusName="another"),
        on_bus.refusal(
            "CreateEventSource", **another_source, SourceScheduledEventParameters=SCHEDULE
        ),
        on_bus.refusal("CreateRule", **another_rule),
        on_bus.refusal("PutTargets", **THE_RULE, Targets=[on_bus.target("another")]),
    ] == [
        "EventBusCountExceedLimit",
        "EventSourceCountExceedLimit",
        "EventRuleCountExceedLimit",
        "EventTargetCountExceedLimit",
    ]


def test_the_documented_quotas_hold(on_bus: EventBridgeUser) -> None:
    """50 buses in a region, 50 rules on a bus, 5 targets of a rule."""
    for number in range(49):
        on_bus.call("CreateEventBus", EventBusName=f"bus-{number}")
    for number in range(50):
        rule = {**ON_BUS, "RuleName": f"rule-{number}", "FilterPattern": PATTERN}
        on_bus.call("CreateRule", **rule)
    targets = [on_bus.target(str(number)) for number in range(6)]
    first_rule = {**ON_BUS, "RuleName": "rule-0"}

    assert on_bus.refusal("CreateEventBus", EventBusName="one-more") == "EventBusCountExceedLimit"
    assert (
        on_bus.refusal("CreateRule", **ON_BUS, RuleName="one-more", FilterPattern=PATTERN)
        == "EventRuleCountExceedLimit"
    )
    refused = on_bus.refusal("PutTargets", **first_rule, Targets=targets)
    assert refused == "EventTargetCountExceedLimit"
    assert on_bus.call("PutTargets", **first_rule, Targets=targets[:5])["ErrorEntriesCount"] == 0


def test_lists_come_in_pages(user: EventBridgeUser) -> None:
    """Limit cuts, NextToken goes on, Total counts everything, prefixes choose."""
    for name in ("p2p-a", "p2p-b", "p2p-c", "other"):
        user.call("CreateEventBus", EventBusName=name)

    first = user.call("ListEventBuses", NamePrefix="p2p", Limit=2)
    rest = user.call("ListEventBuses", NamePrefix="p2p", Limit=2, NextToken=first["NextToken"])

    assert [
        ([one["EventBusName"] for one in page["EventBuses"]], page["Total"], page.get("NextToken"))
        for page in (first, rest)
    ] == [(["p2p-a", "p2p-b"], 3, "2"), (["p2p-c"], 3, None)]
    assert user.refusal("ListEventBuses", Limit=0) == "InvalidArgument"
    assert user.refusal("ListEventBuses", Limit=101) == "InvalidArgument"
    assert user.refusal("ListEventBuses", NextToken="9") == "InvalidArgument"
    assert user.refusal("ListEventBuses", NextToken="x") == "InvalidArgument"


def test_a_source_is_created_once_changed_and_deleted(on_bus: EventBridgeUser) -> None:
    """The life of a source; names are unique on their bus."""
    on_bus.create_source()
    new = {"Schedule": "0 0 * * * *", "TimeZone": "GMT+8:00"}

    again = {**THE_SOURCE, "SourceScheduledEventParameters": SCHEDULE}
    assert on_bus.refusal("CreateEventSource", **again) == "EventSourceAlreadyExist"
    assert on_bus.call("UpdateEventSource", **THE_SOURCE, SourceScheduledEventParameters=new)
    listed = on_bus.call("ListUserDefinedEventSources", **ON_BUS, NamePrefix="p2p")
    assert listed == {
        "EventSourceList": [
            {
                "Name": POLL,
                "Arn": f"acs:eventbridge:{REGION}:{on_bus.cloud.account.account_id}:eventbus/{BUS}"
                f"/eventsource/{POLL}",
                "Status": "Activated",
                "Type": "UserDefined",
                "Ctime": 1795420800000,
                "EventBusName": BUS,
                "SourceScheduledEventParameters": new,
            }
        ],
        "Total": 1,
    }
    assert on_bus.call("ListUserDefinedEventSources", NamePrefix="other")["Total"] == 0
    on_bus.call("DeleteEventSource", EventSourceName=POLL)
    assert on_bus.refusal("DeleteEventSource", **THE_SOURCE) == "EventSourceNotExist"
    assert on_bus.refusal("UpdateEventSource", **THE_SOURCE) == "EventSourceNotExist"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Schedule": "*/5 * * * *"}, "EventSourceIneffectiveAttribute"),
        ({**SCHEDULE, "TimeZone": "UTC"}, "EventSourceIneffectiveAttribute"),
        ({**SCHEDULE, "UserData": "not JSON"}, "EventSourceIneffectiveAttribute"),
        ({"TimeZone": "GMT+0:00"}, "InvalidArgument"),
    ],
)
def test_a_source_has_a_proper_schedule(on_bus: EventBridgeUser, given: Json, code: str) -> None:
    """A schedule that could never fire is refused, when it is created and when it is changed."""
    broken = {**THE_SOURCE, "SourceScheduledEventParameters": given}
    assert on_bus.refusal("CreateEventSource", **broken) == code
    on_bus.create_source()
    assert on_bus.refusal("UpdateEventSource", **broken) == code


def test_a_source_needs_a_bus_and_a_name(on_bus: EventBridgeUser) -> None:
    """A bus that does not exist, and a malformed name, are refused."""
    nowhere = {"EventBusName": "nowhere", "EventSourceName": POLL}
    nameless = {**ON_BUS, "EventSourceName": "a b"}

    assert on_bus.refusal("CreateEventSource", **nowhere) == "EventBusNotExist"
    assert on_bus.refusal("CreateEventSource", **nameless) == "EventSourceNameInvalid"


def test_a_rule_is_created_once_changed_and_deleted(on_bus: EventBridgeUser) -> None:
    """The life of a rule, as GetRule and ListRules tell it."""
    on_bus.create_rule()
    told = on_bus.call("GetRule", **THE_RULE)

    assert told == {
        "RuleName": POLL,
        "RuleARN": f"acs:eventbridge:{REGION}:{on_bus.cloud.account.account_id}:eventbus/{BUS}"
        f"/rule/{POLL}",
        "EventBusName": BUS,
        "Status": "ENABLE",
        "FilterPattern": PATTERN,
        "CreatedTimestamp": 1795420800000,
        "Targets": [
            {
                **on_bus.target(),
                "PushRetryStrategy": "BACKOFF_RETRY",
                "ErrorsTolerance": "ALL",
                "PushSelector": "PARAM_TRANSFORMER",
            }
        ],
    }
    assert (
        on_bus.refusal("CreateRule", **THE_RULE, FilterPattern=PATTERN) == "EventRuleAlreadyExist"
    )
    on_bus.call("UpdateRule", **THE_RULE, FilterPattern="{}", Status="DISABLE", Description="x")
    listed = on_bus.call("ListRules", **ON_BUS, RuleNamePrefix="p2p")["Rules"]
    assert [(one["Status"], one["FilterPattern"], one["Description"]) for one in listed] == [
        ("DISABLE", "{}", "x")
    ]
    on_bus.call("EnableRule", **THE_RULE)
    assert on_bus.call("GetRule", **THE_RULE)["Status"] == "ENABLE"
    on_bus.call("DisableRule", **THE_RULE)
    assert on_bus.call("GetRule", **THE_RULE)["Status"] == "DISABLE"
    on_bus.call("DeleteRule", **THE_RULE)
    for action in ("GetRule", "EnableRule", "DisableRule", "DeleteRule"):
        assert on_bus.refusal(action, **THE_RULE) == "EventRuleNotExisted"


def test_a_rule_has_a_proper_name_and_pattern(on_bus: EventBridgeUser) -> None:
    """Malformed ones have their own codes."""
    named = {**ON_BUS, "RuleName": "eventbridge-reserved-x", "FilterPattern": PATTERN}

    assert on_bus.refusal("CreateRule", **named) == "EventRuleNameInvalid"
    assert (
        on_bus.refusal("CreateRule", **THE_RULE, FilterPattern='{"source": 1}')
        == "EventRuleFilterPatternSchemaError"
    )


def test_targets_are_put_listed_and_deleted_by_id(on_bus: EventBridgeUser) -> None:
    """An id that exists is replaced; one that is wrong is told and hinders nothing."""
    on_bus.create_rule()
    elsewhere = on_bus.target("wrong", Endpoint=on_bus.arn(region="cn-hangzhou"))
    changed = on_bus.target(PushRetryStrategy="EXPONENTIAL_DECAY_RETRY")

    put = on_bus.call("PutTargets", **THE_RULE, Targets=[changed, elsewhere, elsewhere])

    assert (put["ErrorEntriesCount"], [one["ErrorCode"] for one in put["ErrorEntries"]]) == (
        2,
        ["EventTargetIneffectiveAttribute", "EventRuleTargetIdDuplicate"],
    )
    assert [one["Id"] for one in on_bus.call("ListTargets", **THE_RULE)["Targets"]] == ["watcher"]
    told = on_bus.call("GetRule", **THE_RULE)["Targets"]
    assert [one["PushRetryStrategy"] for one in told] == ["EXPONENTIAL_DECAY_RETRY"]
    assert on_bus.call("ListTargets", Arn=on_bus.arn())["Total"] == 1
    assert on_bus.refusal("ListTargets") == "InvalidArgument"
    gone = on_bus.call("DeleteTargets", **THE_RULE, TargetIds=["watcher", "nobody"])
    assert gone == {
        "ErrorEntriesCount": 1,
        "ErrorEntries": [
            {
                "EntryId": "nobody",
                "ErrorCode": "EventTargetNotExist",
                "ErrorMessage": "The event target delete has not exist!",
            }
        ],
    }
    assert on_bus.call("ListTargets", **THE_RULE)["Targets"] == []


def broken_targets(user: EventBridgeUser) -> list[Json]:
    """Targets that nothing could be sent to."""
    name, body = constant("functionName", "f"), {"ResourceKey": "Body", "Form": "ORIGINAL"}
    return [
        user.target(Endpoint="acs:mns:eu-central-1:1:queues/q"),
        user.target(Endpoint=user.arn(region="cn-hangzhou")),
        user.target(Endpoint="acs:fc:eu-central-1:42:functions/f"),
        user.target(ParamList=[name]),
        user.target(ParamList=[body]),
        user.target(ParamList=[name, body, constant("Colour", "red")]),
        user.target(ParamList=[{"ResourceKey": "functionName", "Form": "ORIGINAL"}, body]),
        user.target(Endpoint=user.arn("services/s.LATEST/functions/f")),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_target_that_nothing_could_be_sent_to_refuses_a_new_rule(
    on_bus: EventBridgeUser, number: int
) -> None:
    """A target is in the same region and account, and has the arguments that it needs."""
    target = broken_targets(on_bus)[number]

    refused = on_bus.refusal("CreateRule", **THE_RULE, FilterPattern=PATTERN, EventTargets=[target])

    assert refused == "EventTargetIneffectiveAttribute"


def test_what_is_not_modelled_is_said(on_bus: EventBridgeUser) -> None:
    """Other targets, other bodies and rarer patterns are refused, not ignored."""
    template = {"ResourceKey": "Body", "Form": "TEMPLATE", "Value": "{}", "Template": "x"}
    other_body = on_bus.target(ParamList=[constant("functionName", "f"), template])
    numeric = json.dumps({"data": {"n": [{"numeric": [">", 1]}]}})

    for params in (
        {"FilterPattern": PATTERN, "EventTargets": [on_bus.target(Type="acs.mns.queue")]},
        {"FilterPattern": PATTERN, "EventTargets": [other_body]},
        {"FilterPattern": numeric},
    ):
        with pytest.raises(ApiError) as caught:
            on_bus.answer("CreateRule", **THE_RULE, **params)
        assert (caught.value.code, caught.value.http_status) == ("Sandbox.NotModelled", 501)


@pytest.mark.parametrize(("form", "taken"), [("functions", 0), ("services", 1)])
def test_which_endpoints_are_taken_is_a_question(
    on_bus: EventBridgeUser, form: str, taken: int
) -> None:
    """The one form that no source settles can be refused, and so can the other."""
    on_bus.create_rule()
    on_bus.set_variants(eventbridge_fc_endpoint=form)
    service = [constant("serviceName", "s"), *on_bus.target()["ParamList"]]
    targets = [
        on_bus.target("plain"),
        on_bus.target(
            "old", Endpoint=on_bus.arn("services/s.LATEST/functions/f"), ParamList=service
        ),
    ]

    put = on_bus.call("PutTargets", **THE_RULE, Targets=targets)

    refused = {one["EntryId"] for one in put["ErrorEntries"]}
    assert refused == {targets[1 - taken]["Id"]}


def test_the_role_that_sends_to_functions(user: EventBridgeUser) -> None:
    """It is looked for, created once, and then stands in RAM."""
    looked = user.call("CheckServiceLinkedRoleForProduct", ProductName=ROLE)
    assert looked == {"StsRoleName": ROLE, "CheckPass": False}
    created = user.answer("CreateServiceLinkedRoleForProduct", ProductName=ROLE)
    assert (created["Success"], created["HttpCode"]) == (True, 200)
    assert user.call("CheckServiceLinkedRoleForProduct", ProductName=ROLE)["CheckPass"] is True
    assert (
        user.refusal("CreateServiceLinkedRoleForProduct", ProductName=ROLE)
        == "EntityAlreadyExists.Role"
    )
    assert (
        user.refusal("CheckServiceLinkedRoleForProduct", ProductName="Another") == "InvalidArgument"
    )
    roles = user.cloud.state()["products"]["ram"]["global"]["roles"]
    assert [one["RoleName"] for one in roles] == [ROLE]


def test_a_target_may_need_the_role_first(on_bus: EventBridgeUser) -> None:
    """Whether that comes to light at once is a question that has a switch."""
    on_bus.set_variants(eventbridge_role_checked="at_target")
    rule = {**THE_RULE, "FilterPattern": PATTERN, "EventTargets": [on_bus.target()]}

    assert on_bus.refusal("CreateRule", **rule) == "CreateRelatedResourceFailed"
    on_bus.call("CreateServiceLinkedRoleForProduct", ProductName=ROLE)
    on_bus.call("CreateRule", **rule)


def test_a_refusal_may_have_a_status_of_its_own(user: EventBridgeUser) -> None:
    """The envelope of status 200 is one possibility, an error status the other."""
    told = user.answer("GetEventBus", **ON_BUS)
    user.cloud.set_faults(Faults.parse({"variants": {"eventbridge_refusal": "status"}}))
    with pytest.raises(ApiError) as caught:
        user.answer("GetEventBus", **ON_BUS)

    message = f"The event bus [{BUS}] not existed!"
    assert told == {"Success": False, "Code": "EventBusNotExist", "Message": message}
    refused = caught.value
    assert (refused.code, refused.message, refused.http_status) == (
        "EventBusNotExist",
        message,
        409,
    )
