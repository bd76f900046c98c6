"""A run as it goes on: a bar in a terminal, a line now and then in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from adlocalizer.domain import money
from adlocalizer.progress import WATCHER, Tally, Watcher

_STEPS = 10  # lines a pipe gets


@contextmanager
def watched(quiet: bool) -> Iterator[None]:
    """Show the run inside this block; nothing at all if `quiet`."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield from _watching(watch)
    else:
        yield from _watching(_Lines())


def _watching(watch: Watcher) -> Iterator[None]:
    token = WATCHER.set(watch)
    try:
        yield
    finally:
        WATCHER.reset(token)


@contextmanager
def _bar() -> Iterator[Watcher]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[spend]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("starting Prefect", total=None, spend="")

        def watch(tally: Tally) -> None:
            bar.update(
                line,
                description=tally.stage,
                completed=tally.done,
                total=tally.planned or None,
                spend=f"{tally.calls:,} calls  {money(tally.spent_micros)}",
            )

        yield watch


class _Lines:
    """A line each time another tenth is done, or another stage begins."""

    def __init__(self) -> None:
        self._shown: tuple[str, int] = ("", -1)

    def __call__(self, tally: Tally) -> None:
        tenth = _STEPS * tally.done // max(1, tally.planned)
        if (tally.stage, tenth) == self._shown:
            return
        self._shown = (tally.stage, tenth)
        said = f"{tally.done:,} of {tally.planned:,} renditions, {tally.calls:,} calls, {money(tally.spent_micros)}"
        print(f"{tally.stage}: {said}", file=sys.stderr, flush=True)  # noqa: T201
