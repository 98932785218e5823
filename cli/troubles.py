"""What went wrong and what to do, told once for all regions that have the same trouble."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from rich.console import Console

from cli.sentences import named, print_sentence

_REGIONS_NAMED: Final = 10


class Trouble(Protocol):
    """A failure, or an error as reports have it."""

    @property
    def code(self) -> str:
        """The vendor's code, or ours."""

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""

    @property
    def remedy(self) -> str:
        """What to do."""


def print_troubles(told: Iterable[tuple[str, Trouble]], console: Console) -> None:
    """Print each code with its regions, their sentences and the remedy, in the order given."""
    kinds: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for region, trouble in told:
        kinds.setdefault((trouble.code, trouble.remedy), []).append((region, trouble.message))
    for (code, remedy), messages in kinds.items():
        print_sentence(console, code, "bold red")
        for message in dict.fromkeys(message for _, message in messages):
            regions = named([one for one, its in messages if its == message], _REGIONS_NAMED)
            where = "" if message.startswith(f"{regions} ") else f"{regions}: "
            print_sentence(console, f"{where}{message}", indent=2)
        print_sentence(console, f"→ {remedy}", "bold", indent=2)
