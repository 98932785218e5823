"""Other programs that packaging runs: pip, uv, and the target's interpreter."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.packaging.errors import PackagingError

_LAST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: what people call it, how it is started, and all of its environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def run(
        self, *arguments: str, folder: Path | None = None, extra: Mapping[str, str] | None = None
    ) -> str:
        """Run the program and return its standard output.

        `extra`: variables beside those of the environment.

        Raises:
            PackagingError: it cannot be started, or failed; the sentence says why.
        """
        command = [*self.command, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 (programs that the caller names)
                command,
                cwd=folder,
                env={**self.environment, **(extra or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise PackagingError(f"{command[0]} cannot be run: {error.strerror}") from error
        if done.returncode != 0:
            raise PackagingError(explain(self.name, done.stdout + done.stderr))
        return done.stdout


_CAUSES: Final[Sequence[tuple[str, str]]] = (
    (
        r"No module named (?P<what>pip|uv|compileall)\b",
        "{what} is missing in this Python: run make setup, or python -m ensurepip",
    ),
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES[\s\S]*?\n *(?P<what>\S+) from",
        "{what} is not the file that was locked (wrong hash): nothing of it was used; try again,"
        " and where it stays so, find out who serves it",
    ),
    (
        r"(?:No space left on device|Disk quota exceeded)(?P<what>)",
        "the disk is full: make room and run it again",
    ),
    (
        r"(?P<what>Failed to establish a new connection|Temporary failure in name resolution"
        r"|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|dns error"
        r"|error sending request|Failed to fetch)",
        "the package index cannot be reached: check network, proxy and PIP_INDEX_URL",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)",
        "{what} has no wheel for the target: if it is pure Python, name it in SOURCE_ONLY"
        " (infra/packaging/contents.py); if not, choose another version",
    ),
)
"""What pip and uv say, and what it means; the first that is found counts."""


def explain(program: str, output: str) -> str:
    """Return one sentence for the output of a program that failed."""
    for pattern, sentence in _CAUSES:
        found = re.search(pattern, output)
        if found:
            return f"{program}: {sentence.format(what=found['what'])}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"{program} failed: {' | '.join(lines[-_LAST_LINES:]) or 'it said nothing'}"
