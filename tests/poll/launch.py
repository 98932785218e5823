"""A launch as an operator sees it: an account, a control repository, and a watcher to run.

Everything is real but the cloud, which is the sandbox: Git is served by `git http-backend`, and
every request of the watcher goes through the official SDK and over HTTP.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from functions.watcher.event import parse_event
from functions.watcher.poll import poll
from sandbox.git_host import ControlRepository, RunningGitHost, start_git_host
from sandbox.server import RunningSandbox, start_sandbox
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.edges import edges_of
from shared.instants import format_instant, parse_instant
from shared.report import as_json_object
from shared.settings import Settings, settings_from

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""Every account opens at this instant."""
START: Final = NOON + 6 * HOUR
STOP: Final = START + 7 * DAY

HANGZHOU: Final = "cn-hangzhou"
SINGAPORE: Final = "ap-southeast-1"
FRANKFURT: Final = "eu-central-1"
REGIONS: Final = (HANGZHOU, SINGAPORE, FRANKFURT)
"""Two regions behind the central endpoint, one with its own; in the catalogue's order."""

Json = dict[str, Any]
OpenSession = Callable[[Settings, Deadline], Session]


def document(
    capacity: object, *more: str, start: datetime | str = START, stop: datetime | None = STOP
) -> str:
    """Write a control document for the three regions; `more` are further lines of it.

    Without a `stop` one of the lines may say how long the fleet runs.
    """
    lines = [
        f"start: {start if isinstance(start, str) else format_instant(start)}",
        f"capacity: {json.dumps(capacity)}",
        *more,
    ]
    if stop is not None:
        lines.append(f"stop: {format_instant(stop)}")
    if not any(line.startswith("regions:") for line in more):
        lines.append(f"regions: [{', '.join(REGIONS)}]")
    return "\n".join(lines) + "\n"


def told(report: Json) -> Json:
    """Return what a report says of each region, in few words.

    Decision, wanted now, outcome, and the error's code if there is one.
    """
    return {
        one["region"]: " ".join(
            str(word)
            for word in (
                one["decision"],
                one["target"],
                one["outcome"],
                *([one["error"]["code"]] if one["error"] else []),
            )
        )
        for one in report["regions"]
    }


def errors(report: Json) -> Json:
    """Return every region's error, without the request's id."""
    return {
        one["region"]: {key: said for key, said in one["error"].items() if key != "request_id"}
        for one in report["regions"]
        if one["error"]
    }


def armed(report: Json) -> Json:
    """Return the instants that are armed in each region, by a report."""
    return {
        one["region"]: (one["armed"]["start"], one["armed"]["stop"]) for one in report["regions"]
    }


def everywhere(said: object) -> Json:
    """Return the same for each of the three regions."""
    return dict.fromkeys(REGIONS, said)


@dataclass(slots=True)
class Launch:
    """One account, one control repository, one watcher; `requests` are those of its last run."""

    sandbox: RunningSandbox
    host: RunningGitHost
    repository: ControlRepository
    environment: dict[str, str]
    requests: list[Json] = field(default_factory=list)
    _journal_read: int = 0

    # --- time ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant on the account's clock."""
        return parse_instant(self.admin("clock")["now"])

    def advance_to(self, instant: datetime) -> None:
        """Let the account's clock run on; what falls due on the way happens."""
        self.admin("clock", {"now": format_instant(instant)})

    # --- the operator -------------------------------------------------------------------------

    def commit(self, text: str, *, at: datetime | None = None) -> str:
        """Commit a control document, at the account's present unless told otherwise."""
        return self.repository.commit(text, at=self.now() if at is None else at)

    def console(self, region: str, action: str, **params: object) -> Json:
        """Do what an operator does in the ESS console."""
        self.now()  # the model is brought to the present only by whoever comes over HTTP
        return self.sandbox.cloud.call("ess", action, region, params)

    def build(
        self, region: str, *, name: str | None = None, fleet: str | None = "p2p-agent"
    ) -> str:
        """Build an Active, empty group as bootstrap leaves it, and return its id."""
        self.now()  # as for the console
        return self.sandbox.cloud.add_group(region, name or f"p2p-agent-{region}", fleet)

    # --- the watcher --------------------------------------------------------------------------

    def poll(
        self,
        event: Mapping[str, object] | None = None,
        *,
        open_session: OpenSession | None = None,
        given: Mapping[str, str] | None = None,
    ) -> Json:
        """Run the watcher in this process and return its report.

        `given` are further variables of its environment; `open_session` takes the place of the
        edge that makes sessions with the cloud.
        """
        settings = settings_from(self.environment | dict(given or {}))
        edges = edges_of(settings)
        if open_session is not None:
            edges = replace(edges, open_session=partial(open_session, settings))
        try:
            report = poll(settings, parse_event(json.dumps(event or {})), edges)
        finally:
            self._read_journal()
        said: Json = as_json_object(report)
        return said

    def run(
        self, *command: str, given: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of our programs as a process of its own; `given` as for `poll`."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env={"PATH": os.defpath, **self.environment, **dict(given or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        self._read_journal()
        return done

    # --- what the account shows -------------------------------------------------------------

    def group(self, region: str) -> Json:
        """Return the one group of a region, as ESS describes it."""
        groups = self._ess(region, "scaling_groups")
        assert len(groups) == 1
        return groups[0]

    def sizes(self, region: str) -> str:
        """Return the group's bounds, and how many of its nodes are in service."""
        return _said_sizes(self.group(region))

    def tasks(self, region: str) -> dict[str, str]:
        """Return the region's scheduled tasks: what each does when, by the end of its name."""
        return _said_tasks(region, self._ess(region, "scheduled_tasks"))

    def tags(self, region: str) -> dict[str, str]:
        """Return what the group's tags say."""
        return _said_tags(self.group(region))

    def fleet(self) -> Json:
        """Return all that lasts in the account: every group's sizes, tags and tasks."""
        return {
            region: (
                [(_said_sizes(group), _said_tags(group)) for group in kept["scaling_groups"]],
                _said_tasks(region, kept["scheduled_tasks"]),
            )
            for region, kept in self.admin("state")["products"]["ess"].items()
        }

    def calls(self, region: str) -> list[str]:
        """Return the requests of the last poll to a region, in order."""
        return [_said_request(one) for one in self.requests if one["region"] == region]

    def writes(self, region: str) -> list[str]:
        """Return the writes of the last poll to a region, in order."""
        return [said for said in self.calls(region) if not said.startswith("Describe")]

    @property
    def all_writes(self) -> list[str]:
        """The writes of the last poll, wherever."""
        said = [f"{one['region']} {_said_request(one)}" for one in self.requests]
        return [one for one in said if " Describe" not in one]

    # --- trouble ----------------------------------------------------------------------------

    def faults(self, *rules: Mapping[str, object], **others: object) -> None:
        """Replace everything that is wrong in the cloud; no argument: all is well."""
        self.admin("faults", {"rules": list(rules), **others})

    def admin(self, what: str, body: object = None) -> Any:  # noqa: ANN401 (any JSON)
        """Call the sandbox's admin interface."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.sandbox.endpoint}/_sandbox/{what}"
        request = urllib.request.Request(url, data)  # noqa: S310 (loopback)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (loopback)
            return json.load(answer)

    def close_journal(self) -> None:
        """Let what was requested so far count for no run to come."""
        self._read_journal()

    def _read_journal(self) -> None:
        journal = self.admin("requests")
        self.requests = journal[self._journal_read :]
        self._journal_read = len(journal)

    def _ess(self, region: str, kind: str) -> list[Json]:
        kept: list[Json] = self.admin("state")["products"]["ess"].get(region, {}).get(kind, [])
        return kept


@contextmanager
def launched(
    root: Path, *, built: Sequence[str] = REGIONS, world: bool = False
) -> Iterator[Launch]:
    """Open an account at noon, with groups in some regions, or in all that are open."""
    with (
        start_sandbox(seed=1, start=NOON, with_groups=world) as sandbox,
        start_git_host(root) as host,
    ):
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": sandbox.endpoint,
            "P2P_FLEET_CLOCK_URL": sandbox.endpoint,
            "CONTROL_SOURCES": host.url_of("control.git"),
        }
        repository = ControlRepository(root / "control.git")
        launch = Launch(sandbox, host, repository, environment)
        for region in () if world else built:
            launch.build(region)
        yield launch


def _said_sizes(group: Json) -> str:
    desired = group.get("DesiredCapacity")
    wanted = "" if desired is None else f" desired {desired}"
    return f"{group['MinSize']}..{group['MaxSize']}{wanted}, {group['ActiveCapacity']} active"


def _said_tags(group: Json) -> dict[str, str]:
    return {tag["TagKey"]: tag["TagValue"] for tag in group["Tags"]}


def _said_tasks(region: str, tasks: Sequence[Json]) -> dict[str, str]:
    return {
        _ending(region, task["ScheduledTaskName"]): " ".join(
            [task["LaunchTime"], *_said_values(task), *([] if task["TaskEnabled"] else ["off"])]
        )
        for task in tasks
    }


def _said_request(request: Json) -> str:
    """Say a request in one line: action, task, minute, sizes, error code."""
    params = request["params"]
    name = params.get("ScheduledTaskName")
    words = [
        request["action"],
        name and _ending(request["region"], name),
        params.get("LaunchTime"),
        *_said_values(params),
        request["code"],
    ]
    return " ".join(word for word in words if word)


def _said_values(params: Json) -> list[str]:
    lowest = params.get("MinValue", params.get("MinSize"))
    highest = params.get("MaxValue", params.get("MaxSize"))
    desired = params.get("DesiredCapacity")
    bounds = [] if lowest is None and highest is None else [f"{lowest}..{highest}"]
    return bounds + ([] if desired is None else [f"desired {desired}"])


def _ending(region: str, task_name: str) -> str:
    return task_name.removeprefix(f"p2p-agent-{region}-")
