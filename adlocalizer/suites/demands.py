"""The forms of a demand: one expectation each, with its sentence, its remedy and its why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

NUMBER = " as a number"
"""Ending of the column that holds a text column's numbers; what is no number is empty there."""

_FORMULA = r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_MARKUP = r"[<>{}\"\\/=]"
_UNSEEN = "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
_UNSPOKEN = (
    "[\x00-\x1f\x7f-\x9f\u180e\u2028-\u202e\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb]"
    "|[\u2066-\u2068][^\u2069]*$|^[^\u2066-\u2068]*\u2069"
)
"""What no copy holds; soft hyphens, breaks without a width, marks of direction and whole isolates say how it is set."""
_MOST_ROWS = 100_000

When = tuple[str, str | None] | None
"""Only rows whose column has a value, or any value if that is None; None: every row."""


class Demand(NamedTuple):
    """One expectation: its name, its Great Expectations class and options, as a sentence, and what to do about it."""

    rule: str
    kind: str
    options: Mapping[str, Any]
    said: str
    remedy: str
    why: str
    when: When = None
    severity: Literal["critical", "warning"] = "critical"


class Suite(NamedTuple):
    """All demands on one kind of table."""

    name: str
    row_id: str
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    numbers: tuple[str, ...]
    demands: tuple[Demand, ...]


def shape(columns: tuple[str, ...], most_rows: int = _MOST_ROWS) -> tuple[Demand, ...]:
    """The table has rows, not too many, and every column."""
    rows: Mapping[str, Any] = {"min_value": 1, "max_value": most_rows}
    named: Mapping[str, Any] = {"column_set": list(columns), "exact_match": False}
    return (
        Demand(
            "row_count",
            "ExpectTableRowCountToBeBetween",
            rows,
            f"The table has 1 to {most_rows:,} rows.",
            "give a table with rows",
            "every other rule holds on an empty table",
        ),
        Demand(
            "columns",
            "ExpectTableColumnsToMatchSet",
            named,
            "Every column is there.",
            "add the missing columns",
            "a renamed column would be read as empty",
        ),
    )


def unique(column: str, why: str) -> Demand:
    """No value of the column stands twice."""
    said, remedy = f"Every {column} stands once.", f"give each row its own {column}, or remove the row"
    return Demand(f"{column}_unique", "ExpectColumnValuesToBeUnique", {"column": column}, said, remedy, why)


def present(column: str, why: str, when: When = None) -> Demand:
    """The column is filled in."""
    kind, said = "ExpectColumnValuesToNotBeNull", f"{column} is filled in{_where(when)}."
    return Demand(f"{column}_present", kind, {"column": column}, said, f"fill in {column}", why, when)


def matches(column: str, pattern: str, example: str, why: str) -> Demand:
    """The column is written like the example."""
    # Python's `$` also stands before a last line break.
    options = {"column": column, "regex": pattern.removesuffix("$") + r"\Z"}
    said, remedy = f"{column} is written like {example}.", f"write {column} like {example}"
    return Demand(f"{column}_pattern", "ExpectColumnValuesToMatchRegex", options, said, remedy, why)


def number(column: str, low: float, high: float, why: str, when: When = None) -> tuple[Demand, ...]:
    """The column holds a number from low to high."""
    span = f"a number from {low:,.0f} to {high:,.0f}"
    said, remedy = f"{column} is {span}{_where(when)}.", f"write {span}, with a decimal point"
    options = {"column": column + NUMBER}
    kind, bounds = "ExpectColumnValuesToBeBetween", {**options, "min_value": low, "max_value": high}
    return (
        # Comparisons skip empty cells, and what is no number is one.
        Demand(f"{column}_number", "ExpectColumnValuesToNotBeNull", options, said, remedy, why, when),
        Demand(f"{column}_range", kind, bounds, said, remedy, why, when),
    )


def among(column: str, words: Collection[str], what: str, why: str) -> Demand:
    """The column holds one of some words."""
    options = {"column": column, "value_set": sorted(words)}
    return Demand(
        f"{column}_known", "ExpectColumnValuesToBeInSet", options, f"{column} is {what}.", f"write {what}", why
    )


def length(column: str, most: int, why: str) -> Demand:
    """The column has so many characters at most."""
    options = {"column": column, "min_value": 1, "max_value": most}
    said, remedy = f"{column} has at most {most} characters.", f"shorten {column} to {most} characters"
    return Demand(f"{column}_length", "ExpectColumnValueLengthsToBeBetween", options, said, remedy, why)


def clean(column: str) -> tuple[Demand, ...]:
    """The column is a name: no formula, no markup, nothing unseen."""
    return (
        _without(f"{column}_formula", column, _FORMULA, "does not begin like a formula", "spreadsheets would run it"),
        _without(f"{column}_markup", column, _MARKUP, "holds no markup or path", "names reach pages and prompts"),
        unseen(column, "controls would turn or hide the words around them"),
    )


def unseen(column: str, why: str, *, spoken: bool = False) -> Demand:
    """The column holds nothing that turns or hides the words around it; what is spoken may say how it is set."""
    pattern = _UNSPOKEN if spoken else _UNSEEN
    return _without(f"{column}_controls", column, pattern, "holds no control or direction characters", why)


def _without(rule: str, column: str, pattern: str, said: str, why: str) -> Demand:
    options = {"column": column, "regex": pattern}
    remedy = f"write {column} without these characters"
    return Demand(rule, "ExpectColumnValuesToNotMatchRegex", options, f"{column} {said}.", remedy, why)


def in_order(first: str, last: str, why: str) -> Demand:
    """Two days of a row stand in order, both written as YYYYMMDD, where it has both."""
    options = {"column_A": last + NUMBER, "column_B": first + NUMBER, "or_equal": True}
    options["ignore_row_if"] = "either_value_is_missing"
    said, remedy = f"{first} is not after {last}.", f"write a {last} that is not before {first}"
    return Demand(f"{last}_in_order", "ExpectColumnPairValuesAToBeGreaterThanB", options, said, remedy, why)


def covers(rule: str, column: str, wanted: Collection[str], said: tuple[str, str, str]) -> Demand:
    """The column holds all of some values; said: sentence, remedy, why."""
    options = {"column": column, "value_set": sorted(wanted)}
    return Demand(rule, "ExpectColumnDistinctValuesToContainSet", options, *said)


def _where(when: When) -> str:
    if when is None:
        return ""
    return f" where there is a {when[0]}" if when[1] is None else f" where {when[0]} is {when[1]}"
