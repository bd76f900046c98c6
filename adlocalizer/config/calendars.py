"""The tables of the calendar: when people shop, what they celebrate, and which words belong to a season."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.config import places
from adlocalizer.config.explaining import row_noun
from adlocalizer.config.tables import TableRow, read_table
from adlocalizer.config.wording import quoted
from adlocalizer.domain import Feast, SeasonWords, ShoppingDay
from adlocalizer.errors import ConfigError
from adlocalizer.grounding.shopping import EVERY_MARKET
from adlocalizer.grounding.shopping_rules import RuleError, check_form

SHOPPING_COLUMNS = ("id", "name", "local_name", "markets", "rule", "days", "certainty", "source")
FEAST_COLUMNS = ("name", "markets", "source")
WORD_COLUMNS = ("language", "kind", "words", "source")


def read_shopping_days(path: Path, shown: str) -> tuple[ShoppingDay, ...]:
    """The shopping days of a table; a ConfigError names the line of a rule, market or number nobody can read."""
    lines: dict[str, int] = {}
    found = []
    for row in read_table(path, SHOPPING_COLUMNS, (), shown):
        day = _shopping_day(row, f"{shown}:{row.line}")
        if (first := lines.setdefault(day.id, row.line)) != row.line:
            raise ConfigError(
                f"{shown}:{row.line} (id)", f"{quoted(day.id)} stands in line {first} too", "write another"
            )
        found.append(day)
    return tuple(found)


def read_feasts(path: Path, shown: str) -> tuple[Feast, ...]:
    """The feasts of a table; a ConfigError names the line of an unknown market or of a name there twice."""
    lines: dict[str, int] = {}
    found = []
    for row in read_table(path, FEAST_COLUMNS, (), shown):
        where = f"{shown}:{row.line}"
        values = {name: text.strip() for name, text in row.values.items()}
        feast = row_noun(Feast, {**values, "markets": tuple(values["markets"].split())}, where)
        _check_markets(feast.markets, where)
        if (first := lines.setdefault(feast.name.casefold(), row.line)) != row.line:
            said = f"{quoted(feast.name)} stands in line {first} too"
            raise ConfigError(f"{where} (name)", said, "keep one of the two rows, with the markets of both")
        found.append(feast)
    return tuple(found)


def read_season_words(path: Path, shown: str) -> tuple[SeasonWords, ...]:
    """The words of a table, row by row."""
    return tuple(_season_words(row, f"{shown}:{row.line}") for row in read_table(path, WORD_COLUMNS, (), shown))


def _shopping_day(row: TableRow, where: str) -> ShoppingDay:
    values = {name: text.strip() for name, text in row.values.items()}
    markets, days = tuple(values["markets"].split()), values["days"]
    # Numbers of more digits are no number of days, and stay text for the noun to refuse.
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else days
    day = row_noun(ShoppingDay, {**values, "markets": markets, "days": number}, where)
    _check_markets(markets, where)
    try:
        check_form(day.rule)
    except RuleError as error:
        raise ConfigError(f"{where} (rule)", f"found {quoted(day.rule)}, {error.found}", error.remedy) from None
    return day


def _check_markets(markets: tuple[str, ...], where: str) -> None:
    for market in markets:
        if market != EVERY_MARKET and (remedy := places.market_remedy(market)):
            raise ConfigError(f"{where} (markets)", f"found the unknown country {quoted(market)}", remedy)


def _season_words(row: TableRow, where: str) -> SeasonWords:
    values = {name: text.strip() for name, text in row.values.items()}
    listed = tuple(word.strip() for word in values["words"].split(";"))
    words = row_noun(SeasonWords, {**values, "words": listed}, where)
    if remedy := places.locale_remedy(words.language):
        raise ConfigError(f"{where} (language)", f"found the unknown language {quoted(words.language)}", remedy)
    return words
