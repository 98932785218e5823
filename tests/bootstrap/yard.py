"""A building yard: an empty account, a control repository, and bootstrap to run.

Everything is real but the cloud, which is the sandbox, and waiting: whoever waits moves the
account's clock instead, so that a stack that takes half a minute is there at once.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from functions.bootstrap.event import parse_event
from functions.bootstrap.run import run
from sandbox.git_host import ControlRepository, RunningGitHost, start_git_host
from sandbox.server import RunningSandbox, start_sandbox
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.edges import Edges, edges_of
from shared.instants import format_instant, parse_instant
from shared.report import as_json_object
from shared.settings import Settings, settings_from

NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
START: Final = NOON + timedelta(hours=6)
STOP: Final = START + timedelta(days=7)
FRANKFURT: Final = "eu-central-1"
LONDON: Final = "eu-west-1"
HANGZHOU: Final = "cn-hangzhou"

Json = dict[str, Any]
Hook = Callable[[str], None]


def _nothing(_action: str) -> None:
    pass


class WatchedSession(Session):
    """A real session with something done before each request, and after each that succeeded."""

    before: Hook = staticmethod(_nothing)
    after: Hook = staticmethod(_nothing)

    def send(self, region: str, host: str, action: str, ask: Any) -> Any:  # noqa: ANN401 (any answer)
        """Send the request between the two hooks."""
        self.before(action)
        answer = super().send(region, host, action, ask)
        self.after(action)
        return answer


@dataclass(slots=True)
class Yard:
    """One account, one control repository; `requests` are those of bootstrap's last run."""

    sandbox: RunningSandbox
    host: RunningGitHost
    repository: ControlRepository
    environment: dict[str, str]
    requests: list[Json] = field(default_factory=list)
    _journal_read: int = 0
    _waited_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # --- time ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant on the account's clock."""
        return parse_instant(self.admin("clock")["now"])

    def wait(self, seconds: float) -> None:
        """Let the account's clock run on, and nobody wait."""
        with self._lock:
            self._waited_s += seconds
        self.admin("clock", {"advance_s": seconds})

    # --- the operator -------------------------------------------------------------------------

    def commit(self, *lines: str, regions: Sequence[str] = (FRANKFURT,), capacity: int = 2) -> str:
        """Commit a control document; `lines` are added to it."""
        said = [f"start: {format_instant(START)}", f"stop: {format_instant(STOP)}", *lines]
        if not any(line.startswith("capacity:") for line in lines):
            said.append(f"capacity: {capacity}")
        if not any(line.startswith("regions:") for line in lines):
            said.append(f"regions: [{', '.join(regions)}]")
        return self.repository.commit("\n".join(said) + "\n", at=self.now())

    def console(self, product: str, region: str | None, action: str, **params: object) -> Json:
        """Do what a person does in the cloud's console; some products have no regions."""
        self.now()  # the model is brought to the present only by whoever comes over HTTP
        return self.sandbox.cloud.call(product, action, region, params)

    def scale(self, region: str, count: int) -> set[str]:
        """Let the region's group have so many instances, as the watcher would; return their ids."""
        group_id = self.group(region)["ScalingGroupId"]
        self.console(
            "ess",
            region,
            "ModifyScalingGroup",
            ScalingGroupId=group_id,
            MinSize=count,
            MaxSize=count,
        )
        self.wait(120)
        return self.instance_ids(region)

    # --- bootstrap ------------------------------------------------------------------------------

    def run(
        self,
        event: Mapping[str, object] | None = None,
        *,
        before: Hook = _nothing,
        after: Hook = _nothing,
        given: Mapping[str, str] | None = None,
    ) -> Json:
        """Run bootstrap in this process and return its report; hooks see every request's action."""
        settings = settings_from(self.environment | dict(given or {}), deadline_s=540)
        edges = self._edges(settings, before, after)
        try:
            report = run(settings, parse_event(json.dumps(event or {})), edges)
        finally:
            self._read_journal()
        said: Json = as_json_object(report)
        return said

    def destroy(
        self,
        *regions: str,
        before: Hook = _nothing,
        after: Hook = _nothing,
        fleet: str = "p2p-agent",
    ) -> Json:
        """Remove the fleet, or the stacks of some regions."""
        event: Json = {"action": "destroy", "confirm": fleet}
        event |= {"regions": list(regions)} if regions else {}
        return self.run(event, before=before, after=after, given={"FLEET_NAME": fleet})

    def _edges(self, settings: Settings, before: Hook, after: Hook) -> Edges:
        def open_session(deadline: Deadline) -> Session:
            session = WatchedSession(
                settings.cloud,
                deadline,
                endpoint_url=settings.endpoint_url,
                sleep=self.wait,
                rng=random.Random(1),
                patience_s=20.0,
            )
            session.before, session.after = before, after
            return session

        return replace(
            edges_of(settings),
            now=self.now,
            monotonic=lambda: time.monotonic() + self._waited_s,
            sleep=self.wait,
            rng=random.Random(1),
            open_session=open_session,
        )

    # --- what the account shows -----------------------------------------------------------------

    def inventory(self) -> dict[str, int]:
        """Return how many there are of everything in the account."""
        return _counted(self.admin("state")["products"], lambda _thing: True)

    def ours(self) -> dict[str, int]:
        """Return how many there are of everything that is not on its way out already."""
        return _counted(self.admin("state")["products"], _stays)

    def holdings(self, product: str, region: str = "global") -> Json:
        """Return everything that a product keeps in a region."""
        kept: Json = self.admin("state")["products"][product].get(region, {})
        return kept

    def group(self, region: str = FRANKFURT) -> Json:
        """Return the region's one scaling group."""
        (group,) = self.holdings("ess", region)["scaling_groups"]
        return dict(group)

    def group_ids(self, region: str = FRANKFURT) -> list[str]:
        """Return the ids of the region's scaling groups, whosever."""
        groups = self.holdings("ess", region).get("scaling_groups", [])
        return [one["ScalingGroupId"] for one in groups]

    def template(self, region: str = FRANKFURT) -> Json:
        """Return the region's one launch template, with its versions."""
        (template,) = self.holdings("ecs", region)["launch_templates"]
        return dict(template)

    def template_data(self, region: str = FRANKFURT) -> Json:
        """Return what the default version of the region's launch template says."""
        (version,) = [one for one in self.template(region)["Versions"] if one["DefaultVersion"]]
        return dict(version["LaunchTemplateData"])

    def instance_ids(self, region: str) -> set[str]:
        """Return the ids of the region's instances."""
        return {one["InstanceId"] for one in self.holdings("ecs", region)["instances"]}

    @property
    def writes(self) -> list[str]:
        """The writes of bootstrap's last run, in order: actions, with the error code if any."""
        return [
            " ".join(word for word in (one["action"], one["code"]) if word)
            for one in self.requests
            if is_write(one["action"])
        ]

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

    def _read_journal(self) -> None:
        journal = self.admin("requests")
        self.requests = journal[self._journal_read :]
        self._journal_read = len(journal)


def is_write(action: str) -> bool:
    """Whether an action may change something."""
    return not action.startswith(("Check", "Describe", "Get", "List"))


@contextmanager
def opened_yard(root: Path, *, regions: Sequence[str] | None = None) -> Iterator[Yard]:
    """Open an empty account at noon; `regions` are the ones that the cloud has."""
    with (
        start_sandbox(seed=1, start=NOON, regions=regions) as sandbox,
        start_git_host(root) as host,
    ):
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": sandbox.endpoint,
            "P2P_FLEET_CLOCK_URL": sandbox.endpoint,
            "CONTROL_SOURCES": host.url_of("control.git"),
        }
        yield Yard(sandbox, host, ControlRepository(root / "control.git"), environment)


def tags_of(thing: Json) -> dict[str, str]:
    """Return the tags of anything in the account, however its product writes them."""
    tags: Any = thing.get("Tags", thing.get("tags", []))
    if isinstance(tags, dict) and set(tags) <= {"Tag"}:
        tags = tags.get("Tag", [])
    if isinstance(tags, dict):
        return dict(tags)
    return {
        one.get("Key", one.get("TagKey", "")): one.get("Value", one.get("TagValue", ""))
        for one in tags
    }


def done_to(report: Json, region: str = FRANKFURT) -> list[str]:
    """Return what a report says was done in a region, one line each; what was found is left out."""
    (row,) = [one for one in report["regions"] if one["region"] == region]
    return [
        f"{one['verb']} {one['kind']} {one['name']}"
        for one in row["resources"]
        if one["verb"] != "found"
    ]


def error_of(report: Json, region: str = FRANKFURT) -> tuple[str, str, str]:
    """Return the code, the sentence and the remedy of a region's error."""
    (row,) = [one for one in report["regions"] if one["region"] == region]
    error = row["error"] or {"code": "none", "message": "", "remedy": ""}
    return error["code"], error["message"], error["remedy"]


def told(report: Json) -> dict[str, str]:
    """Return what a report says of each region: decision, outcome, and the error's code."""
    return {
        one["region"]: " ".join(
            [one["decision"], one["outcome"], *([one["error"]["code"]] if one["error"] else [])]
        )
        for one in report["regions"]
    }


def _counted(products: Json, counts: Callable[[Json], bool]) -> dict[str, int]:
    found: dict[str, int] = {}
    for product, regions in products.items():
        for kept in regions.values():
            for kind, things in kept.items():
                name = f"{product} {kind}"
                found[name] = found.get(name, 0) + sum(1 for thing in things if counts(thing))
    return {name: count for name, count in sorted(found.items()) if count}


def _stays(thing: Json) -> bool:
    """Whether it is not being deleted: a resource group stays visible for days after that."""
    return thing.get("Status") not in {"PendingDelete", "Deleting"}
