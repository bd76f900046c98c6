"""Work on this machine as it goes on: a bar in a terminal, a line now and then in a pipe."""

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
    """Count what happens in this block on standard error; `quiet` says nothing."""
    if quiet:
        yield lambda done, planned: None
    elif sys.stderr.isatty():
        columns = (SpinnerColumn(), TextColumn(stage), BarColumn(28), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            line = bar.add_task(stage, total=None)
            yield lambda done, planned: bar.update(line, completed=done, total=planned)
    else:
        yield _in_lines(stage, things)


def _in_lines(stage: str, things: str) -> Told:
    shown = -1

    def told(done: int, planned: int) -> None:
        nonlocal shown
        tenth = _STEPS * done // max(1, planned)
        if tenth != shown:
            shown = tenth
            print(f"{stage}: {done:,} of {planned:,} {things}", file=sys.stderr, flush=True)  # noqa: T201

    return told
