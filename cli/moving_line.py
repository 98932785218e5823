"""One line that moves while something takes time, where a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

from cli.terminal import stderr_console


class MovingLine:
    """How many of the regions are finished, and what was heard last."""

    def __init__(self, progress: Progress | None, title: str) -> None:
        self._progress = progress
        self._task = TaskID(0)
        if progress is not None:
            self._task = progress.add_task(title, total=None, latest="")

    def expect(self, total: int) -> None:
        """Say how many regions there are to finish."""
        if self._progress is not None:
            self._progress.update(self._task, total=total)

    def hear(self, latest: str) -> None:
        """Say what has happened last."""
        if self._progress is not None:
            self._progress.update(self._task, latest=latest)

    def advance(self) -> None:
        """Count one more region as finished."""
        if self._progress is not None:
            self._progress.advance(self._task)


@contextmanager
def moving_line(title: str) -> Iterator[MovingLine]:
    """Show the line on stderr while the context lasts; nothing at all where that is no terminal."""
    if not sys.stderr.isatty():
        yield MovingLine(None, title)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        # What is left of the line, whatever is said: a second line would not move but scroll.
        TextColumn(
            "[dim]{task.fields[latest]}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
    )
    with Progress(*columns, console=stderr_console(), transient=True, expand=True) as progress:
        yield MovingLine(progress, title)
