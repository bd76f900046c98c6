"""Work as it goes on, on standard error: a bar in a terminal, a line at every tenth in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

Told = Callable[[int, int], None]
"""Hears how many are done, and of how many."""

_STEPS = 10  # lines a pipe gets


@contextmanager
def counted(stage: str, things: str, quiet: bool = False) -> Iterator[Told]:
    """Count what happens in this block; `quiet` says nothing."""
    if quiet:
        yield lambda done, planned: None
    elif sys.stderr.isatty():
        with bar() as shown:
            line = shown.add_task(stage, total=None)
            yield lambda done, planned: shown.update(line, completed=done, total=planned)
    else:
        tenths = Tenths()
        yield lambda done, planned: tenths.tell(stage, done, planned, f"{done:,} of {planned:,} {things}")


@contextmanager
def bar(*beside: TextColumn) -> Iterator[Progress]:
    """A bar for as long as the block lasts, with what is to stand beside its counts."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=28), MofNCompleteColumn())
    every = (*columns, *beside, TimeRemainingColumn())
    with Progress(*every, console=Console(stderr=True), transient=True) as shown:
        yield shown


class Tenths:
    """A line each time another tenth is done, or another stage begins."""

    def __init__(self) -> None:
        """Nothing has been said yet."""
        self._shown: tuple[str, int] = ("", -1)

    def tell(self, stage: str, done: int, planned: int, said: str) -> None:
        """Say how far a stage is, unless this tenth of it has been told."""
        tenth = _STEPS * done // max(1, planned)
        if (stage, tenth) != self._shown:
            self._shown = (stage, tenth)
            print(f"{stage}: {said}", file=sys.stderr, flush=True)  # noqa: T201
