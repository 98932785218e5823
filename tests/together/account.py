"""An account in which both functions are deployed, as an operator has it.

Everything is real but the cloud, which is the sandbox: the functions' code is packed, deployed and
run by its Function Compute, each invocation in a process of its own; Git is served by
`git http-backend`. Only the cloud's own work takes no time, unless a test says otherwise.
"""

from __future__ import annotations

import json
import math
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from cli.demo_deployment import BOOTSTRAP, REGION, WATCHER, Deployment, deployment
from functions.bootstrap import entry as bootstrap
from functions.bootstrap.event import parse_event as bootstrap_event
from functions.watcher import entry as watcher
from functions.watcher.event import parse_event as watcher_event
from sandbox.domain.timing import Timing
from sandbox.git_host import ControlRepository, RunningGitHost, start_git_host
from sandbox.server import RunningSandbox, start_sandbox
from shared.instants import format_instant, parse_instant
from shared.report import as_json_object

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

FRANKFURT: Final = "eu-central-1"
LONDON: Final = "eu-west-1"
SINGAPORE: Final = REGION
"""Where the functions live."""
REGIONS: Final = (SINGAPORE, FRANKFURT, LONDON)

Json = dict[str, Any]

_OPENS: Final = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
_NO_TIME: Final = replace(
    Timing(),
    resource_group_s=0.0,
    resource_group_deletion_s=0.0,
    vpc_s=0.0,
    vswitch_s=0.0,
    ipv4_gateway_s=0.0,
    ipv4_gateway_enable_s=0.0,
    route_entry_s=0.0,
    group_deletion_s=0.0,
    removal_s=0.0,
    linked_role_deletion_s=0.0,
)
"""Building and removing take as long as the requests; nodes still take their time to boot."""
_MOST_S: Final = 60.0
_GLANCE_S: Final = 0.02
_AMPLY: Final = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a function: what it was invoked with and when, and the report that it returned.

    `report` is None where it has not come to an end; `error` then says why.
    """

    event: Json
    at: datetime
    report: Json | None
    error: str | None

    @classmethod
    def of(cls, invocation: Json) -> Self:
        """Read the account's record of an invocation."""
        said = json.loads(invocation["result"] or "null")
        error = json.loads(invocation["error"] or "null")
        return cls(
            event=json.loads(invocation["event"]),
            at=parse_instant(invocation["at"]),
            report=json.loads(said) if isinstance(said, str) else said,
            error=error and str(error["errorMessage"]),
        )


@dataclass(frozen=True)
class Account:
    """The account at `noon`, its functions, and the control repository that they read."""

    sandbox: RunningSandbox
    host: RunningGitHost
    repository: ControlRepository
    functions: Deployment
    noon: datetime

    # --- time ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the instant on the account's clock."""
        return parse_instant(self.admin("clock")["now"])

    def advance(self, span: timedelta) -> None:
        """Let the account's clock run on; what falls due on the way happens."""
        self.admin("clock", {"advance_s": span.total_seconds()})

    def advance_to(self, instant: datetime) -> None:
        """As `advance`, to an instant."""
        self.admin("clock", {"now": format_instant(instant)})

    @property
    def start(self) -> datetime:
        """First instant of the run window, unless a document says otherwise."""
        return self.noon + 6 * HOUR

    @property
    def stop(self) -> datetime:
        """End of the run window, unless a document says otherwise."""
        return self.start + 7 * DAY

    # --- the operator -------------------------------------------------------------------------

    def commit(
        self,
        *lines: str,
        regions: Sequence[str] = (FRANKFURT,),
        capacity: int = 2,
        at: datetime | None = None,
    ) -> str:
        """Commit a control document; a line of `lines` stands in place of the usual one."""
        usual = {
            "start": format_instant(self.start),
            "stop": format_instant(self.stop),
            "capacity": str(capacity),
            "regions": f"[{', '.join(regions)}]",
        }
        said = {line.partition(":")[0] for line in lines}
        if "run_duration" in said:
            del usual["stop"]
        kept = [f"{key}: {value}" for key, value in usual.items() if key not in said]
        return self.repository.commit("\n".join([*kept, *lines]) + "\n", at=at or self.now())

    def console(self, product: str, region: str | None, action: str, **params: object) -> Json:
        """Do what a person does in the cloud's console; no fault hits it."""
        self.now()  # the model is brought to the present only by whoever comes over HTTP
        return self.sandbox.cloud.call(product, action, region, params)

    def prepare(self, *lines: str, regions: Sequence[str] = (FRANKFURT,), capacity: int = 2) -> str:
        """Commit a document, and let its stacks stand and be armed, without the functions."""
        sha = self.commit(*lines, regions=regions, capacity=capacity)
        built = self.invoke_here(WATCHER_FUNCTION="")
        armed = self.poll_here()
        assert (built["status"], armed["status"]) == ("changed", "changed")
        return sha

    # --- the functions --------------------------------------------------------------------------

    def poll(self) -> Json:
        """Invoke the watcher, as the FC console does; return its report."""
        return dict(self.functions.invoke(WATCHER, {}))

    def poll_here(self) -> Json:
        """Poll in this process with the watcher's environment: what it does is the same."""
        report: Json = as_json_object(watcher.run(self.environment, watcher_event("{}")))
        return report

    def invoke_here(self, event: Mapping[str, object] | None = None, **variables: str) -> Json:
        """Run bootstrap in this process with its environment, but for some variables of it."""
        asked = bootstrap_event(json.dumps(event or {}))
        report = bootstrap.run({**self.environment, **variables}, asked)
        said: Json = as_json_object(report)
        return said

    def invoke(self, event: Mapping[str, object]) -> Json:
        """Invoke bootstrap, as the FC console does; return its report."""
        return dict(self.functions.invoke(BOOTSTRAP, event))

    def begin(self, function: str, event: Mapping[str, object] | None = None) -> None:
        """Invoke a function and do not wait for it; no fault hits this request."""
        how = {"x-fc-invocation-type": "Async", "body": json.dumps(event or {}).encode()}
        self.console("fc", SINGAPORE, "InvokeFunction", functionName=function, **how)

    def rest(self) -> None:
        """Wait until no function runs any more or is to run now."""
        self.sandbox.wait_until_idle(_MOST_S)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait, in real time, until something is so that a running function brings about."""
        given_up_at_s = time.monotonic() + _MOST_S
        while not holds():
            if time.monotonic() > given_up_at_s:
                raise TimeoutError(f"It has not come about within {_MOST_S:g} s.")
            time.sleep(_GLANCE_S)

    def runs(self, function: str) -> list[Run]:
        """Return what has become of a function's invocations, in the order of asking."""
        kept = self.kept("fc", SINGAPORE)["invocations"]
        told = [Run.of(one) for one in kept if one["function"] == function]
        return sorted(told, key=lambda run: run.at)

    def deaths(self, function: str) -> list[str]:
        """Return what FC says of those of its invocations that did not come to an end."""
        return [run.error for run in self.runs(function) if run.error is not None]

    def asked(self) -> list[list[str]]:
        """Return the regions that bootstrap was asked for, each time that it was."""
        events = [run.event for run in self.runs(BOOTSTRAP)]
        return [event["regions"] for event in events if event["action"] == "provision"]

    def hold_back(self, function: str) -> None:
        """Let FC have no instance for a function: what it is asked for waits."""
        body = {"reservedConcurrency": 0}
        self.console("fc", SINGAPORE, "PutConcurrencyConfig", functionName=function, body=body)

    def let_go(self, function: str) -> None:
        """Let FC have instances for it again."""
        self.console("fc", SINGAPORE, "DeleteConcurrencyConfig", functionName=function)

    def configure(
        self, function: str, *, timeout_s: int | None = None, **variables: str | None
    ) -> None:
        """Change a function's time-out, and variables of its environment; None takes one away."""
        environment = {**self.functions.environment, **variables}
        body: Json = {
            "environmentVariables": {
                name: value for name, value in environment.items() if value is not None
            }
        }
        if timeout_s is not None:
            body["timeout"] = timeout_s
        self.console("fc", SINGAPORE, "UpdateFunction", functionName=function, body=body)

    def ample_time_s(self) -> int:
        """Return a time-out within which bootstrap comes far, however busy this machine is."""
        began_s = time.monotonic()
        self.invoke({"action": "destroy", "dry_run": True})
        return math.ceil(_AMPLY * (time.monotonic() - began_s))

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the functions see of the world, for who runs them here."""
        return {
            **self.functions.environment,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.sandbox.access_key_secret,
            "FC_REGION": SINGAPORE,
            "FC_ACCOUNT_ID": self.sandbox.account_id,
        }

    # --- what the account shows -----------------------------------------------------------------

    def kept(self, product: str, region: str) -> Json:
        """Return everything that a product keeps in a region."""
        kept: Json = self.admin("state")["products"][product].get(region, {})
        return kept

    def things(self) -> dict[str, int]:
        """Return how many there are of everything, but for the functions and their roles.

        What a product keeps account of (EventBridge: how much it has delivered) is not a thing.
        """
        counts: dict[str, int] = {}
        for product, regions in self.admin("state")["products"].items():
            for kept in regions.values():
                for kind, things in kept.items():
                    name = f"{product} {kind}"
                    others = [one for one in things if not _is_of_a_function(one)]
                    counts[name] = counts.get(name, 0) + len(others)
        return {
            name: count
            for name, count in sorted(counts.items())
            if count and not name.startswith("fc ") and name != "eventbridge deliveries"
        }

    def standing(self, product: str, kind: str, region: str = FRANKFURT) -> int:
        """Return how many there are of one kind in a region."""
        return len(self.kept(product, region).get(kind, ()))

    def group(self, region: str = FRANKFURT) -> Json:
        """Return the region's one scaling group."""
        (group,) = self.kept("ess", region)["scaling_groups"]
        return dict(group)

    def tags(self, region: str = FRANKFURT) -> dict[str, str]:
        """Return what the group's tags say."""
        return {tag["TagKey"]: tag["TagValue"] for tag in self.group(region)["Tags"]}

    def sizes(self, region: str = FRANKFURT) -> tuple[int, int, int]:
        """Return the group's bounds, and how many of its nodes are in service."""
        group = self.group(region)
        return group["MinSize"], group["MaxSize"], group["ActiveCapacity"]

    def tasks(self, region: str = FRANKFURT) -> dict[str, str]:
        """Return when the region's scheduled tasks are due, by the end of their names."""
        return {
            one["ScheduledTaskName"].removeprefix(f"p2p-agent-{region}-"): one["LaunchTime"]
            for one in self.kept("ess", region).get("scheduled_tasks", [])
        }

    def instance_ids(self, region: str = FRANKFURT) -> set[str]:
        """Return the ids of the region's instances."""
        return {one["InstanceId"] for one in self.kept("ecs", region)["instances"]}

    def writes(self, region: str) -> list[str]:
        """Return what was written in a region since the functions were deployed, in order."""
        return [
            one["action"]
            for one in self.admin("requests")
            if one["region"] == region and not one["action"].startswith(("Describe", "Get", "List"))
        ]

    # --- trouble --------------------------------------------------------------------------------

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


def _is_of_a_function(thing: object) -> bool:
    """Whether something that the account keeps is a function's role, or the policy of that."""
    names = (thing.get("RoleName"), thing.get("PolicyName")) if isinstance(thing, dict) else ()
    return not {WATCHER, BOOTSTRAP}.isdisjoint(names)


@dataclass(frozen=True, slots=True)
class Place:
    """A sandbox and a Git host for one test after the other: what they start with is costly."""

    root: Path
    sandbox: RunningSandbox
    host: RunningGitHost

    def open_account(self, name: str) -> Account:
        """Return an account at noon of another day, with nothing in it but the two functions."""
        ready = json.loads(self.sandbox.ready_line())
        functions = deployment(ready, self.host.url_of(f"{name}.git"))
        repository = ControlRepository(self.root / f"{name}.git")
        noon = _next_noon(self.sandbox.cloud.clock.now)
        account = Account(self.sandbox, self.host, repository, functions, noon)
        account.admin("reset", {})
        functions.deploy()
        account.advance_to(noon)
        return account


def _next_noon(now: datetime) -> datetime:
    return (now + DAY).replace(hour=12, minute=0, second=0, microsecond=0)


@contextmanager
def opened_place(root: Path) -> Iterator[Place]:
    """Start a sandbox of three regions, and a Git host."""
    with (
        start_sandbox(seed=1, start=_OPENS, regions=REGIONS, timing=_NO_TIME) as sandbox,
        start_git_host(root) as host,
    ):
        yield Place(root, sandbox, host)


def told(report: Json) -> dict[str, str]:
    """Return what a report says of each region: decision, outcome, and the error's code."""
    return {
        one["region"]: " ".join(
            [one["decision"], one["outcome"], *([one["error"]["code"]] if one["error"] else [])]
        )
        for one in report["regions"]
    }


def reason(report: Json, region: str = FRANKFURT) -> str:
    """Return the sentence that a report says of a region's decision."""
    (said,) = [one["reason"] for one in report["regions"] if one["region"] == region]
    return str(said)
