"""The tables that say what places look like and share: streets, countries, vegetation, dress, clichés."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from adlocalizer.config import places
from adlocalizer.config.explaining import row_noun
from adlocalizer.config.rows import number_or_text
from adlocalizer.config.tables import read_table
from adlocalizer.config.wording import quoted
from adlocalizer.domain import Cliche, Country, Dress, Noun, Streets, Vegetation
from adlocalizer.errors import ConfigError

EVERY = "*"
"""Stands for every market."""

N = TypeVar("N", bound=Noun)


class _Sheet(NamedTuple):
    """A table: its file as it is and as it is shown, its columns and those it may lack."""

    path: Path
    shown: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_streets(path: Path, shown: str) -> dict[str, Streets]:
    """What streets and houses look like, by city id."""
    sheet = _Sheet(path, shown, ("city_id", "texture", "architecture", "source"))
    return _by_key(_nouns(sheet, Streets, dict), "city_id", shown)


def read_countries(path: Path, shown: str) -> dict[str, Country]:
    """What a whole market shares, by ISO 3166-1 alpha-2."""
    optional = ("units", "temperature_unit", "calendar", "sign_scripts")
    sheet = _Sheet(path, shown, ("market", "region", "driving_side", "plugs", "source"), optional)
    return _by_key(_nouns(sheet, Country, _country_values), "market", shown)


def read_vegetation(path: Path, shown: str) -> tuple[Vegetation, ...]:
    """What grows, in the order the rows are tried in."""
    sheet = _Sheet(path, shown, ("koppen", "season", "below_celsius", "text", "source"))
    return tuple(row for _, row in _nouns(sheet, Vegetation, _with_limit))


def read_dress(path: Path, shown: str) -> tuple[Dress, ...]:
    """What people wear, in the order the rows are tried in."""
    sheet = _Sheet(path, shown, ("below_celsius", "markets", "id", "text", "source"))
    return tuple(row for _, row in _nouns(sheet, Dress, lambda values: _with_markets(_with_limit(values))))


def read_cliches(path: Path, shown: str) -> tuple[Cliche, ...]:
    """Words that make a place a postcard of itself."""
    sheet = _Sheet(path, shown, ("markets", "words", "why", "source"))
    return tuple(row for _, row in _nouns(sheet, Cliche, _with_markets))


def _nouns(
    sheet: _Sheet, noun: type[N], values_of: Callable[[Mapping[str, str]], Mapping[str, object]]
) -> Iterator[tuple[int, N]]:
    """Line and noun of every row; ConfigError for the first that is none."""
    for row in read_table(sheet.path, sheet.columns, sheet.optional, sheet.shown):
        values = {column: text.strip() for column, text in row.values.items()}
        where = f"{sheet.shown}:{row.line}"
        for market in values.get("markets", values.get("market", EVERY)).split():
            if market != EVERY and (remedy := places.market_remedy(market)):
                column = "markets" if "markets" in values else "market"
                raise ConfigError(f"{where} ({column})", f"found the unknown country {quoted(market)}", remedy)
        yield row.line, row_noun(noun, values_of(values), where)


def _by_key(rows: Iterator[tuple[int, N]], key: str, shown: str) -> dict[str, N]:
    found: dict[str, N] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        name = str(getattr(row, key))
        if name in found:
            said = f"{quoted(name)} stands in line {lines[name]} too"
            raise ConfigError(f"{shown}:{line} ({key})", said, "keep one of the two rows")
        found[name], lines[name] = row, line
    return found


def _country_values(values: Mapping[str, str]) -> dict[str, object]:
    given = {column: text for column, text in values.items() if text or column in ("market", "region", "source")}
    return {**given, **{name: tuple(values[name].split()) for name in ("plugs", "sign_scripts")}}


def _with_limit(values: Mapping[str, str]) -> dict[str, object]:
    limit = values["below_celsius"]
    return {**values, "below_celsius": number_or_text(limit) if limit else None}


def _with_markets(values: Mapping[str, object]) -> dict[str, object]:
    return {**values, "markets": tuple(str(values["markets"]).split())}
