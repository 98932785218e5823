"""Serverless Devs (`s`): found, asked for the resolved s.yaml, and run.

Facts about it were read in its own source, @serverless-devs/s 3.1.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INSTALL: Final = "npm install --global @serverless-devs/s@3"
TEMPLATE: Final = Path("infra") / "s.yaml"
_NODE_LEAST: Final = (14, 14)
_TOOL_MAJOR: Final = 3
_PREVIEW_S: Final = 60
_HIDDEN: Final = "***"
_LEAST_SECRET: Final = 4
"""Characters: what is shorter is no secret, and hiding it would blot out the text."""
_LONGEST_COMPLAINT: Final = 400
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MOVEMENT: Final = re.compile(r"\x1b\[[0-9;]*[A-HJK]")
"""How the tool turns its spinner; here each turn is a line of its own."""


class ToolError(Exception):
    """The tool is missing or failed; the message is a sentence on what to do."""


@dataclass(frozen=True, slots=True)
class ServerlessDevs:
    """The tool at `program`, run in the repository's folder `root`."""

    program: str
    root: Path

    def preview(self, environment: Mapping[str, str]) -> str:
        """Return s.yaml as JSON with every variable filled in, without asking anybody.

        Raises:
            ToolError: a variable cannot be filled in, or the file is no YAML.
        """
        command = (self.program, "preview", "-t", str(TEMPLATE), "-o", "json")
        try:
            done = subprocess.run(  # noqa: S603 (the tool that the operator has installed)
                command,
                cwd=self.root,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_PREVIEW_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolError(f"{self.program} preview cannot be run: {error}.") from error
        document = done.stdout.find("{\n")  # remarks of the tool may stand before it
        if done.returncode != 0 or document < 0:
            raise ToolError(f"s preview refuses infra/s.yaml: {_complaint(done.stdout)}.")
        return done.stdout[document:]

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        secrets: Iterable[str],
        say: Callable[[str], None],
    ) -> int:
        """Run one of the tool's commands, say each line of its output, return its exit code.

        The component prints the functions' variables at the end: `secrets` are blotted out.

        Raises:
            ToolError: it cannot be started.
        """
        hide = [secret for secret in secrets if len(secret) >= _LEAST_SECRET]
        command = (self.program, *arguments, "-t", str(TEMPLATE))
        try:
            process = subprocess.Popen(  # noqa: S603 (as above)
                command,
                cwd=self.root,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise ToolError(f"{self.program} cannot be run: {error.strerror}.") from error
        with process:
            for line in process.stdout or ():
                said = _MOVEMENT.sub("", line.rstrip("\n"))
                for secret in hide:
                    said = said.replace(secret, _HIDDEN)
                say(said)
        return process.returncode


def find_tool(environment: Mapping[str, str], root: Path) -> ServerlessDevs:
    """Find Serverless Devs 3 on PATH, and Node.js, which it needs.

    Raises:
        ToolError: one of them is missing, too old, or something else of that name.
    """
    node = _version(_found("node", environment), environment)
    if node is None:
        raise ToolError(
            "Node.js is not installed (no `node` on PATH); install version 18 or newer with npm:"
            " https://nodejs.org, or Debian: apt install npm."
        )
    if node < _NODE_LEAST:
        raise ToolError(f"Node.js {node[0]}.{node[1]} is too old for Serverless Devs; install 18.")
    program = _found("s", environment)
    tool = _version(program, environment, name="@serverless-devs/s")
    if program is None:
        raise ToolError(f"Serverless Devs is not installed (no `s` on PATH): {INSTALL}.")
    if tool is None or tool[0] != _TOOL_MAJOR:
        raise ToolError(f"{program} is not Serverless Devs {_TOOL_MAJOR}: {INSTALL}.")
    return ServerlessDevs(program, root)


def _found(name: str, environment: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=environment.get("PATH", ""))


def _version(
    program: str | None, environment: Mapping[str, str], name: str = ""
) -> tuple[int, int] | None:
    """Return major and minor version of a program, None where it is not what `name` says."""
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 (node and s, as found on PATH)
            (program, "--version"),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PREVIEW_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None  # whatever it is, it is not that program
    match = re.search(rf"{re.escape(name)}\D*?(\d+)\.(\d+)\.", done.stdout)
    return (int(match[1]), int(match[2])) if match else None


def _complaint(output: str) -> str:
    """Return what the tool says between its heading and its links, in one line."""
    _, _, after = _COLOUR.sub("", output).partition("Error Message:")
    said, _, _ = (after or output).partition("A complete log of this run")
    words = " ".join(said.replace("=", "").split()).removesuffix(".")
    return words[:_LONGEST_COMPLAINT] or "it gives no reason"
