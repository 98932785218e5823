"""A launch whose watcher is woken by a schedule, as bootstrap sets it up.

EventBridge and FC's timers are the sandbox's and fire on its clock. What they send is caught by a
small function, and the watcher is run with it in this process, one event after the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cronsim import CronSim

from functions.bootstrap.entry import run as run_bootstrap
from functions.bootstrap.event import Event as BootstrapEvent
from shared.settings import Scheduler
from tests.poll.launch import DAY, NOON, SINGAPORE, Json, Launch, OpenSession, document
from tests.sandbox.fc_packages import encoded

KINDS: Final[tuple[Scheduler, ...]] = ("eventbridge", "timer")
BUS: Final = "p2p-agent"
POLL: Final = "p2p-agent-poll"
WATCHER: Final = "p2p-agent-watcher"
CHANGE: Final[Mapping[Scheduler, str]] = {
    "eventbridge": "UpdateEventSource",
    "timer": "UpdateTrigger",
}
LOOK: Final[Mapping[Scheduler, str]] = {
    "eventbridge": "ListUserDefinedEventSources",
    "timer": "GetTrigger",
}
_CATCHER: Final = "def handler(event, context):\n    return 'caught'\n"


@dataclass(slots=True)
class Woken:
    """One watcher with its schedule, in the region of its function."""

    launch: Launch
    kind: Scheduler
    region: str = SINGAPORE
    _caught: int = 0

    def deploy(self) -> None:
        """Create the function that catches events."""
        body = {"functionName": WATCHER, "handler": "index.handler", "runtime": "python3.12"}
        code = {"zipFile": encoded({"index.py": _CATCHER})}
        self.console("fc", "CreateFunction", body={**body, "code": code})

    @property
    def given(self) -> dict[str, str]:
        """What the watcher's environment has besides the launch's own."""
        return {
            "SCHEDULER": self.kind,
            "FC_REGION": self.region,
            "WATCHER_FUNCTION": WATCHER,
            "FC_ACCOUNT_ID": self.launch.sandbox.account_id,
        }

    # --- what an operator does ------------------------------------------------------------------

    def schedule(self) -> str:
        """Run bootstrap's action `schedule`; return what it says it did."""
        report = run_bootstrap(self.launch.environment | self.given, BootstrapEvent("schedule"))
        self.launch.close_journal()
        assert report.status in {"changed", "converged"}
        return str(report.reason)

    def console(self, product: str, action: str, **params: object) -> Json:
        """Do what a person does in the cloud's console."""
        self.launch.now()  # the model is brought to the present only by whoever comes over HTTP
        answer = self.launch.sandbox.cloud.call(product, action, self.region, params)
        assert answer.get("Success") is not False, answer
        return answer

    def set_cron(self, cron: str, **more: object) -> None:
        """Change the cadence in the console; a timer's payload stays what it was."""
        if self.kind == "timer":
            config = {**self._timer(), "cronExpression": cron, **more}
            body = {"triggerConfig": json.dumps(config)}
            self.console("fc", "UpdateTrigger", functionName=WATCHER, triggerName=POLL, body=body)
        else:
            schedule = {**self._source(), "Schedule": cron, **more}
            self.console(
                "eventbridge",
                "UpdateEventSource",
                EventBusName=BUS,
                EventSourceName=POLL,
                SourceScheduledEventParameters=schedule,
            )

    # --- time -----------------------------------------------------------------------------------

    def events_until(self, instant: datetime) -> list[Json]:
        """Let the clock run on; return what the schedule has sent meanwhile, in order."""
        self.launch.advance_to(instant)
        return self.events()

    def events(self) -> list[Json]:
        """Return what the schedule has sent since this was last asked, in order."""
        self.launch.sandbox.wait_until_idle(30)
        kept = self.launch.admin("state")["products"]["fc"][self.region]["invocations"]
        events = [json.loads(one["event"]) for one in kept]
        events.sort(key=lambda one: str(one.get("time", one.get("triggerTime"))))
        new, self._caught = events[self._caught :], len(events)
        return new

    def poll(
        self,
        event: Mapping[str, object],
        *,
        open_session: OpenSession | None = None,
        given: Mapping[str, str] | None = None,
    ) -> Json:
        """Run the watcher with an event and return its report."""
        here = {**self.given, **dict(given or {})}
        return self.launch.poll(event, open_session=open_session, given=here)

    def live_until(self, instant: datetime) -> list[str]:
        """Let the clock run on to each event in turn and poll with it; say what became of each.

        Between two of them all is idle, so that one poll is over before the next begins.
        """
        said: list[str] = []
        while (due := self._next_due()) <= instant:
            [event] = self.events_until(due)
            said.append(told(self.poll(event)))
        if instant > self.launch.now():  # the account's clock has run on while polls ran
            self.launch.advance_to(instant)
        return said

    # --- what stands ------------------------------------------------------------------------------

    def cron(self) -> str:
        """Return the cron at which the schedule fires now."""
        if self.kind == "timer":
            return str(self._timer()["cronExpression"])
        return str(self._source()["Schedule"])

    def stands(self) -> Json:
        """Return all there is of the schedule: the timer's configuration, or source and rule."""
        if self.kind == "timer":
            return self._timer()
        return {"source": self._source(), "rules": self._kept("eventbridge")["rules"]}

    def requests(self) -> list[str]:
        """Return what the last poll asked about schedules, with the code of a refusal."""
        return _about_schedules(self.launch.requests, self.region)

    def changes(self) -> int:
        """Return how often this region's schedule was changed over HTTP since the account opened.

        What a person does in the console here does not count.
        """
        asked = _about_schedules(self.launch.admin("requests"), self.region)
        return asked.count(CHANGE[self.kind])

    def _next_due(self) -> datetime:
        """The schedule's next instant, by another implementation than the sandbox's."""
        due: datetime = next(CronSim(self.cron(), self.launch.now()))
        return due

    def _source(self) -> Json:
        [source] = self._kept("eventbridge")["event_sources"]
        schedule: Json = source["SourceScheduledEventParameters"]
        return schedule

    def _timer(self) -> Json:
        [function] = self._kept("fc")["functions"]
        [trigger] = function["triggers"]
        config: Json = json.loads(trigger["triggerConfig"])
        return config

    def _kept(self, product: str) -> Json:
        kept: Json = self.launch.admin("state")["products"][product][self.region]
        return kept


def woken(launch: Launch, kind: Scheduler, *, region: str = SINGAPORE) -> Woken:
    """Deploy a watcher into a region and set up its schedule, by the document that stands."""
    watcher = Woken(launch, kind, region)
    watcher.deploy()
    watcher.schedule()
    return watcher


def commit_cadence(launch: Launch, poll_every: str) -> str:
    """Commit a document whose only news is how often the watcher looks."""
    return launch.commit(document(1, f"poll_every: {poll_every}", stop=NOON + 30 * DAY))


def set_up(launch: Launch, kind: Scheduler, poll_every: str = "5 minutes") -> Woken:
    """A watcher that is woken as the document says, its fleet armed."""
    commit_cadence(launch, poll_every)
    watcher = woken(launch, kind)
    launch.poll()
    return watcher


def told(report: Json) -> str:
    """Say in few words what a report says of the schedule: outcome, both cadences, error."""
    said = report["schedule"]
    error = said["error"]
    words = [said["outcome"], f"[{said['carried']}]", f"[{said['wanted']}]"]
    return " ".join([*words, *([error["code"]] if error else [])])


def _about_schedules(journal: Sequence[Json], region: str) -> list[str]:
    return [
        " ".join(word for word in (one["action"], one["code"]) if word)
        for one in journal
        if one["region"] == region and one["product"] in {"eventbridge", "fc"}
    ]
