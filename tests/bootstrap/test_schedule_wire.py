"""What the schedule sends is, request by request, what the vendor's own SDKs would send."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from alibabacloud_eventbridge20200401 import models as eb
from alibabacloud_eventbridge20200401.client import Client as EventBridgeClient
from alibabacloud_fc20230330 import models as fc
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params

from shared.cloud.eventbridge import SEND_ROLE, EventBridge, EventSource, FunctionTarget
from shared.cloud.fc_timers import FcTimers, Timer
from shared.cloud.session import CloudCredentials, Session
from shared.deadline import Deadline

REGION: Final = "eu-central-1"
BUS: Final = "p2p-agent"
POLL: Final = "p2p-agent-poll"
CRON: Final = "0 */5 * * * *"
ARN: Final = "acs:fc:eu-central-1:1:functions/w"
TARGET: Final = FunctionTarget("watcher", ARN, "w")
TIMER: Final = Timer(POLL, CRON, enabled=True, payload=CRON)
PATTERN: Final = json.dumps({"source": [POLL]})

Json = Any
Theirs = Callable[[EventBridgeClient], object]
Ours = Callable[[EventBridge], object]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request on its way, before it is signed; JSON text is decoded."""

    action: str
    version: str
    method: str
    path: str
    style: str
    query: Mapping[str, Json]
    body: Mapping[str, Json]


class SentError(Exception):
    """Carries a request out of whichever client was about to send it."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.action)
        self.sent = sent


def _decoded(values: Mapping[str, object] | None) -> dict[str, Json]:
    return {name: _plain(value) for name, value in (values or {}).items()}


def _plain(value: object) -> Json:
    if isinstance(value, str) and value.startswith(("{", "[")):
        return json.loads(value)
    return str(value)


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop every request at the vendor's generic client, which all clients end in."""

    def stop(_client: Client, params: Params, request: OpenApiRequest, _runtime: object) -> None:
        sent = Sent(
            params.action,
            params.version,
            params.method,
            params.pathname,
            params.style,
            _decoded(request.query),
            _decoded(request.body),
        )
        raise SentError(sent)

    monkeypatch.setattr(Client, "call_api", stop)


def caught(call: Callable[[], object]) -> Sent:
    """Return the request that a call was about to send."""
    with pytest.raises(SentError) as error:
        call()
    return error.value.sent


def session() -> Session:
    """Return a session with nobody behind it."""
    return Session(
        CloudCredentials("key", "secret"),
        Deadline.after(30, time.monotonic),
        endpoint_url=None,
        sleep=time.sleep,
        rng=random.Random(1),
    )


def config() -> Config:
    """Return the configuration of an official client."""
    return Config(access_key_id="key", access_key_secret="secret", endpoint="host.example")


def rule_target(model: Any, param: Any) -> Any:  # noqa: ANN401 (the SDK's own types)
    """Return our target in the SDK's words."""
    return model(
        id="watcher",
        type="acs.fc.function",
        endpoint=ARN,
        push_retry_strategy="BACKOFF_RETRY",
        errors_tolerance="ALL",
        param_list=[
            param(resource_key="functionName", form="CONSTANT", value="w"),
            param(resource_key="Body", form="ORIGINAL"),
        ],
    )


CREATED_SOURCE = eb.CreateEventSourceRequest(
    event_bus_name=BUS,
    event_source_name=POLL,
    linked_external_source=True,
    source_scheduled_event_parameters=eb.CreateEventSourceRequestSourceScheduledEventParameters(
        schedule=CRON, time_zone="GMT+0:00"
    ),
)
UPDATED_SOURCE = eb.UpdateEventSourceRequest(
    event_bus_name=BUS,
    event_source_name=POLL,
    linked_external_source=True,
    source_scheduled_event_parameters=eb.UpdateEventSourceRequestSourceScheduledEventParameters(
        schedule=CRON, time_zone="GMT+0:00"
    ),
)
CREATED_RULE = eb.CreateRuleRequest(
    event_bus_name=BUS,
    rule_name=POLL,
    filter_pattern=PATTERN,
    status="ENABLE",
    event_targets=[
        rule_target(eb.CreateRuleRequestEventTargets, eb.CreateRuleRequestEventTargetsParamList)
    ],
)
PUT_TARGETS = eb.PutTargetsRequest(
    event_bus_name=BUS,
    rule_name=POLL,
    targets=[rule_target(eb.PutTargetsRequestTargets, eb.PutTargetsRequestTargetsParamList)],
)
UPDATED_RULE = eb.UpdateRuleRequest(
    event_bus_name=BUS, rule_name=POLL, filter_pattern=PATTERN, status="ENABLE"
)
BRIDGE: Final[dict[str, tuple[Ours, Theirs]]] = {
    "bus_exists": (
        lambda our: our.bus_exists(REGION, BUS),
        lambda sdk: sdk.get_event_bus(eb.GetEventBusRequest(event_bus_name=BUS)),
    ),
    "create_bus": (
        lambda our: our.create_bus(REGION, BUS, "x"),
        lambda sdk: sdk.create_event_bus(
            eb.CreateEventBusRequest(event_bus_name=BUS, description="x")
        ),
    ),
    "delete_bus": (
        lambda our: our.delete_bus(REGION, BUS),
        lambda sdk: sdk.delete_event_bus(eb.DeleteEventBusRequest(event_bus_name=BUS)),
    ),
    "sources": (
        lambda our: our.sources(REGION, BUS),
        lambda sdk: sdk.list_user_defined_event_sources(
            eb.ListUserDefinedEventSourcesRequest(event_bus_name=BUS, limit=100)
        ),
    ),
    "source": (
        lambda our: our.source(REGION, BUS, POLL),
        lambda sdk: sdk.list_user_defined_event_sources(
            eb.ListUserDefinedEventSourcesRequest(event_bus_name=BUS, name_prefix=POLL, limit=100)
        ),
    ),
    "create_source": (
        lambda our: our.create_source(REGION, BUS, POLL, CRON),
        lambda sdk: sdk.create_event_source(CREATED_SOURCE),
    ),
    "update_source": (
        lambda our: our.update_source(REGION, BUS, EventSource(POLL, CRON, "GMT+0:00")),
        lambda sdk: sdk.update_event_source(UPDATED_SOURCE),
    ),
    "delete_source": (
        lambda our: our.delete_source(REGION, BUS, POLL),
        lambda sdk: sdk.delete_event_source(
            eb.DeleteEventSourceRequest(event_bus_name=BUS, event_source_name=POLL)
        ),
    ),
    "rule_names": (
        lambda our: our.rule_names(REGION, BUS),
        lambda sdk: sdk.list_rules(eb.ListRulesRequest(event_bus_name=BUS, limit=100)),
    ),
    "rule": (
        lambda our: our.rule(REGION, BUS, POLL),
        lambda sdk: sdk.get_rule(eb.GetRuleRequest(event_bus_name=BUS, rule_name=POLL)),
    ),
    "create_rule": (
        lambda our: our.create_rule(REGION, BUS, POLL, POLL, TARGET),
        lambda sdk: sdk.create_rule(CREATED_RULE),
    ),
    "update_rule": (
        lambda our: our.update_rule(REGION, BUS, POLL, POLL),
        lambda sdk: sdk.update_rule(UPDATED_RULE),
    ),
    "put_target": (
        lambda our: our.put_target(REGION, BUS, POLL, TARGET),
        lambda sdk: sdk.put_targets(PUT_TARGETS),
    ),
    "delete_rule": (
        lambda our: our.delete_rule(REGION, BUS, POLL),
        lambda sdk: sdk.delete_rule(eb.DeleteRuleRequest(event_bus_name=BUS, rule_name=POLL)),
    ),
    "send_role_exists": (
        lambda our: our.send_role_exists(REGION),
        lambda sdk: sdk.check_service_linked_role_for_product(
            eb.CheckServiceLinkedRoleForProductRequest(product_name=SEND_ROLE)
        ),
    ),
    "create_send_role": (
        lambda our: our.create_send_role(REGION),
        lambda sdk: sdk.create_service_linked_role_for_product(
            eb.CreateServiceLinkedRoleForProductRequest(product_name=SEND_ROLE)
        ),
    ),
}

CONFIG: Final = json.dumps({"cronExpression": CRON, "enable": True, "payload": CRON})
FC: Final[dict[str, tuple[Callable[[FcTimers], object], Callable[[FcClient], object]]]] = {
    "function_arn": (
        lambda our: our.function_arn(REGION, "w"),
        lambda sdk: sdk.get_function("w", fc.GetFunctionRequest()),
    ),
    "timer": (lambda our: our.timer(REGION, "w", POLL), lambda sdk: sdk.get_trigger("w", POLL)),
    "create_timer": (
        lambda our: our.create_timer(REGION, "w", TIMER),
        lambda sdk: sdk.create_trigger(
            "w",
            fc.CreateTriggerRequest(
                body=fc.CreateTriggerInput(
                    trigger_name=POLL,
                    trigger_type="timer",
                    qualifier="LATEST",
                    trigger_config=CONFIG,
                )
            ),
        ),
    ),
    "update_timer": (
        lambda our: our.update_timer(REGION, "w", TIMER),
        lambda sdk: sdk.update_trigger(
            "w",
            POLL,
            fc.UpdateTriggerRequest(body=fc.UpdateTriggerInput(trigger_config=CONFIG)),
        ),
    ),
    "delete_timer": (
        lambda our: our.delete_timer(REGION, "w", POLL),
        lambda sdk: sdk.delete_trigger("w", POLL),
    ),
}


def _verbs(product: type) -> set[str]:
    return {name for name in vars(product) if not name.startswith("_")}


def test_every_verb_is_compared() -> None:
    """No request of the schedule escapes the comparison."""
    assert (_verbs(EventBridge), _verbs(FcTimers)) == (set(BRIDGE), set(FC))


@pytest.mark.parametrize("verb", BRIDGE)
def test_eventbridge_is_sent_what_its_sdk_sends(verb: str) -> None:
    """Action, version, and every parameter, in the URL or in the form, are the same."""
    ours, theirs = BRIDGE[verb]

    sent = caught(lambda: ours(EventBridge(session())))

    assert sent == caught(lambda: theirs(EventBridgeClient(config())))


@pytest.mark.parametrize("verb", FC)
def test_function_compute_is_sent_what_its_sdk_sends(verb: str) -> None:
    """Method, path and body are the same."""
    ours, theirs = FC[verb]

    sent = caught(lambda: ours(FcTimers(session())))

    assert sent == caught(lambda: theirs(FcClient(config())))
