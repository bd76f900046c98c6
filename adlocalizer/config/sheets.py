"""Parquet files and Excel sheets as the lines of text a CSV would hold; pyarrow and openpyxl load when they are met."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from adlocalizer.config.csv_text import Line
from adlocalizer.errors import ConfigError

MAX_UNPACKED_BYTES = 256_000_000


def parquet_lines(raw: bytes, shown: str) -> Iterator[Line]:
    """The header and rows of a Parquet file."""
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(raw))
        groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
        _refuse_huge(sum(group.total_byte_size for group in groups), shown)
        table = file.read()
        columns = [column.to_pylist() for column in table.columns]
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise ConfigError(shown, f"is not a readable Parquet file ({_first(error)})", "write it again") from None
    yield Line(1, [str(name) for name in table.column_names])
    for number, row in enumerate(zip(*columns, strict=True), start=2):
        yield Line(number, [as_text(value, f"{shown}:{number}") for value in row])


def excel_lines(raw: bytes, shown: str) -> Iterator[Line]:
    """The header and rows of the first sheet of a workbook, with the values its formulas had when it was saved."""
    from openpyxl.reader.excel import load_workbook

    remedy = "save it again as .xlsx, or as 'CSV UTF-8'"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _refuse_huge(sum(member.file_size for member in archive.infolist()), shown)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about styles and validations, which hold no values
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)  # type: ignore[no-untyped-call]
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    except ConfigError:
        raise
    except Exception as error:  # openpyxl lets whatever its parsers raise pass through
        raise ConfigError(shown, f"is not a readable Excel workbook ({_first(error)})", remedy) from None
    width = max((_filled(row) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        cells = [as_text(value, f"{shown}:{number}") for value in row[:width]]
        if any(cells):
            yield Line(number, cells + [""] * (width - len(cells)))


def as_text(value: object, where: str) -> str:
    """The text a CSV would hold for a value: 37.0 is `37`, a date is ISO 8601, a list is separated by spaces."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case float():
            return "" if value != value else f"{value:.0f}" if value.is_integer() else repr(value)
        case int():
            return str(value)
        case Decimal():
            return "" if value.is_nan() else f"{value.normalize():f}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | datetime() | time():
            return value.isoformat()
        case list():
            return " ".join(as_text(one, where) for one in value)
        case _:
            raise ConfigError(where, f"holds a value of type {type(value).__name__}", "write text, numbers or dates")


def _filled(row: list[object]) -> int:
    return max((at for at, value in enumerate(row, start=1) if value not in (None, "")), default=0)


def _refuse_huge(unpacked_bytes: int, shown: str) -> None:
    if unpacked_bytes > MAX_UNPACKED_BYTES:
        raise ConfigError(shown, f"unpacks to {unpacked_bytes:,} bytes", f"write at most {MAX_UNPACKED_BYTES:,}")


def _first(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 120 else f"{words[:120]}…"
