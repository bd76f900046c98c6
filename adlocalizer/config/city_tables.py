"""City tables, full or short: a short one is looked up in the shipped cities and the gazetteer."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.config import places
from adlocalizer.config.finding import Atlas
from adlocalizer.config.gazetteer import Gazetteer
from adlocalizer.config.place_tables import read_countries
from adlocalizer.config.resolving import SHORT_COLUMNS, SHORT_OPTIONAL, is_short, resolved_table
from adlocalizer.config.rows import CITY_COLUMNS, CITY_OPTIONAL, CityTable, city_table
from adlocalizer.config.tables import column_names, read_table
from adlocalizer.config.wording import quoted
from adlocalizer.errors import ConfigError

SHIPPED = "data/cities.csv"
GAZETTEER = "data/gazetteer.csv.gz"
COUNTRIES = "data/countries.csv"
COUNTRY_NAMES = "data/country_names.csv"


def read_cities(path: Path, shown: str, root: Path) -> CityTable:
    """The table at a path; `root` is the folder of the project whose `data/` short rows are looked up in."""
    names = column_names(path, shown)
    if is_short(names):
        return resolved_table(
            read_table(path, SHORT_COLUMNS, SHORT_OPTIONAL, shown, keep_ragged=True), shown, read_atlas(root)
        )
    if not {"city_id", "market", "locales"} & {name.strip().casefold() for name in names}:
        remedy = "write at least the columns city and country; docs/cities.md lists what else a table may have"
        raise ConfigError(f"{shown}:1 (country)", "the column 'country' is missing", remedy)
    return city_table(read_table(path, CITY_COLUMNS, CITY_OPTIONAL, shown, keep_ragged=True), shown)


def read_atlas(root: Path) -> Atlas:
    """What short rows are looked up in; the gazetteer itself is read country by country."""
    shipped = read_table(root / SHIPPED, CITY_COLUMNS, CITY_OPTIONAL, SHIPPED)
    countries = read_countries(root / COUNTRIES, COUNTRIES)
    return Atlas(
        gazetteer=Gazetteer(root / GAZETTEER, GAZETTEER),
        shipped=city_table(shipped, SHIPPED).cities,
        regions={market: country.region for market, country in countries.items()},
        country_names=read_country_names(root / COUNTRY_NAMES),
    )


def read_country_names(path: Path) -> places.CountryNames:
    """Countries by name: CLDR's names, and those of a table."""
    names: dict[str, str] = {}
    for row in read_table(path, ("name", "market", "source"), (), COUNTRY_NAMES):
        if remedy := places.market_remedy(row.values["market"]):
            found = f"found the unknown country {quoted(row.values['market'])}"
            raise ConfigError(f"{COUNTRY_NAMES}:{row.line} (market)", found, remedy)
        names[row.values["name"]] = row.values["market"]
    return places.CountryNames(names)
