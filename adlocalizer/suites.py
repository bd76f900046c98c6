"""What the three gates demand of their tables: one expectation a line, each with its why."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

from adlocalizer.domain import City, Copy, Noun, Status

NUMBER = " as a number"
"""Ending of the column that holds a text column's numbers; what is no number is empty there."""

_FORMULA = r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_MARKUP = r"[<>{}\"\\/=]"
_UNSEEN = "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
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


def city_suite() -> Suite:
    """Demands on the city table."""
    from zoneinfo import available_timezones

    columns = ("city_id", "city", "local_name", "region", "market", "locales", "latitude", "longitude", "timezone")
    tag = _pattern(Copy, "locale").strip("^$")
    demands = (
        *_shape(columns),
        _unique("city_id", "ids name files and rows; two cities with one id would overwrite each other"),
        *(_present(column, "every part of a run reads it") for column in columns[:6] + columns[8:]),
        _matches("city_id", _pattern(City, "city_id"), "jp-tokyo", "ids reach paths and queries"),
        _matches("region", _pattern(City, "region"), "EMEA", "regions name folders and bundles"),
        _matches("market", _pattern(City, "market"), "JP", "market rules and currency hang on the ISO 3166-1 code"),
        _matches("locales", rf"^[ ;]*{tag}(?:[ ;]+{tag})*[ ;]*$", "de-CH fr-CH", "copy is found by its BCP-47 tag"),
        *_number("latitude", -90, 90, "sun and season are computed from it"),
        *_number("longitude", -180, 180, "the sun's hour is computed from it"),
        _among("timezone", available_timezones(), "an IANA time zone", "local hours are computed in it"),
        *(demand for column in ("city", "local_name") for demand in _clean(column)),
    )
    return Suite("cities", "city_id", columns, ("koppen",), ("latitude", "longitude"), demands)


def copy_suite(locales: Collection[str]) -> Suite:
    """Demands on the copy table of a campaign that runs in some locales."""
    columns, spoken = ("locale", "headline", "call_to_action"), ("headline", "call_to_action", "legal")
    demands = (
        *_shape(columns),
        _unique("locale", "a locale has one copy; of two rows nobody could say which is meant"),
        *(_present(column, "an ad without it says nothing") for column in columns),
        _matches("locale", _pattern(Copy, "locale"), "pt-BR", "cities find their copy by its BCP-47 tag"),
        *(_length(column, _longest(column), "longer copy cannot be set in any format") for column in spoken),
        *(_unseen(column, "controls would turn or hide the words around them") for column in spoken),
        *_number("price", 0, 1e12, "it is set by CLDR from the number", when=("price", None)),
        _present("currency", "an amount without a currency promises nothing", when=("price", None)),
        _matches("currency", _pattern(Copy, "currency"), "EUR", "CLDR knows currencies by their ISO 4217 code"),
        Demand(
            "locales_covered",
            "ExpectColumnDistinctValuesToContainSet",
            {"column": "locale", "value_set": sorted(locales)},
            "Every locale of the campaign's cities has copy.",
            "add a row for each locale, or leave its cities out",
            "an ad without words in its language cannot be made",
        ),
    )
    return Suite("copy", "locale", columns, ("price", "currency", "legal"), ("price",), demands)


def manifest_suite(columns: tuple[str, ...], planned: Collection[str]) -> Suite:
    """Demands on the rows of a manifest, for the renditions that were planned."""
    sizes, delivered = ("width", "height"), ("status", Status.DELIVERED.value)
    demands = (
        *_shape(columns),
        _unique("rendition_id", "every planned rendition has exactly one outcome"),
        Demand(
            "plan_covered",
            "ExpectColumnDistinctValuesToEqualSet",
            {"column": "rendition_id", "value_set": sorted(planned)},
            "The renditions are exactly those planned.",
            "run again: what is kept is not paid for twice",
            "a missing picture is a row, never a gap",
        ),
        *(_present(column, "the row could not be found again") for column in ("rendition_id", "creative_id", "status")),
        _among("status", [status.value for status in Status], "one of the five statuses", "they sum to the plan"),
        *(_present(column, "delivered means there is a file", delivered) for column in ("file", "mime", "sha256")),
        *_number("bytes", 1, 1e12, "an empty file is no asset", when=delivered),
        _matches("sha256", r"^[0-9a-f]{64}$", "64 hexadecimal digits", "files are verified by it"),
        *(demand for column in sizes for demand in _number(column, 1, 1e6, "a picture has pixels")),
        *_number("cost_micros", 0, 1e15, "money is never negative"),
        *_number("attempts", 0, 1e6, "requests are counted"),
    )
    return Suite("manifest", "rendition_id", columns, (), ("bytes", *sizes, "cost_micros", "attempts"), demands)


def _shape(columns: tuple[str, ...]) -> tuple[Demand, ...]:
    rows: Mapping[str, Any] = {"min_value": 1, "max_value": _MOST_ROWS}
    named: Mapping[str, Any] = {"column_set": list(columns), "exact_match": False}
    return (
        Demand(
            "row_count",
            "ExpectTableRowCountToBeBetween",
            rows,
            f"The table has 1 to {_MOST_ROWS:,} rows.",
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


def _unique(column: str, why: str) -> Demand:
    said, remedy = f"Every {column} stands once.", f"give each row its own {column}, or remove the row"
    return Demand(f"{column}_unique", "ExpectColumnValuesToBeUnique", {"column": column}, said, remedy, why)


def _present(column: str, why: str, when: When = None) -> Demand:
    kind, said = "ExpectColumnValuesToNotBeNull", f"{column} is filled in{_where(when)}."
    return Demand(f"{column}_present", kind, {"column": column}, said, f"fill in {column}", why, when)


def _matches(column: str, pattern: str, example: str, why: str) -> Demand:
    # Python's `$` also stands before a last line break.
    options = {"column": column, "regex": pattern.removesuffix("$") + r"\Z"}
    said, remedy = f"{column} is written like {example}.", f"write {column} like {example}"
    return Demand(f"{column}_pattern", "ExpectColumnValuesToMatchRegex", options, said, remedy, why)


def _number(column: str, low: float, high: float, why: str, when: When = None) -> tuple[Demand, ...]:
    span = f"a number from {low:,.0f} to {high:,.0f}"
    said, remedy = f"{column} is {span}{_where(when)}.", f"write {span}, with a decimal point"
    options = {"column": column + NUMBER}
    kind, bounds = "ExpectColumnValuesToBeBetween", {**options, "min_value": low, "max_value": high}
    return (
        # Comparisons skip empty cells, and what is no number is one.
        Demand(f"{column}_number", "ExpectColumnValuesToNotBeNull", options, said, remedy, why, when),
        Demand(f"{column}_range", kind, bounds, said, remedy, why, when),
    )


def _among(column: str, words: Collection[str], what: str, why: str) -> Demand:
    options = {"column": column, "value_set": sorted(words)}
    return Demand(
        f"{column}_known", "ExpectColumnValuesToBeInSet", options, f"{column} is {what}.", f"write {what}", why
    )


def _length(column: str, most: int, why: str) -> Demand:
    options = {"column": column, "min_value": 1, "max_value": most}
    said, remedy = f"{column} has at most {most} characters.", f"shorten {column} to {most} characters"
    return Demand(f"{column}_length", "ExpectColumnValueLengthsToBeBetween", options, said, remedy, why)


def _clean(column: str) -> tuple[Demand, ...]:
    return (
        _without(f"{column}_formula", column, _FORMULA, "does not begin like a formula", "spreadsheets would run it"),
        _without(f"{column}_markup", column, _MARKUP, "holds no markup or path", "names reach pages and prompts"),
        _unseen(column, "controls would turn or hide the words around them"),
    )


def _unseen(column: str, why: str) -> Demand:
    return _without(f"{column}_controls", column, _UNSEEN, "holds no control or direction characters", why)


def _without(rule: str, column: str, pattern: str, said: str, why: str) -> Demand:
    options = {"column": column, "regex": pattern}
    remedy = f"write {column} without these characters"
    return Demand(rule, "ExpectColumnValuesToNotMatchRegex", options, f"{column} {said}.", remedy, why)


def _where(when: When) -> str:
    if when is None:
        return ""
    return f" where there is a {when[0]}" if when[1] is None else f" where {when[0]} is {when[1]}"


def _pattern(noun: type[Noun], field: str) -> str:
    """The pattern a noun's own field is held to, so that gate and reading cannot disagree."""
    schema = noun.model_json_schema()["properties"][field]
    found = next(part["pattern"] for part in (schema, *schema.get("anyOf", ())) if "pattern" in part)
    return re.sub(r"\((?!\?)", "(?:", found)  # pandas warns of groups that capture


def _longest(field: str) -> int:
    schema = Copy.model_json_schema()["properties"][field]
    return int(next(part["maxLength"] for part in (schema, *schema.get("anyOf", ())) if "maxLength" in part))
