"""What a terminal shows: tables and money, plain where it is a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_NARROW = 120
_LEAST_BESIDE = 60  # columns of a pipe left to whatever stands beside the ids


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Let the command line decide: whoever read has seen enough."""
        raise BrokenPipeError


def console(least: int = 0) -> Console:
    """Standard output; a pipe gets no colours and lines of a fixed width, of `least` columns where that is more."""
    width = None if sys.stdout.isatty() else max(_NARROW, least)
    return _Output(highlight=False, width=width, soft_wrap=not sys.stdout.isatty())


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; columns whose name starts with `>` are numbers, set right."""
    cells = [[escape(f"{value:,}" if isinstance(value, int) else str(value)) for value in row] for row in rows]
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False, title_style="bold")
    for number, name in enumerate(columns):
        side: Literal["left", "right"] = "right" if name.startswith(">") else "left"
        # The first column holds ids, which somebody may want to copy whole.
        table.add_column(name.lstrip(">"), justify=side, overflow="fold", no_wrap=number == 0)
    for row in cells:
        table.add_row(*row)
    ids = max((cell_len(row[0]) for row in cells), default=0)
    console(ids + _LEAST_BESIDE * (len(columns) > 1)).print(table)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    console().file.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_line(text: str = "") -> None:
    """One line of text, as it is."""
    console().print(text, markup=False)


def print_warnings(warnings: Iterable[str]) -> None:
    """What somebody should know, a line each, on standard error."""
    for warning in warnings:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"note: {warning}", markup=False)
