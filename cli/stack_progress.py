"""What a person sees while stacks are built or removed: one line that moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.moving_line import MovingLine, moving_line
from functions.bootstrap.records import Progress
from functions.bootstrap.regions import BEGUN, WHOLE
from functions.bootstrap.setting import Listener


@contextmanager
def shown_progress(title: str) -> Iterator[Listener]:
    """Show how many regions are finished, and what happened last."""
    with moving_line(title) as line:
        yield _listener(line)


def _listener(line: MovingLine) -> Listener:
    begun: set[str] = set()

    def listen(news: Progress) -> None:
        if news.kind == WHOLE and news.said == BEGUN:
            begun.add(news.region)
            line.expect(len(begun))
        elif news.kind == WHOLE:
            line.advance()
        elif news.said.startswith("waiting "):
            line.hear(f"{news.region}: {news.said}")
        else:
            line.hear(f"{news.region}: {news.kind} {news.said}")

    return listen
