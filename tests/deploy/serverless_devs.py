"""The real Serverless Devs, installed from npm once for all tests, and run as an operator does."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.tools import tool

Json = dict[str, Any]

ROOT: Final = Path(__file__).parents[2]
TEMPLATE: Final = ROOT / "infra" / "s.yaml"
_PINNED: Final = Path(__file__).with_name("npm")
_STAND_IN: Final = Path(__file__).with_name("component")
_CACHE: Final = ROOT / "build" / "cache"
_INSTALL_S: Final = 110
_RUN_S: Final = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str

    @property
    def lines(self) -> list[str]:
        """The output line by line, without the tool's remark about root."""
        return [line for line in self.out.splitlines() if "[WARN][s_cli]" not in line]


@dataclass(frozen=True, slots=True)
class ServerlessDevs:
    """The tool in `folder`, for an operator whose home is `home`."""

    folder: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the operator's shell has before anything is set."""
        path = os.pathsep.join([str(self.folder), *_folders_of("node", "npm"), os.defpath])
        # It tells its makers of every run, in a process of its own that outlives it.
        return {"PATH": path, "HOME": str(self.home), "NO_UPDATE_NOTIFIER": "1"}

    def run(
        self, *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None
    ) -> Ended:
        """Run the tool; both outputs together."""
        done = subprocess.run(
            ["s", *arguments],
            cwd=folder,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_RUN_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout)

    def preview(self, **environment: str) -> Json:
        """Return infra/s.yaml as the tool resolves it."""
        ended = self.run("preview", "-t", str(TEMPLATE), "-o", "json", environment=environment)
        assert ended.code == 0, ended.out
        resolved: Json = json.loads(ended.out[ended.out.index("{\n") :])
        return resolved

    def give_component(self, schema: str) -> None:
        """Put our stand-in where the tool looks for the component that it has downloaded.

        `schema` is what it says of itself; the tool checks the properties against it.
        """
        place = self.home / ".s" / "components" / "devsapp.cn" / "v3" / "fc3"
        if not place.exists():
            shutil.copytree(_STAND_IN, place)
            (place / ".s.lock").write_text(json.dumps({"version": "0.0.0"}))
        (place / "schema.json").write_text(schema)


def install(home: Path) -> ServerlessDevs:
    """Install what package-lock.json pins, or find it installed; without npm, as `tool` says."""
    npm = tool("npm")
    lock_file = (_PINNED / "package-lock.json").read_bytes()
    place = _CACHE / f"serverless-devs-{hashlib.sha256(lock_file).hexdigest()[:12]}"
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "serverless-devs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = place.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(_PINNED, unfinished)
            command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=unfinished, check=True, timeout=_INSTALL_S)
            unfinished.rename(place)
    settings = home / ".s" / "set-config.yml"
    settings.parent.mkdir(parents=True)
    settings.write_text("analysis: disable\n")
    return ServerlessDevs(place / "node_modules" / ".bin", home)


def _folders_of(*programs: str) -> list[str]:
    return [str(Path(tool(program)).parent) for program in programs]
