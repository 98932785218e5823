"""Sentences of a report as people read them: wrapped on a terminal, one line each in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text


def print_sentence(console: Console, said: str, style: str = "", *, indent: int = 0) -> None:
    """Print a sentence; whoever reads a pipe may search it by lines."""
    if console.is_terminal:
        console.print(Padding(Text(said, style), (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent + said, style), soft_wrap=True)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, in the singular where it belongs."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


def named(regions: Sequence[str], most: int) -> str:
    """Return the names of some regions, or how many they are where there are more than `most`."""
    return ", ".join(regions) if len(regions) <= most else counted(len(regions), "region")
