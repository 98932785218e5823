"""EventBridge through the vendor's own, unmodified SDK, down to the function that really runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alibabacloud_eventbridge20200401 import models
from alibabacloud_eventbridge20200401.client import Client as EventBridgeClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException

from sandbox.server import RunningSandbox
from tests.sandbox.fc_packages import encoded

BUS = "p2p-agent"
POLL = "p2p-agent-poll"
REGION = "ap-southeast-7"
ROLE = "AliyunServiceRoleForEventBridgeSendToFC"
WATCHER = "p2p-watcher"
ECHO = "def handler(event, context):\n    return event\n"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


def client_of(sandbox: RunningSandbox, config_for: ConfigFor, region: str) -> EventBridgeClient:
    """The official client of a region."""
    host = f"eventbridge-console.{region}.aliyuncs.com"
    return EventBridgeClient(config_for(sandbox, region, endpoint=host))


@pytest.fixture
def client(sandbox: RunningSandbox, config_for: ConfigFor) -> EventBridgeClient:
    """The official EventBridge client."""
    return client_of(sandbox, config_for, REGION)


def create_source(client: EventBridgeClient, cron: str) -> models.CreateEventSourceResponseBody:
    """A scheduled source, in the form body."""
    parameters = models.CreateEventSourceRequestSourceScheduledEventParameters(
        schedule=cron, time_zone="GMT+0:00"
    )
    request = models.CreateEventSourceRequest(
        event_bus_name=BUS,
        event_source_name=POLL,
        linked_external_source=True,
        source_scheduled_event_parameters=parameters,
    )
    return client.create_event_source(request).body


def create_rule(client: EventBridgeClient, account_id: str) -> models.CreateRuleResponseBody:
    """A rule that invokes the watcher."""
    params = [
        models.CreateRuleRequestEventTargetsParamList(
            resource_key="functionName", form="CONSTANT", value=WATCHER
        ),
        models.CreateRuleRequestEventTargetsParamList(resource_key="Body", form="ORIGINAL"),
    ]
    target = models.CreateRuleRequestEventTargets(
        id="watcher",
        type="acs.fc.function",
        endpoint=f"acs:fc:{REGION}:{account_id}:functions/{WATCHER}",
        param_list=params,
    )
    pattern = json.dumps({"source": [POLL]})
    request = models.CreateRuleRequest(
        event_bus_name=BUS, rule_name=POLL, filter_pattern=pattern, event_targets=[target]
    )
    return client.create_rule(request).body


def create_function(sandbox: RunningSandbox) -> None:
    """A watcher that returns its event."""
    code = {"zipFile": encoded({"index.py": ECHO})}
    body = {"functionName": WATCHER, "handler": "index.handler", "runtime": "python3.12"}
    sandbox.cloud.call("fc", "CreateFunction", REGION, {"body": {**body, "code": code}})


def test_a_schedule_runs_the_function(
    sandbox: RunningSandbox, client: EventBridgeClient, admin: AdminCall
) -> None:
    """Role, bus, source and rule by the SDK; an hour later the function has run six times."""
    create_function(sandbox)
    role = models.CreateServiceLinkedRoleForProductRequest(product_name=ROLE)
    assert client.create_service_linked_role_for_product(role).body.success
    assert client.create_event_bus(models.CreateEventBusRequest(event_bus_name=BUS)).body.success
    assert create_source(client, "0 */10 * * * *").success
    assert create_rule(client, sandbox.account_id).success

    admin(sandbox, "POST", "clock", {"advance_s": timedelta(hours=1).total_seconds()})
    sandbox.wait_until_idle(20)

    runs = admin(sandbox, "GET", "state")["products"]["fc"][REGION]["invocations"]
    assert [(one["status"], json.loads(one["event"])["source"]) for one in runs] == (
        [("Succeeded", POLL)] * 6
    )


def test_the_sdk_reads_back_what_it_wrote(
    sandbox: RunningSandbox, client: EventBridgeClient
) -> None:
    """Lists and nested objects survive both ways."""
    client.create_event_bus(models.CreateEventBusRequest(event_bus_name=BUS))
    create_source(client, "0 0 * * * *")
    create_rule(client, sandbox.account_id)

    buses = client.list_event_buses(models.ListEventBusesRequest(name_prefix="p2p")).body.data
    sources = client.list_user_defined_event_sources(
        models.ListUserDefinedEventSourcesRequest(event_bus_name=BUS)
    ).body.data.event_source_list
    get_rule = models.GetRuleRequest(event_bus_name=BUS, rule_name=POLL)
    rule = client.get_rule(get_rule).body.data

    assert [bus.event_bus_name for bus in buses.event_buses] == [BUS]
    assert [source.source_scheduled_event_parameters.schedule for source in sources] == [
        "0 0 * * * *"
    ]
    assert (rule.status, json.loads(rule.filter_pattern)) == ("ENABLE", {"source": [POLL]})
    (target,) = rule.targets
    assert [(param.resource_key, param.form) for param in target.param_list] == [
        ("functionName", "CONSTANT"),
        ("Body", "ORIGINAL"),
    ]


def test_a_refusal_is_an_answer_or_an_error(
    sandbox: RunningSandbox, client: EventBridgeClient, admin: AdminCall
) -> None:
    """Both possibilities reach the SDK, and the journal has the code of both."""
    request = models.GetEventBusRequest(event_bus_name=BUS)
    told = client.get_event_bus(request).body
    assert (told.success, told.code) == (False, "EventBusNotExist")
    assert told.request_id

    admin(sandbox, "POST", "faults", {"variants": {"eventbridge_refusal": "status"}})
    with pytest.raises(ClientException) as caught:
        client.get_event_bus(request)
    assert (caught.value.status_code, caught.value.code) == (409, "EventBusNotExist")
    journal = admin(sandbox, "GET", "requests")
    assert [(one["action"], one["status"], one["code"]) for one in journal] == [
        ("GetEventBus", 200, "EventBusNotExist"),
        ("GetEventBus", 409, "EventBusNotExist"),
    ]


def test_eventbridge_is_missing_in_some_regions(
    sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """Its host does not exist where it is not offered."""
    client = client_of(sandbox, config_for, "me-central-1")

    with pytest.raises(UnretryableException):
        client.list_event_buses(models.ListEventBusesRequest())


def test_malformed_json_parameters_are_refused(client: EventBridgeClient) -> None:
    """An unknown member of a target does not slip through."""
    client.create_event_bus(models.CreateEventBusRequest(event_bus_name=BUS))
    target = models.CreateRuleRequestEventTargets(id="x", type="acs.fc.function")
    request = models.CreateRuleRequest(
        event_bus_name=BUS,
        rule_name=POLL,
        filter_pattern="{}",
        status="PAUSED",
        event_targets=[target],
    )

    with pytest.raises(ClientException) as caught:
        client.create_rule(request)
    assert caught.value.code == "InvalidParameter"
