"""Somebody who uses EventBridge in one region of a cloud, in the fewest words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.faults import Faults
from tests.sandbox.fc_packages import encoded

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ROLE: Final = "AliyunServiceRoleForEventBridgeSendToFC"
BUS: Final = "p2p-agent"
POLL: Final = "p2p-agent-poll"
WATCHER: Final = "p2p-watcher"
ON_BUS: Final = {"EventBusName": BUS}
THE_RULE: Final = {**ON_BUS, "RuleName": POLL}
THE_SOURCE: Final = {**ON_BUS, "EventSourceName": POLL}
EVERY_10_MINUTES: Final = "0 */10 * * * *"

Json = dict[str, Any]


class EventBridgeUser:
    """Calls EventBridge in REGION, and lets virtual time pass."""

    def __init__(self) -> None:
        self.cloud = Cloud(seed=1, start=START, regions=[REGION, "cn-hangzhou"])

    def answer(self, action: str, **params: object) -> Json:
        """The whole answer to a call."""
        return self.cloud.call("eventbridge", action, REGION, params)

    def call(self, action: str, **params: object) -> Any:  # noqa: ANN401 (any JSON)
        """The Data of a call that must succeed, None where it has none."""
        answer = self.answer(action, **params)
        assert answer["Success"] is True, answer
        return answer.get("Data")

    def refusal(self, action: str, **params: object) -> str:
        """The code of a call that must be refused and change nothing."""
        before = self.cloud.state()
        answer = self.answer(action, **params)
        assert (answer["Success"], self.cloud.state()) == (False, before)
        return str(answer["Code"])

    # --- a schedule, part by part -----------------------------------------------------------

    def build(self, cron: str = EVERY_10_MINUTES, **schedule: str) -> None:
        """Builds a whole schedule that invokes WATCHER, which it creates too."""
        self.create_function(WATCHER)
        self.call("CreateServiceLinkedRoleForProduct", ProductName=ROLE)
        self.call("CreateEventBus", **ON_BUS)
        self.create_source(cron, **schedule)
        self.create_rule()

    def create_function(self, name: str) -> None:
        """Creates a Python function."""
        code = encoded({"index.py": "def handler(event, context):\n    return event\n"})
        body = {"functionName": name, "handler": "index.handler", "runtime": "python3.12"}
        params = {"body": {**body, "code": {"zipFile": code}}}
        self.cloud.call("fc", "CreateFunction", REGION, params)

    def create_source(self, cron: str = EVERY_10_MINUTES, **schedule: str) -> None:
        """Creates the scheduled source."""
        parameters = {"Schedule": cron, "TimeZone": "GMT+0:00", **schedule}
        self.call("CreateEventSource", **THE_SOURCE, SourceScheduledEventParameters=parameters)

    def create_rule(self, pattern: Json | None = None, *targets: Json) -> None:
        """Creates the rule; without targets, with one that is the watcher."""
        wanted = {"source": [POLL]} if pattern is None else pattern
        self.call(
            "CreateRule",
            **THE_RULE,
            FilterPattern=json.dumps(wanted),
            EventTargets=list(targets) or [self.target()],
        )

    def arn(self, what: str = f"functions/{WATCHER}", region: str = REGION) -> str:
        """The ARN of something of Function Compute's."""
        return f"acs:fc:{region}:{self.cloud.account.account_id}:{what}"

    def target(self, target_id: str = "watcher", **settings: object) -> Json:
        """A target that invokes the watcher with the whole event."""
        usual = {"Id": target_id, "Type": "acs.fc.function", "Endpoint": self.arn()}
        params = [constant("functionName", WATCHER), {"ResourceKey": "Body", "Form": "ORIGINAL"}]
        return {**usual, "ParamList": params, **settings}

    # --- time, and what comes of it ---------------------------------------------------------

    def wait(self, **duration: float) -> None:
        """Lets so much virtual time pass."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(**duration))

    def set_variants(self, **variants: str) -> None:
        """Settles questions that nobody could verify."""
        self.cloud.set_faults(Faults.parse({"variants": variants}))

    def set_quotas(self, **quotas: int) -> None:
        """Changes how many of each there may be: `buses=2` and so on."""
        names = {f"eventbridge:{name}": count for name, count in quotas.items()}
        self.cloud.set_faults(Faults.parse({"account": {"quotas": names}}))

    def events(self, function: str = WATCHER) -> list[Json]:
        """The events with which a function has been invoked, in order."""
        held = self.cloud.state()["products"]["fc"].get(REGION, {"invocations": []})
        return [
            json.loads(one["event"]) for one in held["invocations"] if one["function"] == function
        ]

    def times(self) -> list[str]:
        """When the watcher's events were due."""
        return [event["time"] for event in self.events()]

    def state(self) -> Json:
        """What EventBridge holds in the region."""
        held: Json = self.cloud.state()["products"]["eventbridge"].get(REGION, {})
        return held

    def deliveries(self) -> Json:
        """How many events there were, and what became of them."""
        told: Json = self.state()["deliveries"]
        return told


def constant(key: str, value: str) -> Json:
    """An argument of a target that is always the same."""
    return {"ResourceKey": key, "Form": "CONSTANT", "Value": value}
