"""Tables of text: CSV, Parquet or Excel with exactly the columns asked for, or one error that names line and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from adlocalizer.config.csv_text import Line, csv_lines
from adlocalizer.config.files import read_whole
from adlocalizer.config.sheets import excel_lines, parquet_lines
from adlocalizer.config.wording import listed, nearest, quoted
from adlocalizer.errors import ConfigError

MAX_BYTES = 64_000_000
MAX_ROWS = 100_000
MAX_FIELD_CHARACTERS = 10_000

_READERS: dict[str, Callable[[bytes, str], Iterator[Line]]] = {
    ".csv": csv_lines,
    ".parquet": parquet_lines,
    ".xlsx": excel_lines,
}
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


class TableRow(NamedTuple):
    """One row of a table as raw text by column; line 1 is the header."""

    line: int
    values: dict[str, str]
    ragged: tuple[str, str] | None = None
    """What is wrong with a row of too few or too many fields, and what to write; its values cannot be trusted."""


def read_table(
    path: Path, columns: Sequence[str], optional: Sequence[str] = (), shown: str = "", *, keep_ragged: bool = False
) -> tuple[TableRow, ...]:
    """The rows of a table; optional columns it lacks read as empty. Whatever is unclear in it is a ConfigError.

    Whoever can set a bad row aside may keep those of too few or too many fields, and say so.
    """
    shown = shown or path.as_posix()
    lines = _reader(path, shown)(read_whole(path, shown, MAX_BYTES), shown)
    header = next(lines, None)
    if header is None:
        raise ConfigError(f"{shown}:1", "the table is empty", f"begin with the header: {','.join(columns)}")
    _check_header(header.cells, columns, optional, f"{shown}:{header.number}")
    rows = tuple(_row(line, header.cells, optional, shown) for line in islice(lines, MAX_ROWS + 1))
    for row in () if keep_ragged else rows:
        if row.ragged:
            raise ConfigError(f"{shown}:{row.line}", *row.ragged)
    if not rows:
        raise ConfigError(f"{shown}:{header.number}", "the table has a header and no rows", "add at least one row")
    if len(rows) > MAX_ROWS:
        raise ConfigError(shown, f"has more than {MAX_ROWS:,} rows", "split the table")
    return rows


def column_names(path: Path, shown: str = "") -> tuple[str, ...]:
    """The header of a table, unchecked; empty for an empty one."""
    shown = shown or path.as_posix()
    header = next(_reader(path, shown)(read_whole(path, shown, MAX_BYTES), shown), None)
    return tuple(header.cells) if header is not None else ()


def _reader(path: Path, shown: str) -> Callable[[bytes, str], Iterator[Line]]:
    ending = path.suffix.lower()
    if ending not in _READERS:
        found = "is an old Excel workbook" if ending == ".xls" else f"ends in {quoted(path.suffix)}"
        raise ConfigError(shown, found, "save the table as .csv, .parquet or .xlsx")
    return _READERS[ending]


def _check_header(found: list[str], columns: Sequence[str], optional: Sequence[str], where: str) -> None:
    known = [*columns, *optional]
    for name in found:
        if found.count(name) > 1:
            raise ConfigError(f"{where} ({name})", f"{found.count(name)} columns have this name", "keep one of them")
    unknown = [name for name in found if name not in known]
    for name in (name for name in columns if name not in found):
        near = nearest(name, unknown)
        remedy = f"renamed? The table has {near!r}: write {name!r}" if near else "add it to the header and to every row"
        raise ConfigError(f"{where} ({name})", f"the column {name!r} is missing", remedy)
    for name in unknown:
        near = nearest(name, [column for column in optional if column not in found])
        remedy = f"write {near!r}, or remove it" if near else f"remove it; the columns are: {listed(known)}"
        found_name = f"the column {quoted(name)} is unknown" if name.strip() else "a column has no name"
        raise ConfigError(where, found_name, remedy)


def _row(line: Line, header: list[str], optional: Sequence[str], shown: str) -> TableRow:
    where, cells, ragged = f"{shown}:{line.number}", line.cells, None
    if len(cells) != len(header):
        other = next((words for mark, words in ((";", "semicolons"), ("\t", "tabs")) if mark in cells[0]), "")
        hint = f"separate fields by commas, not {other}" if other and len(cells) == 1 else "quote a text with a comma"
        found = f"the row has {len(cells)} fields, the header {len(header)}"
        ragged = (found, f"{hint}; leave a field empty rather than out")
        cells = [*cells, *[""] * len(header)][: len(header)]
    for name, text in zip(header, cells, strict=True):
        if len(text) > MAX_FIELD_CHARACTERS:
            found = f"the field has {len(text):,} characters"
            remedy = f"write at most {MAX_FIELD_CHARACTERS:,}, or close the quote that swallowed the rows below"
            raise ConfigError(f"{where} ({name})", found, remedy)
        if _UNWRITABLE.search(text):
            raise ConfigError(f"{where} ({name})", "found a character no file can hold", "type the text again")
    values = dict(zip(header, cells, strict=True))
    return TableRow(line.number, values | {name: "" for name in optional if name not in values}, ragged)
