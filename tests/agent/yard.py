"""One node on a scratch root: real Git over HTTP, real programs, time that the test moves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from functions.bootstrap.node.agent.limits import Limits
from functions.bootstrap.node.agent.node import ControlSource, Node
from functions.bootstrap.node.agent.places import Places
from functions.bootstrap.node.agent.run import Edges, Result, run
from sandbox.git_host import RunningGitHost
from sandbox.git_host_repository import ControlRepository

NOON: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
AGENT: Final = Path(__file__).parents[2] / "functions/bootstrap/node/agent"
TOOLS: Final = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
"""Where the interpreter of these tests is, `ansible-playbook` is, too."""


SHORT: Final = Limits(run_s=60.0, main_s=30.0, side_s=30.0, control_s=5.0, fetch_s=10.0)


@dataclass(slots=True)
class Yard:
    """A node, the control repository, and the repository of what it runs."""

    folder: Path
    host: RunningGitHost
    control: ControlRepository
    work: ControlRepository
    now: datetime = NOON
    slept_s: list[float] = field(default_factory=list)
    limits: Limits = SHORT

    @property
    def places(self) -> Places:
        """The scratch root."""
        return Places(self.folder / "root")

    @property
    def work_url(self) -> str:
        """Where the nodes find what they run."""
        return self.host.url_of("work.git")

    def source(self, name: str = "control.git", **others: Any) -> ControlSource:  # noqa: ANN401
        """A source of the control document on the Git host."""
        told = {"url": self.host.url_of(name), "ref": "HEAD", "path": "control.yaml"}
        return ControlSource(**{**told, "takes_token": False, **others})

    def node(self, *sources: ControlSource, region: str = "eu-central-1") -> Node:
        """The node, as cloud-init has told it."""
        return Node("p2p-agent", region, sources or (self.source(),), ())

    def order(self, at: datetime = NOON, **agent: object) -> str:
        """Commit a control document whose `agent` section says this; return the commit's id."""
        section = {"repository": self.work_url, "type": "shell", "main_run": "true"} | agent
        return self.control.commit(json.dumps({"capacity": 1, "agent": section}), at=at)

    def run(self, node: Node | None = None, *, forced: bool = True) -> Result | None:
        """Do one run in this process."""
        edges = Edges(
            now=lambda: self.now,
            sleep=self._sleep,
            rng=random.Random(1),
            limits=self.limits,
        )
        return run(self.places, node or self.node(), edges, forced=forced)

    def start(self, *arguments: str, environment: Mapping[str, str] = {}) -> subprocess.Popen[str]:
        """Start the agent as systemd does, as a process of its own."""
        home = self.folder / "home"
        if not home.exists():
            home.mkdir()
            (home / "agent").symlink_to(AGENT)
        self.tell_node(self.node())
        return subprocess.Popen(
            [sys.executable, "-B", "-m", "agent", *arguments],
            cwd=home,
            env={"PATH": TOOLS, "P2P_AGENT_ROOT": str(self.places.root), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tell_node(self, node: Node) -> None:
        """Write node.json as bootstrap's user data does."""
        self.places.node.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "fleet": node.fleet,
            "region": node.region,
            "sources": [
                {"url": one.url, "ref": one.ref, "path": one.path, "takes_token": one.takes_token}
                for one in node.sources
            ],
            "package_mirrors": list(node.package_mirrors),
        }
        self.places.node.write_text(json.dumps(told), "utf-8")

    def said(self) -> list[str]:
        """What the log has, without times and the run's name."""
        if not self.places.log.exists():
            return []
        return [line.split(" ", 2)[2] for line in self.places.log.read_text("utf-8").splitlines()]

    def quoted(self) -> list[str]:
        """What programs have written, out of the log."""
        return [line.removeprefix("| ") for line in self.said() if line.startswith("| ")]

    def remembered(self, name: str) -> Any:  # noqa: ANN401 (any JSON)
        """A file of the agent's memory."""
        return json.loads((self.places.state / name).read_text("utf-8"))

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)

    def _sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.later(seconds=seconds)


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as a crash does."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
