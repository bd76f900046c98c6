"""A run as it goes on: a bar in a terminal, a line now and then in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import TextColumn

from adlocalizer.cli.counting import Tenths, bar
from adlocalizer.domain import money
from adlocalizer.progress import WATCHER, Tally, Watcher


@contextmanager
def watched(quiet: bool) -> Iterator[None]:
    """Show the run inside this block; nothing at all if `quiet`."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield from _watching(watch)
    else:
        yield from _watching(_in_lines())


def _watching(watch: Watcher) -> Iterator[None]:
    token = WATCHER.set(watch)
    try:
        yield
    finally:
        WATCHER.reset(token)


@contextmanager
def _bar() -> Iterator[Watcher]:
    with bar(TextColumn("{task.fields[spend]}")) as shown:
        line = shown.add_task("starting Prefect", total=None, spend="")

        def watch(tally: Tally) -> None:
            shown.update(
                line,
                description=tally.stage,
                completed=tally.done,
                total=tally.planned or None,
                spend=f"{tally.calls:,} calls  {money(tally.spent_micros)}",
            )

        yield watch


def _in_lines() -> Watcher:
    tenths = Tenths()

    def watch(tally: Tally) -> None:
        said = f"{tally.done:,} of {tally.planned:,} renditions, {tally.calls:,} calls, {money(tally.spent_micros)}"
        tenths.tell(tally.stage, tally.done, tally.planned, said)

    return watch
