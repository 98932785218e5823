"""What is wrong with a control document, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
"""The way from the document's root to a value: keys of mappings, positions in lists."""

KEY: Final = "[key]"
"""The last step of a way that leads to a key itself rather than to its value."""

_SHOWN: Final = 48
"""Characters of the operator's own text that a sentence repeats."""


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing that is wrong; line and column count from 1; `str` is `line:col: sentence`."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


def path_text(path: Path) -> str:
    """Return `fleet.instance_types[2]` for `("fleet", "instance_types", 2)`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = shown(step) or "''"
            text += f".{name}" if text else name
    return text


def shown(text: str) -> str:
    """Return `text` on one line, printable and short enough to stand in a sentence."""
    printable = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"
