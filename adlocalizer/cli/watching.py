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
def watched(quiet: bool, together: str = "", planned: int = 0) -> Iterator[None]:
    """Show the run inside this block; nothing at all if `quiet`.

    Several runs are shown as one stage, called `together`, of as many renditions as are `planned` in all of them.
    """
    if quiet:
        yield
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield from _watching(_added_up(watch, together, planned) if together else watch)
    else:
        yield from _watching(_added_up(_in_lines(), together, planned) if together else _in_lines())


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


def _added_up(watch: Watcher, stage: str, planned: int) -> Watcher:
    tallies: dict[int, Tally] = {}

    def add_up(tally: Tally) -> None:
        tallies[id(tally)] = tally
        every = tallies.values()
        # Those that have not begun are planned as well: what is done must not look like all of it.
        total = Tally(max(planned, sum(one.planned for one in every)), stage=stage)
        total.calls = sum(one.calls for one in every)
        total.spent_micros = sum(one.spent_micros for one in every)
        total.ended = {status: sum(one.ended[status] for one in every) for status in total.ended}
        watch(total)

    return add_up


def _in_lines() -> Watcher:
    tenths = Tenths()

    def watch(tally: Tally) -> None:
        said = f"{tally.done:,} of {tally.planned:,} renditions, {tally.calls:,} calls, {money(tally.spent_micros)}"
        tenths.tell(tally.stage, tally.done, tally.planned, said)

    return watch
