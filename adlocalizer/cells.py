"""What a spreadsheet may be given: text that stays text, and tables of it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - the full-width twins, which Excel runs as well
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?([eE][-+]?[0-9]+)?%?")
_BREAKS = ("\t", "\r", "\n")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def cell(value: object) -> str:
    """The value as text no spreadsheet runs: what would be a formula gets an apostrophe; 150.0 is 150, None empty."""
    text = f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value).replace("\0", "")
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(_BREAKS) or _seen(text).startswith(_FORMULA) else text


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A comma-separated table in UTF-8, every cell quoted and safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _seen(text: str) -> str:
    """The text without the white and invisible characters it begins with."""
    start = next((i for i, letter in enumerate(text) if unicodedata.category(letter) not in _UNSEEN), len(text))
    return text[start:]
