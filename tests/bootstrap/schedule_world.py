"""An account with a watcher, and bootstrap's schedule for it.

Everything is real but the cloud, which is the sandbox, and waiting: whoever waits moves the
account's clock instead.
"""

from __future__ import annotations

import json
import random
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from functions.bootstrap.schedule import ScheduleOutcome, ensure_schedule, remove_schedule
from sandbox.server import RunningSandbox, start_sandbox
from shared.deadline import Deadline
from shared.instants import parse_duration
from shared.settings import settings_from
from tests.bootstrap.yard import Hook, WatchedSession
from tests.sandbox.fc_packages import encoded

FRANKFURT: Final = "eu-central-1"
RIYADH: Final = "me-central-1"
"""Has Function Compute, and no EventBridge."""
NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
WATCHER: Final = "p2p-watcher"
BUS: Final = "p2p-agent"
POLL: Final = "p2p-agent-poll"
TIMER: Final = {"SCHEDULER": "timer"}
ECHO: Final = "def handler(event, context):\n    return event\n"

Json = dict[str, Any]
_READS: Final = ("Get", "List", "Check")


def _nothing(_action: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """What happens before each request of a run, and after each that succeeded."""

    before: Hook = _nothing
    after: Hook = _nothing


IDLE: Final = Hooks()


@dataclass(slots=True)
class ScheduleWorld:
    """One account; `actions` are the requests of the last run, `waited_s` all waiting so far.

    `time_s` is what a run may take.
    """

    sandbox: RunningSandbox
    region: str
    actions: list[str] = field(default_factory=list)
    waited_s: float = 0.0
    time_s: float = 30.0

    # --- bootstrap ----------------------------------------------------------------------------

    def ensure(
        self,
        every: str = "10 minutes",
        given: Mapping[str, str] | None = None,
        *,
        hooks: Hooks = IDLE,
        dry_run: bool = False,
    ) -> ScheduleOutcome:
        """Let a schedule stand; `given` are further variables of the environment."""
        settings = settings_from(self.environment(given))
        session = self._session(hooks)
        return ensure_schedule(
            session, settings, parse_duration(every), sleep=self._wait, dry_run=dry_run
        )

    def remove(
        self,
        given: Mapping[str, str] | None = None,
        *,
        hooks: Hooks = IDLE,
        dry_run: bool = False,
    ) -> ScheduleOutcome:
        """Remove the schedule, as `ensure`."""
        settings = settings_from(self.environment(given))
        session = self._session(hooks)
        return remove_schedule(session, settings, sleep=self._wait, dry_run=dry_run)

    def environment(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of the functions; an empty value takes a variable away."""
        return {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": self.sandbox.endpoint,
            "CONTROL_SOURCES": "https://git.example/fleet.git",
            "WATCHER_FUNCTION": WATCHER,
            "FC_REGION": self.region,
            **dict(given or {}),
        }

    @property
    def writes(self) -> list[str]:
        """The requests of the last run that may have changed something."""
        return [one for one in self.actions if not one.startswith(_READS)]

    def _session(self, hooks: Hooks) -> WatchedSession:
        settings = settings_from(self.environment())
        self.actions = []

        def note(action: str) -> None:
            hooks.before(action)
            self.actions.append(action)

        session = WatchedSession(
            settings.cloud,
            Deadline.after(self.time_s, time.monotonic),
            endpoint_url=settings.endpoint_url,
            sleep=self._wait,
            rng=random.Random(1),
        )
        session.before, session.after = note, hooks.after
        return session

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.waited_s += seconds
            self.advance(seconds)

    # --- the account ----------------------------------------------------------------------------

    def reset(self) -> None:
        """Empty the account, but for the watcher."""
        self.admin("reset", {})
        self.deploy()

    def deploy(self, function: str = WATCHER) -> None:
        """Create a function that returns its event."""
        body = {"functionName": function, "handler": "index.handler", "runtime": "python3.12"}
        code = {"zipFile": encoded({"index.py": ECHO})}
        self.console("fc", "CreateFunction", body={**body, "code": code})

    def console(self, product: str, action: str, **params: object) -> Json:
        """Do what a person does in the cloud's console."""
        self.admin("clock")  # the model is brought to the present only by whoever comes over HTTP
        answer = self.sandbox.cloud.call(product, action, self.region, params)
        assert answer.get("Success") is not False, answer
        return answer

    def set_cadence(self, cron: str, zone: str = "GMT+0:00") -> None:
        """Change the cadence of EventBridge's source by hand."""
        self.console(
            "eventbridge",
            "UpdateEventSource",
            EventBusName=BUS,
            EventSourceName=POLL,
            SourceScheduledEventParameters={"Schedule": cron, "TimeZone": zone},
        )

    def faults(self, *rules: Mapping[str, object], **others: object) -> None:
        """Replace everything that is wrong in the cloud; no argument: all is well."""
        self.admin("faults", {"rules": list(rules), **others})

    def advance(self, seconds: float) -> None:
        """Let the account's clock run on; what falls due on the way happens."""
        self.admin("clock", {"advance_s": seconds})

    def admin(self, what: str, body: object = None) -> Any:  # noqa: ANN401 (any JSON)
        """Call the sandbox's admin interface."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.sandbox.endpoint}/_sandbox/{what}"
        request = urllib.request.Request(url, data)  # noqa: S310 (loopback)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (loopback)
            return json.load(answer)

    # --- what stands in it ------------------------------------------------------------------------

    def standing(self) -> Json:
        """Return every part of a schedule that there is, in the fewest words."""
        products = self.admin("state")["products"]
        bridge = products["eventbridge"].get(self.region, {})
        functions = products["fc"].get(self.region, {"functions": []})["functions"]
        roles = products["ram"].get("global", {"roles": []})["roles"]
        timers = [timer for one in functions for timer in one["triggers"]]
        told = {
            "role": [one["RoleName"] for one in roles],
            "bus": [one["EventBusName"] for one in bridge.get("event_buses", [])],
            "source": [_said_source(one) for one in bridge.get("event_sources", [])],
            "rule": [_said_rule(one) for one in bridge.get("rules", [])],
            "timer": [_said_timer(one) for one in timers],
        }
        return {part: one for part, one in told.items() if one}

    def fires(self) -> bool:
        """Whether something would invoke the watcher just now, as the account stands."""
        stands = self.standing()
        by_bridge = {"role", "bus", "source", "rule"} <= stands.keys()
        return by_bridge or any(" on " in one for one in stands.get("timer", []))

    def events(self) -> list[Json]:
        """Return the events with which the watcher has been run so far, once all have been.

        In the order in which they were due: functions run side by side.
        """
        self.sandbox.wait_until_idle(20)
        held = self.admin("state")["products"]["fc"][self.region]["invocations"]
        assert {one["status"] for one in held} <= {"Succeeded"}
        events = [json.loads(one["event"]) for one in held]
        return sorted(events, key=lambda one: str(one.get("time", one.get("triggerTime"))))


def _said_source(source: Json) -> str:
    schedule = source.get("SourceScheduledEventParameters", {})
    return f"{source['Name']} {schedule.get('Schedule')} {schedule.get('TimeZone')}"


def _said_rule(rule: Json) -> str:
    targets = ", ".join(one["Endpoint"].rpartition(":")[2] for one in rule["Targets"])
    sources = json.loads(rule["FilterPattern"]).get("source")
    return f"{rule['RuleName']} {rule['Status']} {sources} to {targets}"


def _said_timer(trigger: Json) -> str:
    config = json.loads(trigger["triggerConfig"])
    state = "on" if config["enable"] else "off"
    return f"{trigger['triggerName']} {state} {config['cronExpression']} [{config['payload']}]"


def bridge(cron: str = "0 */10 * * * *") -> Json:
    """What stands where EventBridge invokes the watcher."""
    return {
        "role": ["AliyunServiceRoleForEventBridgeSendToFC"],
        "bus": [BUS],
        "source": [f"{POLL} {cron} GMT+0:00"],
        "rule": [f"{POLL} ENABLE ['{POLL}'] to functions/{WATCHER}"],
    }


def timer(cron: str = "0 */10 * * * *") -> Json:
    """What stands where a timer invokes the watcher."""
    return {"timer": [f"{POLL} on {cron} [{cron}]"]}


def deeds(outcome: ScheduleOutcome) -> list[str]:
    """Say an outcome's deeds in words; it must not have failed."""
    assert outcome.failure is None
    return [f"{deed.verb} {deed.part} {deed.name}" for deed in outcome.deeds]


@contextmanager
def opened_world(region: str = FRANKFURT) -> Iterator[ScheduleWorld]:
    """Open an account at noon that has nothing but a watcher."""
    with start_sandbox(seed=1, start=NOON, regions=(region,)) as sandbox:
        world = ScheduleWorld(sandbox, region)
        world.deploy()
        yield world
