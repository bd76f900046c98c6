"""What the gates demand of the tables people write and of the manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from adlocalizer.domain import City, Copy, Noun, Status
from adlocalizer.suites.demands import (
    Demand,
    Suite,
    among,
    clean,
    length,
    matches,
    number,
    present,
    shape,
    unique,
    unseen,
)

_AMOUNTS = ("price", "old_price", "lowest_30d", "unit_price")


def city_suite() -> Suite:
    """Demands on the city table."""
    from zoneinfo import available_timezones

    columns = ("city_id", "city", "local_name", "region", "market", "locales", "latitude", "longitude", "timezone")
    tag = _pattern(Copy, "locale").strip("^$")
    demands = (
        *shape(columns),
        unique("city_id", "ids name files and rows; two cities with one id would overwrite each other"),
        *(present(column, "every part of a run reads it") for column in columns[:6] + columns[8:]),
        matches("city_id", _pattern(City, "city_id"), "jp-tokyo", "ids reach paths and queries"),
        matches("region", _pattern(City, "region"), "EMEA", "regions name folders and bundles"),
        matches("market", _pattern(City, "market"), "JP", "market rules and currency hang on the ISO 3166-1 code"),
        matches("locales", rf"^[ ;]*{tag}(?:[ ;]+{tag})*[ ;]*$", "de-CH fr-CH", "copy is found by its BCP-47 tag"),
        *number("latitude", -90, 90, "sun and season are computed from it"),
        *number("longitude", -180, 180, "the sun's hour is computed from it"),
        among("timezone", available_timezones(), "an IANA time zone", "local hours are computed in it"),
        *(demand for column in ("city", "local_name") for demand in clean(column)),
    )
    return Suite("cities", "city_id", columns, ("koppen",), ("latitude", "longitude"), demands)


def copy_suite(locales: Collection[str]) -> Suite:
    """Demands on the copy table of a campaign that runs in some locales."""
    columns, drawn = ("locale", "headline", "call_to_action"), ("headline", "call_to_action")
    spoken = (*drawn, "subline", "legal", "disclaimer", "rationale", "back_translation")
    demands = (
        *shape(columns),
        unique("locale", "a locale has one copy; of two rows nobody could say which is meant"),
        *(present(column, "an ad without it says nothing") for column in columns),
        matches("locale", _pattern(Copy, "locale"), "pt-BR", "cities find their copy by its BCP-47 tag"),
        *(length(column, _longest(column), "longer copy cannot be set in any format") for column in spoken),
        *(unseen(column, "controls would turn or hide the words around them", spoken=True) for column in spoken),
        *_beside_words(),
        present("currency", "an amount without a currency promises nothing", when=("price", None)),
        matches("currency", _pattern(Copy, "currency"), "EUR", "CLDR knows currencies by their ISO 4217 code"),
        Demand(
            "locales_covered",
            "ExpectColumnDistinctValuesToContainSet",
            {"column": "locale", "value_set": sorted(locales)},
            "Every locale of the campaign's cities has copy.",
            "add a row for each locale, or leave its cities out",
            "an ad without words in its language cannot be made",
        ),
    )
    optional = (*_AMOUNTS, "currency", "unit", *spoken[2:], "adapt_level", "review")
    return Suite("copy", "locale", columns, optional, _AMOUNTS, demands)


def _beside_words() -> Iterator[Demand]:
    """Demands on prices, and on how the words came to be."""
    for name in _AMOUNTS:
        yield from number(name, 0, 1e12, "CLDR sets it from the number", when=(name, None))
    for name in _AMOUNTS[1:]:
        compared = present("price", f"{name} is compared with it", when=(name, None))
        yield compared._replace(rule=f"{name}_compared")
    yield present("unit", "nobody could say what the unit price is of", when=("unit_price", None))
    yield among("unit", _choices("unit"), " or ".join(_choices("unit")), "CLDR names it in every language")
    for name in ("adapt_level", "review"):
        words = _choices(name)
        yield among(name, words, " or ".join(words), "reports and checks go by it")
    judged = present("back_translation", "nobody else could judge the words", ("adapt_level", "transcreation"))
    yield judged._replace(severity="warning")


def manifest_suite(columns: tuple[str, ...], planned: Collection[str]) -> Suite:
    """Demands on the rows of a manifest, for the renditions that were planned."""
    sizes, delivered = ("width", "height"), ("status", Status.DELIVERED.value)
    demands = (
        *shape(columns),
        unique("rendition_id", "every planned rendition has exactly one outcome"),
        Demand(
            "plan_covered",
            "ExpectColumnDistinctValuesToEqualSet",
            {"column": "rendition_id", "value_set": sorted(planned)},
            "The renditions are exactly those planned.",
            "run again: what is kept is not paid for twice",
            "a missing picture is a row, never a gap",
        ),
        *(present(column, "the row could not be found again") for column in ("rendition_id", "creative_id", "status")),
        among("status", [status.value for status in Status], "one of the five statuses", "they sum to the plan"),
        *(present(column, "delivered means there is a file", delivered) for column in ("file", "mime", "sha256")),
        *number("bytes", 1, 1e12, "an empty file is no asset", when=delivered),
        matches("sha256", r"^[0-9a-f]{64}$", "64 hexadecimal digits", "files are verified by it"),
        *(demand for column in sizes for demand in number(column, 1, 1e6, "a picture has pixels")),
        *number("cost_micros", 0, 1e15, "money is never negative"),
        *number("attempts", 0, 1e6, "requests are counted"),
    )
    return Suite("manifest", "rendition_id", columns, (), ("bytes", *sizes, "cost_micros", "attempts"), demands)


def _pattern(noun: type[Noun], field: str) -> str:
    """The pattern a noun's own field is held to, so that gate and reading cannot disagree."""
    schema = noun.model_json_schema()["properties"][field]
    found = next(part["pattern"] for part in (schema, *schema.get("anyOf", ())) if "pattern" in part)
    return re.sub(r"\((?!\?)", "(?:", found)  # pandas warns of groups that capture


def _choices(field: str) -> tuple[str, ...]:
    schema = Copy.model_json_schema()["properties"][field]
    found = next(part["enum"] for part in (schema, *schema.get("anyOf", ())) if "enum" in part)
    return tuple(word for word in found if word)


def _longest(field: str) -> int:
    field = "legal" if field == "disclaimer" else field
    schema = Copy.model_json_schema()["properties"][field]
    return int(next(part["maxLength"] for part in (schema, *schema.get("anyOf", ())) if "maxLength" in part))
