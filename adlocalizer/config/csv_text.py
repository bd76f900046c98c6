"""Strict CSV: the bytes of a file become lines of text cells, or an error that names line and remedy."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from adlocalizer.errors import ConfigError

_AS_UTF8 = "save it as 'CSV UTF-8 (comma delimited)'"
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_OTHER_FILES = {
    b"PK\x03\x04": "is a workbook or archive named .csv",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook named .csv",
    b"%PDF": "is a PDF named .csv",
    b"PAR1": "is a Parquet file named .csv",
    b"\x89PNG": "is a picture named .csv",
}


class Line(NamedTuple):
    """One record of a table and the line it begins in, the header being line 1."""

    number: int
    cells: list[str]


def csv_lines(raw: bytes, shown: str) -> Iterator[Line]:
    """The records of a comma-separated file in UTF-8; a byte order mark and CRLF are fine, blank lines are skipped."""
    text = _decoded(raw, shown)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    is_header = True
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(str(error), f"{shown}:{number}") from None
        if is_header:
            _refuse_other_delimiters(cells, f"{shown}:{number}")
            is_header = False
        if any(cells):
            yield Line(number, cells)


def _decoded(raw: bytes, shown: str) -> str:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    start = raw[:200].lstrip()
    if start.startswith(b"<"):
        raise ConfigError(f"{shown}:1", "is an HTML or XML page named .csv", f"open the table and {_AS_UTF8}")
    if found := next((words for magic, words in _OTHER_FILES.items() if start.startswith(magic)), ""):
        raise ConfigError(shown, found, f"give it its real ending, or {_AS_UTF8}")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:200].count(0) * 4 > len(raw[:200]):
        raise ConfigError(f"{shown}:1", f"byte 0x{raw[0]:02X} begins a file in UTF-16", _AS_UTF8)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        at = error.start
        line, column = raw.count(b"\n", 0, at) + 1, at - raw.rfind(b"\n", 0, at)
        found = f"byte 0x{raw[at]:02X} at position {column} of the line is not UTF-8 (Latin-1 or Windows-1252?)"
        raise ConfigError(f"{shown}:{line}", found, _AS_UTF8) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(f"{shown}:{line}", "found a NUL character", f"{_AS_UTF8}; the file may be damaged")
    return text


def _refuse_other_delimiters(header: list[str], where: str) -> None:
    if len(header) != 1:
        return
    for delimiter, words in _DELIMITERS.items():
        if delimiter in header[0]:
            raise ConfigError(where, f"columns are separated by {words}", f"separate them by commas: {_AS_UTF8}")


def _broken(problem: str, where: str) -> ConfigError:
    if "unexpected end of data" in problem:
        return ConfigError(where, "a quote opens in this row and never closes", 'close it with "; write "" for a quote')
    if "field limit" in problem:
        return ConfigError(where, "a field never seems to end", "close its quote, or shorten it to 10,000 characters")
    remedy = 'put the whole field in quotes and write "" for each quote in it'
    return ConfigError(where, f"a quoted field goes on after its quote ({problem})", remedy)
