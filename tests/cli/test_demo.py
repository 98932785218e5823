"""`make demo`: the story is true, ends well, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def test_the_demo_tells_the_launch_and_leaves_nothing_running(tmp_path: Path) -> None:
    """Every figure of the story is counted by the cloud itself, and no process or file stays."""
    picture = tmp_path / "demo.svg"
    run = subprocess.run(
        [sys.executable, "-m", "cli.demo", "--picture", str(picture)],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )

    told = [line.strip() for line in run.stdout.splitlines()]
    assert (run.returncode, run.stderr) == (0, "")
    assert (
        "No region has a stack yet: the watcher has asked bootstrap, which builds them all." in told
    )
    assert "Start and stop are armed in 30 regions as native scheduled tasks." in told
    assert "two minutes after start: 93 nodes are in service." in told
    assert "held: control.yaml:3:1: unknown key `capcity`; did you mean `capacity`?" in told
    assert "121 nodes before, 121 after: nothing was touched." in told
    assert "three minutes after stop: 0 nodes are in service." in told
    assert any(line.startswith("30 regions, 0 nodes active, 0 wanted now;") for line in told)
    assert told[-1] == "in the account: nothing"
    assert "@font-face" not in picture.read_text(encoding="utf-8")
    assert list(Path(tempfile.gettempdir()).glob("p2p-fleet-demo-*")) == []
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sandbox --seed 1 --speed 4" not in processes.stdout
