"""Read: the control document at every source, and ancestry where it matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.control.choose import Descends
from shared.control.git import (
    Answer,
    History,
    Limits,
    NoAnswer,
    is_descendant,
    read_history,
    read_sources,
)
from shared.deadline import Deadline
from shared.settings import Settings

_TIMEOUT_S: Final = 10.0
_ANCESTRY_SHARE: Final = 0.4
"""How much of the time that is left may go into questions of descent, all together."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads over the network; `monotonic` is the clock of its time limits."""

    monotonic: Callable[[], float]

    def read(self, settings: Settings, deadline: Deadline) -> Sequence[Answer | NoAnswer]:
        """Ask all sources at once."""
        return read_sources(
            settings.sources, settings.git, _limits(deadline), monotonic=self.monotonic
        )

    def ancestry(self, settings: Settings, deadline: Deadline) -> Descends:
        """Return a function that tells descent, asking the answer's own source when it must."""
        known: dict[tuple[str, str, str], bool | None] = {}
        until = deadline.share(_ANCESTRY_SHARE)

        def descends(answer: Answer, ancestor: str) -> bool | None:
            if ancestor == answer.commit.sha or ancestor in answer.commit.parents:
                return True
            key = (answer.source.label, answer.commit.sha, ancestor)
            if key not in known:
                # A host that answers slowly must not eat the regions' time.
                known[key] = None if until.passed else self._ask(settings, answer, ancestor, until)
            return known[key]

        return descends

    def _ask(
        self, settings: Settings, answer: Answer, ancestor: str, until: Deadline
    ) -> bool | None:
        history = read_history(
            answer.source,
            answer.commit.sha,
            settings.git,
            _limits(until),
            monotonic=self.monotonic,
            until=ancestor,
        )
        return is_descendant(history, ancestor) if isinstance(history, History) else None


def _limits(deadline: Deadline) -> Limits:
    """Leave the larger part of the poll's time to the regions."""
    return Limits(timeout_s=max(0.1, min(_TIMEOUT_S, deadline.remaining_s() / 2)))
