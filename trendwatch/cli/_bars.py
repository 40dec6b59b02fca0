"""Progress bars for the pipeline's steps, on standard error and only where a person watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

WORDS = {
    "crawl": "asking sources",
    "seek": "looking for new feeds",
    "articles": "reading articles",
    "language": "finding languages",
    "embed": "embedding texts",
    "judge": "judging and tagging",
    "group": "grouping into stories",
}


class Bars:
    """One bar a step; called as pipeline.Progress is."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._tasks: dict[str, object] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """Move a step's bar."""
        if step not in self._tasks:
            self._tasks[step] = self._shown.add_task(WORDS.get(step, step), total=total)
        self._shown.update(self._tasks[step], completed=done, total=total)  # type: ignore[arg-type]  # rich's TaskID


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars while the block runs; silent when standard error is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as shown:
        yield Bars(shown)
