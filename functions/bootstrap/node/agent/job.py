"""What the operator wants run: `pre_run`, `main_run`, `post_run`, each with a time limit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .checkout import Checkout
from .journal import Journal
from .limits import Limits
from .node import Node
from .program import path_of_programs, run_program
from .settings import Settings

_ANSIBLE: Final = (
    "ansible-playbook",
    # What a playbook for ansible-pull expects: the node is there as localhost and in `all`.
    "--inventory=localhost,",
    "--connection=local",
)
_SHELL: Final = ("bash", "-c")


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that running something takes; `started` is told of each program."""

    journal: Journal
    environment: Mapping[str, str]
    started: Callable[[int | None], None]
    limits: Limits

    def run_beside(self, name: str, command: str) -> bool:
        """Run `pre_run` or `post_run`; nothing is nothing wrong."""
        if not command.strip():
            return True
        return self._run(name, (*_SHELL, command), self.limits.side_s, None)

    def run_main(self, settings: Settings, checkout: Checkout) -> bool:
        """Run `main_run` in the checkout; whether it did its work."""
        command = _main_command(settings, checkout.folder)
        return self._run("main_run", command, self.limits.main_s, checkout.folder)

    def _run(self, name: str, command: Sequence[str], limit_s: float, folder: Path | None) -> bool:
        self.journal.say(f"{name} begins")
        ended = run_program(
            command,
            self.journal,
            limit_s=limit_s,
            environment=self.environment,
            folder=folder,
            started=self.started,
        )
        self.journal.say(f"{name} {ended}")
        return ended.well


def environment_of(node: Node) -> Mapping[str, str]:
    """Return what every program of the operator finds in its environment."""
    return {
        "PATH": path_of_programs(),
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "P2P_FLEET": node.fleet,
        "P2P_REGION": node.region,
        "ANSIBLE_NOCOLOR": "true",
        # the system's Python, which has the bindings to apt; looking for it may find another
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def _main_command(settings: Settings, folder: Path) -> Sequence[str]:
    """Return the command; a script of the repository is run whether it is executable or not."""
    if settings.type == "ansible":
        return (*_ANSIBLE, str(folder / settings.main_run))
    if (folder / settings.main_run).is_file():
        return ("bash", settings.main_run)
    return (*_SHELL, settings.main_run)
