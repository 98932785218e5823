"""`make demo`: one launch from the first commit to the last stop, in two minutes of a machine.

Everything is real but the cloud: both functions are deployed into the sandbox's Function Compute
and run there, the official SDKs talk to it over HTTP, Git is served by `git http-backend`. The
account is empty at first, and empty again at the end. Its clock runs four times as fast as ours,
and the story moves it forward where nothing happens for hours.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from cli.demo_deployment import BOOTSTRAP, REGION, WATCHER, Deployment, deployment
from sandbox.git_host import ControlRepository, Instead, RunningGitHost, start_git_host
from sandbox.process import sandbox_process
from shared.instants import format_instant, parse_instant
from shared.regions import OPEN_REGION_IDS

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_WIDTH = 160
_GLANCE_S = 0.5
_LEAVING = frozenset({"PendingDelete", "Deleting"})
"""A resource group stays visible for days after its deletion."""
_NO_STOCK = {"region": "cn-hangzhou", "zone": "*", "instance_type": "*", "disk": "*"}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the story plays on: the sandbox's address and the environment of the watcher."""

    endpoint: str
    environment: Mapping[str, str]
    functions: Deployment

    def now(self) -> datetime:
        """The instant on the sandbox's clock."""
        return parse_instant(self._admin("clock")["now"])

    def advance_to(self, instant: datetime) -> None:
        """Let the sandbox's clock run on to `instant`; what falls due on the way happens."""
        self._admin("clock", {"now": format_instant(instant)})

    def lose_stock(self) -> None:
        """Sell out one region."""
        self._admin("faults", {"stock": [_NO_STOCK | {"available": False}]})

    def begun_stacks(self) -> int:
        """Regions in which something of a stack stands."""
        return len(self._admin("state")["products"]["vpc"])

    def groups(self) -> int:
        """Scaling groups that are ready for work."""
        ess = self._admin("state")["products"]["ess"]
        groups = (group for region in ess.values() for group in region["scaling_groups"])
        return sum(group["LifecycleState"] == "Active" for group in groups)

    def is_idle(self) -> bool:
        """Whether no function runs, or is to run, just now."""
        counts = self._admin("invocations")
        return not counts["queued"] and not counts["running"]

    def last_report(self, function: str) -> Mapping[str, Any]:
        """The report of a function's last invocation, as the account's record has it."""
        kept = self._admin("state")["products"]["fc"][REGION]["invocations"]
        last = [one for one in kept if one["function"] == function][-1]
        said = json.loads(last["result"])
        report: Mapping[str, Any] = json.loads(said) if isinstance(said, str) else said
        return report

    def holdings(self) -> Mapping[str, int]:
        """How many there are of everything in the account that is not on its way out."""
        counts: Counter[str] = Counter()
        for product, regions in self._admin("state")["products"].items():
            for kept in regions.values():
                for kind, things in kept.items():
                    staying = (one for one in things if one.get("Status") not in _LEAVING)
                    counts[f"{product} {kind}"] += sum(1 for _ in staying)
        counts.pop("fc invocations", None)  # a record, not a thing
        return {name: count for name, count in sorted(counts.items()) if count}

    def active(self) -> int:
        """Nodes in service in the whole account, as the cloud itself counts them."""
        ess = self._admin("state")["products"]["ess"]
        groups = [group for region in ess.values() for group in region["scaling_groups"]]
        return sum(group["ActiveCapacity"] for group in groups)

    def poll(self) -> Mapping[str, Any]:
        """Invoke the watcher, as the FC console does, and return its report."""
        return self.functions.invoke(WATCHER, {"action": "poll"})

    def command(self, *words: str) -> str:
        """Run `p2p-fleet` with these words and return what it prints, colours included."""
        command = [sys.executable, "-m", "cli.main", *words]
        environment = {**self.environment, "FORCE_COLOR": "1"}
        done = subprocess.run(  # noqa: S603 (our own program)
            command, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    def _admin(self, what: str, body: object = None) -> Any:  # noqa: ANN401 (any JSON)
        url = f"{self.endpoint}/_sandbox/{what}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data)  # noqa: S310 (loopback, our own sandbox)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)


class Story:
    """Prints what happens, one numbered step after the other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0

    def step(self, title: str) -> None:
        """Begin a step."""
        self._steps += 1
        self._console.print(f"\n[bold cyan]{self._steps}. {title}[/]")

    def tell(self, text: str) -> None:
        """Say one thing that happened."""
        self._console.print(f"   {text}", highlight=False)

    def show(self, screen: str) -> None:
        """Show what a command printed."""
        self._console.print(Text.from_ansi(screen), soft_wrap=True)

    def tell_holdings(self, holdings: Mapping[str, int]) -> None:
        """Say what is in the account, as the cloud itself counts it."""
        said = ", ".join(f"{count} {name}" for name, count in holdings.items())
        self.tell(f"in the account: {said or '[bold green]nothing[/]'}")

    def tell_stacks(self, report: Mapping[str, Any]) -> None:
        """Say what came of building the stacks."""
        done = [one for one in report["regions"] if one["outcome"] == "done"]
        totals = report["totals"]
        self.tell(
            f"bootstrap: [bold]{report['status']}[/]; {len(done)} stacks built,"
            f" {totals['writes']} writes, {totals['calls']} calls,"
            f" {report['elapsed_ms'] / 1000:.1f} s"
        )

    def watch_building(self, stage: Stage) -> None:
        """Show how many stacks are begun and how many stand, until the functions rest."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            begun = progress.add_task("stacks begun", total=len(OPEN_REGION_IDS))
            standing = progress.add_task("groups ready", total=len(OPEN_REGION_IDS))
            while not stage.is_idle():
                progress.update(begun, completed=stage.begun_stacks())
                progress.update(standing, completed=stage.groups())
                time.sleep(_GLANCE_S)

    def tell_poll(self, report: Mapping[str, Any]) -> None:
        """Say what a poll came to."""
        totals = report["totals"]
        self.tell(
            f"watcher: [bold]{report['status']}[/]; {totals['regions']} regions,"
            f" {totals['writes']} writes, {totals['calls']} calls,"
            f" {report['elapsed_ms'] / 1000:.1f} s"
        )
        if report["reason"]:
            self.tell(f"[yellow]held: {report['reason']}[/]")
        for region in report["regions"]:
            error = region["error"]
            if error:
                self.tell(f"[red]{region['region']}: {error['code']}: {error['message']}[/]")
                self.tell(f"  what to do: {error['remedy']}")


def play(stage: Stage, host: RunningGitHost, repository: ControlRepository, story: Story) -> None:
    """Play the launch from the first commit to the last stop."""
    start = stage.now().replace(second=0, microsecond=0) + 3 * _HOUR
    stop = start + 24 * _HOUR

    story.step("An empty account. The two functions are deployed, nothing else.")
    stage.functions.deploy()
    story.tell_holdings(stage.holdings())

    story.step("The operator commits: 3 nodes in every region, in three hours, for a day.")
    story.tell(f"start {format_instant(start)}, stop {format_instant(stop)}")
    repository.commit(_document(start, 3), at=stage.now(), message="Launch tomorrow's content")
    story.tell_poll(stage.poll())
    story.tell("No region has a stack yet: the watcher has asked bootstrap, which builds them all.")
    story.watch_building(stage)
    story.tell_stacks(stage.last_report(BOOTSTRAP))
    story.tell_holdings(stage.holdings())
    report = stage.last_report(WATCHER)
    armed = [region for region in report["regions"] if region["armed"]["start"]]
    story.tell("Bootstrap ended by invoking the watcher.")
    story.tell(f"Start and stop are armed in {len(armed)} regions as native scheduled tasks.")
    story.tell_poll(stage.poll())
    story.tell("Another poll finds nothing to do: converged means no write at all.")

    story.step("Git goes down, and nobody runs the watcher. The start comes.")
    with host_is_down(host):
        stage.advance_to(start + 2 * _MINUTE)
        story.tell(f"two minutes after start: {stage.active()} nodes are in service.")

    story.step("Git is back. One commit changes the capacity; one region is sold out.")
    stage.lose_stock()
    repository.commit(_document(start, 4), at=stage.now(), message="One node more, everywhere")
    story.tell_poll(stage.poll())
    stage.advance_to(start + 10 * _MINUTE)
    story.tell("Ten minutes after start, `p2p-fleet poll`:")
    story.show(stage.command("poll"))

    story.step("A broken commit: a key is misspelt.")
    broken = _document(start, 0).replace("capacity", "capcity")
    repository.commit(broken, at=stage.now(), message="Oops")
    before = stage.active()
    story.tell_poll(stage.poll())
    story.tell(f"{before} nodes before, {stage.active()} after: nothing was touched.")

    story.step("The stop comes. Git still holds the broken commit, the watcher is off.")
    stage.advance_to(stop + 3 * _MINUTE)
    story.tell(f"three minutes after stop: {stage.active()} nodes are in service.")
    repository.commit(_document(start, 4), at=stage.now(), message="Mend the document")

    story.step("The fleet at the end, as `p2p-fleet poll` shows it.")
    story.show(stage.command("poll"))

    story.step("The launch is over: `p2p-fleet destroy --confirm p2p-agent`.")
    story.show(stage.command("destroy", "--confirm", "p2p-agent"))
    stage.functions.remove()
    left = stage.holdings()
    story.tell_holdings(left)
    if left:
        raise RuntimeError("something is left in the account")


def _document(start: datetime, nodes: int) -> str:
    return (
        f"start: {format_instant(start)}\n"
        "run_duration: 1 day\n"
        "capacity:\n"
        f"  all: {nodes}\n"
        "  aliyun:\n"
        "    eu-central-1: 6\n"
    )


@contextmanager
def host_is_down(host: RunningGitHost) -> Iterator[None]:
    """Let the Git host refuse everything for a while."""
    host.misbehave("", Instead(status=503))
    try:
        yield
    finally:
        host.behave()


def main(arguments: Sequence[str] | None = None) -> int:
    """Set the stage, play, clear up; `--picture FILE` draws what was shown as SVG."""
    parser = argparse.ArgumentParser(prog="python -m cli.demo", description=__doc__)
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the screen as SVG")
    picture = parser.parse_args(arguments).picture
    if shutil.which("git") is None:
        print("make demo needs git: install it (e.g. apt install git) and try again.")
        return 1
    console = Console(width=_WIDTH, record=picture is not None, highlight=False)
    story = Story(console)
    with (
        tempfile.TemporaryDirectory(prefix="p2p-fleet-demo-") as folder,
        sandbox_process("--seed", "1", "--speed", "4") as ready,
        start_git_host(Path(folder)) as host,
    ):
        repository = ControlRepository(Path(folder) / "control.git")
        functions = deployment(ready, host.url_of("control.git"))
        stage = Stage(ready["endpoint"], _environment(ready, host), functions)
        play(stage, host, repository, story)
    if picture is not None:
        # Fonts from elsewhere are left out: whoever looks at the picture asks nobody for anything.
        drawn = console.export_svg(title="make demo")
        drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
        picture.write_text(drawn, encoding="utf-8")
    return 0


def _environment(ready: Mapping[str, str], host: RunningGitHost) -> dict[str, str]:
    return {
        **os.environ,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ready["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ready["access_key_secret"],
        "ALIBABA_CLOUD_ENDPOINT_URL": ready["endpoint"],
        "P2P_FLEET_CLOCK_URL": ready["endpoint"],
        "CONTROL_SOURCES": host.url_of("control.git"),
        "BOOTSTRAP_FUNCTION": BOOTSTRAP,
        "WATCHER_FUNCTION": WATCHER,
        "FC_REGION": REGION,
    }


if __name__ == "__main__":
    sys.exit(main())
