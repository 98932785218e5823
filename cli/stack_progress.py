"""What a person sees while stacks are built or removed: one line that moves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.terminal import stderr_console
from functions.bootstrap.records import Progress as News
from functions.bootstrap.regions import BEGUN, WHOLE
from functions.bootstrap.setting import Listener


@contextmanager
def shown_progress(title: str) -> Iterator[Listener]:
    """Show how many regions are finished, where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[latest]}"),
    )
    with Progress(*columns, console=stderr_console(), transient=True) as progress:
        yield _listener(progress, title)


def _listener(progress: Progress, title: str) -> Listener:
    task = progress.add_task(title, total=0, latest="")
    begun: set[str] = set()

    def listen(news: News) -> None:
        if news.kind == WHOLE and news.said == BEGUN:
            begun.add(news.region)
            progress.update(task, total=len(begun))
        elif news.kind == WHOLE:
            progress.advance(task)
        else:
            progress.update(task, latest=f"{news.region}: {news.kind} {news.said}")

    return listen
